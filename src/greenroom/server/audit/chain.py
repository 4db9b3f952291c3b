"""A record of the audit: one line of JSON that holds an event, its number, and the hash of the record before it."""

import hashlib

import msgspec

GENESIS = "0" * 64
"""What the first record of all holds in the place of a hash before it."""


class Record(msgspec.Struct, forbid_unknown_fields=True):
    """One line. `event` is kept as the bytes that it was written as, for they are what was hashed."""

    sequence: int
    previous: str
    hash: str
    event: msgspec.Raw


class NotARecord(ValueError):  # noqa: N818  an answer, not a fault: a line that a crash cut off
    """The line is no whole record."""


_decoder = msgspec.json.Decoder(Record)


def record_hash(sequence: int, previous: str, event: bytes) -> str:
    """SHA-256, in hex, over the number, the hash before it and the event's bytes."""
    return hashlib.sha256(b"%d %s " % (sequence, previous.encode()) + event).hexdigest()


def encode_record(sequence: int, previous: str, event: bytes) -> tuple[bytes, str]:
    """The line, with its end, and the record's hash. The event is JSON without a line break."""
    digest = record_hash(sequence, previous, event)
    line = b'{"sequence":%d,"previous":"%s","hash":"%s","event":%s}\n' % (
        sequence,
        previous.encode(),
        digest.encode(),
        event,
    )
    return line, digest


def decode_record(line: bytes) -> Record:
    """The record of a line, its hash not looked at. Raises NotARecord."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotARecord(str(error)) from error
