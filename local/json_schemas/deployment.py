"""``deploy.toml`` as a JSON Schema, from the pydantic model that checks it."""

from __future__ import annotations

from local.deployment.description.document import DeploymentDocument
from local.json_schemas.accounts import Schema, plain
from local.json_schemas.parameters import DRAFT


def deployment_schema() -> Schema:
    """Return the schema of the description; some combinations of keys are refused in addition."""
    document = plain(DeploymentDocument.model_json_schema())
    definitions = document.pop("$defs")
    return {
        "$schema": DRAFT,
        "$id": "urn:cloud-sync:deploy:1",
        "title": "Description of a deployment",
        **document,
        "$defs": definitions,
    }
