"""Instance types and what they may take."""

import pytest

from greenroom.studio.instance_types import INSTANCE_TYPES, share_of
from greenroom.wire.shapes import StreamingInstanceType

GIB = 1024**3


def test_every_type_of_the_model_has_figures() -> None:
    assert set(INSTANCE_TYPES) == {kind.value for kind in StreamingInstanceType}


def test_a_larger_machine_gives_what_the_type_had() -> None:
    share = share_of("g4dn.xlarge", machine_cpus=32, machine_memory=128 * GIB)
    assert (share.cpus, share.memory_bytes) == (4, 16 * GIB)


def test_a_smaller_machine_gives_what_it_has_and_keeps_an_eighth_of_its_memory() -> None:
    share = share_of("g5.16xlarge", machine_cpus=2, machine_memory=8 * GIB)
    assert (share.cpus, share.memory_bytes) == (2, 7 * GIB)


def test_an_unknown_type_is_told() -> None:
    with pytest.raises(KeyError):
        share_of("x1e.huge", machine_cpus=2, machine_memory=8 * GIB)
