"""How fast and how well articles are read, beside the plainest thing that finds quotes and, if installed, textacy.

    python benchmarks/reading.py [CORPUS.jsonl] [--scorer "COMMAND {corpus} {predictions}"] [--rounds 7] [--slow 10]

The corpus holds lines of {"id", "text" or "raw_text"} and perhaps labels in "gold" (see `_reading/quality.py`); without
one, speed alone is told, by articles put together from sentences of ours, each with names of its own.

Speed is told twice. "First time" is the figure to go by: a bot reads an article once. Half of the corpus, another half
in every round, and the articles of the tests are read beforehand, so that data are loaded and caches hold what articles
share; then the other half is timed. "Again" times the same half once more, when caches know its names. Every pass has a
process of its own, contestants take turns, a time is processor time of one core, lengths are normalised to articles of
800 words, and each figure is the median of the rounds. "x plain" is how many times the time of plain pairing it takes.
textacy reads `--slow` articles in one round.

``--scorer`` runs the corpus's own scorer on what was read: lines as ``conflict-digest read --jsonl`` prints them, with
the digest's text also as "full_text_of_digest".
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from _reading.articles import invented
from _reading.contestants import contestants
from _reading.quality import quality
from _reading.speed import WORDS, medians, rates

from bot.pages import Pages
from bot.reading_command import as_object

CASES = Path(__file__).parent.parent / "tests" / "digests" / "reading" / "cases"
GENERATED = 120  # articles, where there is no corpus


def corpus(path: str | None) -> list[dict[str, Any]]:
    """Return the rows of a corpus file, each with its "text"; without one, generated articles."""
    if not path:
        return [{"id": str(number), "text": invented(number, WORDS)} for number in range(GENERATED)]
    with Path(path).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return [row | {"text": row.get("text") or row["raw_text"]} for row in rows]


def speed(texts: list[str], rounds: int, slow: int) -> None:
    """Print each contestant's speed, and how many times the time of plain pairing it takes."""
    print(f"{'':24} first time      again   articles/s of {WORDS} words, one core")
    warming = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*.txt"))]
    every = rates(list(contestants()), warming, texts, rounds=rounds, slow=slow)
    found = {name: medians(rate) for name, rate in every.items()}
    plain = found["plain pairing"]
    for name, rate in found.items():
        ratio = f"{plain.first / rate.first:10.1f} x plain, {plain.again / rate.again:.1f} again"
        print(f"  {name:22} {rate.first:10.1f} {rate.again:10.1f} {ratio}")


def predictions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is read of each row."""
    pages = Pages()
    found = [as_object(pages, row["id"], row["text"]) for row in rows]
    return [row | {"full_text_of_digest": row["digest_text"]} for row in found]


def score(command: str, corpus: str, found: list[dict[str, Any]]) -> None:
    """Run a corpus's own scorer."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".jsonl") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
        file.flush()
        sys.stdout.flush()
        subprocess.run(shlex.split(command.format(corpus=corpus, predictions=file.name)), check=True)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?")
    parser.add_argument("--scorer")
    parser.add_argument("--rounds", type=int, default=7, metavar="N")
    parser.add_argument("--slow", type=int, default=10, metavar="N")
    options = parser.parse_args()
    if options.scorer and not options.corpus:
        parser.error("a scorer needs a corpus")
    rows = corpus(options.corpus)
    texts = [row["text"] for row in rows]
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"{len(texts)} articles of {words:.0f} words on average")
    speed(texts, options.rounds, options.slow)
    if options.corpus:
        found = predictions(rows)
        if all("gold" in row for row in rows):
            for name, share in quality(rows, found).items():
                print(f"  {name:24} {share:9.3f}")
        if options.scorer:
            score(options.scorer, options.corpus, found)


if __name__ == "__main__":
    main()
