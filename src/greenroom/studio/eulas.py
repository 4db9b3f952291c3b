"""Licence agreements, and their acceptance for a studio (facts sheet 3.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Eula:
    """A licence agreement; `content` is the address of its text."""

    eula_id: str
    name: str
    content: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EulaAcceptance:
    """That a studio (`acceptee_id`) accepted an agreement, by one of its people."""

    eula_acceptance_id: str
    acceptee_id: str
    eula_id: str
    accepted_at: datetime
    accepted_by: str


_WELL_KNOWN = (
    ("gJZLygd-Srq_5NNbSfiaLg", "Mozilla-FireFox", "https://www.mozilla.org/en-US/MPL/2.0/"),
    ("RvoNmVXiSrS4LhLTb6ybkw", "Thinkbox-Deadline", "https://www.awsthinkbox.com/end-user-license-agreement"),
    ("Rl-J0fM5Sl2hyIiwWIV6hw", "Videolan-VLC", "https://www.videolan.org/legal.html"),
    ("ggK2eIw6RQyt8PIeeOlD3g", "Microsoft-VSCode", "https://code.visualstudio.com/license"),
    ("wtp85BcSTa2NZeNRnMKdjw", "DJV-DJV", "https://darbyjohnston.github.io/DJV/legal.html#License"),
    ("uu2VDLo-QJeIGWWLBae_UA", "SideFX-Houdini", "https://www.sidefx.com/legal/license-agreement/"),
    ("L0HS4P3CRYKVXc2J2LO7Vw", "ChaosGroup-Vray", "https://www.chaosgroup.com/eula"),
    ("SAuhfHmmSAeUuq3wsMiMlw", "Foundry-Nuke", "https://www.foundry.com/eula"),
    (
        "a-D9Wc0VQCKUfxAinCDxaw",
        "BlenderFoundation-Blender",
        "https://download.blender.org/release/GPL3-license.txt",
    ),
)


def well_known_eulas(now: datetime) -> Iterable[Eula]:
    """The agreements that the original listed, under its ids: scripts accept them by name or id."""
    for eula_id, name, content in _WELL_KNOWN:
        yield Eula(eula_id=eula_id, name=name, content=content, created_at=now, updated_at=now)
