"""The operations as TypeScript."""

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS
from greenroom.wire.typescript import typescript


def test_every_addition_is_there_with_what_it_takes_and_gives() -> None:
    text = typescript(ADDITIONS.values())
    for operation in ADDITIONS.values():
        pair = f"  {operation.name}: {{ input: {operation.input.__name__}; output: {operation.output.__name__} }};"
        assert pair in text
        assert f'"uri": "{operation.uri}"' in text


def test_a_member_says_whether_it_is_needed_and_an_enumeration_what_it_may_be() -> None:
    text = typescript([ADDITIONS["GetStreamingSessionBackupDetails"]])
    assert "  readonly cause: BackupCause;\n" in text
    assert "  readonly note?: string;\n" in text
    assert 'export type BackupCause = "STOP" | "TERMINATION" | "INTERVAL" | "REQUEST" | "REPLACEMENT";' in text


def test_what_travels_outside_the_body_is_told() -> None:
    text = typescript([OPERATIONS["CreateStreamingSession"]])
    assert '"token": "clientToken"' in text
    assert '"clientToken": "X-Amz-Client-Token"' in text
    assert '"studioId": "studioId"' in text


def test_every_shape_of_the_api_has_its_type() -> None:
    text = typescript(OPERATIONS.values())
    assert "  readonly streamConfiguration: StreamConfigurationCreate;\n" in text
    assert "  readonly tags?: Readonly<Record<string, string>>;\n" in text
