import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access.policies.match import Joker, Wildcard
from greenroom.access.policies.variables import Variable, VariableError, constant, parse_template, plain_text, resolve


def parsed(text: str) -> tuple[object, ...]:
    return parse_template(text, variables=True, wildcards=True)


def test_text_wildcards_and_variables_are_told_apart() -> None:
    assert parsed("home/${aws:username}/*") == ("home/", Variable("aws:username"), "/", Joker.ANY)


def test_the_name_of_a_variable_is_read_without_its_case() -> None:
    assert parsed("${AWS:UserName}") == (Variable("aws:username"),)


def test_a_tag_may_name_a_variable() -> None:
    assert parsed("${aws:PrincipalTag/cost-center.x=y@z}") == (Variable("aws:principaltag/cost-center.x=y@z"),)


@pytest.mark.parametrize("text", ["${k, 'a b'}", "${k,'a b'}", "${k,  'a b'}"])
def test_a_default_stands_in_single_quotes_behind_a_comma(text: str) -> None:
    assert parsed(text) == (Variable("k", "a b"),)


def test_two_quotes_in_a_default_are_one() -> None:
    assert parsed("${k, 'it''s'}") == (Variable("k", "it's"),)


def test_an_empty_default_is_a_value() -> None:
    (variable,) = parsed("${k, ''}")
    assert isinstance(variable, Variable)
    assert variable.value({}) == ""


@pytest.mark.parametrize(("text", "character"), [("${*}", "*"), ("${?}", "?"), ("${$}", "$")])
def test_an_escape_is_its_character_and_no_joker(text: str, character: str) -> None:
    assert parsed(text) == (character,)


def test_a_dollar_without_a_brace_is_text() -> None:
    assert parsed("5$ {a} $x") == ("5$ {a} $x",)


def test_without_variables_everything_is_text() -> None:
    assert parse_template("${a", variables=False, wildcards=False) == ("${a",)


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${}",
        "${ }",
        "${a",
        "${a, }",
        "${a, x}",
        "${a, 'x}",
        "${a, 'x'",
        "${a, 'x''}",
        "${a, 'x' }",
        "${a b}",
        "${a${b}}",
        "${a*}",
        "${*",
        "${**}",
        '${a"}',
    ],
)
def test_a_variable_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(VariableError):
        parsed(text)


@given(st.text("${}*?,' ak:", max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parts = parsed(text)
    except VariableError:
        return
    assert all(isinstance(part, str | Joker | Variable) for part in parts)


def test_a_key_without_a_value_leaves_the_whole_without_one() -> None:
    assert resolve(parse_template("a${k}", variables=True, wildcards=True), {}) is None


def test_a_key_with_several_values_is_no_variable() -> None:
    assert Variable("k").value({"k": ("a", "b")}) is None
    assert Variable("k", "d").value({"k": ("a", "b")}) == "d"


@given(st.text())
def test_a_value_is_text_whatever_it_holds(value: str) -> None:
    tokens = resolve(parse_template("${k}", variables=True, wildcards=True), {"k": (value,)})
    assert tokens is not None
    assert plain_text(tokens) == value
    assert Wildcard(tokens).matches(value)
    assert not Wildcard(tokens).matches(value + "x")


def test_a_template_without_variables_is_constant() -> None:
    assert constant(parse_template("a*", variables=True, wildcards=True)) == ("a", Joker.ANY)
    assert constant(parse_template("a${k}", variables=True, wildcards=True)) is None
