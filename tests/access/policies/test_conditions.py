import pytest

from greenroom.access.policies.conditions import OPERATORS, Condition, OperatorName, Qualifier, parse_condition

SAMPLES = {
    "String": "a",
    "Numeric": "1",
    "Date": "2026-03-01",
    "Bool": "true",
    "Binary": "YQ==",
    "Ip": "192.0.2.1",
    "NotIp": "192.0.2.1",
    "Arn": "arn:aws:nimble:r:1:studio/a",
    "Null": "false",
}
THE_DOCUMENTED = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
]
NEGATED = [name for name in THE_DOCUMENTED if "Not" in name]
QUALIFIABLE = [name for name in THE_DOCUMENTED if name != "Null"]


def condition(operator: str, *values: str, key: str = "aws:key") -> Condition:
    return parse_condition(OperatorName.parse(operator), key, values, variables=True)


def sample(operator: str) -> str:
    base = operator.partition(":")[2] or operator
    return next(value for start, value in SAMPLES.items() if base.startswith(start))


def test_every_documented_operator_is_known_and_no_other() -> None:
    assert sorted(OPERATORS) == sorted(THE_DOCUMENTED)


@pytest.mark.parametrize("operator", QUALIFIABLE)
@pytest.mark.parametrize("granting", [True, False])
def test_an_absent_key_fails_an_operator_and_holds_for_a_negated_one(operator: str, granting: bool) -> None:
    assert condition(operator, sample(operator)).holds({}, granting=granting) is (operator in NEGATED)


@pytest.mark.parametrize("operator", QUALIFIABLE)
@pytest.mark.parametrize("qualifier", ["", "ForAnyValue:", "ForAllValues:"])
def test_an_absent_key_holds_for_if_exists(operator: str, qualifier: str) -> None:
    assert condition(f"{qualifier}{operator}IfExists", sample(operator)).holds({}, granting=True)


@pytest.mark.parametrize("operator", QUALIFIABLE)
def test_an_absent_key_holds_for_all_values_and_not_for_any_value(operator: str) -> None:
    assert condition(f"ForAllValues:{operator}", sample(operator)).holds({}, granting=True)
    assert not condition(f"ForAnyValue:{operator}", sample(operator)).holds({}, granting=True)


@pytest.mark.parametrize("operator", [name for name in QUALIFIABLE if not name.startswith(("String", "Binary"))])
def test_a_value_of_another_type_equals_nothing(operator: str) -> None:
    keys = {"aws:key": ("no such value",)}
    expected = operator in NEGATED
    assert condition(operator, sample(operator)).holds(keys, granting=True) is expected


@pytest.mark.parametrize("operator", ["Like", "Equals"])
def test_a_negated_operator_is_the_opposite_for_a_value_that_is_there(operator: str) -> None:
    for value in ("a", "b"):
        keys = {"aws:key": (value,)}
        plain = condition(f"String{operator}", "a").holds(keys, granting=True)
        assert condition(f"StringNot{operator}", "a").holds(keys, granting=True) is not plain


def test_the_parts_of_an_operator_are_read() -> None:
    name = OperatorName.parse("ForAnyValue:StringLikeIfExists")
    assert name == OperatorName("ForAnyValue:StringLikeIfExists", "StringLike", Qualifier.FOR_ANY_VALUE, True)


@pytest.mark.parametrize("written", ["NullIfExists", "ForAllValues:Null", "ForAnyValue:Null"])
def test_null_takes_no_qualifier(written: str) -> None:
    with pytest.raises(ValueError, match="Null takes neither"):
        OperatorName.parse(written)


def test_a_misspelt_operator_is_answered_with_the_right_one() -> None:
    with pytest.raises(ValueError, match="did you mean StringNotEquals"):
        OperatorName.parse("stringNotequals")


@pytest.mark.parametrize(
    "written", ["", "StringSame", "ForSomeValues:StringEquals", ":StringEquals", "IfExists", "Bool:Bool"]
)
def test_an_unknown_operator_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"no such operator|qualifier"):
        OperatorName.parse(written)


@pytest.mark.parametrize(
    "operator", [name for name in QUALIFIABLE if name.startswith(("Numeric", "Date", "Binary", "Ip", "NotIp"))]
)
def test_operators_on_typed_values_take_no_variables(operator: str) -> None:
    with pytest.raises(ValueError, match="variables stand only under"):
        condition(operator, "${aws:username}")


@pytest.mark.parametrize("operator", [name for name in THE_DOCUMENTED if not name.startswith("String")])
def test_a_policy_value_of_another_type_is_refused(operator: str) -> None:
    with pytest.raises(ValueError, match=r"is no|is neither|has six parts"):
        condition(operator, "neither of them!")


def test_no_values_match_nothing() -> None:
    keys = {"aws:key": ("a",)}
    assert not condition("StringEquals").holds(keys, granting=True)
    assert condition("StringNotEquals").holds(keys, granting=True)
