"""What a launch profile lets pass through a stream, checked on every message, whatever both ends believe.

The messages are those of Selkies 2.1 over WebSockets: text begins with a verb, and a binary message whose first byte is
5 is such a text, compressed.
"""

from dataclasses import dataclass

from greenroom.studio.launch_profiles import StreamConfiguration

_FROM_BROWSER = ("cw", "cb", "cr", "REQUEST_CLIPBOARD", "_ebc", "_gz")
"""Verbs that carry or ask for the clipboard (`cw`, `cws`, `cbd` …); and `_gz`, which would let them be compressed."""
_TO_BROWSER = ("clipboard", "_gz")
_COMPRESSED = 5
DEFAULT_UPLOADS = "Uploads"
"""Folder in the home that uploads go to where the profile names none."""
_NEVER_FROM_BROWSER = ("cmd",)
"""Verbs that run programs; Selkies has them switched off, too."""


@dataclass(frozen=True, slots=True)
class StreamRules:
    """What may pass."""

    clipboard: bool
    uploads: str | None
    """Folder inside of the session that uploads go to; None: there are none."""

    def lets_in(self, message: str | bytes) -> bool:
        """Whether that message may go from the browser to the session."""
        if isinstance(message, bytes):
            return bool(message) and (self.clipboard or message[0] != _COMPRESSED)
        verb = message.partition(",")[0].strip()
        if verb in _NEVER_FROM_BROWSER:
            return False
        return self.clipboard or not verb.startswith(_FROM_BROWSER)

    def lets_out(self, message: str | bytes) -> bool:
        """Whether that message may go from the session to the browser."""
        if self.clipboard:
            return True
        if isinstance(message, bytes):
            return message[:1] != bytes([_COMPRESSED])
        return not message.lstrip().startswith(_TO_BROWSER)


def rules_of(configuration: StreamConfiguration | None, home: str) -> StreamRules:
    """The rules of a launch profile; nothing passes where there is none. `home`: of the session's user."""
    if configuration is None:
        return StreamRules(clipboard=False, uploads=None)
    storage = configuration.session_storage
    uploads = None
    if storage is not None and "UPLOAD" in storage.mode:
        root = (storage.root.linux if storage.root else None) or f"$HOME/{DEFAULT_UPLOADS}"
        uploads = root.replace("$HOME", home, 1) if root.startswith("$HOME") else root
    return StreamRules(clipboard=configuration.clipboard_mode == "ENABLED", uploads=uploads)
