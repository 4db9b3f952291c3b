"""The API in the form that botocore, and with it boto3 and the AWS CLI, reads: derived from the declarations."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from greenroom.wire.model.endpoints import endpoint_rule_set
from greenroom.wire.model.paginators import paginators
from greenroom.wire.model.service import service_model
from greenroom.wire.model.waiters import waiters
from greenroom.wire.operations import API_VERSION

__all__ = [
    "MODEL_DIRECTORY",
    "MODEL_FILES",
    "endpoint_rule_set",
    "paginators",
    "service_model",
    "waiters",
    "write_model",
]

MODEL_DIRECTORY = Path("nimble") / API_VERSION
"""Where botocore looks for the files, under each folder of AWS_DATA_PATH."""

MODEL_FILES: Mapping[str, Callable[[], dict[str, Any]]] = MappingProxyType(
    {
        "service-2.json": service_model,
        "paginators-1.json": paginators,
        "waiters-2.json": waiters,
        "endpoint-rule-set-1.json": endpoint_rule_set,
    }
)
"""The files of the model by name, and what makes the content of each."""


def write_model(directory: Path) -> Path:
    """Write the model under `directory`, ready to be named by AWS_DATA_PATH; returns the folder of its files.

    Each file is replaced as a whole: who reads meanwhile sees the old one or the new one. Raises OSError.
    """
    folder = directory / MODEL_DIRECTORY
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in MODEL_FILES.items():
        unfinished = folder / f".{name}.{os.getpid()}"
        try:
            unfinished.write_text(json.dumps(content(), indent=2) + "\n", encoding="utf-8")
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)
    return folder
