"""What a browser takes along to a provider, and where it may be led afterwards."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support import START

from greenroom.access.secret_box import SecretBox
from greenroom.server.sign_in.errands import LASTS, Errands, local_path

ERRANDS = Errands(SecretBox(bytes(32)))
HERE = "https://studio.example.com/auth/oidc/company/callback"


def test_it_comes_back_as_it_went_and_tells_nothing_on_the_way() -> None:
    errand, held = ERRANDS.begin("company", HERE, "/sessions", START)
    assert ERRANDS.end(held, "company", errand.state, START) == (errand, "/sessions")
    for secret in (errand.state, errand.nonce, errand.verifier):
        assert secret not in held
    assert errand.verifier not in repr(errand)


def test_another_one_is_none() -> None:
    errand, held = ERRANDS.begin("company", HERE, "/", START)
    other, others = ERRANDS.begin("company", HERE, "/", START)
    for cookie, provider, state, now in (
        (None, "company", errand.state, START),
        (held, "company", None, START),
        (held, "company", other.state, START),
        (others, "company", errand.state, START),
        (held, "open", errand.state, START),
        (held, "company", errand.state, START + LASTS + timedelta(seconds=1)),
        (held, "company", errand.state, START - timedelta(days=1)),
        (held[:-4] + "AAAA", "company", errand.state, START),
        ("nonsense", "company", errand.state, START),
        ("x" * 5000, "company", errand.state, START),
        (held, "company", "\ud800", START),
    ):
        assert ERRANDS.end(cookie, provider, state, now) is None


@pytest.mark.parametrize("path", ["/", "/sessions", "/sessions?mine=1#top", "/device?code=ABCD-EFGH"])
def test_a_path_of_this_server_is_kept(path: str) -> None:
    assert local_path(path) == path


@given(st.text() | st.from_regex(r"[/\\]{2,4}[a-z.]+") | st.from_regex(r"[a-z]+:[/\\]*[a-z.]+"))
def test_nothing_else_is(text: str) -> None:
    path = local_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert "\\" not in path
    assert path.isprintable()
