"""Where a call comes from, as the server saw it: the condition keys that a caller cannot choose."""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_USER_AGENT = 512
"""Characters of a User-Agent that are looked at and recorded; it is the one member here that the caller writes."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The connection of one call."""

    source_ip: str | None = None
    """The caller's address; None where there is none, as within one process or on a Unix socket."""
    secure_transport: bool = False
    """Whether it came over TLS, here or at a proxy that is trusted."""
    user_agent: str = ""
    requested_region: str = ""
    """The region that the request is signed for."""
    host: str = ""
    """What the caller addressed: the Host header, which its signature covers."""

    @property
    def endpoint(self) -> str:
        """The address under which this caller reaches the server; empty where it came without one."""
        return f"http{'s' if self.secure_transport else ''}://{self.host}" if self.host else ""

    def condition_keys(self) -> Mapping[str, str]:
        """`aws:SourceIp`, `aws:SecureTransport`, `aws:UserAgent`, `aws:RequestedRegion`; absent where unknown."""
        keys = {"aws:SecureTransport": "true" if self.secure_transport else "false"}
        if self.source_ip is not None:
            keys["aws:SourceIp"] = self.source_ip
        if self.user_agent:
            keys["aws:UserAgent"] = self.user_agent
        if self.requested_region:
            keys["aws:RequestedRegion"] = self.requested_region
        return keys
