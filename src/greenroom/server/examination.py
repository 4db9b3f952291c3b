"""What `doctor` looks at: each part of the machine and the studio, tried by doing it where that is harmless."""

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path

from greenroom.api.inspection import Finding
from greenroom.control.set_back import since_the_records
from greenroom.engines import findings as engines
from greenroom.engines import gpu
from greenroom.engines.desktop.findings import finding as desktop_finding
from greenroom.engines.desktop.findings import of_image as image_finding
from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.registry import Images
from greenroom.engines.shim import cgroups
from greenroom.server.places import places
from greenroom.server.settings import WHOLE_SHARE, Settings, unknown_variables
from greenroom.store.database import Database, DatabaseFullError, DatabaseUnavailableError
from greenroom.vaults.base import VaultError
from greenroom.volumes import choose as volumes
from greenroom.volumes.btrfs import Limits

LITTLE_SPACE = 5 * 1024**3
"""Bytes free below which a studio soon stands still."""
NO_SPACE = 64 * 1024**2
"""Bytes free below which it stands still, or will with the next file."""
_WITHOUT_SPACE = "the disk is full. Calls may be refused, and backups wait or fail."


def examine(settings: Settings, environ: Mapping[str, str], *, founded: bool, server: Finding) -> list[Finding]:
    """All findings, the machine's first. Takes a few seconds at most; leaves nothing behind.

    `founded`: whether a studio is in the data directory; `server`: what is known of the server on it.
    """
    findings = [_python(), *_engine(settings), *_volumes(settings), _restic()]
    findings.append(_background(settings.backup_cpu_share))
    findings += [*space(settings), _directory(settings.data, founded=founded)]
    findings += _images(settings)
    if founded:
        findings += [_database(settings), *_clock(settings), *_vaults(settings), server]
    return findings + list(_variables(environ))


def _python() -> Finding:
    return Finding("python", "ok", f"Python {platform.python_version()} at {sys.executable}.")


def _engine(settings: Settings) -> Iterable[Finding]:
    if settings.engine == "lxd":
        yield Finding("engine: lxd", "missing", "This version has no LXD engine yet.", "set engine to local")
    needed = settings.engine == "local"
    for found in engines.findings():
        state = found.state.value
        yield Finding(found.part, state, _sentence(found.meaning), found.remedy, needed=needed)
    graphics = gpu.finding(settings.gpu, gpu.find())
    yield Finding(graphics.part, graphics.state.value, _sentence(graphics.meaning), graphics.remedy, needed=False)
    found = desktop_finding(settings.desktop_programs)
    wanted = needed and settings.desktop == "on"
    yield Finding(found.part, found.state.value, _sentence(found.meaning), found.remedy, needed=wanted)


def _images(settings: Settings) -> Iterable[Finding]:
    images = Images(settings.data / "images")
    try:
        registered = [image.ec2_image_id for image in images.every()]
    except ImageError as error:
        yield Finding("images", "limited", str(error), "greenroom image list", needed=False)
        return
    for name in registered:
        if (root := images.root_of(name)) is not None:
            found = image_finding(name, root, settings.desktop_programs)
            yield Finding(found.part, found.state.value, _sentence(found.meaning), found.remedy, needed=False)


def _volumes(settings: Settings) -> Iterable[Finding]:
    found = volumes.probe(settings.data)
    working = [finding for finding in found if finding.state is not volumes.State.MISSING]
    for finding in found:
        state = finding.state.value
        chosen = settings.volumes == finding.kind
        taken = settings.volumes == volumes.AUTO and working[:1] == [finding]
        meaning = f"{finding.meaning} auto takes this one." if taken else finding.meaning
        yield Finding(finding.part, state, meaning, finding.remedy, needed=chosen)
    used = working[0].kind if settings.volumes == volumes.AUTO and working else settings.volumes
    size = volumes.sizes(used, Limits(settings.volume_limits))
    yield Finding(size.part, size.state.value, size.meaning, size.remedy, needed=False)
    if not working:
        yield Finding("volumes", "missing", f"No volume can be kept in {settings.data}.", found[-1].remedy)


def _restic() -> Finding:
    program = shutil.which("restic")
    if program is None:
        return Finding(
            "vault: restic", "missing", "restic is not installed: no backup can be made.", "apt install restic"
        )
    try:
        said = subprocess.run([program, "version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(
            "vault: restic", "missing", f"{program} does not run: {error}.", "apt install --reinstall restic"
        )
    return Finding("vault: restic", "ok", " ".join(said.split()[:2]) + f" at {program}.")


def _background(share: int) -> Finding:
    """How backups give way to sessions."""
    part = "backups beside sessions"
    if share >= WHOLE_SHARE:
        meaning = "backup_cpu_share is 100: only their niceness keeps backups from the processors."
        return Finding(part, "limited", meaning, "greenroom settings shows what it is by default", needed=False)
    if cgroups.can_background():
        meaning = f"They have a control group that weighs {share} percent of a session's."
        return Finding(part, "ok", meaning)
    meaning = "No control group can be made for backups: they give way by niceness alone, which is less."
    return Finding(part, "limited", meaning, "run the server as root on a system with control groups", needed=False)


def space(settings: Settings) -> Iterable[Finding]:
    """One finding for each disk that something of the studio lies on."""
    for name, place in places(settings).items():
        part = "space" if name == "data" else f"space: {name}"
        free = shutil.disk_usage(place).free
        meaning = f"{free / 1024**3:.1f} GiB free in {place}."
        if free < NO_SPACE:
            meaning = f"{free / 1024**2:.1f} MiB free in {place}: {_WITHOUT_SPACE}"
            yield Finding(part, "missing", meaning, "free some now; what waits goes on by itself")
        elif free < LITTLE_SPACE:
            yield Finding(part, "limited", meaning, "free some, or keep volumes and vault on a larger disk")
        else:
            yield Finding(part, "ok", meaning)


def _directory(data: Path, *, founded: bool) -> Finding:
    if not founded:
        remedy = f"greenroom init --data {data} --studio NAME"
        return Finding("data directory", "limited", f"{data} holds no studio yet.", remedy, needed=False)
    mode = data.stat().st_mode & 0o777
    if mode & 0o077:
        meaning = f"{data} has mode {mode:o}: others on this machine may look into it."
        return Finding("data directory", "limited", meaning, f"chmod 700 {data}")
    return Finding("data directory", "ok", f"{data} is its owner's alone.")


def _database(settings: Settings) -> Finding:
    database = Database(settings.database)
    name = database.url.render_as_string(hide_password=True)
    try:
        database.check()
    except DatabaseFullError as error:
        return Finding("database", "missing", str(error), "free some space there; what waits goes on by itself")
    except DatabaseUnavailableError as error:
        return Finding("database", "missing", str(error), "start it, or correct the setting database")
    finally:
        database.close()
    return Finding("database", "ok", f"{name} answers.")


def _clock(settings: Settings) -> Iterable[Finding]:
    """Nothing where the database, which tells of itself, does not answer."""
    database = Database(settings.database)
    try:
        with database.read() as connection:
            now = database.clock()
            behind = since_the_records(connection, now)
    except DatabaseUnavailableError:
        return
    finally:
        database.close()
    shown = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if behind:
        later = behind - behind % timedelta(seconds=1)
        meaning = (
            f"It shows {shown}, and the records speak of what was done {later} later: it was set back, or was wrong"
            " before. A server looks at all that is due by the clock as it is now."
        )
        yield Finding("clock", "limited", meaning, "see whether the clock is right (timedatectl), and set it if not")
    else:
        yield Finding("clock", "ok", f"It shows {shown}, and nothing on record is later.")


def _vaults(settings: Settings) -> Iterable[Finding]:
    """One finding for each studio's repository; of the founding studio's alone where the records do not answer."""
    from greenroom.server.parts import studio_vaults, vault_of

    database = Database(settings.database)
    try:
        founding = vault_of(settings)
        try:
            vaults = studio_vaults(settings, database).every()
        except DatabaseUnavailableError:
            vaults = {"": founding}
    except VaultError as error:
        yield Finding("vault", "missing", str(error), "correct the setting vault")
        return
    finally:
        database.close()
    for path, vault in vaults.items():
        part = f"vault: {path}" if path else "vault"
        try:
            # Not opened: that would make a repository where there is none.
            if path and not vault.exists():
                yield Finding(part, "ok", f"{vault.name} is made with its studio's first records or backup.")
                continue
            held = len(vault.backups())
        except VaultError as error:
            yield Finding(part, "missing", str(error), "correct the setting vault, or bring the repository back")
        else:
            yield Finding(part, "ok", f"{vault.name} answers and holds {held} backups.")


def _variables(environ: Mapping[str, str]) -> Iterable[Finding]:
    for variable, near in unknown_variables(environ).items():
        remedy = f"did you mean {near}?" if near else "unset it"
        yield Finding(f"environment: {variable}", "limited", "This is no setting, and has no effect.", remedy)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text[:1].upper()}{text[1:]}."
