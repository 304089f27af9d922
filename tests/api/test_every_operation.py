"""All operations, through both clients, against a service that knows only the rules."""

import json
from collections.abc import Callable, Iterator

import pytest

from configcat_mgmt import (
    ApiError,
    AsyncManagementClient,
    BadRequestError,
    ManagementClient,
    NotFoundError,
    Options,
    PermissionDeniedError,
    to_json,
)
from tests.api.planned_call import Planner
from tests.api.service import Service, running
from tests.documents import STYLES, normal
from tests.schema import described

OPERATIONS = sorted(described().endpoints)
UNPACED = Options(limits=None, max_attempts=1)
ERRORS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    403: PermissionDeniedError,
    404: NotFoundError,
}

every_operation = pytest.mark.parametrize("operation_id", OPERATIONS)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with running(described()) as service:
        yield service


@pytest.fixture(scope="module")
def blocking(service: Service) -> Iterator[ManagementClient]:
    with ManagementClient("u", "p", base_url=service.url, options=UNPACED) as client:
        yield client


@pytest.fixture
def awaited(service: Service) -> Callable[[], AsyncManagementClient]:
    return lambda: AsyncManagementClient(
        "u", "p", base_url=service.url, options=UNPACED
    )


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(described())


@every_operation
async def test_the_async_client_sends_and_reads_what_is_described(
    operation_id: str,
    service: Service,
    awaited: Callable[[], AsyncManagementClient],
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    async with awaited() as client:
        for style in STYLES:
            call = planner.call(endpoint, style)
            method = getattr(
                getattr(client, planner.group_of(endpoint)), call.method_name
            )
            for status, data, text in planner.answers(endpoint, style):
                service.plan(status, text)
                result = await method(*call.positional, **call.keywords)
                assert call.differences(service.only_request()) == []
                if endpoint.answers[status] is None:
                    assert result is None
                    continue
                schema = endpoint.answers[status] or {}
                assert planner.python.differences(result, schema, data) == []
                assert normal(to_json(result)) == normal(data)


@every_operation
def test_the_blocking_client_sends_and_reads_what_is_described(
    operation_id: str,
    service: Service,
    blocking: ManagementClient,
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    for style in STYLES:
        call = planner.call(endpoint, style)
        method = getattr(
            getattr(blocking, planner.group_of(endpoint)), call.method_name
        )
        for status, data, text in planner.answers(endpoint, style):
            service.plan(status, text)
            result = method(*call.positional, **call.keywords)
            assert call.differences(service.only_request()) == []
            schema = endpoint.answers[status]
            if schema is None:
                assert result is None
                continue
            assert planner.python.differences(result, schema, data) == []
            assert normal(to_json(result)) == normal(data)


@every_operation
async def test_a_call_by_id_takes_and_gives_plain_json(
    operation_id: str,
    service: Service,
    awaited: Callable[[], AsyncManagementClient],
    blocking: ManagementClient,
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    async with awaited() as client:
        for style in STYLES:
            call = planner.call(endpoint, style)
            for status, data, text in planner.answers(endpoint, style):
                service.plan(status, text)
                result = await client.call(operation_id, **call.plain)
                assert call.differences(service.only_request()) == []
                assert normal(result) == normal(data)
                service.plan(status, text)
                assert blocking.call(operation_id, **call.plain) == result
                assert call.differences(service.only_request()) == []


@every_operation
def test_an_answer_without_what_is_not_essential_is_read(
    operation_id: str,
    service: Service,
    blocking: ManagementClient,
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    call = planner.call(endpoint, "full")
    for status, schema in endpoint.answers.items():
        if schema is not None:
            sent, read = planner.documents.holed(schema)
            service.plan(status, json.dumps(sent).encode(), described=False)
            result = blocking.call(operation_id, **call.plain)
            assert normal(result) == normal(read)


@every_operation
def test_an_answer_of_a_later_version_of_the_service_is_read(
    operation_id: str,
    service: Service,
    blocking: ManagementClient,
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    call = planner.call(endpoint, "full")
    for status, schema in endpoint.answers.items():
        if schema is not None:
            sent, read = planner.documents.of_the_future(schema)
            service.plan(status, json.dumps(sent).encode(), described=False)
            result = blocking.call(operation_id, **call.plain)
            assert normal(result) == normal(read)


@every_operation
def test_a_described_refusal_raises_the_error_of_its_status(
    operation_id: str,
    service: Service,
    blocking: ManagementClient,
    planner: Planner,
) -> None:
    endpoint = planner.description.endpoints[operation_id]
    call = planner.call(endpoint, "minimal")
    assert {*endpoint.errors} - {429} <= {*ERRORS}
    for status in endpoint.errors:
        if status not in ERRORS:
            continue
        service.plan(status, b'{"name": ["is taken"]}')
        with pytest.raises(ERRORS[status]) as raised:
            blocking.call(operation_id, **call.plain)
        assert type(raised.value) is ERRORS[status]
        assert raised.value.operation_id == operation_id
        assert raised.value.status == status
        assert raised.value.messages == {"name": ["is taken"]}
