"""The operation that shows what is on a desktop."""

from greenroom.wire.additions import ADDITIONS


def test_it_is_one_of_greenrooms_own_and_answers_with_bytes() -> None:
    operation = ADDITIONS["GetStreamingSessionThumbnail"]
    assert (operation.method, operation.service, operation.streamed, operation.slow) == ("GET", "greenroom", True, True)
