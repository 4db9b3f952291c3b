"""The small picture of a desktop."""

import io
import random
from types import SimpleNamespace

import pytest
from PIL import Image, ImageGrab

from greenroom.engines.desktop import picture


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (200, 100)])
def test_it_is_small_whatever_the_screen_shows(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    noise = Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))
    monkeypatch.setenv("DISPLAY", ":1")
    monkeypatch.setattr(ImageGrab, "grab", lambda **_options: noise)
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", SimpleNamespace(buffer=written))
    picture.main()
    assert len(written.getvalue()) <= picture.LARGEST_BYTES
    with Image.open(written) as taken:
        assert taken.format == "JPEG"
        assert taken.width <= 320
        assert taken.height <= 240
        assert abs(taken.width / taken.height - size[0] / size[1]) < 0.02
