"""What `greenroom backup retention` shows and sets."""

from collections.abc import Mapping

from greenroom.cli.client import Client
from greenroom.cli.output import print_fields, print_json, print_table, say, show_time
from greenroom.wire import retention


def preview(client: Client, session_id: str, counts: Mapping[str, int | None], *, json: bool) -> None:
    """A dry run of the session's next rotation."""
    request = retention.PreviewRetentionRequest(studio_id=client.studio_id, session_id=session_id, **counts)
    verdicts = client.call(request, retention.PreviewRetentionResponse).verdicts
    if json:
        print_json(verdicts)
        return
    print_table(
        ("Backup", "Created", "Becomes", "Why"),
        [
            (
                verdict.backup_id,
                show_time(verdict.created_at),
                "stays" if verdict.reasons else "GOES",
                verdict.explanation,
            )
            for verdict in verdicts
        ],
        empty="The session has no READY backup.",
    )


def set_or_show(client: Client, launch_profile_id: str, counts: Mapping[str, int | None], *, json: bool) -> None:
    """The profile's policy: as it is, or, where numbers are given, as they say."""
    if all(count is None for count in counts.values()):
        asked = retention.GetLaunchProfileRetentionRequest(
            studio_id=client.studio_id, launch_profile_id=launch_profile_id
        )
        policy = client.call(asked, retention.GetLaunchProfileRetentionResponse).retention
    else:
        wanted = retention.PutLaunchProfileRetentionRequest(
            studio_id=client.studio_id,
            launch_profile_id=launch_profile_id,
            client_token=None,
            **counts,
        )
        policy = client.call(wanted, retention.PutLaunchProfileRetentionResponse).retention
    if json:
        print_json(policy)
    elif policy is None:
        say("This launch profile has no policy: maxBackupsToRetain alone counts.")
    else:
        print_fields(
            [(kind.capitalize(), str(getattr(policy, kind) or 0)) for kind in counts]
            + [("Set", show_time(policy.updated_at))]
        )
