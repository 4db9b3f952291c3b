"""Which content encodings a client takes, as its Accept-Encoding says."""

from functools import lru_cache

_NEVER = frozenset({"q=0", "q=0.0", "q=0.00", "q=0.000"})


@lru_cache(maxsize=256)
def accepts(accepted: str, encoding: str) -> bool:
    """Whether the header's value names that encoding, in small letters, and does not rule it out."""
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name == encoding:
            return not any(piece.replace(" ", "") in _NEVER for piece in parameters)
    return False
