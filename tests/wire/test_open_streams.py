"""The operations on streams that open a desktop."""

from greenroom.wire.additions import ADDITIONS


def test_a_stream_is_ended_as_a_thing_is_deleted_and_again_changes_nothing() -> None:
    listing, ending = ADDITIONS["ListOpenStreams"], ADDITIONS["RevokeStreamingSessionStream"]
    assert (listing.method, listing.read_only, ending.method, ending.idempotent) == ("GET", True, "DELETE", True)
    assert ending.uri.startswith(f"{listing.uri}/")
