"""What can be wrong with an image."""


class ImageError(Exception):
    """An image cannot be registered, used or removed; the text says what is wrong and what to do."""
