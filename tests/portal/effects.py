"""What came of something that a flow did, asked by the API rather than read off the page."""

from typing import Any

import httpx
from botocore.exceptions import ClientError
from tests.running import Studio
from tests.server.raw import Request, ask, posted
from tests.server.signing import Signer


def addition(studio: Studio, target: str, content: Any = None) -> Any:
    """What one of Greenroom's operations answers to the administrator; a POST where there is content."""
    request = Request(target) if content is None else posted(target, content)
    answer = ask(studio.endpoint, Signer.of(studio).sign(request))
    assert answer.status == 200, answer.body
    return answer.json()


def refusal_of_key(studio: Studio, access_key_id: str, secret_access_key: str) -> str:
    """Which error a reading call of that key ends with; "" where it is answered."""
    key = {"accessKeyId": access_key_id, "secretAccessKey": secret_access_key}
    try:
        studio.client(key).get_studio(studioId=studio.studio_id)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def signs_in(studio: Studio, user_name: str, password: str) -> bool:
    """Whether they are let in with that password."""
    answer = httpx.post(
        f"{studio.endpoint}/auth/sign-in",
        json={"userName": user_name, "password": password},
        headers={"x-greenroom-request": "1"},
    )
    assert answer.status_code in (200, 401), answer.text
    return answer.status_code == 200


def end_sign_ins(studio: Studio, user_name: str) -> int:
    """Sign somebody out everywhere; how many sign-ins ended."""
    return int(addition(studio, f"/greenroom/v1/users/{user_name}/sign-out", {})["ended"])
