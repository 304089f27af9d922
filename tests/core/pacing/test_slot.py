import asyncio

from configcat_mgmt.core.pacing.endpoint import Endpoint
from configcat_mgmt.core.pacing.ledger import Ledger, Rule
from configcat_mgmt.core.pacing.slot import Ending, Outcome, Slot


class Door:
    """A lane and its books in one, which records the endings."""

    longest_window = 60.0

    def __init__(self) -> None:
        self.own: Ledger | None = None
        self.loop = asyncio.get_running_loop()
        self.endpoint = Endpoint("GET", "/v1/me", Ledger([Rule(20, 1.0, 0.02)]))
        self.longest_hold = 120.0
        self.refunds = 0
        self.endings: list[Ending] = []

    def refund(self) -> None:
        self.refunds += 1

    def clock(self) -> float:
        return 7.0

    def settle(self, ending: Ending) -> None:
        self.endings.append(ending)


async def test_only_a_first_ending_is_booked_and_only_an_unsent_call_is_refunded() -> (
    None
):
    for first, outcome in (
        (Slot.gave_up, Outcome.GAVE_UP),
        (Slot.never_sent, Outcome.NEVER_SENT),
        (lambda slot: slot.answered({}, 204), Outcome.ANSWERED),
    ):
        door = Door()
        slot = Slot(door, door, mark=1, sent_at=5.0, probe=False)
        slot.has_tokens = True
        first(slot)
        slot.never_sent()
        slot.gave_up()
        slot.answered({}, 200)

        [ending] = door.endings
        assert (ending.outcome, ending.now) == (outcome, 7.0)
        assert door.refunds == (outcome is Outcome.NEVER_SENT)
