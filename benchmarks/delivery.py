"""How fast and how cheap the delivery path is, side by side with what others would do.

    python benchmarks/delivery.py [--all] [--only ROW …] [--api-url URL] [--latency-ms 50] [--in-flight 200] …

Without --all every row is small, so that all take less than three minutes. Rows:

    speed       messages/s at the given latency, against raw asyncio streams posting the same bytes
    cpu         processor time a message at no latency, against bare aiohttp; and the database's part of it, beside
                what plain sqlite3 takes for the very statements that a run made
    collapse    200 calls in flight against 50
    pacing      the share of the permitted rate that is used, and 429s met, against a server that enforces it
    flood       calls started before the time of a 429 for everyone is up
    planning    many due of many subscriptions; and 1,000 due against plain sqlite3 doing the same statements
    memory      what many chats cost
    idle        processor time at 30 messages a second, beside what the others take for it

The Bot API runs in a process of its own on another processor than the contestant, who has one for itself. Everyone
takes turns and every figure is the median of the rounds, so that a drifting machine cancels out of the ratios; only
the database's part, a small difference, is that between the least of many rounds. All post the same bytes
(python-telegram-bot its own) and parse what they must; "raw streams" do nothing else, so nobody can be faster.
Processor time is that of all threads, the kernel's part included. The whole path is made as the bot makes it: SQLite
with synchronous FULL, a gate that watches for storms, the pacer; but nobody else uses the bot. It is measured from
the end of its warm-up to the end of its clean stop, when everything is recorded.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from _delivery import samples
from _delivery.contestants import UNPACED, Task, available, run, sent_statements
from _delivery.measure import Cost, apart
from _delivery.planning import planning, statements
from _delivery.replay import replayed
from _delivery.server import Rules, bot_api, counts

FLOOR, AIOHTTP, USUAL = "raw streams, same bytes", "aiohttp, same bytes", "aiohttp, form each time"
PTB, WHOLE, NO_LEDGER = "python-telegram-bot", "whole path", "whole path, no database"
_SLOW = {PTB: 20}  # does so many times fewer messages, to be done in time


class Size(NamedTuple):
    """How much is done."""

    rounds: int
    messages: int
    pacing_seconds: int
    rates: tuple[int, ...]
    subscriptions: int
    due: int
    chats: int


QUICK = Size(3, 2_000, 5, (30, 1000), 50_000, 5_000, 10_000)
ALL = Size(5, 10_000, 60, (30, 1000), 1_000_000, 100_000, 100_000)


class Bench:
    """The rows. Each prints its figures beside their goals."""

    def __init__(self, options: argparse.Namespace, size: Size, folder: Path) -> None:
        self._options = options
        self._size = size
        self._folder = folder
        self._numbers = count()
        self._bases: dict[int, Path] = {}

    def speed(self) -> None:
        """Messages a second."""
        latency, in_flight = self._options.latency_ms, self._options.in_flight
        print(f"\nspeed: {latency:g} ms latency, {in_flight} in flight")
        costs = self._contest(available(), latency=latency, in_flight=in_flight)
        _table(costs)
        _goal("whole path, × raw streams", _over(costs, WHOLE, FLOOR, "rate"), at_least=0.8)

    def cpu(self) -> None:
        """Processor time a message."""
        in_flight = self._options.in_flight
        print(f"\ncpu: no latency, {in_flight} in flight")
        costs = self._contest(available(), latency=0, in_flight=in_flight)
        _table(costs)
        _goal("CPU a message, × aiohttp posting the same bytes", _over(costs, WHOLE, AIOHTTP, "cpu_ms"), at_most=1.0)
        _goal("CPU a message, × aiohttp encoding the form", _over(costs, WHOLE, USUAL, "cpu_ms"), at_most=1.0)
        task = self._task("", self._messages, in_flight)
        with self._api(Rules()) as url:
            made = apart(sent_statements, task._replace(url=url, database=self._waiting(task)), cpu=0)
        plain = [apart(replayed, self._waiting(task), made, cpu=0).cpu for _ in range(self._size.rounds)]
        floor = 1000 * statistics.median(plain) / (task.messages + task.warm_up)
        whole, without = self._least([WHOLE, NO_LEDGER])
        print(f"  the database: {whole - without:.3f} ms a message; plain sqlite3, same statements: {floor:.3f} ms")
        _goal("the database's share of the CPU", 1 - without / whole, at_most=0.1)

    def collapse(self) -> None:
        """More calls in flight must not make it slower."""
        print("\ncollapse: no latency, 50 and 200 in flight")
        few, many = [], []
        for _ in range(self._size.rounds):
            few.append(self._one(WHOLE, latency=0, in_flight=50).rate)
            many.append(self._one(WHOLE, latency=0, in_flight=200).rate)
        _goal("messages/s at 200 in flight, × 50", statistics.median(many) / statistics.median(few), at_least=0.9)

    def pacing(self) -> None:
        """The permitted rate is used, and kept."""
        for rate in self._size.rates:
            in_flight = 8 if rate < 100 else 200
            messages = rate * self._size.pacing_seconds
            print(f"\npacing: {rate} messages/s permitted in any second, {messages} messages, 20 ms latency")
            with self._api(Rules(latency=0.02, rate=rate)) as url:
                cost = self._whole(url, messages, in_flight, rate=rate)
                floods = counts(url).floods
            _goal("share of the permitted rate", cost.rate / rate, at_least=0.97)
            _goal("429s met", floods, at_most=0)

    def flood(self) -> None:
        """A 429 stops everyone at once."""
        print("\nflood: after 1,000 messages everyone is told to wait 5 seconds; 50 in flight, 20 ms latency")
        with self._api(Rules(latency=0.02, halt_after=1000)) as url:
            self._whole(url, 2000, 50)
            seen = counts(url)
        print(f"  429s met by calls that were on their way {seen.floods - seen.early}")
        _goal("calls started before its time was up", seen.early, at_most=0)

    def planning(self) -> None:
        """The database at scale."""
        size = self._size
        print(f"\nplanning: {size.due:,} due of {size.subscriptions:,} subscriptions")
        big = self._file()
        apart(samples.prepare_subscribed, big, size.subscriptions, size.due)
        cost = apart(planning, big, cpu=0)
        big.unlink()
        _goal(f"seconds for {size.due:,}", cost.seconds, at_most=5 * size.due / 100_000)
        _goal("memory, MB", cost.grown / 1e6, at_most=10)
        base = self._file()
        apart(samples.prepare_subscribed, base, 10_000, 1000)
        made = apart(statements, samples.copy(base, self._file()))
        ours, plain = [], []
        for _ in range(size.rounds):
            ours.append(apart(planning, samples.copy(base, self._file()), cpu=0).seconds)
            plain.append(apart(replayed, samples.copy(base, self._file()), made, cpu=0).seconds)
        mine, other = statistics.median(ours), statistics.median(plain)
        print(f"  1,000 due: {1000 * mine:.1f} ms, plain sqlite3 {1000 * other:.1f} ms")
        _goal("1,000 due, × plain sqlite3", mine / other, at_most=3)

    def memory(self) -> None:
        """Many chats must cost nothing each."""
        print(f"\nmemory: {self._size.chats:,} chats, 200 in flight")
        with self._api(Rules()) as url:
            cost = self._whole(url, self._size.chats, 200)
        print(f"  {cost.rate:.0f} messages/s, {cost.cpu_ms:.3f} ms CPU a message")
        _goal("memory grown by, MB", cost.grown / 1e6, at_most=10)

    def idle(self) -> None:
        """What the free rate costs."""
        seconds = self._size.pacing_seconds
        print(f"\nidle: 30 messages/s for {seconds} s, 32 in flight at most, 20 ms latency")
        with self._api(Rules(latency=0.02)) as url:
            for name in (FLOOR, AIOHTTP, PTB):
                other = apart(run, name, Task(url, self._html, 30 * seconds, 32, rate=30), cpu=0)
                print(f"  {name:28}{other.cpu / other.seconds:8.3f} of one processor")
            cost = self._whole(url, 30 * seconds, 32, rate=30)
        _goal("share of one processor", cost.cpu / cost.seconds, at_most=0.03)

    # ------------------------------------------------------------------------------------------ means

    def _contest(self, names: list[str], *, latency: float, in_flight: int) -> dict[str, list[Cost]]:
        """Let everyone deliver in turns, with the same server."""
        costs: dict[str, list[Cost]] = {name: [] for name in names}
        with self._api(Rules(latency=latency / 1000)) as url:
            for turn in range(self._size.rounds):
                for name in names:
                    if turn and name in _SLOW:
                        continue  # once is enough to see how slow
                    costs[name].append(self._one(name, url=url, latency=latency, in_flight=in_flight))
        return costs

    def _least(self, names: list[str]) -> list[float]:
        """Return the least CPU ms a message of many rounds: of a small difference medians show the machine's mood."""
        with self._api(Rules()) as url:
            turns = [
                [self._one(name, url=url, latency=0, in_flight=self._options.in_flight).cpu_ms for name in names]
                for _ in range(3 * self._size.rounds)
            ]
        return [min(each) for each in zip(*turns, strict=True)]

    def _one(self, name: str, *, latency: float, in_flight: int, url: str = "") -> Cost:
        if not url:
            with self._api(Rules(latency=latency / 1000)) as url:
                return self._one(name, url=url, latency=latency, in_flight=in_flight)
        if name in (WHOLE, NO_LEDGER):
            return self._whole(url, self._messages, in_flight, ledger=name == WHOLE)
        messages = self._messages // _SLOW.get(name, 1)
        return apart(run, name, self._task(url, messages, in_flight), cpu=0)

    def _whole(self, url: str, messages: int, in_flight: int, *, rate: float = UNPACED, ledger: bool = True) -> Cost:
        """Let the product deliver, from a copy of a database with so many rows waiting."""
        task = self._task(url, messages, in_flight)._replace(rate=rate, ledger=ledger)
        file = self._waiting(task)
        try:
            return apart(run, WHOLE, task._replace(database=file), cpu=0)
        finally:
            file.unlink()

    def _task(self, url: str, messages: int, in_flight: int) -> Task:
        return Task(url, self._html, messages, in_flight)

    def _waiting(self, task: Task) -> Path:
        """Return a database of its own with the rows of a task waiting."""
        return samples.copy(self._planned(task.messages + task.warm_up), self._file())

    @property
    def _messages(self) -> int:
        return int(self._options.messages or self._size.messages)

    @property
    def _html(self) -> str:
        return samples.the_part(self._planned(100)).html

    def _planned(self, rows: int) -> Path:
        """Return a database with so many rows waiting, made once."""
        if rows not in self._bases:
            self._bases[rows] = self._file()
            apart(samples.prepare_planned, self._bases[rows], rows)
        return self._bases[rows]

    def _file(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"

    @contextmanager
    def _api(self, rules: Rules) -> Iterator[str]:
        """Start the Bot API, unless an address was given and the row needs no special behaviour."""
        special = rules.rate is not None or rules.halt_after is not None
        if self._options.api_url and not special:
            yield self._options.api_url.rstrip("/")
            return
        text = samples.the_part(self._planned(100)).text
        with bot_api(rules._replace(text=text)) as url:
            yield url


def _median(costs: list[Cost], what: str) -> float:
    return statistics.median(getattr(cost, what) for cost in costs)


def _over(costs: dict[str, list[Cost]], one: str, other: str, what: str) -> float:
    """Return the ratio of two contestants' medians."""
    return _median(costs[one], what) / _median(costs[other], what)


def _table(costs: dict[str, list[Cost]]) -> None:
    print(f"  {'':28}{'messages/s':>12}{'× raw':>8}{'CPU ms/message':>16}{'× aiohttp':>11}{'memory MB':>11}")
    for name, each in costs.items():
        figures = (
            _median(each, "rate"),
            _over(costs, name, FLOOR, "rate"),
            _median(each, "cpu_ms"),
            _over(costs, name, AIOHTTP, "cpu_ms"),
            _median(each, "grown") / 1e6,
        )
        print("  {:28}{:12,.0f}{:8.2f}{:16.3f}{:11.2f}{:11.1f}".format(name, *figures))


def _goal(what: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> None:
    limit, sign = (at_least, "≥") if at_least is not None else (at_most, "≤")
    assert limit is not None
    reached = value >= limit if at_least is not None else value <= limit
    print(f"  {'reached' if reached else 'MISSED '} {what}: {value:.3g} (goal {sign} {limit:g})")


def main() -> None:
    """Read the options and print the rows."""
    rows: dict[str, Callable[[Bench], None]] = {
        row.__name__: row
        for row in (
            Bench.speed,
            Bench.cpu,
            Bench.collapse,
            Bench.pacing,
            Bench.flood,
            Bench.planning,
            Bench.memory,
            Bench.idle,
        )
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small rows (the default)")
    size.add_argument("--all", action="store_true", help="every row in full size; about twenty minutes")
    parser.add_argument("--only", nargs="+", choices=rows, default=list(rows), metavar="ROW")
    parser.add_argument("--api-url", default="", help="a Bot API server; by default its own")
    parser.add_argument("--latency-ms", type=float, default=50, help="of its own server, in row speed")
    parser.add_argument("--in-flight", type=int, default=200, help="calls at a time, in rows speed and cpu")
    parser.add_argument("--messages", type=int, default=0, help="a contestant and round, in rows speed, cpu, collapse")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        bench = Bench(options, ALL if options.all else QUICK, Path(folder))
        for name in options.only:
            rows[name](bench)


if __name__ == "__main__":
    main()
