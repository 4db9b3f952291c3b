"""Which calls have everything looked at anew."""

from greenroom.server.access_changes import CHANGING, AccessChanges
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


def test_each_of_them_is_an_operation() -> None:
    assert OPERATIONS.keys() | ADDITIONS.keys() | SIGN_IN.keys() >= CHANGING
    assert {"UpdateUser", "UpdateAccessKey", "DetachPolicy", "EndRoleSessions", "RemoveUserFromGroup"} <= CHANGING
