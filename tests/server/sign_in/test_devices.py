"""Codes by which programs are signed in."""

from dataclasses import dataclass

import pytest
from tests.support import START

from greenroom.server.sign_in.devices import CAPACITY, LASTS_SECONDS, Devices
from greenroom.studio.studios import User

ANA = User(
    principal_id="u-ana", studio_id="s", user_name="ana", password_hash="", administrator=False, created_at=START
)


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def devices(seconds: Seconds) -> Devices:
    return Devices(monotonic=seconds)


def test_the_answer_is_told_once_and_to_the_program_alone(devices: Devices) -> None:
    device_code, asking = devices.begin("192.0.2.1", "greenroom")
    pending = devices.take(device_code)
    assert pending is not None
    assert pending.approved_by is None
    assert devices.take(asking.user_code) is None
    assert devices.take("made-up") is None
    assert devices.approve(asking.user_code.lower().replace("-", " "), ANA) is not None
    assert devices.approve(asking.user_code, ANA) is None
    assert devices.shown(asking.user_code) is None
    answered = devices.take(device_code)
    assert answered is not None
    assert answered.approved_by == ANA
    assert devices.take(device_code) is None
    assert device_code not in repr(asking)


def test_a_code_holds_for_ten_minutes(devices: Devices, seconds: Seconds) -> None:
    device_code, asking = devices.begin(None, "")
    seconds.now += LASTS_SECONDS
    assert devices.shown(asking.user_code) is None
    assert devices.approve(asking.user_code, ANA) is None
    assert devices.take(device_code) is None


def test_their_number_is_bounded_and_the_oldest_goes(devices: Devices) -> None:
    codes = [devices.begin(None, "")[1].user_code for _ in range(CAPACITY + 5)]
    assert devices.shown(codes[0]) is None
    assert devices.shown(codes[-1]) is not None


@pytest.mark.parametrize("code", ["", "-", "x" * 1000, "\ud800", "AEIO-UAEI"])
def test_what_is_no_code_is_none(devices: Devices, code: str) -> None:
    assert devices.shown(code) is None
    assert devices.approve(code, ANA) is None
