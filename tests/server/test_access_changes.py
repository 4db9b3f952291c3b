"""Which calls have everything looked at anew."""

from greenroom.server.access_changes import CHANGING, ENDING_STREAMS, AccessChanges
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS
from greenroom.wire.sign_in import SIGN_IN


def test_calls_that_change_who_may_do_what_are_told_of_and_no_others() -> None:
    told: list[str] = []
    changes = AccessChanges()
    changes.then(lambda: told.append("first"), lambda: told.append("second"))
    for refused in (ADDITIONS["UpdateUser"], OPERATIONS["DeleteStudioMember"]):
        changes.answered(refused, refused=True)
    for other in (ADDITIONS["ListUsers"], OPERATIONS["StopStreamingSession"], SIGN_IN["SignIn"]):
        changes.answered(other, refused=False)
    assert told == []
    changes.answered(ADDITIONS["SignOutUser"], refused=False)
    assert told == ["first", "second"]


def test_calls_that_end_streams_have_those_looked_at_and_nothing_else() -> None:
    told: list[str] = []
    changes = AccessChanges()
    changes.then(lambda: told.append("all"))
    changes.then_streams(lambda: told.append("streams"))
    changes.answered(ADDITIONS["RevokeStreamingSessionStream"], refused=True)
    assert told == []
    changes.answered(ADDITIONS["RevokeStreamingSessionStream"], refused=False)
    assert told == ["streams"]
    changes.tell()
    assert told == ["streams", "all", "streams"]


def test_each_of_them_is_an_operation() -> None:
    assert OPERATIONS.keys() | ADDITIONS.keys() | SIGN_IN.keys() >= CHANGING | ENDING_STREAMS
    assert not CHANGING & ENDING_STREAMS
    assert {"UpdateUser", "UpdateAccessKey", "DetachPolicy", "EndRoleSessions", "RemoveUserFromGroup"} <= CHANGING
