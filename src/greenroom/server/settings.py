"""The settings: one table of what can be set. Where a value comes from is `setting_sources`' concern."""

# ruff: noqa: RUF009  `_setting` makes a dataclass field, as `dataclasses.field` does
import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from greenroom.server.identity_providers import OIDC, OidcProvider
from greenroom.server.setting_forms import (
    ADDRESSES,
    DATABASE,
    DURATIONS,
    HOURS,
    LATENCIES,
    MAILBOXES,
    NAMED_PATTERNS,
    NETWORKS,
    OPTIONAL_PATH,
    PATH,
    PATTERNS,
    PROBABILITIES,
    PROGRAMS,
    RATE,
    VAULT,
    VAULTS,
    duration,
    one_of,
    size,
    whole_number,
    words_like,
)
from greenroom.server.setting_sources import FILE_NAME as FILE_NAME
from greenroom.server.setting_sources import SourcedValues, table_of
from greenroom.server.setting_sources import setting as _setting
from greenroom.server.settings_file import VARIABLE_PREFIX as VARIABLE_PREFIX
from greenroom.server.settings_file import SettingsError as SettingsError
from greenroom.server.settings_file import Table, write_file
from greenroom.server.throttling import Rate
from greenroom.studio.hours import Hours

LARGEST_BODY = 1024 * 1024
"""Bytes of a request body beyond which the wire reads nothing, whatever is set (wire.codec.MAX_BODY_BYTES)."""
LARGEST_INDEX_SPACE = 2**50
"""Bytes."""
WHOLE_SHARE = 100
"""Percent."""
LARGEST_RATE = 2**40
"""Bytes a second beyond which a limit is none."""
OTHER_VARIABLES = frozenset({"GREENROOM_DATA"})
"""Variables with the prefix that are no settings: the command line's own."""


@dataclass(frozen=True, kw_only=True)
class Settings(SourcedValues):
    """Every setting's value as an attribute; `sources` says where each came from."""

    region: str = _setting(
        words_like(r"[a-z]{2}(-[a-z0-9]+)+", "a region's name such as us-west-2"),
        "us-west-2",
        "Region that requests are signed for and that ids and ARNs carry; fixed when the studio is founded.",
    )
    account_id: str = _setting(
        words_like(r"\d{12}", "12 digits"),
        "000000000000",
        "Account number in every ARN; chosen when the studio is founded.",
    )
    host: str = _setting(
        words_like(r"[A-Za-z0-9.:_-]+", "a host name or an IP address"),
        "127.0.0.1",
        "Address that the server listens on; 0.0.0.0 for every IPv4 address of the machine.",
    )
    port: int = _setting(whole_number(0, 65535), "8420", "Port of the API, the portal and the streams; 0: a free one.")
    tls_cert: Path | None = _setting(
        OPTIONAL_PATH, "", "PEM file with the server's certificate and its chain; taken anew on SIGHUP. Empty: no TLS."
    )
    tls_key: Path | None = _setting(OPTIONAL_PATH, "", "PEM file with the certificate's key, without a passphrase.")
    insecure: str = _setting(
        one_of("no", "yes"),
        "no",
        "Whether to serve other machines without TLS, as behind a proxy that does it.",
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        NETWORKS, "", "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; nobody else's are."
    )
    database: str = _setting(DATABASE, "sqlite:///DIR/greenroom.db", "Where the records are kept.")
    engine: str = _setting(
        one_of("local", "lxd", "simulated"),
        "local",
        "Where sessions run: on this machine, on an LXD cluster, or nowhere (simulated, for tests of rules and scale).",
    )
    desktop: str = _setting(
        one_of("auto", "on", "off"),
        "auto",
        "Whether sessions have a desktop that is streamed: where their system can show one, always, or never.",
    )
    desktop_programs: tuple[str, ...] = _setting(
        PROGRAMS,
        "openbox,pcmanfm,tint2,dunst,pulseaudio",
        "What is kept running on each desktop, the window manager first; each of the default's is arranged for it.",
    )
    gpu: str = _setting(
        one_of("off", "auto"),
        "off",
        "Whether sessions get the machine's GPU, where it has one, for their programs and to encode their desktops; "
        "all share it. Taken at a session's start.",
    )
    thumbnail_age: timedelta = _setting(
        duration(off=True),
        "30s",
        "How old the small picture of a desktop may be that its owner is shown; an older one is taken anew when they "
        "look. 0: no pictures are taken.",
    )
    stop_warnings: tuple[timedelta, ...] = _setting(
        DURATIONS,
        "10m,5m,1m",
        "How long before a session stops by itself its desktop says so, each; empty: it says nothing.",
    )
    idle_stop: timedelta = _setting(
        duration(least=timedelta(minutes=1), off=True),
        "0",
        "After how long without input and commands a session stops, with its backup, where its launch profile says "
        "nothing else; 0: never.",
    )
    volumes: str = _setting(
        one_of("auto", "btrfs", "btrfs-file", "reflink", "copy"),
        "auto",
        "How sessions' files are kept; auto takes the first of the kinds, in this order, that works in DIR.",
    )
    volume_limits: str = _setting(
        one_of("auto", "on", "off"),
        "auto",
        "Whether volumes are kept to the size that their launch profile says, on btrfs: auto in a file of Greenroom's "
        "own, and where quotas are on already; on: also turn them on in a file system that others share.",
    )
    vault: str = _setting(VAULT, "restic:DIR/vault", "Where backups are kept.")
    vault_password_file: Path = _setting(
        PATH, "DIR/vault-password", "File with the vault's password; made with a new one where there is none."
    )
    vault_copies: tuple[str, ...] = _setting(
        VAULTS, "", "Further vaults that get a copy of every READY backup; they have the vault's password."
    )
    vault_append_only: str = _setting(
        one_of("no", "yes"),
        "no",
        "Whether the vault's store deletes nothing: rotation then only marks, and an operator prunes.",
    )
    vault_copies_append_only: str = _setting(
        one_of("no", "yes"),
        "no",
        "Whether nothing can be deleted in vault_copies: what rotation drops is then only marked there as well.",
    )
    verify_download: int = _setting(
        size(LARGEST_RATE),
        "100MiB",
        "Bytes a second that proving old backups at night may read from the vault; 0 is no other limit than "
        "vault_download.",
    )
    backup_cpu_share: int = _setting(
        whole_number(1, WHOLE_SHARE),
        "8",
        "What backups get of the processors that a session wants too, in percent of what the session gets; what no "
        "session wants is theirs in any case. With 100 they only are nice.",
    )
    vault_upload: int = _setting(size(LARGEST_RATE), "0", "Bytes a second that may go to each vault; 0 is no limit.")
    vault_download: int = _setting(
        size(LARGEST_RATE), "0", "Bytes a second that may come from each vault; 0 is no limit."
    )
    quiet_hours: Hours | None = _setting(
        HOURS,
        "1-5",
        "Hours of the machine's day in which the vault's space is freed and old backups are proven, such as 22-6; "
        "empty: at any time.",
    )
    backup_interval: timedelta = _setting(
        duration(off=True), "4h", "Time between two backups of a running session whose backups are AUTOMATIC."
    )
    backup_script_before: str = _setting(
        words_like(r".{0,4096}", "a command for sh, in one line"),
        "",
        "Command that is run in each running session, as its user, before its snapshot (Run scripts around a backup).",
    )
    backup_script_after: str = _setting(
        words_like(r".{0,4096}", "a command for sh, in one line"),
        "",
        "Command that is run in each running session, as its user, after its snapshot.",
    )
    backup_script_timeout: timedelta = _setting(
        duration(least=timedelta(seconds=1)),
        "30s",
        "Longest time that all scripts before, or after, a snapshot may take; the backup is made nevertheless.",
    )
    backup_freeze: timedelta = _setting(
        duration(off=True),
        "1s",
        "How long a running session stands still at most while its files are copied one after another, as without "
        "btrfs; 0: it does not.",
    )
    local_snapshots: int = _setting(
        whole_number(0, 100),
        "1",
        "How many of a session's newest snapshots stay on its own storage, so that starting from them takes no time.",
    )
    keep_replaced_snapshots: timedelta = _setting(
        duration(off=True),
        "5m",
        "How long a snapshot stays on a session's storage after newer ones have taken its place, unless less than a "
        "tenth of the storage is free; 0: it goes at once.",
    )
    keep_deleted_backups: timedelta = _setting(duration(), "30d", "How long the backups of a deleted session are kept.")
    records_interval: timedelta = _setting(
        duration(off=True),
        "1m",
        "Time between two looks at whether the records have changed and go into the vault, for `greenroom recover`.",
    )
    backup_grace: timedelta = _setting(
        duration(off=True),
        "24h",
        "How long the data of a backup that rotation took stays, to be undeleted; 0: it goes at once.",
    )
    verify_within: timedelta = _setting(
        duration(off=True), "30d", "In which time every backup is read back again, in the quiet hours; 0: never."
    )
    restore_undo: timedelta = _setting(duration(), "7d", "How long the volume that a restore replaced is kept aside.")
    after_reboot: str = _setting(
        one_of("stop", "start"),
        "stop",
        "What becomes of sessions that ran when the machine went down: stopped with a backup, or started again.",
    )
    event_retention: timedelta = _setting(
        duration(least=timedelta(minutes=1)), "30d", "How long events are kept; who reads no sooner has missed them."
    )
    webhooks: Mapping[str, str] = _setting(
        ADDRESSES, "", "Where each event is posted to, by names of your own; the server calls these addresses itself."
    )
    webhook_events: Mapping[str, tuple[str, ...]] = _setting(
        NAMED_PATTERNS, "", "Types of events that go to each of webhooks; all of them to one that is not named here."
    )
    webhook_secret_file: Path = _setting(
        PATH, "DIR/webhook-secret", "File with the secret that webhooks are signed with; made where there is none."
    )
    mail_server: str = _setting(
        words_like(r"(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):\d{1,5}|", "HOST:PORT; empty is none"),
        "",
        "Mail server that events are told through.",
    )
    mail_security: str = _setting(
        one_of("starttls", "tls", "none"), "starttls", "How the way to the mail server is encrypted."
    )
    mail_user: str = _setting(words_like(r".{0,256}", "a name; empty is none"), "", "Who signs in at the mail server.")
    mail_password_file: Path | None = _setting(OPTIONAL_PATH, "", "File with that user's password.")
    mail_from: str = _setting(words_like(r"([^\s,<>@]+@[^\s,<>@]+)?", "a mail address"), "", "Who messages are from.")
    mail_to: tuple[str, ...] = _setting(MAILBOXES, "", "Who is written to.")
    mail_events: tuple[str, ...] = _setting(PATTERNS, "*-failed,vault.*", "Types of events that are written of.")
    workers: int = _setting(whole_number(1, 64), "4", "Threads that carry out work on sessions and backups.")
    session_user: str = _setting(
        words_like(r"[a-z_][a-z0-9_-]{0,31}", "a Linux user name"), "artist", "Name of the user inside every session."
    )
    stop_grace: timedelta = _setting(
        duration(), "10s", "Time that a session's programs have to end by themselves when it stops."
    )
    network: str = _setting(
        one_of("none", "outbound"),
        "none",
        "What sessions reach: nothing, or other machines (by slirp4netns); never this machine itself. "
        "Taken at a session's start.",
    )
    shared_directory: Path = _setting(
        PATH,
        "DIR/shared",
        "Directory whose entries (directories, mounts, links) are all that SHARED_FILE_SYSTEM components can mount, "
        "each named by its fileSystemId or endpoint.",
    )
    script_timeout: timedelta = _setting(
        duration(), "5m", "Longest time that one initialization script may take before the session's start fails."
    )
    retry_base: timedelta = _setting(
        duration(least=timedelta(milliseconds=1)), "1s", "Pause before work that failed is tried again; it doubles."
    )
    retry_limit: timedelta = _setting(
        duration(least=timedelta(milliseconds=1)), "5m", "Longest pause between two tries."
    )
    quota_launch_profiles: int = _setting(whole_number(0, 1_000_000), "50", "Launch profiles that a studio may have.")
    quota_streaming_sessions: int = _setting(
        whole_number(0, 10_000_000), "1000", "Sessions that a studio may have, stopped ones included."
    )
    quota_custom_streaming_images: int = _setting(
        whole_number(0, 1_000_000), "10", "Streaming images of its own that a studio may have."
    )
    quota_shared_file_systems: int = _setting(
        whole_number(0, 1_000_000), "10", "Components of type SHARED_FILE_SYSTEM that a studio may have."
    )
    backup_index_space: int = _setting(
        size(LARGEST_INDEX_SPACE),
        "1GiB",
        "Space for the indexes that make looking into backups quick; those used least lately go, and are made again.",
    )
    downloads: int = _setting(
        whole_number(0, 1000),
        "16",
        "Downloads out of backups that go on at once, of one person half as many; more are refused with 429. 0: any.",
    )
    max_body: int = _setting(
        size(LARGEST_BODY), "1MiB", "Largest body of a request that is read; a larger one is refused with 413."
    )
    throttle_reads: Rate = _setting(
        RATE, "200/1000", "Calls that read, of one person or role, beyond which more are refused with 429."
    )
    throttle_writes: Rate = _setting(
        RATE, "50/500", "Calls that change something, of one person or role, beyond which more are refused with 429."
    )
    sign_in_lifetime: timedelta = _setting(
        duration(least=timedelta(minutes=1)), "7d", "How long a sign-in to the portal lasts at most."
    )
    sign_in_idle: timedelta = _setting(
        duration(least=timedelta(minutes=1)), "12h", "How long a sign-in to the portal lasts without being used."
    )
    sign_in_attempts: int = _setting(
        whole_number(1, 1000),
        "10",
        "Wrong passwords for one account at once, beyond which attempts are refused with 429; ten times as many from "
        "one address.",
    )
    sign_in_pause: timedelta = _setting(
        duration(least=timedelta(milliseconds=1)), "30s", "Time after which one more wrong password is allowed."
    )
    oidc: Mapping[str, OidcProvider] = _setting(
        OIDC, "", "Providers of OpenID Connect by which people may sign in; see Let people sign in by a provider."
    )
    audit_retention: timedelta = _setting(
        duration(off=True), "365d", "How long the audit's files are kept; 0 keeps them for ever."
    )
    log_format: str = _setting(
        one_of("console", "json"), "console", "How log lines are written to stderr: for people or for programs."
    )
    log_level: str = _setting(one_of("debug", "info", "warning", "error"), "info", "Least weight of a line in the log.")
    metrics_sessions: int = _setting(
        whole_number(0, 10_000),
        "0",
        "Sessions whose newest backup's age /metrics tells each by the session's id, the oldest first; 0: of none.",
    )
    simulated_seed: int = _setting(
        whole_number(0, 2**31 - 1), "0", "Seed of the simulated engine: the same seed, the same fates."
    )
    simulated_latency: Mapping[str, timedelta] = _setting(LATENCIES, "", "How long the simulated engine's calls take.")
    simulated_faults: Mapping[str, float] = _setting(PROBABILITIES, "", "How often the simulated engine's calls fail.")

    @property
    def endpoint(self) -> str:
        """The address at which people on this machine reach the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        scheme = "http" if self.tls_cert is None else "https"
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"


TABLE: Table = table_of(Settings)
"""Every setting, by name."""


def unknown_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """Variables with the prefix that are no settings, each with the nearest name that is one, or an empty text."""
    known = {setting.variable for setting in TABLE.values()}
    return {
        name: next(iter(difflib.get_close_matches(name, known, n=1)), "")
        for name in sorted(environ)
        if name.startswith(VARIABLE_PREFIX) and name not in known | OTHER_VARIABLES
    }


def record(data: Path, values: Mapping[str, object]) -> None:
    """Write settings into the data directory's file, replacing those already there; all or nothing.

    Raises SettingsError where a value cannot be read back.
    """
    write_file(data / FILE_NAME, values, TABLE)
