"""Taking on roles: by the official clients against a real server."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.running import GREENROOM, Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.server.simulated import house_of
from tests.server.test_sts import client, code
from tests.support import unavailable, wait_until

from greenroom.server.audit import reading
from greenroom.server.founding import add_user, create_key

Keys = Mapping[str, str]
ADMINISTRATOR = "GreenroomAdministrator"


def call(studio: Studio, method: str, path: str, content: Any = None) -> Any:
    """An addition, by the administrator."""
    body = b"" if content is None else json.dumps(content).encode()
    answer = ask(studio.endpoint, Signer.of(studio).sign(Request(f"/greenroom/v1/{path}", method, body)))
    assert answer.status == 200, answer.body
    return answer.json()


def make_role(studio: Studio, name: str, principal: Any, *policies: str, **more: Any) -> str:
    """The ARN of a new role."""
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    role = call(studio, "POST", "roles", {"roleName": name, "trustPolicy": document, **more})["role"]
    for policy in policies:
        call(studio, "PUT", f"policies/{policy}/attachments/role/{name}", {})
    return str(role["arn"])


def make_user(studio: Studio, name: str) -> tuple[str, Keys]:
    """The ARN and a key of somebody new."""
    with house_of(studio) as house:
        key = create_key(house, add_user(house, name, administrator=False).username)
    arn = f"arn:aws:iam::{studio.founding['accountId']}:user/{name}"
    return arn, {"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret_access_key}


def assume(studio: Studio, keys: Keys, role: str, **more: Any) -> Any:
    return client(studio, "sts", keys).assume_role(**{"RoleArn": role, "RoleSessionName": "session", **more})


def refused(studio: Studio, keys: Keys, role: str, **more: Any) -> str:
    with pytest.raises(ClientError) as error:
        assume(studio, keys, role, **more)
    return code(error.value)


@pytest.fixture
def admin(studio: Studio) -> Keys:
    return {"AccessKeyId": studio.founding["accessKeyId"], "SecretAccessKey": studio.founding["secretAccessKey"]}


def test_who_took_on_a_role_is_it_and_what_they_make_says_so(studio: Studio) -> None:
    arn, keys = make_user(studio, "ana-of-roles")
    role = make_role(studio, "runner", {"AWS": arn}, ADMINISTRATOR)
    assumed = assume(studio, keys, role, RoleSessionName="night-run")
    user, temporary = assumed["AssumedRoleUser"], assumed["Credentials"]
    assert user["AssumedRoleId"].startswith("AROA")
    assert user["AssumedRoleId"].endswith(":night-run")
    assert user["Arn"].endswith(":assumed-role/runner/night-run")
    identity = client(studio, "sts", temporary).get_caller_identity()
    assert (identity["Arn"], identity["UserId"]) == (user["Arn"], user["AssumedRoleId"])
    nimble = client(studio, "nimble", temporary)
    with pytest.raises(ClientError):
        client(studio, "nimble", keys).get_studio(studioId=studio.studio_id)
    made = nimble.create_studio_component(
        studioId=studio.studio_id, name="by a role", type="CUSTOM", clientToken="by-a-role"
    )["studioComponent"]
    assert made["createdBy"] == made["updatedBy"] == user["AssumedRoleId"]
    event = next(
        event for event in reading.events(studio.data / "audit") if event["eventName"] == "CreateStudioComponent"
    )
    assert event["userIdentity"]["type"] == "AssumedRole"
    assert event["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"] == "runner"
    with pytest.raises(ClientError) as error:
        client(studio, "sts", temporary).get_session_token()
    assert code(error.value) == "AccessDenied"


def test_nobody_takes_on_a_role_that_does_not_trust_them_and_one_that_is_not_there_looks_alike(
    studio: Studio, admin: Keys
) -> None:
    _, keys = make_user(studio, "ben-of-roles")
    account = studio.founding["accountId"]
    named = make_role(studio, "for-nobody", {"AWS": f"arn:aws:iam::{account}:user/somebody"}, ADMINISTRATOR)
    delegated = make_role(studio, "delegated", {"AWS": account}, ADMINISTRATOR)
    absent = f"arn:aws:iam::{account}:role/absent"
    messages = set()
    for role in (named, delegated, absent):
        with pytest.raises(ClientError) as error:
            assume(studio, keys, role)
        assert code(error.value) == "AccessDenied"
        messages.add(error.value.response["Error"]["Message"].replace(role, "ROLE"))
    assert len(messages) == 1
    # Up to the caller's own policies: an administrator's let them; but not where nobody trusts them.
    assume(studio, admin, delegated)
    assert refused(studio, admin, named) == "AccessDenied"
    for other in ("", "runner", "arn:aws:iam::999999999999:role/delegated", delegated.replace("role/", "role/x/")):
        assert refused(studio, admin, other) in ("AccessDenied", "ValidationError")


def test_a_deny_of_ones_own_wins_over_being_named(studio: Studio) -> None:
    arn, keys = make_user(studio, "cleo-of-roles")
    role = make_role(studio, "named-and-denied", {"AWS": arn})
    assume(studio, keys, role)
    deny = {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": role}
    call(studio, "PUT", "policies/NoRole", {"document": json.dumps({"Version": "2012-10-17", "Statement": deny})})
    call(studio, "PUT", "policies/NoRole/attachments/user/cleo-of-roles", {})
    wait_until(lambda: _cannot(studio, keys, role), what="the denial")


def _cannot(studio: Studio, keys: Keys, role: str) -> bool:
    try:
        assume(studio, keys, role)
    except ClientError:
        return True
    return False


def test_a_session_policy_only_takes_away(studio: Studio, admin: Keys) -> None:
    role = make_role(studio, "cut-down", "*", "AmazonNimbleStudio-StudioAdmin")
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    one = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "nimble:ListEulas", "Resource": "*"}}

    def may(operation: str, **more: Any) -> bool:
        temporary = assume(studio, admin, role, **more)["Credentials"]
        parameters = {} if operation == "list_eulas" else {"studioId": studio.studio_id}
        try:
            getattr(client(studio, "nimble", temporary), operation)(**parameters)
        except ClientError as error:
            if code(error) != "AccessDeniedException":
                raise
            return False
        return True

    arns = [{"arn": "arn:aws:iam::aws:policy/AmazonNimbleStudio-LaunchProfileWorker"}]
    assert may("list_streaming_images")
    assert not may("get_studio")
    assert not may("get_studio", Policy=json.dumps(everything))
    assert may("list_eulas", Policy=json.dumps(one))
    assert not may("list_streaming_images", Policy=json.dumps(one))
    assert not may("list_streaming_images", PolicyArns=arns)
    # Cut down, it takes on nothing further.
    temporary = assume(studio, admin, role, Policy=json.dumps(one))["Credentials"]
    further = make_role(studio, "further", {"AWS": role}, ADMINISTRATOR)
    assert refused(studio, temporary, further) == "AccessDenied"
    assume(studio, assume(studio, admin, role)["Credentials"], further)


@pytest.mark.parametrize(
    "wrong",
    [
        {"RoleSessionName": "x"},
        {"RoleSessionName": "a/b"},
        {"DurationSeconds": 899},
        {"DurationSeconds": 3601},
        {"Policy": "{}"},
        {"Policy": "x" * 3000},
        {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/None"}]},
        {"PolicyArns": [{"arn": "arn:aws:iam::aws:policy/GreenroomUser"}] * 11},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_is_wrong_is_told(studio: Studio, admin: Keys, wrong: Mapping[str, Any]) -> None:
    role = f"arn:aws:iam::{studio.founding['accountId']}:role/wrong"
    if not any(each["roleName"] == "wrong" for each in call(studio, "GET", "roles")["roles"]):
        make_role(studio, "wrong", "*")
    assert refused(studio, admin, role, **wrong) == "ValidationError"


def test_a_session_ends_with_its_role_or_when_an_administrator_says_so(studio: Studio, admin: Keys) -> None:
    role = make_role(studio, "ending", "*", ADMINISTRATOR, maxSessionDuration=7200)
    keys = assume(studio, admin, role, DurationSeconds=7200)["Credentials"]
    assert call(studio, "GET", "roles/ending")["role"]["policies"] == [ADMINISTRATOR]
    assert call(studio, "PATCH", "roles/ending", {"maxSessionDuration": 3600})["role"]["maxSessionDuration"] == 3600
    assert refused(studio, admin, role, DurationSeconds=7200) == "ValidationError"

    def ended(keys: Keys) -> bool:
        try:
            client(studio, "nimble", keys).list_studios()
        except ClientError as error:
            return code(error) == "UnrecognizedClientException"
        return False

    assert not ended(keys)
    call(studio, "POST", "roles/ending/end-sessions", {})
    wait_until(lambda: ended(keys), what="the end of the session")
    again = assume(studio, admin, role)["Credentials"]
    assert not ended(again)
    call(studio, "DELETE", "roles/ending")
    make_role(studio, "ending", "*", ADMINISTRATOR)
    wait_until(lambda: ended(again), what="the end of the role")
    assert role in {each["arn"] for each in call(studio, "GET", "roles")["roles"]}


def test_a_session_ends_with_the_key_that_took_it_on(studio: Studio) -> None:
    arn, keys = make_user(studio, "dora-of-roles")
    temporary = assume(studio, keys, make_role(studio, "of-dora", {"AWS": arn}))["Credentials"]
    client(studio, "sts", temporary).get_caller_identity()
    call(studio, "DELETE", f"users/dora-of-roles/access-keys/{keys['AccessKeyId']}")

    def ended() -> bool:
        try:
            client(studio, "sts", temporary).get_caller_identity()
        except ClientError:
            return True
        return False

    wait_until(ended, what="the end of the session")


def test_the_aws_cli_takes_on_a_role_by_a_profile_and_by_a_process(studio: Studio, tmp_path: Path) -> None:
    aws = Path(sys.executable).with_name("aws")
    if not aws.exists():
        unavailable("the AWS CLI is not installed")
    role = make_role(studio, "of-the-cli", "*", ADMINISTRATOR)
    (tmp_path / "config").write_text(f"""
[profile long]
region = {studio.founding["region"]}
endpoint_url = {studio.endpoint}
aws_access_key_id = {studio.founding["accessKeyId"]}
aws_secret_access_key = {studio.founding["secretAccessKey"]}

[profile role]
region = {studio.founding["region"]}
endpoint_url = {studio.endpoint}
role_arn = {role}
role_session_name = by-profile
source_profile = long

[profile process]
region = {studio.founding["region"]}
endpoint_url = {studio.endpoint}
credential_process = {GREENROOM} credentials --data {studio.data} --role {role} --session-name by-process
""")
    environ = {
        **studio.environ,
        "HOME": str(tmp_path),
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL_STS": studio.endpoint,
        "AWS_PAGER": "",
    }

    def run(profile: str, *arguments: str) -> Any:
        command = [aws, "--profile", profile, "--output", "json", *arguments]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assumed = run("long", "sts", "assume-role", "--role-arn", role, "--role-session-name", "by-command")
    assert assumed["AssumedRoleUser"]["Arn"].endswith("/by-command")
    assert run("role", "sts", "get-caller-identity")["Arn"].endswith("/of-the-cli/by-profile")
    assert run("process", "sts", "get-caller-identity")["Arn"].endswith("/of-the-cli/by-process")
    assert run("process", "nimble", "get-studio", "--studio-id", studio.studio_id)["studio"]["state"] == "READY"
