"""How fast articles are read, against the plainest thing that finds quotes: pairing marks with one regex.

    python benchmarks/reading.py [CORPUS.jsonl]      lines of {"id", "text"}; without one, the bundled sample, repeated

Prints articles per second for both in the same run, in turns, so that a drifting machine cancels out of the ratio.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import time
from pathlib import Path

from digests.reading import read

PAIRS = re.compile(r"“([^”]{1,2000})”|\"([^\"]{1,2000})\"|«([^»]{1,2000})»")
ROUNDS = 5


def corpus(argument: str | None) -> list[str]:
    """Return the texts to read: of a corpus file, or the sample joined up to about 800 words, 60 times."""
    if argument:
        with Path(argument).open(encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines if line.strip()]
        return [row.get("text") or row["raw_text"] for row in rows]
    sample = (Path(__file__).parent.parent / "bot" / "demo" / "sample.txt").read_text(encoding="utf-8")
    return ["\n\n".join([sample] * max(1, 800 // len(sample.split())))] * 60


def plain(text: str) -> list[str]:
    """Pair quotation marks and nothing else."""
    return [next(filter(None, match.groups())) for match in PAIRS.finditer(text)]


def seconds(function: object, texts: list[str]) -> float:
    """Return the processor time of one pass over `texts`."""
    begin = time.process_time()
    for text in texts:
        function(text)  # type: ignore[operator]
    return time.process_time() - begin


def main() -> None:
    """Print the figures of both readers."""
    texts = corpus(sys.argv[1] if len(sys.argv) > 1 else None)
    words = sum(len(text.split()) for text in texts) / len(texts)
    read(texts[0])  # loads the language data
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(seconds(read, texts))
        theirs.append(seconds(plain, texts))
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{len(texts)} articles of {words:.0f} words on average, {ROUNDS} rounds, medians, one core")
    rate = len(texts) / mine
    print(f"  reading        {rate:10.0f} articles/s, {rate * words / 800:.0f}/s of 800 words each")
    print(f"  plain pairing  {len(texts) / other:10.0f} articles/s")
    print(f"  ratio          {mine / other:10.1f} x the time of plain pairing")


if __name__ == "__main__":
    main()
