"""The derived model, against the one that the official client shipped."""

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.stub import Stubber

from greenroom.wire.model import endpoint_rule_set, paginators, service_model, waiters, write_model

OFFICIAL = Path(botocore.__file__).parent / "data" / "nimble" / "2020-08-01"


def official(name: str) -> Any:
    path = OFFICIAL / name
    return json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())


def undocumented(model: Any) -> Any:
    """The model without its texts; a member that is named documentation would stay."""
    if isinstance(model, dict):
        return {
            key: undocumented(value)
            for key, value in model.items()
            if not (key in ("documentation", "description") and isinstance(value, str))
        }
    return [undocumented(value) for value in model] if isinstance(model, list) else model


def sorted_required(shapes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {**shape, "required": sorted(shape["required"])} if "required" in shape else shape
        for name, shape in shapes.items()
    }


OURS, THEIRS = undocumented(service_model()), undocumented(official("service-2.json.gz"))


def test_version_and_metadata_are_equal() -> None:
    assert {**OURS, "operations": {}, "shapes": {}} == {**THEIRS, "operations": {}, "shapes": {}}


def test_there_are_the_same_49_operations() -> None:
    assert sorted(OURS["operations"]) == sorted(THEIRS["operations"])
    assert len(OURS["operations"]) == 49


@pytest.mark.parametrize("name", sorted(THEIRS["operations"]))
def test_an_operation_is_equal(name: str) -> None:
    assert OURS["operations"][name] == THEIRS["operations"][name]


def test_there_are_the_same_shapes() -> None:
    assert sorted(OURS["shapes"]) == sorted(THEIRS["shapes"])


@pytest.mark.parametrize("name", sorted(THEIRS["shapes"]))
def test_a_shape_is_equal(name: str) -> None:
    ours, theirs = sorted_required(OURS["shapes"]), sorted_required(THEIRS["shapes"])
    assert ours[name] == theirs[name]


def test_paginators_are_equal() -> None:
    assert paginators() == official("paginators-1.json")


def test_waiters_are_equal() -> None:
    assert undocumented(waiters()) == undocumented(official("waiters-2.json"))


@pytest.mark.parametrize(
    ("endpoint", "region", "fips", "dual_stack"),
    list(
        itertools.product(
            [None, "http://127.0.0.1:8420"],
            [None, "us-west-2", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "mars-1"],
            [False, True],
            [False, True],
        )
    ),
)
def test_endpoint_rules_lead_to_the_same_place(
    endpoint: str | None, region: str | None, fips: bool, dual_stack: bool
) -> None:
    def resolve(rules: dict[str, Any]) -> object:
        partitions = json.loads((OFFICIAL.parents[1] / "partitions.json").read_bytes())
        parameters = {"UseFIPS": fips, "UseDualStack": dual_stack}
        parameters |= {"Endpoint": endpoint} if endpoint else {}
        parameters |= {"Region": region} if region else {}
        try:
            resolved = EndpointProvider(rules, partitions).resolve_endpoint(**parameters)
        except EndpointProviderError:
            return None
        return resolved.url, resolved.properties, resolved.headers

    assert resolve(endpoint_rule_set()) == resolve(official("endpoint-rule-set-1.json.gz"))


def test_the_documentation_is_our_own() -> None:
    def texts(model: Any) -> set[str]:
        if isinstance(model, dict):
            own = {model["documentation"]} if isinstance(model.get("documentation"), str) else set()
            return own.union(*(texts(value) for value in model.values()))
        return set().union(*(texts(value) for value in model)) if isinstance(model, list) else set()

    assert texts(service_model()) & texts(official("service-2.json.gz")) == set()
    assert all(operation["documentation"] for operation in service_model()["operations"].values())


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_model(tmp_path)


def test_the_model_is_written_as_the_official_client_looks_for_it(written: Path, tmp_path: Path) -> None:
    assert written == tmp_path / "nimble" / "2020-08-01"
    assert sorted(path.name for path in written.iterdir()) == [
        "endpoint-rule-set-1.json",
        "paginators-1.json",
        "service-2.json",
        "waiters-2.json",
    ]
    assert json.loads((written / "service-2.json").read_bytes()) == service_model()


def test_writing_the_model_again_replaces_it(written: Path, tmp_path: Path) -> None:
    (written / "service-2.json").write_text("old")
    write_model(tmp_path)
    assert json.loads((written / "service-2.json").read_bytes()) == service_model()


def test_the_official_client_works_with_the_written_model(written: Path, tmp_path: Path) -> None:
    session = botocore.session.Session()
    session.set_config_variable("data_path", str(tmp_path))
    client = session.create_client(
        "nimble",
        region_name="us-west-2",
        endpoint_url="http://127.0.0.1:8420",
        aws_access_key_id="AKID",
        aws_secret_access_key="secret",
    )
    assert client.meta.service_model.documentation == service_model()["documentation"]
    assert client.can_paginate("list_streaming_session_backups")
    assert "streaming_session_stopped" in client.waiter_names
    with Stubber(client) as stubber:
        stubber.add_response("get_studio", {"studio": {"studioId": "us-west-2:stid-1"}})
        assert client.get_studio(studioId="us-west-2:stid-1")["studio"]["studioId"] == "us-west-2:stid-1"
