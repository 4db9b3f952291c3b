"""The declarations of operations and shapes."""

import pytest

from greenroom.wire import shapes
from greenroom.wire.operations import OPERATIONS, Operation, operation_map
from greenroom.wire.schema import Text, structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.traits import Location

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)


@EVERY
def test_the_labels_of_a_path_are_the_labels_of_its_request(operation: Operation) -> None:
    in_path = [part[1:-1] for part in operation.uri.split("/") if part.startswith("{")]
    in_request = structure_of(operation.input).members_at(Location.LABEL)
    assert sorted(in_path) == sorted(member.location_name for member in in_request)
    assert all(member.required and isinstance(member.schema, Text) for member in in_request)


@EVERY
def test_every_shape_can_be_reached_by_its_name(operation: Operation) -> None:
    assert getattr(shapes, operation.input.__name__) is operation.input
    assert getattr(shapes, operation.output.__name__) is operation.output


@EVERY
def test_an_answer_has_nothing_outside_its_body(operation: Operation) -> None:
    members = structure_of(operation.output).members
    assert all(member.location is Location.BODY for member in members)


def test_an_action_is_the_services_name_for_an_operation() -> None:
    assert OPERATIONS["GetStudio"].action == "nimble:GetStudio"


def test_reading_is_what_get_does() -> None:
    assert OPERATIONS["ListStreamingSessionBackups"].read_only
    assert not OPERATIONS["StopStreamingSession"].read_only


def test_two_operations_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two operations are named GetStudio"):
        operation_map([OPERATIONS["GetStudio"], OPERATIONS["GetStudio"]])


def test_a_member_without_a_declared_type_is_told_by_its_name() -> None:
    class Undeclared(Shape):
        """A shape whose member has no trait."""

        plain: str

    with pytest.raises(TypeError, match=r"Undeclared\.plain: .* is neither a shape nor annotated"):
        structure_of(Undeclared)


def test_defaults_that_absence_means_are_the_services() -> None:
    assert (
        shapes.DEFAULT_MAX_RESULTS,
        shapes.DEFAULT_MAX_SESSION_LENGTH_IN_MINUTES,
        shapes.DEFAULT_MAX_STOPPED_SESSION_LENGTH_IN_MINUTES,
        shapes.DEFAULT_MAX_BACKUPS_TO_RETAIN,
        shapes.DEFAULT_VOLUME_SIZE_IN_GIB,
        shapes.DEFAULT_VOLUME_THROUGHPUT_IN_MIBS,
        shapes.DEFAULT_VOLUME_IOPS,
        shapes.DEFAULT_EXPIRATION_IN_SECONDS,
    ) == (100, 690, 0, 0, 500, 125, 3000, 120)
