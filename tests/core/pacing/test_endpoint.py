import math

from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger, Rule


def test_only_the_very_first_call_can_be_made_a_probe() -> None:
    endpoint = Endpoint("GET", "/v1/me", Ledger([Rule(20, 1.0, 0.02)]))
    endpoint.probe_first()
    assert endpoint.gate.take(0.0) is True
    assert endpoint.wait(None, 0.0) == math.inf
    endpoint.gate.probe_ended(answered=True)

    endpoint.probe_first()

    assert endpoint.gate.take(0.0) is False
