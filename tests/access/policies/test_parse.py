import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access.policies import AccessRequest, Policy, PolicyError, PolicySet, decide, parse_policy
from greenroom.access.policies.parse import MAX_DOCUMENT_BYTES, MAX_POLICY_CHARACTERS

STATEMENT: dict[str, Any] = {"Effect": "Allow", "Action": "nimble:GetStudio", "Resource": "*"}


def policy(**statement: Any) -> dict[str, Any]:
    """A document of one good statement with some elements changed; None takes one away."""
    elements = {element: value for element, value in (STATEMENT | statement).items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [elements]}


def problems(document: Any) -> dict[str, str]:
    with pytest.raises(PolicyError) as refused:
        parse_policy(document, name="p")
    return {problem.where: problem.what for problem in refused.value.problems}


def test_a_document_may_be_text_bytes_or_decoded() -> None:
    text = json.dumps(policy())
    parsed = [parse_policy(document, name="p") for document in (text, text.encode(), policy())]
    assert [len(one.statements) for one in parsed] == [1, 1, 1]
    assert {one.text for one in parsed} == {text}


def test_one_statement_needs_no_list() -> None:
    assert len(parse_policy({"Statement": STATEMENT}, name="p").statements) == 1


def test_a_document_without_a_version_is_of_2008() -> None:
    assert parse_policy({"Statement": STATEMENT}, name="p").version == "2008-10-17"


def test_an_empty_sid_is_none() -> None:
    assert parse_policy(policy(Sid=""), name="p").statements[0].sid is None


def test_values_of_conditions_may_be_numbers_and_booleans() -> None:
    document = policy(Condition={"NumericLessThan": {"a:b": [1, 2.5]}, "Bool": {"a:c": True}})
    conditions = parse_policy(document, name="p").statements[0].conditions
    assert [condition.written_values for condition in conditions] == [("1", "2.5"), ("true",)]


def test_digits_of_a_number_are_kept() -> None:
    text = json.dumps(policy(Condition={"NumericEquals": {"a:b": 0}})).replace(": 0", ": 9007199254740993")
    policies = PolicySet.compile([parse_policy(text, name="p")])
    assert decide(policies, AccessRequest("nimble:GetStudio", "*", {"a:b": "9007199254740993"})).allowed
    assert not decide(policies, AccessRequest("nimble:GetStudio", "*", {"a:b": "9007199254740992"})).allowed


@pytest.mark.parametrize(
    ("document", "where"),
    [
        ([], "document"),
        ("1", "document"),
        ("", "document"),
        ("{", "document"),
        ("null", "document"),
        (b"\xff", "document"),
        ('{"Version": NaN}', "document"),
        ({"Version": "2012-10-17"}, "Statement"),
        ({"Statement": []}, "Statement"),
        ({"Statement": "Allow"}, "Statement"),
        ({"Statement": ["Allow"]}, "Statement[0]"),
        ({"Version": "2015-01-01", "Statement": STATEMENT}, "Version"),
        ({"Version": 2012, "Statement": STATEMENT}, "Version"),
        ({"Id": 7, "Statement": STATEMENT}, "Id"),
        ({"Statements": [STATEMENT], "Statement": STATEMENT}, "Statements"),
        (policy(Effect="allow"), "Statement[0].Effect"),
        (policy(Effect=None), "Statement[0].Effect"),
        (policy(Effect=["Allow"]), "Statement[0].Effect"),
        (policy(Action=None), "Statement[0]"),
        (policy(NotAction="nimble:GetStudio"), "Statement[0]"),
        (policy(Action=[]), "Statement[0].Action"),
        (policy(Action={}), "Statement[0].Action"),
        (policy(Action=["nimble:GetStudio", 7]), "Statement[0].Action[1]"),
        (policy(Action="GetStudio"), "Statement[0].Action"),
        (policy(Action="*:GetStudio"), "Statement[0].Action"),
        (policy(Action="nimble:"), "Statement[0].Action"),
        (policy(Action="nimble:Get Studio"), "Statement[0].Action"),
        (policy(Action=None, NotAction="x"), "Statement[0].NotAction"),
        (policy(Resource=None), "Statement[0]"),
        (policy(NotResource="*"), "Statement[0]"),
        (policy(Resource="studio"), "Statement[0].Resource"),
        (policy(Resource=["*", "arn:aws:nimble:${r}:1:studio/x"]), "Statement[0].Resource[1]"),
        (policy(Resource="arn:aws:nimble:r:1:studio/${x"), "Statement[0].Resource"),
        (policy(Resource=7), "Statement[0].Resource"),
        (policy(Principal="*"), "Statement[0].Principal"),
        (policy(Condition=[]), "Statement[0].Condition"),
        (policy(Condition={"StringEquals": []}), "Statement[0].Condition.StringEquals"),
        (policy(Condition={"stringequals": {"a:b": "c"}}), "Statement[0].Condition.stringequals"),
        (policy(Condition={"NullIfExists": {"a:b": "true"}}), "Statement[0].Condition.NullIfExists"),
        (policy(Condition={"StringEquals": {"ownedBy": "c"}}), "Statement[0].Condition.StringEquals.ownedBy"),
        (policy(Condition={"StringEquals": {"a:b": {}}}), "Statement[0].Condition.StringEquals.a:b"),
        (policy(Condition={"StringEquals": {"a:b": [None]}}), "Statement[0].Condition.StringEquals.a:b"),
        (policy(Condition={"StringEquals": {"a:b": "1", "A:B": "2"}}), "Statement[0].Condition.StringEquals.A:B"),
        (policy(Condition={"StringLike": {"a:b": "${x"}}), "Statement[0].Condition.StringLike.a:b"),
        (policy(Condition={"NumericEquals": {"a:b": "ten"}}), "Statement[0].Condition.NumericEquals.a:b"),
        (policy(Condition={"Null": {"a:b": "maybe"}}), "Statement[0].Condition.Null.a:b"),
        (policy(Sid="not this"), "Statement[0].Sid"),
        (policy(Sid=7), "Statement[0].Sid"),
    ],
)
def test_a_mistake_is_named_at_its_place(document: Any, where: str) -> None:
    found = problems(document)
    assert list(found) == [where]
    assert found[where]


def test_all_mistakes_are_named_at_once() -> None:
    document = {"Statement": [{"Effect": "May", "Action": "x", "Resource": "y"}, STATEMENT | {"Sid": "!"}]}
    assert list(problems(document)) == [
        "Statement[0].Effect",
        "Statement[0].Action",
        "Statement[0].Resource",
        "Statement[1].Sid",
    ]


def test_the_error_says_which_policy_it_is_about() -> None:
    with pytest.raises(PolicyError, match=r"policy 'render farm' has a mistake: Statement: is missing"):
        parse_policy({}, name="render farm")


def test_a_misspelt_element_is_answered_with_the_right_one() -> None:
    assert problems(policy(effect="Allow"))["Statement[0].effect"].endswith("did you mean Effect?")


def test_a_sid_stands_once() -> None:
    twice = STATEMENT | {"Sid": "Same"}
    assert list(problems({"Statement": [twice, twice]})) == ["Statement[1].Sid"]


def test_an_element_that_stands_twice_is_refused() -> None:
    text = '{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}'
    assert "'Effect' stands twice" in problems(text)["document"]


def test_half_a_surrogate_pair_is_refused() -> None:
    assert "surrogate" in problems(r'{"Id": "\ud800", "Statement": []}')["document"]


def test_deep_nesting_is_refused() -> None:
    assert list(problems("[" * MAX_POLICY_CHARACTERS)) == ["document"]


def test_white_space_does_not_count_to_the_limit() -> None:
    parse_policy(json.dumps(policy()) + " " * MAX_POLICY_CHARACTERS, name="p")


@pytest.mark.parametrize("size", [MAX_POLICY_CHARACTERS, MAX_DOCUMENT_BYTES])
def test_an_oversized_policy_is_refused(size: int) -> None:
    assert "the limit is" in problems(policy(Resource="arn:aws:nimble:r:1:studio/" + "x" * size))["document"]


def test_a_long_wrong_value_is_shown_shortened() -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(policy(Effect="x" * 5_000), name="p")
    assert len(str(refused.value)) < 300


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = st.sampled_from(
    ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition", "Principal", "x"]
)
VALUES = st.sampled_from(
    ["Allow", "Deny", "*", "nimble:*", "arn:aws:nimble:r:1:studio/${aws:username}", "${", "2012-10-17"]
)
OPERATORS = st.sampled_from(["StringEquals", "Null", "ForAllValues:DateEquals", "IpAddress", "ArnLike", "x"])
CONDITIONS = st.dictionaries(
    OPERATORS,
    st.dictionaries(st.sampled_from(["aws:SourceIp", "a:b", "x"]), JSON | VALUES | st.lists(VALUES), max_size=3),
)
STATEMENTS = st.dictionaries(ELEMENTS, JSON | VALUES | st.lists(VALUES, max_size=2) | CONDITIONS, max_size=6)
DOCUMENTS = st.fixed_dictionaries(
    {"Statement": STATEMENTS | st.lists(STATEMENTS, max_size=3) | JSON}, optional={"Version": VALUES | JSON, "Id": JSON}
)


def parsed_or_refused(document: Any) -> Policy | PolicyError:
    try:
        return parse_policy(document, name="p")
    except PolicyError as refused:
        return refused


@given(JSON | DOCUMENTS)
def test_any_json_is_a_policy_that_decides_or_is_refused_with_reasons(document: Any) -> None:
    outcome = parsed_or_refused(json.dumps(document))
    if isinstance(outcome, Policy):
        decide(PolicySet.compile([outcome]), AccessRequest("nimble:GetStudio", "*", {"a:b": "1"}))
    else:
        assert outcome.problems
        assert all(problem.where and problem.what for problem in outcome.problems)


@given(st.text() | st.binary())
def test_any_text_is_a_policy_or_refused_with_reasons(document: str | bytes) -> None:
    outcome = parsed_or_refused(document)
    assert isinstance(outcome, Policy) or outcome.problems


@given(DOCUMENTS)
def test_what_is_accepted_is_accepted_again_in_the_words_it_is_kept_in(document: Any) -> None:
    outcome = parsed_or_refused(document)
    if isinstance(outcome, Policy):
        again = parse_policy(outcome.text, name="p")
        assert again.text == outcome.text
        assert len(again.statements) == len(outcome.statements)
