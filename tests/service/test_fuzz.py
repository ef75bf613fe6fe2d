"""Whatever the API's own description allows, and much that it does not, is answered as it says."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from running import Running
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import positive_data_acceptance

CHECKED = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
OPERATIONS = ["decide", "exchanges", "traces", "logs", "metrics", "health", "ready"]
OPERATIONS += ["review", "vote", "appeal", "undo", "clear", "authz", "authz_body"]
OPERATIONS += ["generic_guardrail"]


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_one_that_the_description_promises(service: Running, name: str) -> None:
    schema = schemathesis.openapi.from_url(f"{service.address}/openapi.json")
    found = [r.ok() for r in schema.get_all_operations()]
    operation = next(o for o in found if o.definition.raw["operationId"] == name)
    headers = {"Authorization": f"Bearer {service.token('admin')}"}
    statuses: set[int] = set()

    @given(case=operation.as_strategy())
    @CHECKED
    def ask(case: Case) -> None:
        response = case.call(headers=headers)
        statuses.add(response.status_code)
        # which of all objects are exchanges of some format, a description cannot say
        case.validate_response(response, excluded_checks=[positive_data_acceptance])

    ask()
    assert statuses


@pytest.mark.parametrize(
    "name",
    ["decide", "exchanges", "traces", "vote", "appeal", "undo", "clear", "generic_guardrail"],
)
def test_what_the_description_forbids_is_refused_and_breaks_nothing(
    service: Running, name: str
) -> None:
    schema = schemathesis.openapi.from_url(f"{service.address}/openapi.json")
    found = [r.ok() for r in schema.get_all_operations()]
    operation = next(o for o in found if o.definition.raw["operationId"] == name)
    headers = {"Authorization": f"Bearer {service.token('admin')}"}
    strategy = operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)

    @given(case=strategy)
    @CHECKED
    def ask(case: Case) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=[not_a_server_error])
        assert "Traceback" not in response.text

    ask()
