"""Finds the title, the outlet and the lead.

The lead is the first paragraph of prose: not the title, not a caption, byline or bullet, nor a post of a social
network that is signed below. Its dateline ("KYIV, June 2 (Reuters) - ") is cut off. A long first paragraph, as digests
and live blogs have it, holds the whole story: then the lead is its first sentence, with the next if that is very
short. A paragraph above the byline is the page's summary, if it is the only one there and prose follows. A lead of one
sentence stays one sentence, whatever paragraph follows. A live blog's lead is its introduction's, else that of its
newest entry.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from digests.model import Span
from digests.reading.document import trim
from digests.reading.places import is_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.model import Removed
    from digests.reading.document import Document
    from digests.reading.entries import Blog

_TITLE_WORDS = 22
_FEWEST_TITLE_WORDS = 3
_HEADING = 4  # lines that a title and a summary take
_SIGNED = re.compile(r"[—–-]{1,2} ?\S.{1,60} \(@")  # whose post stands above: "— Ada Lind (@adalind)"
_AGAIN, _FEW_SUMMARIES = 8, 3  # lines among which a heading may stand twice, paragraphs of a summary
_SECTIONS = 4  # lines among which the title is looked for
_PROSE_WORDS = 8
_FEWEST_TOLD = 3  # … where the next paragraph tells who said it
_LEAD_WORDS = 40  # a first paragraph of one or two sentences up to this length is the lead as a whole
_SHORT_SENTENCE = 10
_SMALL_WORD = 4  # letters of a word that a headline may write small
_ABOUT_THIS = re.compile(r"\s+(?:Про це|Об этом)\b")  # what stands before it is the news, however short

_BULLET = re.compile(r"[-•*·–—▪●►]\s")
_END = re.compile(r"[.!?…。！？؟।][\"'”’»“)\]]*(?:\[\d+\])*$")
_PLACE = r"[^\W\d_][\w.'’/-]*(?:[ -][^\W\d_][\w.'’/-]*){0,3}"
_CAPITALS = r"[A-ZА-ЯЇІЄҐ][A-ZА-ЯЇІЄҐ.'’/-]+(?: [A-ZА-ЯЇІЄҐ.'’/-]+){0,6}"
_BEGINS = r"(?=[\"“«‘'„(]?[^\W_a-zа-яёіїєґ])"  # a sentence: "NATO — the alliance — said" has no dateline
_AGENCY = r"(?P<agency>[A-Z][A-Za-z./ &-]{1,30}|[А-ЯЇІЄҐ][\w ./-]{1,30}|[a-z]{3})"
_OPENERS = "The|An?|At|In|On|More|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Dozens|Hundreds|Thousands"
_LOST_PLACE = re.compile(rf"[—–]\s--?\s{_BEGINS}")  # "— -- The ship": the place was lost
_DATELINES = (
    # KYIV, Ukraine (AP) — · BEIRUT (AFP) – · KYIV, June 2 (Reuters) - · KYIV (AFP) :
    re.compile(rf"{_PLACE}(?:,[^()—–]{{1,40}})?\s\({_AGENCY}\)\s?[—–:-]{{1,2}}\s?"),
    # Nov. 25 (UPI) --
    re.compile(rf"[A-Z][a-z]{{2,8}}\.?\s\d{{1,2}}\s\({_AGENCY}\)\s?[—–-]{{1,2}}\s?"),
    # VORONEZH, July 14. /TASS/.
    re.compile(rf"{_PLACE},[^/]{{2,30}}/\s?{_AGENCY}\s?/\.?\s(?:[—–-]\s)?"),
    # KYIV, Ukraine — · LONDON —
    # ORILKA, Ukraine, Dec 5, 2030 —
    re.compile(
        rf"{_CAPITALS}(?:, [^\W\d_][\w.]+(?: [\w.]+){{0,2}}){{0,2}}"
        rf"(?:, (?:[A-Z][a-z]{{2,8}}\.? )?\d{{1,4}}){{0,2}}\s?(?:[—–]|(?<=\s)--?)\s{_BEGINS}"
    ),
    # Kyiv, Ukraine –
    re.compile(rf"(?:[A-ZА-ЯЇІЄҐ][^\W\d_]+[ -]?){{1,3}}, (?:[A-ZА-ЯЇІЄҐ][^\W\d_]+ ){{1,3}}[—–]\s{_BEGINS}"),
    # Tolm — The bridge was shut: a sentence begins behind the dash, as no aside does
    re.compile(rf"(?:[A-Z][^\W\d_]+[ -]?){{1,3}}\s?[—–]\s(?=(?:{_OPENERS})\s)"),
    # TOLM. June 2 (Interfax) -
    re.compile(rf"{_CAPITALS}\.\s[^()—–]{{3,20}}\s\({_AGENCY}\)\s?[—–-]{{1,2}}\s"),
    # КИЕВ, 5 июня — РИА Новости. · КИЇВ. 12 березня. УНН.
    re.compile(
        rf"{_CAPITALS}[.,]\s\d{{1,2}}\s[^\W\d_]{{3,9}}(?:\s\d{{4}})?\.?\s(?:[—–-]\s)?"
        r"(?P<agency>[А-ЯЇІЄҐA-Z][^.,;:()\n]{1,25})\.\s(?:[—–-]\s)?"
    ),
    # Заречье. 31 мая. ИНТЕРФАКС — · Тольм. 5 июня. INTERFAX.RU -
    re.compile(
        rf"{_PLACE}\.\s\d{{1,2}}\s[^\W\d_]{{3,9}}\.?(?:\s\d{{4}})?\.?\s"
        r"(?P<agency>[A-ZА-ЯЇІЄҐ][A-ZА-ЯЇІЄҐ.-]{2,24})\s[—–-]\s"
    ),
    # ЗАРІЧЧЯ, 5 квітня — · ЗАРЕЧЬЕ, 5 апр. –
    re.compile(rf"{_CAPITALS}, \d{{1,2}} [^\W\d_]{{3,9}}\.?(?: \d{{4}})?\s[—–-]\s{_BEGINS}"),
    _LOST_PLACE,
    # Фото: Ада Лінд / Getty Images: a credit that a page put before the news
    re.compile(
        r"(?:Фото|Світлина): [^\n.!?«\"]{0,50}?(?:Getty Images|Associated Press|AP|AFP|Reuters|EPA(?:-EFE)?|ТАСС)\s"
        rf"{_BEGINS}"
    ),
    re.compile(r"\((?P<agency>AP|AFP|Reuters|CNN|UPI|dpa)\)\s?[—–-]{0,2}\s"),
)
_SIGN = re.compile(r"[(/:—–\d-]")  # one of them stands in every dateline
_PLACE_AND_COLON = re.compile(rf"(?P<place>{_CAPITALS}):\s{_BEGINS}")  # KYIV: The bridge; but not BREAKING: The bridge
_STAMP = re.compile(r"(?:From |Updated )?\d{1,2}\s[A-Z][a-z]{2,8}\s\d{4}\s\d{1,2}[.:]\d\d\s(?:[A-Z]{3,4}\s)?")
_ORIGIN = re.compile(
    r"originally (?:belongs to|appeared (?:on|in)|published (?:on|in|by))\s+([^\s,;]+(?: [A-Z]\w+){0,3})", re.IGNORECASE
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:19|20)\d\d(?:\s?[-–]\s?(?:19|20)?\d\d)?,?\s(?:by\s)?([^\W\d_][^.,;|/()\n]{1,40}?)"
    r"(?=[.,;|]|\sall rights|\s*$)",
    re.IGNORECASE,
)
_OUTLET_LINE = re.compile(r"([A-Z][A-Za-z .]{1,20})\s[—–-]$")


class Opening(NamedTuple):
    """What stands at the top of an article, each a span of the document's text, and the rule that found the lead.

    `dateline` is what was cut off the lead's paragraph.
    """

    title: Span | None
    outlet: Span | None
    lead: Span | None
    rule: str = ""
    dateline: Span | None = None


def opening(document: Document, removed: tuple[Removed, ...] = (), blog: Blog | None = None) -> Opening:
    """Return title, outlet and lead of `document`; `removed` are the lines set aside, which may name the outlet."""
    text = document.text
    title = _title(document)
    outlet = _outlet(text, removed)
    body = _body(document, removed)
    posts = {
        _before(document, item.span.start)
        for item in removed
        if item.rule == "post" and _SIGNED.match(text, item.span.start)
    }
    captions = [item.span.of(text) for item in removed if item.rule == "photo credit"]  # may stand there once more
    for index, begin in _candidates(document, blog):
        if begin < body or index in posts:
            continue
        paragraph = document.paragraphs[index]
        if _is_titled(paragraph, title) or not _opens_story(text, Span(begin, paragraph.end)):
            continue
        if any(paragraph.of(text) in caption for caption in captions):
            continue
        if blog is None and (dated := _below_summary(document, index)) is not None:
            index, begin = dated, document.paragraphs[dated].start
            paragraph = document.paragraphs[index]
        start, agency = _dateline(text, Span(begin, paragraph.end))
        lead = _first_sentences(document, index, start)
        newest = blog is not None and blog.entries[0].start <= begin < blog.entries[0].end
        rules = [
            "newest entry" if newest else "first paragraph of news",
            "cut to its first sentences" if lead.end < paragraph.end else "",
            "dateline cut off" if start > paragraph.start else "",
        ]
        dateline = Span(paragraph.start, start) if start > paragraph.start else None
        return Opening(title, outlet or agency, lead, ", ".join(filter(None, rules)), dateline)
    twice = {item.span.of(text) for item in removed if item.rule == "duplicate"}  # headings
    untitled = (p for p in document.paragraphs if not _is_titled(p, title) and p.of(text) not in twice)
    longer = (p for p in untitled if p.of(text).count(" ") >= _PROSE_WORDS)
    found = next(longer, None)
    return Opening(title, outlet, found, "first long line, for want of prose" if found else "")


def _body(document: Document, removed: Sequence[Removed]) -> int:
    """Return where the story begins: behind a heading that stands there twice, or a byline below a summary, else 0."""
    if (again := _headed_again(document, removed)) is not None:
        return again
    byline = next((item.span.start for item in removed if item.rule == "byline"), 0)
    above = bisect_left(document.paragraphs, byline, key=lambda paragraph: paragraph.start)
    if not above or above > _HEADING:
        return 0
    summary = sum(_is_lead(document.text, paragraph) for paragraph in document.paragraphs[:above])
    story = any(_is_lead(document.text, paragraph) for paragraph in document.paragraphs[above : above + _HEADING])
    return byline if summary == 1 and story else 0


def _headed_again(document: Document, removed: Sequence[Removed]) -> int | None:
    """Return where a heading stands once more below a summary or caption, with prose behind it."""
    text = document.text
    for item in removed:
        index = _before(document, item.span.start) + 1
        if item.rule != "duplicate" or index > _AGAIN or item.span.of(text).count(" ") < _FEWEST_TITLE_WORDS:
            continue
        top = document.paragraphs[:index]
        first = next((at for at, line in enumerate(top) if line.of(text) == item.span.of(text)), index)
        summaries = sum(_is_lead(text, paragraph) for paragraph in top[first + 1 :])
        if first < _SECTIONS and 0 < summaries < _FEW_SUMMARIES and not _is_lead(text, item.span):
            below = document.paragraphs[index : index + _HEADING]
            return item.span.start if any(_is_lead(text, paragraph) for paragraph in below) else None
    return None


def _before(document: Document, position: int) -> int:
    """Return the index of the last paragraph before `position`, -1 if there is none."""
    return bisect_left(document.paragraphs, position, key=lambda paragraph: paragraph.start) - 1


def _candidates(document: Document, blog: Blog | None) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs in which a lead is looked for, by their indices, and where their words begin."""
    if blog is None:
        yield from ((index, paragraph.start) for index, paragraph in enumerate(document.paragraphs))
        return
    first = min(entry.start for entry in blog.entries)
    for index, paragraph in enumerate(document.paragraphs):
        if paragraph.start >= first:
            break
        yield index, paragraph.start
    for entry, words in zip(blog.entries, blog.words, strict=True):
        at = bisect_left(document.paragraphs, words, key=lambda paragraph: paragraph.end)
        for number in range(at, len(document.paragraphs)):
            if document.paragraphs[number].start >= entry.end:
                break
            yield number, max(words, document.paragraphs[number].start)


def _title(document: Document) -> Span | None:
    """The first line, if it is short, does not end as a sentence, and prose follows; what stands behind a bar is off.

    Lines of a word or two above it name a part of the site ("World").
    """
    text = document.text
    for number, line in enumerate(document.paragraphs[:_SECTIONS]):
        shown, bar, _ = line.of(text).partition(" | ")
        words = shown.count(" ") + 1
        if words < _FEWEST_TITLE_WORDS and not bar:
            continue
        if not _FEWEST_TITLE_WORDS <= words <= _TITLE_WORDS or _BULLET.match(shown) or shown.endswith((":", ";", ",")):
            return None
        if (_END.search(shown[-12:]) and not shown.endswith(("?", "!"))) or "://" in shown:
            return None
        following = document.paragraphs[number + 1 : number + 6]
        prose = next((at for at, paragraph in enumerate(following) if _is_lead(text, paragraph)), None)
        if prose and _is_rubric(document, number):
            continue
        return trim(text, Span(line.start, line.start + len(shown))) if prose is not None else None
    return None


def _is_rubric(document: Document, number: int) -> bool:
    """Tell whether a line above another heading names a part of the site: it stands once more at the page's end."""
    text, paragraphs = document.text, document.paragraphs
    line = paragraphs[number]
    again = text.rfind("\n" + line.of(text))
    past = again + 1 + line.end - line.start
    return again > paragraphs[number + 2].start and text[past : past + 1] in ("", "\n")


def _is_titled(paragraph: Span, title: Span | None) -> bool:
    return title is not None and paragraph.start == title.start


def _is_lead(text: str, paragraph: Span) -> bool:
    shown = paragraph.of(text)
    unspaced = shown.endswith(("。", "！", "？")) and len(shown) >= 2 * _PROSE_WORDS  # Chinese, Japanese
    fewest = _FEWEST_TOLD if _ABOUT_THIS.match(text, paragraph.end) else _PROSE_WORDS
    if shown[0].islower() or _is_headline(shown):
        return False
    return (
        (shown.count(" ") + 1 >= fewest or unspaced)
        and _END.search(shown[-24:]) is not None
        and _BULLET.match(shown) is None
    )


def _is_headline(line: str) -> bool:
    """Tell whether each longer word of a line has a capital, as in a headline."""
    longer = 0
    for word in line.split():
        if len(word) > _SMALL_WORD and word[0].isalpha():
            if not word[0].isupper():
                return False  # prose, which most lines are, shows it at once
            longer += 1
    return longer >= _PROSE_WORDS - 2


def _opens_story(text: str, paragraph: Span) -> bool:
    """Tell whether a paragraph is prose, or words behind a dateline, whatever a page has put at its end."""
    if _is_lead(text, paragraph) or paragraph.of(text).count(" ") <= 2 * _PROSE_WORDS:
        return _is_lead(text, paragraph)
    told = not text[paragraph.start].islower() and _ABOUT_THIS.search(text, *paragraph) is not None
    return told or _dateline(text, paragraph)[1] is not None or _LOST_PLACE.match(text, paragraph.start) is not None


def _below_summary(document: Document, index: int) -> int | None:
    """Return the paragraph with an agency's dateline right below a summary or caption: there the story begins."""
    text, paragraphs = document.text, document.paragraphs
    if _dateline(text, paragraphs[index])[0] > paragraphs[index].start:
        return None
    below = index + 1
    if below == len(paragraphs):
        return None
    bare = _LOST_PLACE.match(text, paragraphs[below].start) is not None
    dated = bare or _dateline(text, paragraphs[below])[1] is not None
    return below if dated and _opens_story(text, paragraphs[below]) else None


def _dateline(text: str, paragraph: Span) -> tuple[int, Span | None]:
    """Return where the paragraph begins behind its dateline, and the agency named there."""
    limit = min(paragraph.end, paragraph.start + 90)
    if _SIGN.search(text, paragraph.start, limit) is None:
        return paragraph.start, None
    stamp = _STAMP.match(text, paragraph.start, limit)
    if stamp is not None:
        return stamp.end(), None
    for pattern in _DATELINES:
        match = pattern.match(text, paragraph.start, limit)
        if match is not None and paragraph.end - match.end() > 40:
            agency = Span(*match.span("agency")) if "agency" in match.groupdict() and match["agency"] else None
            return trim(text, Span(match.end(), paragraph.end)).start, agency
    colon = _PLACE_AND_COLON.match(text, paragraph.start, limit)
    if colon is not None and is_place(colon["place"]):
        return colon.end(), None
    return paragraph.start, None


def _first_sentences(document: Document, index: int, start: int) -> Span:
    paragraph = document.paragraphs[index]
    text = document.text
    sentences = [document.sentences[i] for i in document.sentences_in(paragraph) if document.sentences[i].end > start]
    if not sentences or (len(sentences) <= 2 and text.count(" ", start, paragraph.end) < _LEAD_WORDS):
        return Span(start, paragraph.end)
    end = sentences[0].end
    if len(sentences) > 1 and text.count(" ", start, end) + 1 < _SHORT_SENTENCE:
        end = sentences[1].end
    return Span(start, end)


def _outlet(text: str, removed: tuple[Removed, ...]) -> Span | None:
    for item in removed:
        shown = item.span.of(text)[:200]
        origin = _ORIGIN.search(shown)
        if origin is not None:
            return Span(item.span.start + origin.start(1), item.span.start + origin.end(1))
        line = _OUTLET_LINE.match(shown) or _COPYRIGHT.match(shown)
        if line is not None:
            return Span(item.span.start + line.start(1), item.span.start + line.end(1))
    return None
