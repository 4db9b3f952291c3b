"""A small picture of the desktop, taken inside of the session, as its user: written to standard output as JPEG."""

import io
import os
import sys

LARGEST_SIZE = (320, 240)
"""Pixels; the picture is as large as fits, in the screen's own shape."""
LARGEST_BYTES = 15 * 1024
"""Of the picture; one with more in it has less quality."""
_QUALITIES = (70, 45, 25, 10)


def main() -> None:
    """Take the picture of the screen that DISPLAY names. Ends with an error where there is none."""
    # Pillow is the installation's, and there only where this runs: the engine itself needs none.
    from PIL import ImageGrab

    image = ImageGrab.grab(xdisplay=os.environ["DISPLAY"])
    image.thumbnail(LARGEST_SIZE)
    for quality in _QUALITIES:
        picture = io.BytesIO()
        image.convert("RGB").save(picture, "JPEG", quality=quality, optimize=True)
        if picture.tell() <= LARGEST_BYTES:
            break
    sys.stdout.buffer.write(picture.getvalue())
