"""What the server tells of itself: its audit, its settings, and how the machine under it is."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from greenroom.api.administration import outcome
from greenroom.api.inspection import AuditPage, Finding, RegisteredImage, ShownSetting, Wanted
from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.registry import Images
from greenroom.server.audit import reading
from greenroom.server.settings import Settings
from greenroom.studio.errors import Unavailable

MOST_LOOKED_AT = 20_000
"""Records of the audit that are looked at for one page: whoever seeks what is rare comes again for more."""


class ServerInspection:
    """Of one data directory (greenroom.api.inspection)."""

    def __init__(self, settings: Settings, audit: Path, images: Images) -> None:
        self._settings = settings
        self._audit = audit
        self._images = images
        self._looking = Lock()

    def audit(self, wanted: Wanted, before: int | None, limit: int) -> AuditPage:
        """Calls, newest first; reads no more of the files than it has to."""
        since = "" if wanted.since is None else f"{wanted.since:%Y-%m-%dT%H:%M:%SZ}"
        try:
            return reading.page(
                self._audit, _filter(wanted), before=before, since=since, limit=limit, most=MOST_LOOKED_AT
            )
        except OSError as error:
            raise Unavailable(f"The audit cannot be read: {error.strerror}.", code="AUDIT_UNREADABLE") from error

    def settings(self) -> Sequence[ShownSetting]:
        """As they were when the server started."""
        return [
            ShownSetting(
                name=setting.name,
                value=value,
                default=setting.default,
                source=source,
                meaning=setting.meaning,
                accepts=setting.form.accepts,
                variable=setting.variable,
            )
            for setting, value, source in self._settings.shown()
        ]

    def findings(self) -> Sequence[Finding]:
        """One look at a time: it tries things, and two would be in each other's way."""
        from greenroom.server.examination import examine

        server = Finding("server", "ok", f"Process {os.getpid()} answers.")
        with self._looking:
            return examine(self._settings, os.environ, founded=True, server=server)

    def images(self) -> Sequence[RegisteredImage]:
        """As `greenroom image list` has them."""
        try:
            return [
                RegisteredImage(
                    each.ec2_image_id,
                    each.source,
                    datetime.fromisoformat(each.added_at),
                    each.sha256,
                    each.files,
                    each.size_bytes,
                )
                for each in self._images.every()
            ]
        except ImageError as error:
            raise Unavailable(str(error), code="IMAGE_DAMAGED") from error


def _filter(wanted: Wanted) -> Callable[[dict[str, Any]], bool]:
    def fits(event: dict[str, Any]) -> bool:
        return (
            wanted.user_name in (None, event["userIdentity"].get("userName"))
            and (wanted.event_name is None or wanted.event_name.lower() in event["eventName"].lower())
            and wanted.read_only in (None, event["readOnly"])
            and wanted.outcome in (None, outcome(event))
            and (
                wanted.resource is None or any(wanted.resource in each["ARN"] for each in event.get("resources") or ())
            )
        )

    return fits
