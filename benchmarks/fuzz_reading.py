"""Reads broken texts by the thousand and hostile ones of 200,000 characters: nothing may crash, hang or be invalid.

    python benchmarks/fuzz_reading.py [--texts 2000] [--seed 0] [--corpus FILE.jsonl] [--only NUMBER]

Texts are mutations of the articles in the tests (three languages and more) and, if given, of a corpus: lines of
{"text" or "raw_text"}. Each is read as it came and as it would be stored, and set into messages; what must hold of
them is in `_reading/validity.py`. A sample is read once more when hundreds of others have been: a reading depends on
its text alone. `--only` prints the text of that number and what is wrong with it; seed, number and corpus make it.

Then hostile texts (`_reading/hostile.py`) are read at a quarter of the full length and at the full one, which must take
less than a second of processor time on an idle machine, and about four times the quarter. The exit status is 1 if
anything was invalid, and a text that takes longer than `LIMIT` seconds ends the run with a traceback of where it hung.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import signal
import sys
import time
import traceback
from collections import deque
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from _reading.hostile import HOSTILE, hostile
from _reading.mutations import mutated
from _reading.validity import faults, message_faults

from bot.pages import Pages
from digests import intake
from digests.errors import IntakeError
from digests.model import Article, ArticleState, Reading, Revision
from digests.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CASES = Path(__file__).parent.parent / "tests" / "digests" / "reading" / "cases"
LIMIT = 20.0  # seconds of processor time for one text
NOW = datetime(2030, 1, 1, tzinfo=UTC)
AGAIN, LATER = 10, 50  # every tenth text is read again, when fifty more such were read
FULL = 200_000  # code points: the longest text that is taken


def articles(corpus: str | None) -> list[str]:
    """Return the texts that are mutated."""
    found = [path.read_bytes().decode("utf-8") for path in sorted(CASES.glob("*.txt"))]
    if corpus:
        with Path(corpus).open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        found += [row.get("text") or row["raw_text"] for row in rows]
    return found


def text_of(number: int, seed: int, texts: Sequence[str]) -> str:
    """Return the text of that number in the run with that seed."""
    return mutated(random.Random(f"{seed} {number}"), texts)  # noqa: S311 - no secret


@contextmanager
def limited() -> Iterator[None]:
    """Raise TimeoutError when what is inside takes more than `LIMIT` seconds of processor time."""
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {LIMIT:.0f} seconds")


def wrong(text: str, pages: Pages) -> tuple[Reading, list[str], float]:
    """Read `text` as it came and as it would be stored; return its reading, what is wrong, and the seconds of one."""
    begin = time.process_time()
    reading = read(text)
    took = time.process_time() - begin
    found = faults(text, reading)
    if (lines := [line for line in reading.removed if line.rule != "markup"]) and not reading.restored:
        line = lines[len(text) % len(lines)]
        kept = read(text, keep=[line.span])
        found += [f"{fault} (with a line kept)" for fault in faults(text, kept)]
        if line.span in [other.span for other in kept.removed if other.rule != "markup"]:
            found.append("an editor's line is not kept")
    try:
        stored = intake.accept(text)
    except IntakeError:
        return reading, found, took
    anew = read(stored.text, links=stored.links)
    found += [f"{fault} (as stored)" for fault in faults(stored.text, anew)]
    found += message_faults([pages.preview(_article(stored, anew), language="en", zone="UTC", now=NOW)])
    return reading, found, took


def _article(stored: intake.Submission, reading: Reading) -> Article:
    revision = Revision(
        number=1,
        text=stored.text,
        sha256=stored.sha256,
        reading=reading,
        url=stored.url,
        outlet=reading.outlet.of(stored.text) if reading.outlet else None,
        published=reading.published,
    )
    return Article(id=0, state=ArticleState.DRAFT, revision=revision, created_by=0, created_at=NOW, updated_at=NOW)


def fuzz(count: int, seed: int, texts: Sequence[str]) -> int:
    """Read `count` mutated texts, print what is wrong, and return how many texts it was wrong with."""
    pages = Pages()
    bad = 0
    worst, worst_number = 0.0, 0
    waiting: deque[tuple[int, str, Reading]] = deque()
    for text in texts:
        read(text)  # loads what the languages need
    begin = time.monotonic()
    for number in range(count):
        text = text_of(number, seed, texts)
        try:
            with limited():
                reading, found, took = wrong(text, pages)
                if number % AGAIN == 0:
                    waiting.append((number, text, reading))
                if len(waiting) > LATER:
                    before, earlier, as_read = waiting.popleft()
                    if read(earlier) != as_read:
                        found.append(f"text {before} reads differently the second time")
        except TimeoutError:
            print(f"text {number} hangs")
            raise
        except Exception:  # noqa: BLE001 - any crash at all is what is looked for
            found, took = [traceback.format_exc(limit=-4)], 0.0
        if found:
            bad += 1
            print(f"text {number}: " + "; ".join(found), flush=True)
        rate = took / max(1_000, len(text)) * 1_000
        if rate > worst:
            worst, worst_number = rate, number
        if (number + 1) % 10_000 == 0:
            print(f"… {number + 1} texts, {bad} with faults, {time.monotonic() - begin:.0f} s", flush=True)
    print(f"{count} texts, seed {seed}: {bad} with faults; ", end="")
    print(f"worst time {1_000 * worst:.1f} ms for 1,000 characters (text {worst_number})")
    return bad


def hostilities() -> int:
    """Read the hostile texts, print their times, and return how many were read into something invalid."""
    bad = 0
    print(f"{'hostile text':24} {FULL // 4:>9} {FULL:>9} characters, seconds")
    for name in HOSTILE:
        times = []
        for length in (FULL // 4, FULL):
            text = hostile(name, length)
            seconds = []
            for _ in range(2):  # the better of two: the first may pay for what others left behind
                gc.collect()
                begin = time.process_time()
                with limited():
                    reading = read(text)
                seconds.append(time.process_time() - begin)
            times.append(min(seconds))
            if found := faults(text, reading):
                bad += 1
                print(f"{name}: " + "; ".join(found[:3]))
        slow = "  slow" if times[1] > 1 else ""
        steep = "  not linear" if times[1] > 0.2 and times[1] > 8 * times[0] else ""
        print(f"{name:24} {times[0]:9.2f} {times[1]:9.2f}{slow}{steep}", flush=True)
    return bad


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=2_000, metavar="N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--corpus", metavar="FILE")
    parser.add_argument("--only", type=int, metavar="NUMBER")
    options = parser.parse_args()
    signal.signal(signal.SIGPROF, _too_long)
    texts = articles(options.corpus)
    if options.only is not None:
        text = text_of(options.only, options.seed, texts)
        print(text)
        sys.exit("\n".join(wrong(text, Pages())[1]) or None)
    bad = fuzz(options.texts, options.seed, texts) + hostilities()
    sys.exit(1 if bad else None)


if __name__ == "__main__":
    main()
