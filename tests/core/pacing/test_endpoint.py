import math

from configcat_mgmt.core.pacing.endpoint import Endpoint, Gate
from configcat_mgmt.core.pacing.ledger import Ledger, Rule


def test_a_gate_is_open_until_it_is_told_to_hold() -> None:
    gate = Gate()

    assert gate.wait(5.0) == 0.0
    assert gate.take(5.0) is False


def test_a_hold_ends_with_one_probe_and_its_answer_opens_the_gate() -> None:
    gate = Gate()
    gate.hold(10.0)

    assert gate.wait(7.0) == 3.0
    assert gate.wait(10.0) == 0.0
    assert gate.take(10.0) is True
    assert gate.wait(11.0) == math.inf
    gate.probe_ended(answered=True)
    assert gate.wait(11.0) == 0.0
    assert gate.take(11.0) is False


def test_a_hold_is_never_shortened() -> None:
    gate = Gate()
    gate.hold(10.0)
    gate.hold(6.0)

    assert gate.held_until == 10.0


def test_a_probe_without_an_answer_is_followed_by_another() -> None:
    gate = Gate()
    gate.probe_after(10.0)
    assert gate.take(9.0) is False
    assert gate.take(10.0) is True
    gate.probe_ended(answered=False)

    assert gate.wait(10.0) == 0.0
    assert gate.take(10.0) is True


def test_the_earliest_of_several_reasons_to_probe_counts() -> None:
    gate = Gate()
    gate.probe_after(20.0)
    gate.probe_after(30.0)

    assert gate.take(20.0) is True


def test_only_the_very_first_call_can_be_made_a_probe() -> None:
    endpoint = Endpoint("GET", "/v1/me", Ledger([Rule(20, 1.0, 0.02)]))
    endpoint.probe_first()
    assert endpoint.gate.take(0.0) is True
    assert endpoint.wait(None, 0.0) == math.inf
    endpoint.gate.probe_ended(answered=True)

    endpoint.probe_first()

    assert endpoint.gate.take(0.0) is False
