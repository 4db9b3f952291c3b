"""Policies that come with every studio.

The first three carry the names and the effect of the original's managed policies, so that scripts which
attach them by ARN keep working; of their actions, those of services that do not exist here are left out.
"""

from functools import cache
from typing import Any

from greenroom.access.policies import Policy, parse_policy

STUDIO_USER = "AmazonNimbleStudio-StudioUser"
"""What a plain user may do: work in what is theirs."""
STUDIO_ADMIN = "AmazonNimbleStudio-StudioAdmin"
"""What the original's portal let an administrator do: everyone's sessions, and who may use a launch profile."""
LAUNCH_PROFILE_WORKER = "AmazonNimbleStudio-LaunchProfileWorker"
"""For machines that read a launch profile; the original's grants nothing of Nimble itself."""
GREENROOM_USER = "GreenroomUser"
"""What a plain user may do beyond the original: with what is theirs."""
GREENROOM_ADMINISTRATOR = "GreenroomAdministrator"
"""An administrator here: all of the portal's, and what was done in the original's console by an account's owner."""

_VERSION = "2012-10-17"

_DOCUMENTS: dict[str, dict[str, Any]] = {
    STUDIO_USER: {
        "Version": _VERSION,
        "Statement": [
            {
                "Sid": "ListOwnLaunchProfiles",
                "Effect": "Allow",
                "Action": "nimble:ListLaunchProfiles",
                "Resource": "*",
                "Condition": {"StringEquals": {"nimble:requesterPrincipalId": "${nimble:principalId}"}},
            },
            {
                "Sid": "SeeTheStudio",
                "Effect": "Allow",
                "Action": [
                    "nimble:GetFeatureMap",
                    "nimble:GetStudioMember",
                    "nimble:ListEulaAcceptances",
                    "nimble:ListEulas",
                    "nimble:ListStudioMembers",
                    "nimble:PutStudioLogEvents",
                ],
                "Resource": "*",
            },
            {
                "Sid": "WorkInOwnSessions",
                "Effect": "Allow",
                "Action": [
                    "nimble:CreateStreamingSessionStream",
                    "nimble:DeleteStreamingSession",
                    "nimble:GetStreamingSession",
                    "nimble:GetStreamingSessionBackup",
                    "nimble:GetStreamingSessionStream",
                    "nimble:ListStreamingSessionBackups",
                    "nimble:ListStreamingSessions",
                    "nimble:StartStreamingSession",
                    "nimble:StopStreamingSession",
                ],
                "Resource": "*",
                "Condition": {"StringEquals": {"nimble:ownedBy": "${nimble:requesterPrincipalId}"}},
            },
        ],
    },
    STUDIO_ADMIN: {
        "Version": _VERSION,
        "Statement": {
            "Sid": "RunTheStudio",
            "Effect": "Allow",
            "Action": [
                "nimble:AcceptEulas",
                "nimble:CreateStreamingSession",
                "nimble:CreateStreamingSessionStream",
                "nimble:DeleteLaunchProfileMember",
                "nimble:DeleteStreamingSession",
                "nimble:GetEula",
                "nimble:GetFeatureMap",
                "nimble:GetLaunchProfile",
                "nimble:GetLaunchProfileDetails",
                "nimble:GetLaunchProfileInitialization",
                "nimble:GetLaunchProfileMember",
                "nimble:GetStreamingImage",
                "nimble:GetStreamingSession",
                "nimble:GetStreamingSessionBackup",
                "nimble:GetStreamingSessionStream",
                "nimble:GetStudioMember",
                "nimble:ListEulaAcceptances",
                "nimble:ListEulas",
                "nimble:ListLaunchProfileMembers",
                "nimble:ListLaunchProfiles",
                "nimble:ListStreamingImages",
                "nimble:ListStreamingSessionBackups",
                "nimble:ListStreamingSessions",
                "nimble:ListStudioMembers",
                "nimble:PutLaunchProfileMembers",
                "nimble:PutStudioLogEvents",
                "nimble:StartStreamingSession",
                "nimble:StopStreamingSession",
                "nimble:UpdateLaunchProfileMember",
            ],
            "Resource": "*",
        },
    },
    LAUNCH_PROFILE_WORKER: {
        "Version": _VERSION,
        "Statement": {
            "Sid": "DescribeWhatAProfileNames",
            "Effect": "Allow",
            "Action": [
                "ds:DescribeDirectories",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DescribeSecurityGroups",
                "fsx:DescribeFileSystems",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:CalledViaLast": "nimble.amazonaws.com"}},
        },
    },
    GREENROOM_USER: {
        "Version": _VERSION,
        "Statement": {
            "Sid": "BackUpOwnSessions",
            "Effect": "Allow",
            "Action": [
                "greenroom:CompareStreamingSessionBackups",
                "greenroom:CreateStreamingSessionBackup",
                "greenroom:DownloadStreamingSessionBackupFiles",
                "greenroom:GetStreamingSessionBackupDetails",
                "greenroom:GetStreamingSessionFileRestore",
                "greenroom:GetStreamingSessionLogs",
                "greenroom:GetStreamingSessionThumbnail",
                "greenroom:ListOpenStreams",
                "greenroom:ListStreamingSessionBackupDetails",
                "greenroom:ListStreamingSessionBackupFiles",
                "greenroom:RestoreStreamingSessionBackupFiles",
                "greenroom:RevokeStreamingSessionStream",
                "greenroom:SearchStreamingSessionBackupFiles",
                "greenroom:GetStreamingSessionDetails",
                "greenroom:PinStreamingSessionBackup",
                "greenroom:PreviewRetention",
                "greenroom:RestoreStreamingSessionBackup",
                "greenroom:UndeleteStreamingSessionBackup",
                "greenroom:UndoStreamingSessionRestore",
                "greenroom:UnpinStreamingSessionBackup",
                "greenroom:ListEvents",
                "greenroom:PutSchedule",
                "greenroom:GetSchedule",
                "greenroom:DeleteSchedule",
                "greenroom:ListSchedules",
            ],
            "Resource": "*",
            "Condition": {"StringEquals": {"nimble:ownedBy": "${nimble:requesterPrincipalId}"}},
        },
    },
    GREENROOM_ADMINISTRATOR: {
        "Version": _VERSION,
        "Statement": {
            "Sid": "Everything",
            "Effect": "Allow",
            "Action": ["nimble:*", "greenroom:*", "sts:*"],
            "Resource": "*",
        },
    },
}

MANAGED_POLICIES = tuple(_DOCUMENTS)
"""The names of the managed policies."""
OF_A_USER = (STUDIO_USER, GREENROOM_USER)
"""What is attached to every plain user."""
OF_AN_ADMINISTRATOR = (GREENROOM_ADMINISTRATOR,)
"""What is attached to every administrator."""


def managed_policy_arn(name: str) -> str:
    """The ARN under which a managed policy is attached, the same in every account."""
    return f"arn:aws:iam::aws:policy/{name}"


@cache
def managed_policy(name: str) -> Policy:
    """The managed policy of this name. Raises KeyError for any other."""
    return parse_policy(_DOCUMENTS[name], name=name)
