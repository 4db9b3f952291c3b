"""Amazon Resource Names of the studio's records (facts sheet 4.1)."""

from dataclasses import dataclass

RESOURCE_TYPES = frozenset(
    {
        "studio",
        "launch-profile",
        "studio-component",
        "streaming-image",
        "streaming-session",
        "streaming-session-backup",
        "eula",
        "eula-acceptance",
    }
)


@dataclass(frozen=True, slots=True)
class Arn:
    """One record's name: `arn:aws:nimble:<region>:<account>:<type>/<id>`."""

    region: str
    account_id: str
    type: str
    id: str

    def __str__(self) -> str:
        return f"arn:aws:nimble:{self.region}:{self.account_id}:{self.type}/{self.id}"


def parse_arn(text: str) -> Arn | None:
    """The parts of a Nimble ARN; None where `text` is none."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[:3] != ["arn", "aws", "nimble"]:
        return None
    kind, slash, name = parts[5].partition("/")
    if not slash or not name or kind not in RESOURCE_TYPES:
        return None
    return Arn(parts[3], parts[4], kind, name)


def studio_arn_id(studio_id: str) -> str:
    """A studio's ARN leaves out the region that its id begins with (facts sheet 2.5)."""
    return studio_id.rpartition(":")[2]
