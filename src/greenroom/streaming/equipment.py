"""What a session's desktop is told of its launch profile when it starts."""

from collections.abc import Mapping

from sqlalchemy import Connection

from greenroom.engines.desktop.components import CLIPBOARD_VARIABLE, UPLOADS_VARIABLE
from greenroom.store import launch_profiles
from greenroom.streaming.rules import StreamRules, rules_of


def rules_for(connection: Connection, launch_profile_id: str, session_user: str) -> StreamRules:
    """The rules of the streams of a session of that profile."""
    profile = launch_profiles.get(connection, launch_profile_id)
    return rules_of(profile.stream_configuration if profile else None, f"/home/{session_user}")


def variables(rules: StreamRules) -> Mapping[str, str]:
    """The same as environment variables, which the desktop reads."""
    return {
        CLIPBOARD_VARIABLE: "ENABLED" if rules.clipboard else "DISABLED",
        UPLOADS_VARIABLE: rules.uploads or "",
    }
