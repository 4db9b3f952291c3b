"""From a JSON document to a `Policy`, with every mistake named at its place.

The grammar is IAM's for identity-based policies (IAM user guide, grammar of the JSON policy language).
Unlike IAM, which accepts some documents that can never match, a value that its operator cannot compare is a
mistake here: a typing error in a Deny must not pass in silence.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from greenroom.access.policies.arns import ArnPattern, ArnPatternError, resource_pattern
from greenroom.access.policies.conditions import Condition, OperatorName, parse_condition
from greenroom.access.policies.document import Effect, Policy, Statement
from greenroom.access.policies.match import Wildcard
from greenroom.access.policies.variables import VariableError, parse_template

MAX_POLICY_CHARACTERS = 10_240
"""Longest policy, white space not counted: the largest limit that IAM has for a kind of policy."""
MAX_DOCUMENT_BYTES = 65_536
"""Longest document, white space included."""
VERSIONS = ("2012-10-17", "2008-10-17")
"""Only the first knows policy variables; a document that says no version is of the second."""

_POLICY_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT_ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+")
_SID = re.compile(r"[A-Za-z0-9]*")
_CONDITION_KEY = re.compile(r"[A-Za-z0-9./_-]+:\S.{0,300}", re.DOTALL)
_SHOWN = 80
"""Characters of a wrong value that a message shows."""


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One mistake: `where` in the document, such as `Statement[0].Action[1]`, and `what` it is."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class PolicyError(ValueError):
    """The document is no policy; `problems` are all the mistakes that were found in it."""

    def __init__(self, name: str, problems: list[PolicyProblem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        count = "a mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__(f"policy {name!r} has {count}: " + "; ".join(map(str, problems)))


class _Number(str):
    """A JSON number as it was written: conditions compare its digits, not a rounded float."""

    __slots__ = ()


def parse_policy(document: str | bytes | Mapping[str, object], *, name: str) -> Policy:
    """The policy of a JSON document, as text or already decoded. Raises PolicyError with every mistake."""
    text = _document_text(document, name)
    reader = _Reader()
    policy = reader.policy(_decoded(text, name), name, text)
    if reader.problems or policy is None:
        raise PolicyError(name, reader.problems)
    return policy


def decode_document(document: str, *, name: str) -> object:
    """What a document within the limits holds, its numbers as they were written. Raises PolicyError."""
    return _decoded(_document_text(document, name), name)


def _document_text(document: str | bytes | Mapping[str, object], name: str) -> str:
    try:
        if isinstance(document, bytes):
            text = document.decode()
        elif isinstance(document, str):
            text = document
        else:
            text = json.dumps(document)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise PolicyError(name, [PolicyProblem("document", f"is no JSON in UTF-8: {error}")]) from error
    if size > MAX_DOCUMENT_BYTES:
        problem = PolicyProblem("document", f"has {size} bytes; the limit is {MAX_DOCUMENT_BYTES}")
        raise PolicyError(name, [problem])
    characters = len("".join(text.split()))
    if characters > MAX_POLICY_CHARACTERS:
        what = f"has {characters} characters without white space; the limit is {MAX_POLICY_CHARACTERS}: split it"
        raise PolicyError(name, [PolicyProblem("document", what)])
    return text


def _decoded(text: str, name: str) -> object:
    try:
        decoded: object = json.loads(
            text,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_such_constant,
            object_pairs_hook=_object,
        )
        json.dumps(decoded, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        what = "holds half of a surrogate pair (\\ud800 to \\udfff), which is no character"
        raise PolicyError(name, [PolicyProblem("document", what)]) from error
    except RecursionError as error:
        raise PolicyError(name, [PolicyProblem("document", "is nested too deeply to be a policy")]) from error
    except ValueError as error:
        raise PolicyError(name, [PolicyProblem("document", f"is no JSON: {error}")]) from error
    return decoded


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    decoded = dict(pairs)
    if len(decoded) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:_SHOWN]!r} stands twice in one object")
    return decoded


def _no_such_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


class _Reader:
    """Reads a decoded document and collects what is wrong in it."""

    def __init__(self) -> None:
        self.problems: list[PolicyProblem] = []
        self.variables = False
        self.sids: set[str] = set()

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(PolicyProblem(where, what))

    def policy(self, decoded: object, name: str, text: str) -> Policy | None:
        if not isinstance(decoded, dict):
            self.wrong("document", "is not an object; a policy begins with {")
            return None
        self.elements(decoded, _POLICY_ELEMENTS, "")
        version = decoded.get("Version", VERSIONS[1])
        if version not in VERSIONS:
            self.wrong("Version", f"is {_shown(version)}; write {VERSIONS[0]!r}")
        self.variables = version == VERSIONS[0]
        if "Id" in decoded and type(decoded["Id"]) is not str:
            self.wrong("Id", "is no string")
        statements = decoded.get("Statement")
        if isinstance(statements, dict):
            statements = [statements]
        if not isinstance(statements, list) or not statements:
            self.wrong("Statement", "is missing or empty; it is a statement or a list of statements")
            return None
        read = [self.statement(statement, index) for index, statement in enumerate(statements)]
        return Policy(name, str(version), tuple(statement for statement in read if statement), text)

    def statement(self, decoded: object, index: int) -> Statement | None:
        where = f"Statement[{index}]"
        if not isinstance(decoded, dict):
            self.wrong(where, "is not an object")
            return None
        self.elements(decoded, _STATEMENT_ELEMENTS, where + ".")
        effect = decoded.get("Effect")
        if effect not in ("Allow", "Deny"):
            self.wrong(f"{where}.Effect", f"is {_shown(effect)}; write 'Allow' or 'Deny'")
            effect = "Deny"
        action_element = self.one_of(decoded, "Action", "NotAction", where)
        resource_element = self.one_of(decoded, "Resource", "NotResource", where)
        return Statement(
            effect=Effect(effect),
            index=index,
            sid=self.sid(decoded.get("Sid"), f"{where}.Sid"),
            actions=self.actions(decoded, action_element, where),
            not_action=action_element == "NotAction",
            resources=self.resources(decoded, resource_element, where),
            not_resource=resource_element == "NotResource",
            conditions=self.conditions(decoded["Condition"], f"{where}.Condition") if "Condition" in decoded else (),
        )

    def elements(self, decoded: dict[str, object], known: tuple[str, ...], where: str) -> None:
        for element in decoded:
            if element in known:
                continue
            if element in ("Principal", "NotPrincipal"):
                self.wrong(where + element, "has no place here: a policy acts for whom it is attached to")
                continue
            meant = next((name for name in known if name.lower() == element.lower()), None)
            hint = f"; did you mean {meant}?" if meant else f"; there are {', '.join(known)}"
            self.wrong(where + (element[:_SHOWN] or '""'), "no such element" + hint)

    def one_of(self, decoded: dict[str, object], element: str, negated: str, where: str) -> str | None:
        if (element in decoded) is (negated in decoded):
            both = element in decoded
            self.wrong(where, f"has {'both' if both else 'neither'} {element} {'and' if both else 'nor'} {negated}")
            return None
        return element if element in decoded else negated

    def sid(self, sid: object, where: str) -> str | None:
        if sid is None or sid == "":
            return None
        if type(sid) is not str or not _SID.fullmatch(sid):
            self.wrong(where, f"is {_shown(sid)}; letters A-Z, a-z and digits only")
            return None
        if sid in self.sids:
            self.wrong(where, f"{sid!r} is the Sid of another statement too")
        self.sids.add(sid)
        return sid

    def actions(self, decoded: dict[str, object], element: str | None, where: str) -> tuple[Wildcard, ...]:
        patterns = []
        for place, text in self.strings(decoded, element, where):
            if text != "*" and not _ACTION.fullmatch(text):
                self.wrong(place, f"is {_shown(text)}; write service:Action, such as nimble:GetStudio, or *")
            patterns.append(Wildcard.parse(text.lower()))
        return tuple(patterns)

    def resources(self, decoded: dict[str, object], element: str | None, where: str) -> tuple[ArnPattern, ...]:
        patterns = []
        for place, text in self.strings(decoded, element, where):
            try:
                patterns.append(resource_pattern(parse_template(text, variables=self.variables, wildcards=True)))
            except (VariableError, ArnPatternError) as error:
                self.wrong(place, f"{_shown(text)}: {error}")
        return tuple(patterns)

    def strings(self, decoded: dict[str, object], element: str | None, where: str) -> list[tuple[str, str]]:
        """The strings of an element that is one or a list of them, each with its place."""
        if element is None:
            return []
        where = f"{where}.{element}"
        value = decoded[element]
        if type(value) is str:
            return [(where, value)]
        if not isinstance(value, list) or not value:
            self.wrong(where, "is neither a string nor a list of strings that has at least one")
            return []
        found = []
        for index, item in enumerate(value):
            if type(item) is str:
                found.append((f"{where}[{index}]", item))
            else:
                self.wrong(f"{where}[{index}]", f"is {_shown(item)}, not a string")
        return found

    def conditions(self, decoded: object, where: str) -> tuple[Condition, ...]:
        if not isinstance(decoded, dict):
            self.wrong(where, "is not an object of operators")
            return ()
        conditions: list[Condition] = []
        for written, keys in decoded.items():
            place = f"{where}.{written[:_SHOWN]}"
            try:
                name = OperatorName.parse(written)
            except ValueError as error:
                self.wrong(place, str(error))
                continue
            if not isinstance(keys, dict):
                self.wrong(place, "is not an object of condition keys and their values")
                continue
            conditions.extend(self.condition_keys(name, keys, place))
        return tuple(conditions)

    def condition_keys(self, name: OperatorName, keys: dict[str, object], where: str) -> list[Condition]:
        conditions = []
        seen: set[str] = set()
        for key, values in keys.items():
            place = f"{where}.{key[:_SHOWN]}"
            if not _CONDITION_KEY.fullmatch(key):
                self.wrong(place, "is no condition key; write service:Key, such as aws:SourceIp")
            if key.lower() in seen:
                self.wrong(place, "stands twice: condition keys are the same in upper and lower case")
            seen.add(key.lower())
            texts = self.condition_values(values, place)
            try:
                conditions.append(parse_condition(name, key, texts, variables=self.variables))
            except ValueError as error:
                self.wrong(place, str(error))
        return conditions

    def condition_values(self, values: object, where: str) -> list[str]:
        texts = []
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, bool):
                texts.append("true" if value else "false")
            elif isinstance(value, str):
                texts.append(str(value))
            else:
                self.wrong(where, f"is {_shown(value)}; a value is a string, a number, true or false, or a list")
        return texts


def _shown(value: object) -> str:
    """A wrong value as a message shows it."""
    if value is None:
        return "missing"
    text = repr(str(value) if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
