import pytest

from greenroom.access.policies.arns import ArnPattern, ArnPatternError, condition_pattern, resource_pattern
from greenroom.access.policies.variables import parse_template

STUDIO = "arn:aws:nimble:us-west-2:111122223333:studio/stid-1"


def resource(text: str) -> ArnPattern:
    return resource_pattern(parse_template(text, variables=True, wildcards=True))


def condition(text: str) -> ArnPattern:
    return condition_pattern(parse_template(text, variables=True, wildcards=True))


def matches(pattern: ArnPattern, arn: str, **keys: str) -> bool:
    bound = pattern.bind({key: (value,) for key, value in keys.items()})
    return bound is not None and bound.matches(arn)


@pytest.mark.parametrize(
    "text", ["", "studio/stid-1", "aws:nimble", "**", "*:studio", "?", "ARN:aws:nimble:::x", "${arn}"]
)
def test_a_resource_is_a_star_or_an_arn(text: str) -> None:
    with pytest.raises(ArnPatternError, match="arn:partition"):
        resource(text)


@pytest.mark.parametrize("text", ["arn:aws:nimble:${r}:1:studio/x", "arn:aws:nimble:us:${a}:studio/x", "arn:${p}"])
def test_a_variable_before_the_fifth_colon_of_a_resource_is_refused(text: str) -> None:
    with pytest.raises(ArnPatternError, match="fifth colon"):
        resource(text)


def test_a_star_that_ends_a_segment_of_a_resource_runs_on() -> None:
    longer = "arn:aws:nimble:us-west-2:more:1:studio/stid-1"
    assert matches(resource("arn:aws:nimble:us-*:1:studio/stid-1"), longer)
    assert not matches(resource("arn:aws:nimble:us-*e:1:studio/stid-1"), longer)


@pytest.mark.parametrize("text", ["arn:aws:nimble:*:studio/*", "arn:aws:nimble:studio/stid-1"])
def test_a_resource_that_lost_a_part_is_refused(text: str) -> None:
    with pytest.raises(ArnPatternError, match="a part is missing"):
        resource(text)


def test_a_star_of_a_condition_stays_in_its_segment() -> None:
    assert not matches(condition("arn:aws:nimble:*:*:stid-1"), "arn:aws:nimble:us-west-2:1:studio:stid-1")
    assert matches(condition("arn:aws:nimble:*:*:*:stid-1"), "arn:aws:nimble:us-west-2:1:studio:stid-1")


@pytest.mark.parametrize("text", ["", "arn:aws:nimble", "a*", "arn:aws:iam::1"])
def test_an_arn_of_a_condition_has_six_parts(text: str) -> None:
    with pytest.raises(ArnPatternError, match="six parts"):
        condition(text)


def test_a_variable_may_hold_a_whole_arn_in_a_condition() -> None:
    assert matches(condition("${aws:sourcearn}"), STUDIO, **{"aws:sourcearn": STUDIO})
    assert not matches(condition("${aws:sourcearn}"), STUDIO, **{"aws:sourcearn": "*"})


def test_a_colon_in_a_value_does_not_move_the_segments() -> None:
    pattern = condition("arn:aws:nimble:${region}:1:studio/x")
    assert not matches(pattern, "arn:aws:nimble:us:1:1:studio/x", region="us")
    assert not matches(pattern, "arn:aws:nimble:us:1:studio/x", region="us:1:studio/x")


def test_the_prefix_ends_at_the_first_joker_or_variable() -> None:
    assert resource("*").prefix == ""
    assert resource("arn:aws:nimble:us-west-2:1:studio/a*b").prefix == "arn:aws:nimble:us-west-2:1:studio/a"
    assert resource("arn:aws:nimble:us-west-2:1:studio/${aws:username}").prefix == "arn:aws:nimble:us-west-2:1:studio/"
    assert resource(STUDIO).prefix == STUDIO
    assert resource("arn:aws:nimble").prefix == "arn:aws:nimble:"
