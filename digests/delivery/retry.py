"""When a delivery that did not arrive is tried again. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digests.model import Outcome, Purpose, Verdict

if TYPE_CHECKING:
    from digests.model import Delivery

GAVE_UP = "gave_up"
BAD_REQUEST = "bad_request"  # Telegram takes the message itself for wrong: trying again will hardly help
HELD_BACK = "held_back"  # everything was stopped before the call was made
_UNREACHABLE = "connect"
#: Say nothing of the delivery: an outage, or a 429, may last for hours.
_PASSING = frozenset((_UNREACHABLE, "flood", HELD_BACK))


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Waits in seconds, doubling from `first` up to `longest`; a wait that Telegram names is kept as it is.

    After `attempts` calls that Telegram answered with "not now", or `refusals` with "bad request", a delivery is given
    up; not so after a 429, or if Telegram was out of reach. Then it waits no longer than `unreached`: when the
    connection is back, everything is to go on. A delivery of unknown outcome rests `unknown` seconds before its one
    marked repeat; an edit is just made again. When everything stops, rows wait `halted` seconds before anyone takes
    them up again. What was held back here waits for nothing.
    """

    first: float = 1.0
    longest: float = 300.0
    attempts: int = 20
    refusals: int = 3
    unknown: float = 5.0
    halted: float = 60.0
    unreached: float = 15.0

    def settle(self, delivery: Delivery, outcome: Outcome, *, chance: float) -> Outcome:
        """Return `outcome` as the ledger is to record it. `chance`, 0 to 1, spreads the waits (jitter)."""
        if outcome.verdict is Verdict.UNKNOWN and delivery.purpose is Purpose.EDIT:  # twice does what once does
            outcome = replace(outcome, verdict=Verdict.RETRY)
        match outcome.verdict:
            case Verdict.HALT:
                return replace(outcome, verdict=Verdict.RETRY, wait=self.halted)
            case Verdict.UNKNOWN:
                return replace(outcome, wait=self.unknown)
            case Verdict.RETRY | Verdict.MIGRATED if self._hopeless(delivery, outcome):
                reason = BAD_REQUEST if outcome.reason == BAD_REQUEST else GAVE_UP
                return Outcome(verdict=Verdict.STOP, reason=reason)
            case Verdict.RETRY if outcome.wait <= 0 and outcome.reason != HELD_BACK:
                wait = self.backoff(delivery.attempts, chance=chance)
                return replace(outcome, wait=min(wait, self.unreached) if outcome.reason == _UNREACHABLE else wait)
            case _:
                return outcome

    def backoff(self, attempts: int, *, chance: float) -> float:
        """Return the wait after that many earlier attempts: half of it sure, half by `chance`."""
        whole = min(self.longest, self.first * 2.0 ** min(attempts, 30))
        return whole * (0.5 + 0.5 * chance)

    def _hopeless(self, delivery: Delivery, outcome: Outcome) -> bool:
        limit = self.refusals if outcome.reason == BAD_REQUEST else self.attempts
        return delivery.attempts + 1 >= limit and outcome.reason not in _PASSING
