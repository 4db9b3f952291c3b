import re

from greenroom.access.keys import new_access_key


def test_an_access_key_has_the_form_that_clients_expect() -> None:
    key = new_access_key()
    assert re.fullmatch(r"AKIA[A-Z2-7]{16}", key.access_key_id)
    assert re.fullmatch(r"[A-Za-z0-9]{40}", key.secret_access_key)


def test_no_two_keys_are_alike() -> None:
    keys = [new_access_key() for _ in range(1_000)]
    assert len({key.access_key_id for key in keys}) == len({key.secret_access_key for key in keys}) == 1_000


def test_the_secret_does_not_show_in_logs() -> None:
    key = new_access_key()
    assert key.secret_access_key not in repr(key)
    assert key.access_key_id in repr(key)
