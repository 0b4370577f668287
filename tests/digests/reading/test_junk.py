"""Leftovers: a pattern is asked only where it can begin to match, and nothing is missed for that."""

import re
from pathlib import Path

import pytest

from digests.reading.junk import Junk, beginnings
from digests.reading.languages import LANGUAGES, language

LINES = [
    line.strip().casefold().replace("’", "'")
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip()
]
MADE_UP = (
    """
sign up for the harbour letter|© harbour press|photo: ada lind|(photo by ada lind)|ada lind / harbour news via ap
tom ruiz contributed to this report.|the morning newsletter • friday|ab/cd/ef|7 min read|brenn times —|2024|a
читайте также|фото: іво терек|новини від гавані в telegram|the mayor opened the bridge.
""".strip()
    .replace("\n", "|")
    .split("|")
)


@pytest.mark.parametrize("line", [*LINES, *MADE_UP])
def test_a_line_is_judged_as_if_every_pattern_were_tried(line: str) -> None:
    tried = {
        rule.replace("_", " ")
        for code in LANGUAGES
        for rule, patterns in language(code).rules["junk"].items()
        if any(re.match(pattern, line) for pattern in patterns)
    }
    found = Junk(line).rule_of(0, len(line))
    assert (found is None) == (not tried)
    assert found is None or found[0] in tried


@pytest.mark.parametrize(
    ("pattern", "heads"),
    [
        ("share", {"share"}),
        (r"\bours?\b", {"our", "ours"}),
        ("(?:please )?(?:sign|join) up", {"please sign up", "please join up", "sign up", "join up"}),
        (r"\(photo\)", {"(photo)"}),
        ("a+b", {"a"}),
        ("(?:ab|[cd])e", {"abe", "ce", "de"}),
        ("(?:ab|[c-e])e", {"abe", ""}),
        (".{0,60}news", {""}),
        ("(?!news)paper", {"paper"}),
        ("x|y{2}z", {"x", "y"}),
    ],
)
def test_a_patterns_beginnings_are_told(pattern: str, heads: set[str]) -> None:
    assert beginnings(pattern) == heads
