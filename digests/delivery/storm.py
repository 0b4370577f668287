"""When so much goes wrong that going on would do harm: the decision, as a circuit breaker makes it. Pure.

What counts is what costs a reader something: refusals (they end subscriptions) and unknown outcomes (they end in
repeats). What will surely be tried again, like a lost connection or a 429, counts on neither side.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from digests.model import Outcome, Verdict

_STEPS = 60  # in which the window moves on
_HARMFUL = (Verdict.UNKNOWN, Verdict.REFUSE, Verdict.STOP, Verdict.PAUSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StormPolicy:
    """A storm: of at least `minimum` outcomes within `window`, the `share` (0 to 1) or more went wrong.

    Or nothing but lost answers, `minimum` at least, came for as long as `silence`: less than a repeat waits, for
    repeats that are lost too rest until a person lets them be sent again.
    A pause over unknown outcomes is tried to be ended after `rest`, then after twice that, and so on up to
    `longest`. If a storm comes back within `longest` after that, it waits for a person. What a person resumed in spite
    of is not counted again for `excused`.
    """

    share: float = 0.5
    window: timedelta = timedelta(seconds=60)
    minimum: int = 20
    rest: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=10)
    excused: timedelta = timedelta(hours=1)
    silence: timedelta = timedelta(seconds=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Why and since when nothing is delivered.

    `reason` is the commonest key of the ledger's reasons; `failed` of `outcomes` went wrong. `try_at`: when to look
    whether Telegram answers again; None leaves that to a person. `tries` counts the looks.
    """

    since: datetime
    reason: str
    failed: int
    outcomes: int
    try_at: datetime | None = None
    tries: int = 0

    def dumps(self) -> str:
        """Return it as JSON, to be kept over a restart."""
        at = self.try_at.isoformat() if self.try_at else None
        return json.dumps([self.since.isoformat(), self.reason, self.failed, self.outcomes, at, self.tries])

    @classmethod
    def loads(cls, text: str) -> Pause:
        """Read what `dumps` wrote."""
        since, reason, failed, outcomes, at, tries = json.loads(text)
        return cls(
            since=datetime.fromisoformat(since),
            reason=reason,
            failed=failed,
            outcomes=outcomes,
            try_at=datetime.fromisoformat(at) if at else None,
            tries=tries,
        )


class _Step(NamedTuple):
    """What was seen in a short time: to keep each outcome would take as much memory as all else in a fan-out."""

    since: datetime
    seen: Counter[tuple[str, bool]]  # the reason, empty if it went well; and whether it is unknown


class Storm:
    """Watches outcomes and says when to stop."""

    def __init__(self, policy: StormPolicy) -> None:
        self._policy = policy
        self._steps: deque[_Step] = deque()
        self._seen = 0  # in all of them
        self._harm: Counter[tuple[str, bool]] = Counter()
        self._healed_at: datetime | None = None
        self._excused: dict[str, datetime] = {}
        self._lost = 0  # answers in a row …
        self._lost_since: datetime | None = None  # … since then

    def weigh(self, outcome: Outcome, now: datetime) -> Pause | None:
        """Take one outcome into account; returns the pause to make if that is one too many."""
        harmful = outcome.verdict in _HARMFUL
        if not harmful and outcome.verdict is not Verdict.SENT:
            return None
        reason = (outcome.reason or outcome.verdict.value) if harmful else ""
        if now < self._excused.get(reason, now):
            return None
        lost = outcome.verdict is Verdict.UNKNOWN
        self._add(reason, lost, now)
        failed, seen = self._harm.total(), self._seen
        if harmful and seen >= self._policy.minimum and failed >= self._policy.share * seen:
            return self._pause(failed, seen, now)
        return self._pause(self._lost, self._lost, now) if self._silent(lost, now) else None

    def calm(self, now: datetime, *, excuse: str = "") -> None:
        """Begin anew after a pause: by itself, or (`excuse` is then its reason) since a person said so."""
        self._steps.clear()
        self._seen = 0
        self._harm.clear()
        self._lost = 0
        if excuse:
            self._excused[excuse] = now + self._policy.excused
        else:
            self._healed_at = now

    def later(self, tries: int, now: datetime) -> datetime:
        """Return when to look again after so many looks in vain."""
        doubled: timedelta = self._policy.rest * 2 ** min(tries, 20)
        return now + min(self._policy.longest, doubled)

    def _silent(self, lost: bool, now: datetime) -> bool:
        """Take one outcome into account; tells whether answers have been lost for too long."""
        if not lost:
            self._lost = 0
            return False
        if not self._lost:
            self._lost_since = now
        self._lost += 1
        since = self._lost_since or now
        return self._lost >= self._policy.minimum and now >= since + self._policy.silence

    def _pause(self, failed: int, outcomes: int, now: datetime) -> Pause:
        [((reason, _), _)] = self._harm.most_common(1)
        unknown = sum(count for (_, lost), count in self._harm.items() if lost)
        again = self._healed_at is not None and now < self._healed_at + self._policy.longest
        heals = 2 * unknown > failed and not again
        at = self.later(0, now) if heals else None
        return Pause(since=now, reason=reason, failed=failed, outcomes=outcomes, try_at=at)

    def _add(self, reason: str, unknown: bool, now: datetime) -> None:
        if not self._steps or now >= self._steps[-1].since + self._policy.window / _STEPS:
            self._steps.append(_Step(now, Counter()))
        self._steps[-1].seen[reason, unknown] += 1
        self._seen += 1
        if reason:
            self._harm[reason, unknown] += 1
        while self._steps[0].since <= now - self._policy.window:
            old = self._steps.popleft().seen
            self._seen -= old.total()
            self._harm.subtract({kind: number for kind, number in old.items() if kind[0]})
