"""What a desktop is made of."""

from greenroom.engines.desktop import components
from greenroom.engines.desktop.components import stream_command


def test_selkies_is_told_what_the_launch_profile_allows() -> None:
    allowed = stream_command({"GREENROOM_CLIPBOARD": "ENABLED", "GREENROOM_UPLOADS": "/home/artist/in"})
    assert {"--enable-clipboard=true", "--file-transfers=upload", "--file-manager-path=/home/artist/in"} <= set(allowed)
    for silent in ({}, {"GREENROOM_CLIPBOARD": "DISABLED", "GREENROOM_UPLOADS": ""}):
        assert {"--enable-clipboard=false", "--file-transfers=none"} <= set(stream_command(silent))


def test_a_second_tab_joins_the_first_and_nobody_else_is_shown_the_desktop_by_selkies() -> None:
    told = set(stream_command({}))
    assert "--enable-sharing=true|locked" in told
    assert {"--enable-collab=false|locked", "--enable-shared=false|locked", "--second-screen=false|locked"} <= told


def test_whatever_waits_for_something_has_somebody_before_it_who_makes_it() -> None:
    made: set[str] = set()
    for component in components.components({}):
        assert set(component.needs) <= made, component.name
        made.add(component.makes)


def test_a_studios_own_programs_take_the_place_of_ours() -> None:
    own = {components.PROGRAMS_VARIABLE: "xfwm4\npulseaudio\nthunar --daemon"}
    kept = {component.name: list(component.command) for component in components.components(own)}
    assert kept["xfwm4"] == ["xfwm4"]
    assert kept["thunar"] == ["thunar", "--daemon"]
    assert "module-always-sink" in kept["sound"]
    assert not {"window manager", "panel", "notices"} & set(kept)
    assert list(kept)[-1] == "stream"
