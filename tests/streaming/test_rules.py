"""What a launch profile lets through a stream."""

import gzip

import pytest
from tests.records import make_stream_configuration

from greenroom.streaming.rules import StreamRules, rules_of
from greenroom.studio.launch_profiles import SessionStorage, StorageRoot

OPEN = StreamRules(clipboard=True, uploads=None)
SHUT = StreamRules(clipboard=False, uploads=None)
CLIPBOARD_IN = ["cw,YQ==", "cws,1,10", "cwd,1,YQ==", "cwe,1", "cb,image/png,YQ==", "cbs,1,image/png,9", "cr"]
CLIPBOARD_OUT = [
    "clipboard,YQ==",
    "clipboard_binary,image/png,YQ==",
    "clipboard_start,text/plain,9",
    "clipboard_reply,cr",
]
ORDINARY = [
    "kd,97",
    "m,10,20,0,0",
    "r,1280x720",
    "SETTINGS,{}",
    "START_VIDEO",
    "CLIENT_FRAME_ACK 0 13",
    "_pointer_echo",
]


@pytest.mark.parametrize("message", [*CLIPBOARD_IN, "REQUEST_CLIPBOARD", "_ebc,true", "_gz,1"])
def test_with_the_clipboard_off_nothing_of_it_goes_in(message: str) -> None:
    assert OPEN.lets_in(message)
    assert not SHUT.lets_in(message)


@pytest.mark.parametrize("message", [*CLIPBOARD_OUT, "_gz,1"])
def test_with_the_clipboard_off_nothing_of_it_comes_out(message: str) -> None:
    assert OPEN.lets_out(message)
    assert not SHUT.lets_out(message)


def test_with_the_clipboard_off_no_text_passes_compressed() -> None:
    hidden = b"\x05" + gzip.compress(b"cw,YQ==")
    assert (OPEN.lets_in(hidden), OPEN.lets_out(hidden)) == (True, True)
    assert (SHUT.lets_in(hidden), SHUT.lets_out(hidden)) == (False, False)


@pytest.mark.parametrize("rules", [OPEN, SHUT])
@pytest.mark.parametrize("message", ORDINARY)
def test_keys_pointer_and_settings_pass_always(rules: StreamRules, message: str) -> None:
    assert rules.lets_in(message)


@pytest.mark.parametrize("rules", [OPEN, SHUT])
def test_pictures_and_sound_pass_always(rules: StreamRules) -> None:
    assert rules.lets_out(b"\x03\x00picture")
    assert rules.lets_out('{"type": "stream_resolution"}')


@pytest.mark.parametrize("rules", [OPEN, SHUT])
def test_nobody_starts_programs_through_a_stream(rules: StreamRules) -> None:
    assert not rules.lets_in("cmd,xterm")


def test_a_profile_without_uploads_has_none() -> None:
    assert rules_of(make_stream_configuration(), "/home/artist") == StreamRules(clipboard=True, uploads=None)


@pytest.mark.parametrize(
    ("root", "folder"),
    [
        (None, "/home/artist/Uploads"),
        (StorageRoot(), "/home/artist/Uploads"),
        (StorageRoot(linux="$HOME/in/box"), "/home/artist/in/box"),
        (StorageRoot(linux="/srv/in"), "/srv/in"),
    ],
)
def test_uploads_go_where_the_profile_says(root: StorageRoot | None, folder: str) -> None:
    configuration = make_stream_configuration(session_storage=SessionStorage(mode=["UPLOAD"], root=root))
    assert rules_of(configuration, "/home/artist").uploads == folder


def test_without_a_profile_nothing_passes() -> None:
    assert rules_of(None, "/home/artist") == SHUT
