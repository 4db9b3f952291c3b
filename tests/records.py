"""Records as tests need them: whole and plausible, each member as the test says."""

from datetime import timedelta
from typing import Any

from tests.support import START

from greenroom.studio.backups import Cause, StreamingSessionBackup
from greenroom.studio.ids import new_id
from greenroom.studio.launch_profiles import BackupMode, LaunchProfile, StreamConfiguration, Switch, settle
from greenroom.studio.sessions import CODES, StreamingSession
from greenroom.studio.status import ResourceState, SessionState, SessionStatusCode
from greenroom.studio.studios import Studio

STUDIO_ID = "us-west-2:stid-nyoqq12fteqy1x48"
OWNER = "92677b4b19-e9fd012a-94ad-4f16-9866-c69a63ab6486"


def make_studio(**members: Any) -> Studio:
    """A READY studio."""
    defaults: dict[str, Any] = {
        "studio_id": STUDIO_ID,
        "studio_name": "aurora",
        "display_name": "Aurora Pictures",
        "account_id": "123456789012",
        "region": "us-west-2",
        "admin_role_arn": "arn:aws:iam::123456789012:role/aurora-admin",
        "user_role_arn": "arn:aws:iam::123456789012:role/aurora-user",
        "studio_url": "http://127.0.0.1:8420/",
        "sso_client_id": "2d1f0fd4-4b0e-4c8b-9a57-1d7f0d3c6f6b",
        "state": ResourceState.READY,
        "status_code": "STUDIO_CREATED",
        "status_message": "The studio has been created successfully",
        "created_at": START,
        "updated_at": START,
    }
    return Studio(**(defaults | members))


def make_stream_configuration(**members: Any) -> StreamConfiguration:
    """A settled configuration: sessions are persistent and may stay stopped for ever."""
    defaults: dict[str, Any] = {
        "clipboard_mode": "ENABLED",
        "ec2_instance_types": ["g4dn.xlarge"],
        "streaming_image_ids": ["yeG7lDwNQEiwNTRT7DrV7Q"],
        "session_persistence_mode": Switch.ACTIVATED,
    }
    return settle(StreamConfiguration(**(defaults | members)))


def make_launch_profile(**members: Any) -> LaunchProfile:
    """A READY launch profile with an id of its own."""
    defaults: dict[str, Any] = {
        "launch_profile_id": new_id(),
        "studio_id": STUDIO_ID,
        "name": "Workstation-Default",
        "description": None,
        "ec2_subnet_ids": [],
        "launch_profile_protocol_versions": ["2021-03-31"],
        "stream_configuration": make_stream_configuration(),
        "studio_component_ids": [new_id()],
        "state": ResourceState.READY,
        "status_code": "LAUNCH_PROFILE_CREATED",
        "status_message": "Launch Profile has been created",
        "created_at": START,
        "created_by": OWNER,
        "updated_at": START,
        "updated_by": OWNER,
    }
    return LaunchProfile(**(defaults | members))


def make_session(**members: Any) -> StreamingSession:
    """A READY session with ids of its own that can be stopped and keeps 3 backups."""
    state: SessionState = members.get("state", SessionState.READY)
    defaults: dict[str, Any] = {
        "session_id": new_id(),
        "studio_id": STUDIO_ID,
        "launch_profile_id": "4ZB9MWiQSX6BgRQcfyjk9A",
        "streaming_image_id": "yeG7lDwNQEiwNTRT7DrV7Q",
        "ec2_instance_type": "g4dn.xlarge",
        "owned_by": OWNER,
        "created_by": OWNER,
        "created_at": START,
        "updated_by": OWNER,
        "updated_at": START,
        "state": state,
        "status_code": CODES[state],
        "backup_mode": BackupMode.AUTOMATIC,
        "max_backups_to_retain": 3,
        "session_persistence_mode": Switch.ACTIVATED,
        "automatic_termination_mode": Switch.DEACTIVATED,
        "max_session_length": timedelta(minutes=690),
        "max_stopped_session_length": timedelta(0),
        "volume_configuration": None,
        "number": 1,
        "volume_id": new_id(),
    }
    return StreamingSession(**(defaults | members))


BACKUP_CODES = {
    SessionState.CREATE_IN_PROGRESS: SessionStatusCode.CREATE_IN_PROGRESS,
    SessionState.READY: SessionStatusCode.READY,
    SessionState.CREATE_FAILED: SessionStatusCode.INTERNAL_ERROR,
    SessionState.DELETE_IN_PROGRESS: SessionStatusCode.DELETE_IN_PROGRESS,
    SessionState.DELETED: SessionStatusCode.DELETED,
}
"""The states that a backup can be in, and the status code of each."""


def make_backup(session: StreamingSession | None = None, **members: Any) -> StreamingSessionBackup:
    """A READY backup with an id of its own, of that session or of one that is not there."""
    session = session or make_session()
    state: SessionState = members.get("state", SessionState.READY)
    defaults: dict[str, Any] = {
        "backup_id": new_id(),
        "studio_id": session.studio_id,
        "session_id": session.session_id,
        "launch_profile_id": session.launch_profile_id,
        "owned_by": session.owned_by,
        "created_at": START,
        "state": state,
        "status_code": BACKUP_CODES[state],
        "cause": Cause.STOP,
    }
    return StreamingSessionBackup(**(defaults | members))
