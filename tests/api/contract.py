"""What the description promises, held against the server: which checks, and how it is asked."""

import json
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

CHECKS = [
    not_a_server_error,
    content_type_conformance,
    missing_required_header,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
EXAMPLES = examples(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def described(*, covers_all: bool) -> Any:
    """The API as it is described; `covers_all` also sends each bound of each field, a hundred requests an operation."""
    config = SchemathesisConfig.from_dict({"phases": {"coverage": {"enabled": covers_all}}})
    text = json.dumps(SchemaGenerator().get_schema(public=True), default=str)
    api = schemathesis.openapi.from_dict(json.loads(text), config=config)
    api.app = get_wsgi_application()
    return api
