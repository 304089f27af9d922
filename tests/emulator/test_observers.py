"""Observers: what an emulator reports about each request and its response."""

import json

from configcat_mgmt.emulator import Emulator, Exchange, Fault
from tests.emulator.shop import Shop
from tests.emulator.wire import Wire


async def test_an_observer_receives_each_request_with_its_response(
    emulator: Emulator, shop: Shop
) -> None:
    exchanges: list[Exchange] = []
    emulator.observe(exchanges.append)
    body = {"name": "beta"}
    made = await shop.wire.call("create-tag", body, productId=shop.product)
    (exchange,) = exchanges
    assert exchange.method == "POST"
    assert exchange.path == f"/v1/products/{shop.product}/tags"
    assert exchange.operation == "create-tag"
    assert exchange.headers["authorization"] == shop.wire.auth
    assert json.loads(exchange.body) == body
    assert exchange.status == 201
    assert exchange.response_body == made.body
    assert exchange.response_headers["Content-Type"] == made.headers["Content-Type"]
    assert exchange.fault is None


async def test_an_observer_also_receives_what_is_refused_and_what_faults_break(
    emulator: Emulator, wire: Wire
) -> None:
    exchanges: list[Exchange] = []
    emulator.observe(exchanges.append)
    fault = emulator.faults.add(Fault("status", status=503))
    await wire.call("get-me")
    await wire.as_user("nobody", "wrong").call("get-me")
    assert [one.status for one in exchanges] == [503, 401]
    assert exchanges[0].fault is fault
    assert exchanges[1].operation is None
