"""What ``conflict-digest read`` does: files or standard input to readings, for people or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson
from rich.console import Console

from bot import explain_view, reading_view
from bot.pages import Pages
from digests import data, intake
from digests.errors import IntakeError
from digests.model import Article, ArticleState, Reading, Revision
from digests.reading import read
from digests.reading.view import View, view


def show(sources: Sequence[str], *, as_json: bool, lines: bool, explain: bool = False) -> None:
    """Print the reading of every source ("-" is standard input) to standard output.

    `as_json`: one object a file; `explain`: the whole text with its parts marked, and why; `lines`: sources hold JSON
    lines of {"id", "text"}, one object a line comes out.
    Raises ValueError, in words for the person, for a file that cannot be read and a line that is not of that form.
    """
    pages = Pages()
    console = Console()
    for source in sources:
        for name, text in _lines(source) if lines else ((source, _text(source)),):
            if as_json or lines:
                sys.stdout.buffer.write(orjson.dumps(as_object(pages, name, text)) + b"\n")
            else:
                seen = view(text)
                view_of = explain_view if explain else reading_view
                console.print(view_of.as_rich(seen.text, _read(seen), data.registry()))
        sys.stdout.flush()


def _text(source: str) -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8") if source == "-" else Path(source).read_bytes().decode("utf-8")
    except OSError as error:
        raise ValueError(f"{source}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise ValueError(f"{source}: not UTF-8 text. Save the article as UTF-8 and try again.") from None


def _lines(source: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(_text(source).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
            yield str(row["id"]), str(row["text"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise ValueError(f'{source} line {number}: must be a JSON object with "id" and "text".') from None


def as_object(pages: Pages, name: str, given: str) -> dict[str, object]:
    """Return the reading of a text as it came, and its digest, as plain values (see `reading_view.as_json`)."""
    seen = view(given)
    text, reading = seen.text, _read(seen)
    part = pages.preview(_article(text, reading), language=_interface(reading), zone="UTC", now=datetime.now(UTC))
    return reading_view.as_json(
        name, text, reading, data.registry(), digest_html=part.html, digest_text=part.text, given=given
    )


def _read(seen: View) -> Reading:
    """Read what a person sees of a text, as it would be stored."""
    return read(seen.text, links=seen.links)


def _article(text: str, reading: Reading) -> Article:
    """Return the text as an article that nobody stored, to be shown as readers would get it."""
    try:
        url = intake.accept(text).url
    except IntakeError:  # too short to be posted, say; it can be shown all the same
        url = None
    now = datetime.now(UTC)
    revision = Revision(
        number=1,
        text=text,
        sha256=sha256(text.encode()).hexdigest(),
        reading=reading,
        url=url,
        outlet=reading.outlet.of(text) if reading.outlet else None,
        published=reading.published,
    )
    return Article(id=0, state=ArticleState.DRAFT, revision=revision, created_by=0, created_at=now, updated_at=now)


def _interface(reading: Reading) -> str:
    return reading.language if reading.language in ("en", "uk", "ru") else "en"
