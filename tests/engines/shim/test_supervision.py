"""When a supervised command is started again."""

from greenroom.engines.shim.supervision import Supervision


def test_a_command_is_due_at_once() -> None:
    assert Supervision(["desktop"]).due == 0.0


def test_without_a_command_nothing_is_ever_due() -> None:
    assert Supervision([]).due is None


def test_a_running_command_is_not_due() -> None:
    supervision = Supervision(["desktop"])
    supervision.started(4711, now=10.0)
    assert supervision.due is None
    assert supervision.companion == 4711


def test_the_pause_doubles_with_each_quick_end_up_to_a_minute() -> None:
    supervision = Supervision(["desktop"])
    pauses = []
    for _ in range(9):
        supervision.started(4711, now=100.0)
        pauses.append(supervision.ended(now=101.0))
        assert supervision.due == 101.0 + pauses[-1]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_command_that_ran_for_long_begins_again_soon() -> None:
    supervision = Supervision(["desktop"])
    for _ in range(5):
        supervision.started(4711, now=0.0)
        supervision.ended(now=1.0)
    supervision.started(4711, now=100.0)
    assert supervision.ended(now=160.0) == 1


def test_what_was_given_up_is_not_due_any_more() -> None:
    supervision = Supervision(["desktop"])
    supervision.give_up()
    assert supervision.due is None
