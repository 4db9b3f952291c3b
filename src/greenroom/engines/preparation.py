"""What is looked at before a session of this machine is started, and what its shim is told."""

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from greenroom.engines.base import EngineError, EnginePermanentError, SessionSpec
from greenroom.engines.desktop import outfit
from greenroom.engines.gpu import Gpu
from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.tree import check_needed
from greenroom.engines.shim import image, network, sharing
from greenroom.engines.shim.runtime import Launch, RuntimeDirectory

_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_HOSTNAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def prepare(
    spec: SessionSpec,
    runtime: RuntimeDirectory,
    *,
    bubblewrap: str,
    hidden: Sequence[Path],
    desktop: str,
    desktop_programs: Sequence[str],
    gpu: Gpu | None,
) -> Launch:
    """The spec with all that the shim needs. Raises EngineError, EnginePermanentError, OSError.

    `bubblewrap`: the program's name or path. `hidden`: directories of the host that no session may see.
    `desktop`: one of `outfit.MODES`. `desktop_programs`: what is kept running on it, the window manager first.
    `gpu`: what the session gets of the machine's.
    """
    session = f"session {spec.session_id}"
    if not _USER.fullmatch(spec.user) or not _HOSTNAME.fullmatch(spec.hostname):
        raise EnginePermanentError(
            f"{session}: user {spec.user!r} or host name {spec.hostname!r} is not a valid name", reason="name"
        )
    own = os.geteuid()
    if own == 0 and spec.uid == 0:
        raise EnginePermanentError(f"{session}: a session never runs as root; give it a uid", reason="uid")
    if own not in (0, spec.uid):
        raise EnginePermanentError(
            f"{session}: the server runs as uid {own} and cannot run it as {spec.uid}; "
            "run the server as root, or create the volume for the server's user",
            reason="uid",
        )
    if not spec.image_root.is_dir():
        raise EnginePermanentError(
            f"{session}: the image {spec.image_root} is not there; register it again",
            reason="image-missing",
            status_code="AMI_VALIDATION_ERROR",
        )
    try:
        check_needed(spec.image_root)
    except ImageError as error:
        raise EnginePermanentError(
            f"{session}: its image cannot be used: {error}",
            reason="image-incomplete",
            status_code="AMI_VALIDATION_ERROR",
        ) from error
    if not spec.volume.is_dir():
        raise EngineError(f"{session}: its volume {spec.volume} is not there", reason="volume-missing")
    try:
        sharing.check(spec, image.home_of(spec.user))
    except sharing.SharingError as error:
        raise EnginePermanentError(str(error), reason="shared-file-system") from error
    if spec.outbound and shutil.which(network.PROGRAM) is None:
        raise EngineError(
            f"{session}: {network.PROGRAM}, its way to other machines, is missing; apt install {network.PROGRAM}",
            reason="network-missing",
        )
    program = shutil.which(bubblewrap)
    if program is None:
        raise EngineError(f"{session}: bubblewrap is missing; apt install bubblewrap", reason="bubblewrap-missing")
    dressed = outfit.dress(spec, desktop, gpu, desktop_programs)
    return Launch(
        dressed.spec,
        gid=spec.uid if own == 0 else os.getegid(),
        bubblewrap=program,
        hidden=tuple(hidden),
        # Another data directory on this machine may have a session of the same id.
        control_group=f"{spec.session_id}-{_digest(str(runtime.path))[:8]}",
        machine_id=_digest(spec.session_id)[:32],
        shown=dressed.shown,
        devices=gpu.devices if gpu else (),
        groups=gpu.groups if gpu else (),
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
