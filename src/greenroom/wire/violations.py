"""The constraints that a request breaks, gathered and told in one error."""

from greenroom.wire.errors import ValidationException

MAX_REPORTED = 20
"""Violations told in one answer; the rest are counted."""
MAX_ECHO = 64
"""Code points of a value that an answer repeats."""
MAX_PATH = 128
"""Code points of a path that an answer names (map keys are the caller's)."""


class Violations:
    """Gathers violations of one request. Paths are Coral's: `streamConfiguration.ec2InstanceTypes.1.member`."""

    __slots__ = ("_sentences", "count")

    def __init__(self) -> None:
        self.count = 0
        self._sentences: list[str] = []

    def add(self, path: str, constraint: str, value: object = None) -> None:
        """One violation. `value` is repeated to the caller, so a sensitive one must not be given."""
        self.count += 1
        if self.count <= MAX_REPORTED:
            echo = "" if value is None else f" '{_echo(str(value), MAX_ECHO)}'"
            self._sentences.append(_sentence(f"Value{echo}", path, constraint))

    def add_null(self, path: str) -> None:
        """A required member is not there."""
        self.count += 1
        if self.count <= MAX_REPORTED:
            self._sentences.append(_sentence("Value null", path, "must not be null"))

    def raise_if_any(self) -> None:
        """Raises ValidationException where something was gathered."""
        if self.count:
            raise self.error()

    def error(self) -> ValidationException:
        """The error that tells all of them."""
        more = self.count - len(self._sentences)
        told = [*self._sentences, f"and {more} more"] if more else self._sentences
        plural = "error" if self.count == 1 else "errors"
        return ValidationException(f"{self.count} validation {plural} detected: {'; '.join(told)}")


def violation(path: str, constraint: str) -> ValidationException:
    """One violation alone, of a value that is not repeated: `constraint` goes on after "Member"."""
    violations = Violations()
    violations.add(path, constraint)
    return violations.error()


def _sentence(value: str, path: str, constraint: str) -> str:
    return f"{value} at '{_echo(path, MAX_PATH)}' failed to satisfy constraint: Member {constraint}"


def _echo(text: str, limit: int) -> str:
    cut = text if len(text) <= limit else text[:limit] + "…"
    if cut.isprintable():
        return cut
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in cut
    )
