"""How fast and how well articles are read, beside the plainest thing that finds quotes and, if installed, textacy.

    python benchmarks/reading.py [CORPUS.jsonl] [--scorer "COMMAND {corpus} {predictions}"] [--slow N]

The corpus holds lines of {"id", "text" or "raw_text"} and perhaps labels in "gold" (see `_reading/quality.py`); without
one, the bundled sample is read over and over. All contestants run in turns in this process, each on one core; a figure
is the median of its rounds in processor time, so that a busy or drifting machine cancels out of the ratios. A reader
that takes a second for an article reads only the first `--slow` articles, once. ``--scorer`` runs the corpus's own
scorer on what was read.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from _reading.contestants import Contestant, contestants
from _reading.quality import quality

from bot.reading_view import as_json
from digests import data
from digests.reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
WORDS = 800  # in an article, by which speeds are told


def corpus(path: str | None) -> list[dict[str, Any]]:
    """Return the rows of a corpus file, or the sample joined up to about 800 words, 60 times."""
    if path:
        with Path(path).open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        return [row | {"text": row.get("text") or row["raw_text"]} for row in rows]
    sample = (Path(__file__).parent.parent / "bot" / "demo" / "sample.txt").read_text(encoding="utf-8")
    return [{"id": "sample", "text": "\n\n".join([sample] * max(1, WORDS // len(sample.split())))}] * 60


def seconds(function: Callable[[str], object], texts: list[str]) -> float:
    """Return the processor time of one pass over `texts`."""
    begin = time.process_time()
    for text in texts:
        function(text)
    return time.process_time() - begin


def speed(entrants: list[Contestant], texts: list[str], slow: int) -> None:
    """Print each contestant's speed, and how many times the time of the first it takes."""
    rates: dict[str, list[float]] = {name: [] for name, _ in entrants}
    few = [name for name, function in entrants if seconds(function, texts[:1]) > 0.02]
    for number in range(ROUNDS):
        for name, function in entrants:
            part = texts[:slow] if name in few else texts
            if number == 0 or name not in few:
                words = sum(len(text.split()) for text in part)
                rates[name].append(words / WORDS / seconds(function, part))
    first = statistics.median(rates[entrants[0][0]])
    for name, found in rates.items():
        rate = statistics.median(found)
        print(f"  {name:24} {rate:9.1f} articles/s of {WORDS} words   {first / rate:8.3f} x the time of reading")


def predictions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is read of each row, as ``conflict-digest read --jsonl`` prints it."""
    registry = data.registry()
    return [as_json(row["id"], row["text"], read(row["text"]), registry, "", "") for row in rows]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--scorer")
    parser.add_argument("--slow", type=int, default=10, metavar="N")
    options = parser.parse_args()
    rows = corpus(options.corpus)
    texts = [row["text"] for row in rows]
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} articles of {words:.0f} words on average, {ROUNDS} rounds, medians, one core")
    speed(list(contestants()), texts, options.slow)
    found = predictions(rows)
    if all("gold" in row for row in rows):
        for name, share in quality(rows, found).items():
            print(f"  {name:24} {share:9.3f}")
    if options.scorer:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
            file.flush()
            command = options.scorer.format(corpus=options.corpus, predictions=file.name)
            sys.stdout.flush()
            subprocess.run(shlex.split(command), check=True)


if __name__ == "__main__":
    main()
