"""`openapi.json`: what APIFlask reads off the views, completed with what is true of all of them."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from hub.services.pages import LARGEST
from hub.web.api.inbound import MailIn

PROBLEM = {"$ref": "#/components/responses/Problem"}
TOKEN = {"type": "http", "scheme": "bearer", "description": "Made by `hub token create --agent EMAIL`."}
ID_PARAMETER = {"type": "integer", "minimum": 1, "maximum": LARGEST}
UUID_PARAMETER = {"type": "string", "format": "uuid"}
UUID_NAMES = frozenset({"attachment_id", "outbox_id"})
TEXT_PARAMETERS = {
    "source": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,39}$"},
    "outside_id": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9._:-]+$"},
}
PROBLEM_SCHEMA = {
    "type": "object",
    "description": "RFC 9457 problem details; `errors` names each field that is wrong.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
KEY_PARAMETER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same key with the same request gets the first answer again, for a day.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}


def install_description(app: APIFlask) -> None:
    """Complete the description each time it is made."""
    app.config.update(
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
    )
    app.spec_processor(lambda spec: complete(spec) if isinstance(spec, dict) else spec)


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the description with errors, tokens, keys and path parameters as they are."""
    components = spec.setdefault("components", {})
    components.setdefault("securitySchemes", {})["token"] = TOKEN
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components.setdefault("responses", {})["Problem"] = {
        "description": "What is wrong and what to do",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    spec["security"] = [{"token": []}]
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation)
    _describe_inbound(spec)
    return spec


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    for each in parameters:
        if each["in"] == "path":
            name = each["name"]
            each["schema"] = TEXT_PARAMETERS.get(name) or (UUID_PARAMETER if name in UUID_NAMES else ID_PARAMETER)
    answers: dict[str, Any] = operation["responses"]
    codes = {401, 403}
    codes |= {404} if "{" in path else set()
    codes |= {400, 409} if method in {"post", "patch", "put"} else set()
    codes |= {400} if any(each["in"] == "query" for each in parameters) else set()
    codes |= {413, 415} if "requestBody" in operation else set()
    codes |= {422} if "requestBody" in operation or any(each["in"] == "query" for each in parameters) else set()
    answers |= {str(code): PROBLEM for code in sorted(codes)}
    answers["default"] = PROBLEM
    if method == "post":
        parameters.append(KEY_PARAMETER)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True


def _describe_inbound(spec: dict[str, Any]) -> None:
    """Describe the one address that takes bytes or JSON."""
    operation = spec["paths"]["/api/v1/inbound/email"]["post"]
    schema = MailIn.model_json_schema(by_alias=True, ref_template="#/components/schemas/MailIn.{model}")
    for name, part in schema.pop("$defs", {}).items():
        spec["components"]["schemas"][f"MailIn.{name}"] = part
    spec["components"]["schemas"]["MailIn"] = schema
    operation["requestBody"] = {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/MailIn"}},
            "message/rfc822": {"schema": {"type": "string", "format": "binary", "minLength": 1}},
        },
    }
    operation["responses"] |= dict.fromkeys(("413", "415", "422"), PROBLEM)
