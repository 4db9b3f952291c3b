"""Where clients send requests: to the endpoint they are told, else to what the service's own address was."""

from typing import Any

Rule = dict[str, Any]


def endpoint_rule_set() -> Rule:
    """What botocore calls endpoint-rule-set-1.json."""
    return {
        "version": "1.0",
        "parameters": {
            "Region": _parameter("AWS::Region", "String", "The region that requests are for."),
            "UseDualStack": _switch("AWS::UseDualStack", "Whether to use an endpoint that also speaks IPv6."),
            "UseFIPS": _switch("AWS::UseFIPS", "Whether to use an endpoint with validated cryptography."),
            "Endpoint": _parameter("SDK::Endpoint", "String", "The endpoint of a Greenroom."),
        },
        "rules": [
            _tree(
                [_is_set("Endpoint")],
                _error([_is_true("UseFIPS")], "A given endpoint and FIPS do not go together: turn FIPS off."),
                _error([_is_true("UseDualStack")], "A given endpoint and dual stack do not go together: turn it off."),
                _endpoint([], {"ref": "Endpoint"}),
            ),
            _tree(
                [_is_set("Region"), _partition()],
                _regional([_is_true("UseFIPS"), _is_true("UseDualStack")], "nimble-fips", dual_stack=True, fips=True),
                _regional([_is_true("UseFIPS")], "nimble-fips", fips=True),
                _regional([_is_true("UseDualStack")], "nimble", dual_stack=True),
                _regional([], "nimble"),
            ),
            _error([], "No region is configured: set one, or give an endpoint."),
        ],
    }


def _regional(conditions: list[Rule], host: str, *, dual_stack: bool = False, fips: bool = False) -> Rule:
    needs = [*(["supportsFIPS"] if fips else []), *(["supportsDualStack"] if dual_stack else [])]
    suffix = "dualStackDnsSuffix" if dual_stack else "dnsSuffix"
    url = f"https://{host}.{{Region}}.{{PartitionResult#{suffix}}}"
    if not needs:
        return _endpoint(conditions, url)
    return _tree(
        conditions,
        _endpoint([_supports(need) for need in needs], url),
        _error([], f"The region's partition lacks {' or '.join(needs)}: turn it off."),
    )


def _parameter(built_in: str, kind: str, documentation: str) -> Rule:
    return {"builtIn": built_in, "required": False, "documentation": documentation, "type": kind}


def _switch(built_in: str, documentation: str) -> Rule:
    return {**_parameter(built_in, "Boolean", documentation), "required": True, "default": False}


def _tree(conditions: list[Rule], *rules: Rule) -> Rule:
    return {"conditions": conditions, "rules": list(rules), "type": "tree"}


def _error(conditions: list[Rule], message: str) -> Rule:
    return {"conditions": conditions, "error": message, "type": "error"}


def _endpoint(conditions: list[Rule], url: object) -> Rule:
    return {"conditions": conditions, "endpoint": {"url": url, "properties": {}, "headers": {}}, "type": "endpoint"}


def _is_set(parameter: str) -> Rule:
    return {"fn": "isSet", "argv": [{"ref": parameter}]}


def _is_true(parameter: str) -> Rule:
    return {"fn": "booleanEquals", "argv": [{"ref": parameter}, True]}


def _partition() -> Rule:
    return {"fn": "aws.partition", "argv": [{"ref": "Region"}], "assign": "PartitionResult"}


def _supports(feature: str) -> Rule:
    attribute = {"fn": "getAttr", "argv": [{"ref": "PartitionResult"}, feature]}
    return {"fn": "booleanEquals", "argv": [True, attribute]}
