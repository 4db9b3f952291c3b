"""Every operation's handler: each module registers its own when it is imported, and this one imports them all."""

from greenroom.api import (  # noqa: F401  imported for what it registers
    access_keys,
    backup_additions,
    backup_files,
    eulas,
    file_restores,
    launch_profile_details,
    launch_profiles,
    members,
    policies,
    roles,
    session_logs,
    streaming_images,
    streaming_session_backups,
    streaming_session_streams,
    streaming_sessions,
    studio_components,
    studios,
    tags,
    users,
)
