"""A browser as far as signing in is concerned: a jar of cookies, and the headers that a page's own script sends."""

from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Browser:
    """One person's browser on a server."""

    endpoint: str
    address: str | None = None
    """Where it comes from, as a trusted proxy says."""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"x-forwarded-for": self.address} if self.address else {}
        self.http = httpx.Client(base_url=self.endpoint, headers=headers, trust_env=False, timeout=30)

    def state(self) -> Any:
        """What GET /auth says."""
        return self.http.get("/auth").raise_for_status().json()

    def post(self, path: str, content: Any = None, **headers: str) -> httpx.Response:
        """A POST as the portal's script makes it; `headers` come on top, an empty one leaves one out."""
        sent = {"x-greenroom-request": "1", "origin": self.endpoint, "sec-fetch-site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in sent.items() if value}
        return self.http.post(path, json=content, headers=sent)

    def sign_in(self, user_name: str, password: str, **headers: str) -> httpx.Response:
        """By a password."""
        return self.post("/auth/sign-in", {"userName": user_name, "password": password}, **headers)

    def keys(self) -> dict[str, str]:
        """Temporary keys for the cookie, as boto3 names them."""
        answer = self.post("/auth/credentials").raise_for_status().json()
        return {
            "AccessKeyId": answer["accessKeyId"],
            "SecretAccessKey": answer["secretAccessKey"],
            "SessionToken": answer["sessionToken"],
        }

    @property
    def cookie(self) -> str | None:
        """The token that it has."""
        return self.http.cookies.get("greenroom-sign-in")

    def close(self) -> None:
        """Its connections."""
        self.http.close()
