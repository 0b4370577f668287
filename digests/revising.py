"""What an editor sent becomes the corrected text of an article, and that its next revision. Pure.

An editor sends the whole new text, or only what changes: ``old words => new words``, or the changed paragraph (or
several that follow each other) as it should read. Old words are looked for as they stand, then with all quotation
marks, dashes and spaces taken as alike, then by likeness; they are replaced only where there is no second place for
them. Likeness is rapidfuzz's ratio, 0 to 100; the bars are judgement, and the editor sees what changed before
anybody else does.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz import fuzz

from digests import intake
from digests.errors import IntakeError, NotFound
from digests.model import Revision, Span
from digests.reading.view import view
from digests.selection import chosen_again

if TYPE_CHECKING:
    from digests.ports import Read

WORDS_ALIKE = 90.0  # old words that are not found as they stand
PARAGRAPH_ALIKE = 70.0  # a changed paragraph and the one it replaces
WHOLE_ALIKE = 40.0  # a whole new text and the old one
CLEARLY = 5.0  # by how much the best place must be better than the next

_ARROW = re.compile(r"\s*(?:=>|⇒|→)\s*")
_PARAGRAPHS = re.compile(r"\S(?:.*\S)?")  # a line that is not blank
_SAME = str.maketrans(
    "“”„‟«»‘’‚‛–—‑−\u00a0\u202f\u2009\t\n",
    '""""""\'\'\'\'----     ',
)  # one character for one, so that places stay the same


class _Place(NamedTuple):
    span: Span
    score: float


def corrected(old: Revision, sent: str, read: Read) -> Revision:
    """Return the revision after `old`; what editors chose in the old one is kept where the new text still has it.

    Raises as `revised` and `intake.accept`.
    """
    submission = intake.accept(revised(old.text, sent))
    text = submission.text
    keep = [span for line in old.reading.restored if (span := _again(line.span.of(old.text), text))]
    kept = [link._replace(span=span) for link in old.reading.links if (span := _again(link.span.of(old.text), text))]
    found = read(text, keep=keep, links=(*kept, *submission.links))
    revision = Revision(
        number=old.number + 1,
        text=text,
        sha256=submission.sha256,
        reading=found,
        url=submission.url or old.url,
        outlet=found.outlet.of(text) if found.outlet else old.outlet,
        published=found.published or old.published,
    )
    return replace(revision, chosen=chosen_again(old, revision))


def _again(words: str, text: str) -> Span | None:
    start = text.find(words)
    return Span(start, start + len(words)) if start >= 0 else None


def revised(text: str, sent: str) -> str:
    """Return `text` with what was `sent` put in place.

    Raises IntakeError: ``empty``; ``nothing_changed``; NotFound("passage") if nothing in the text is like it;
    IntakeError("passage_unclear") if there are several places for it.
    """
    sent = view(sent).text.strip()
    if not sent:
        raise IntakeError("empty")
    new = _exchanged(text, sent) or _placed(text, sent)
    if new == text:
        raise IntakeError("nothing_changed")
    return new


def _exchanged(text: str, sent: str) -> str | None:
    """Carry out ``old => new``; None if it is not of that form."""
    old, arrow, new = _parted(sent)
    if not arrow or not old:
        return None
    if _ARROW.search(text) and fuzz.ratio(text, sent) >= WORDS_ALIKE:  # the whole of an article with an arrow in it
        return None
    span = _find(text, old)
    if span is None:
        raise NotFound("passage")
    return text[: span.start] + new + text[span.end :]


def _parted(sent: str) -> tuple[str, str, str]:
    match = _ARROW.search(sent)
    return (sent, "", "") if match is None else (sent[: match.start()], match.group(), sent[match.end() :])


def _find(text: str, words: str) -> Span | None:
    """Find where `words` stand. Raises IntakeError("passage_unclear")."""
    for haystack, needle in ((text, words), (text.translate(_SAME), words.translate(_SAME))):
        start = haystack.find(needle)
        if start >= 0:
            if haystack.find(needle, start + 1) >= 0:
                raise IntakeError("passage_unclear")
            return Span(start, start + len(needle))
    return _alike(text, words)


def _alike(text: str, words: str) -> Span | None:
    same, needle = text.translate(_SAME), words.translate(_SAME)
    if len(needle) > len(same):
        return None
    best = _window(same, needle)
    if best.score < WORDS_ALIKE:
        return None
    span = best.span
    rest = same[: span.start] + "\0" * (span.end - span.start) + same[span.end :]
    if _window(rest, needle).score > best.score - CLEARLY:
        raise IntakeError("passage_unclear")
    return _whole_words(text, span)


def _window(text: str, words: str) -> _Place:
    found = fuzz.partial_ratio_alignment(words, text)
    return _Place(Span(0, 0), 0.0) if found is None else _Place(Span(found.dest_start, found.dest_end), found.score)


def _whole_words(text: str, span: Span) -> Span:
    """Move the ends of a likeness, which may lie inside words, to where these end."""
    start, end = span
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _placed(text: str, sent: str) -> str:
    """Take `sent` for the whole text, or put it in place of the paragraphs it is most like."""
    best, unclear = _paragraphs(text, sent)
    grown = fuzz.partial_ratio(text, sent) if len(sent) > len(text) else 0.0  # the old text, and more beside it
    whole = max(fuzz.ratio(text, sent), grown)
    if whole >= WHOLE_ALIKE and whole >= best.score:
        return sent
    if best.score < PARAGRAPH_ALIKE:
        raise NotFound("passage")
    if unclear:
        raise IntakeError("passage_unclear")
    return text[: best.span.start] + sent + text[best.span.end :]


def _paragraphs(text: str, sent: str) -> tuple[_Place, bool]:
    """Return the run of paragraphs most like `sent`, and whether a run apart from it is nearly as like."""
    spans = [Span(*match.span()) for match in _PARAGRAPHS.finditer(text)]
    count = len(_PARAGRAPHS.findall(sent))
    runs = [Span(run[0].start, run[-1].end) for run in zip(*(spans[skip:] for skip in range(count)), strict=False)]
    places = sorted((_Place(run, fuzz.ratio(run.of(text), sent)) for run in runs), key=lambda place: -place.score)
    if not places:
        return _Place(Span(0, 0), 0.0), False
    best = places[0]
    others = [place for place in places if place.span.end <= best.span.start or best.span.end <= place.span.start]
    return best, any(second.score > first.score - CLEARLY for first, second in pairwise((best, *others[:1])))
