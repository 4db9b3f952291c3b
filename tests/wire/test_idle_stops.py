"""The operations on sessions that nobody uses."""

from greenroom.wire.additions import ADDITIONS


def test_they_are_greenrooms_own_and_one_of_them_reads() -> None:
    operations = [ADDITIONS["GetLaunchProfileIdleStop"], ADDITIONS["PutLaunchProfileIdleStop"]]
    assert [operation.method for operation in operations] == ["GET", "PUT"]
    assert {operation.service for operation in operations} == {"greenroom"}
