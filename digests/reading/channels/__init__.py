"""Which Telegram channels an article quotes: finds its mentions, ties each to its owner and to what was said there.

`platform` finds where Telegram is named, `citations` the phrase around it, `names` a channel's name beside it; `known`
are channels meant without it, `joint` the other of two who said it together. `owners` tells by the grammar of the
sentence whose channel it is, by its noun phrases (`nounphrases`), whom these mean (`referents`) and which body
"the company" is (`bodies`). `mentions` has the rules of a language, `links` reads addresses.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from digests.model import Mention, Proof, Span
from digests.reading.channels.citations import Citations
from digests.reading.channels.links import Address, handles_in, links_in
from digests.reading.channels.mentions import mention_rules
from digests.reading.channels.owners import Owners
from digests.reading.channels.platform import MOST
from digests.reading.channels.referents import Owner
from digests.reading.document import CLOSING, OPENING
from digests.reading.names import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from digests.data.registry import Registry
    from digests.model import Quote
    from digests.reading.document import Document

# Where none of these stands, there is no mention.
_HINTS = ("telegram", "телеграм", "тгк", "тг-канал", "тг канал", "t.me", "tg://", "tg-c", "tg c")
_FOOTNOTE = re.compile(r"^[ \t]*\[(\d{1,3})\][ \t]*(?=\S)", re.MULTILINE)
_BARE_LINE = re.compile(r"\s*[-–•*]?\s*\S+\s*")
_BEYOND = 4  # characters behind a sentence that a pattern may look ahead to
_NOUN, _FAR = 16, 600  # code points: in which a noun stands, and in which it means what was named
_FOLLOWING = 12  # quotes looked at from a mention on


def find(
    document: Document, quotes: Sequence[Quote], registry: Registry, *, on: date | None = None
) -> tuple[tuple[Mention, ...], tuple[str, ...], tuple[Quote, ...]]:
    """Return the mentions of Telegram channels, the other platforms used, and the quotes tied to their mentions.

    A mention is a phrase ("in a Telegram post"), a link or a handle; its owner is whose channel it is. Photo
    credits, self-promotion, share buttons, Telegram as a company and unanswered requests are no mentions, nor is
    what no owner can be found for. `on` is the day of the article, if known: it decides who held an office.
    Mentions come in order of the text. Platforms bear the names readers know
    ("Twitter", "X", "Facebook", …), in order of appearance.
    """
    platforms = _platforms(document)
    if not any(map(_is_hinted, (document.low, *(link.url.lower() for link in document.links)))):
        return (), platforms, tuple(quotes)
    ordered = sorted(quotes, key=lambda quote: quote.span)
    finder = _Finder(document, ordered, registry, on)
    found = finder.find()
    tied = _tie(document, ordered, found, finder.owners)
    mentions = [mention for mention, _ in found]
    for quote in tied.values():
        if (
            quote.mention is not None
            and quote.sentence.start <= mentions[quote.mention].span.start < quote.sentence.end
        ):
            mentions[quote.mention] = replace(mentions[quote.mention], sentence=quote.sentence)
    return tuple(mentions), platforms, tuple(tied[quote.span] for quote in quotes)


class _Finder:
    """Finds the mentions of one document."""

    def __init__(self, document: Document, quotes: Sequence[Quote], registry: Registry, on: date | None) -> None:
        self.document = document
        self.registry = registry
        self.rules = mention_rules(document.language.code)
        self.owners = Owners(document, quotes, registry, self.rules, on)
        self.citations = Citations(document, registry, self.rules, self.owners)

    def find(self) -> list[tuple[Mention, Owner]]:
        """Return mentions with their owners, in order of the text; a link beside its phrase makes one of both."""
        cited = [
            (span, sentence, meant)
            for span, sentence, owner in self.citations.find()
            if (meant := self.owners.as_spoken(owner, span, sentence)) is not None
        ]
        found = [(self._mention(span, sentence, owner), owner) for span, sentence, owner in cited]
        by_sentence: dict[Span, list[int]] = {}
        for at, (mention, _) in enumerate(found):
            by_sentence.setdefault(mention.sentence, []).append(at)
        for address, beside in self._addresses():
            sentence = self._shown_above(address, found) or beside
            self._add_address(found, by_sentence.setdefault(sentence, []), address, sentence)
        return sorted(found, key=lambda pair: (pair[0].span, pair[0].proof))

    def _shown_above(self, address: Address, found: Sequence[tuple[Mention, Owner]]) -> Span | None:
        """Return the sentence of the mention that a post's link on a line of its own shows, as pages embed posts."""
        index = self.document.paragraph_index(address.span.start) if address.post else None
        if not index or not _BARE_LINE.fullmatch(self.document.text, *self.document.paragraphs[index]):
            return None
        above = self.document.paragraphs[index - 1]
        inside = [mention for mention, _ in found if above.start <= mention.span.start < above.end]
        return inside[-1].sentence if inside and inside[-1].handle is None else None

    def _mention(self, span: Span, sentence: Span, owner: Owner) -> Mention:
        return Mention(
            span=span,
            sentence=sentence,
            proof=Proof.KNOWN if owner.channel else Proof.NOT_LISTED,
            channel=owner.channel.key if owner.channel else None,
            owner=owner.span,
            rule=owner.rule,
        )

    # -------------------------------------------------------------------------------------------- links, handles

    def _addresses(self) -> Iterator[tuple[Address, Span]]:
        """Yield the addresses that stand for somebody's channel, each with the sentence it belongs to."""
        text = self.document.text
        for address in islice(links_in(text), MOST):
            if sentence := self._place_of(address):
                yield address, sentence
        for link in self.document.links[:MOST]:
            sentence = self.document.sentence_at(link.span.start)
            if sentence is None or link.span.start == link.span.end:  # an icon stands for nobody's words
                continue
            span = Span(link.span.start, min(link.span.end, sentence.end))
            for address in links_in(link.url):
                if not self.citations.platform.is_something_else(span, sentence):
                    yield address._replace(span=span), sentence
        for address in islice(handles_in(text), MOST):
            sentence = self.document.sentence_at(address.span.start)
            if sentence and not self.citations.platform.is_something_else(address.span, sentence):
                near = text[max(sentence.start, address.span.start - 80) : min(sentence.end, address.span.end + 40)]
                if self.rules.platform.search(near):
                    yield address, sentence

    def _place_of(self, address: Address) -> Span | None:
        """Return the sentence a link belongs to: its own, or for a footnote the one that bears its number."""
        text, start = self.document.text, address.span.start
        line = text.rfind("\n", 0, start) + 1
        note = _FOOTNOTE.match(text, line, start + 1) if start - line < 200 else None
        if note:
            at = text.rfind(f"[{note[1]}]", 0, line)
            return (self.document.sentence_at(max(0, at - 1)) if at > 0 else None) or Span(line, address.span.end)
        sentence = self.document.sentence_at(start)
        if sentence is None or self.citations.platform.is_something_else(address.span, sentence):
            return None
        listed = self.registry.by_handle(address.handle) is not None
        alone = _BARE_LINE.fullmatch(text, sentence.start, sentence.end) is not None
        said = any(
            word.low in self.rules.verbs
            for word in self.owners.words(sentence.start, min(sentence.end, start + 300))[-80:]
        )
        return sentence if said or (listed and not alone) or address.post else None

    def _add_address(
        self, found: list[tuple[Mention, Owner]], beside: list[int], address: Address, sentence: Span
    ) -> None:
        """Join an address to the phrase of its sentence that means the same channel, or add it as a mention."""
        channel = self.registry.by_handle(address.handle)
        proof = Proof.EXACT_POST if address.post else Proof.LINKED
        for at in beside:
            mention, owner = found[at]
            if mention.handle not in (None, address.handle):
                continue
            same = channel is owner.channel if channel and owner.channel else not owner.channel
            if same and mention.proof is not Proof.EXACT_POST:
                key = channel.key if channel else None
                found[at] = (
                    replace(mention, proof=proof, handle=address.handle, post=address.post, channel=key),
                    Owner(owner.span, channel, owner.rule),
                )
                return
            if same and mention.post == address.post:
                return
        span: Span | None = None
        inside = sentence.start <= address.span.start < sentence.end
        rule = "footnote" if not inside else "handle" if self.document.text[address.span.start] == "@" else "link"
        if channel:
            span = self._name_in(Span(sentence.start, address.span.start), channel.owner, channel.aliases)
        else:
            # A footnote's number ends its sentence.
            speaker = self.owners.of_mention(address.span if inside else Span(sentence.end, sentence.end), sentence)
            if speaker:
                span, rule = speaker.span, f"{rule}, {speaker.rule}"
        mention = Mention(
            span=address.span,
            sentence=sentence,
            proof=proof,
            channel=channel.key if channel else None,
            owner=span,
            handle=address.handle,
            post=address.post,
            rule=rule,
        )
        beside.append(len(found))
        found.append((mention, Owner(span or address.span, channel)))

    def _name_in(self, sentence: Span, owner: str, aliases: tuple[str, ...]) -> Span | None:
        """Return where `sentence` names the owner, if it does in so many words."""
        words = self.owners.words(sentence.start, min(sentence.end, sentence.start + 1_000))
        folded = [fold(word.text) for word in words]
        for name in (owner, *aliases):
            wanted = fold(name).split()
            for at in range(len(words) - len(wanted) + 1):
                if wanted and folded[at : at + len(wanted)] == wanted:
                    return Span(words[at].start, words[at + len(wanted) - 1].end)
        return None


def _tie(
    document: Document, quotes: Sequence[Quote], found: Sequence[tuple[Mention, Owner]], owners: Owners
) -> dict[Span, Quote]:
    """Give each quote the index of the mention it was said on.

    That is: a quote in the mention's sentence by its owner (or by nobody named), the other stretches of that
    quote, and what the same speaker goes on to say in the sentences that follow at once.
    """
    tied = {quote.span: quote for quote in quotes}
    starts = [quote.span.start for quote in quotes]
    for index, (mention, owner) in enumerate(found):
        at = bisect_left(starts, mention.span.start) - 1
        if at >= 0 and starts[at] >= mention.sentence.start and _is_content(quotes[at], mention, owners):
            said = quotes[at]
            tied[said.span] = replace(said, mention=index, speaker=owner.span, sieve="channel")
    for index, (mention, owner) in enumerate(found):
        groups: set[int] = set()
        last = document.sentence_index(max(mention.sentence.start, mention.sentence.end - 1))
        first = bisect_left(starts, mention.sentence.start)
        shown = mention.sentence.end  # behind a sentence that brings in a channel, what it said may stand alone
        while first > 0 and quotes[first - 1].span.end > mention.sentence.start:
            first -= 1
        for quote in quotes[first : first + _FOLLOWING]:
            if tied[quote.span].mention is not None or mention.span.start <= quote.span.start < mention.span.end:
                continue
            speaker = owners.speaker(quote.speaker) if quote.speaker else None
            here = quote.span.start < mention.sentence.end
            mine = speaker is not None and owners.same(speaker, owner)
            touched = document.sentences_touching(quote.span)
            follows = last is not None and last < touched.start <= last + 1
            if (
                (here and (mine or speaker is None))
                or (not here and follows and mine)
                or (quote.group and quote.group in groups)
            ):
                tied[quote.span] = replace(quote, mention=index)
                groups.add(quote.group)
                last = max(last or 0, touched.stop - 1)
                if here and speaker is None and _is_shown(quote, mention, owners):
                    tied[quote.span] = replace(tied[quote.span], speaker=owner.span, sieve="caption")
            elif speaker is None and quote.span.start >= shown and _goes_on(document, quote, owner, shown, owners):
                tied[quote.span] = replace(quote, mention=index, speaker=owner.span, sieve="channel")
                shown = quote.span.end if _is_open(document.text, quote) else len(document.text)
    for quote in quotes if owners.rules.cyrillic else ():
        if tied[quote.span].speaker is None and (told := _told_of_before(quote, found, owners)) is not None:
            tied[quote.span] = replace(quote, mention=told, speaker=found[told][1].span, sieve="channel")
    return tied


def _told_of_before(quote: Quote, found: Sequence[tuple[Mention, Owner]], owners: Owners) -> int | None:
    """Return the mention whose channel «…», — пише канал means: the one named last, not far before."""
    noun = owners.words(quote.cue.end, quote.cue.end + _NOUN)[:1] if quote.cue else ()
    if not noun or noun[0].low not in owners.rules.channel or not owners.document.text.startswith(".", noun[0].end):
        return None
    last = bisect_left(found, quote.span.start, key=lambda pair: pair[0].span.start) - 1
    if last < 0 or found[last][1].rule != "named channel":
        return None
    return last if quote.span.start - found[last][0].span.end < _FAR else None


def _is_shown(quote: Quote, mention: Mention, owners: Owners) -> bool:
    """Tell whether a quotation is what was written there: "published the video with the caption “…”".

    Or its verb stands right behind the mention: "губернатор в своем Telegram назвал удар «…»".
    """
    if quote.cue is not None and 0 <= quote.cue.start - mention.span.end <= 2:
        return True
    before = owners.words(quote.span.start - 40, quote.span.start - 1)
    return any(word.low in owners.rules.captions for word in before[-3:])


def _is_content(quote: Quote, mention: Mention, owners: Owners) -> bool:
    """Tell whether it is the channel that says it: «…», — йдеться у телеграм-каналі бригади, пише канал «Чапля»."""
    between = owners.words(quote.span.end + 1, mention.span.start)
    if not between or any(word.low not in owners.rules.before | owners.rules.reach for word in between[1:]):
        return False
    verb = between[0].low
    named = mention.rule == "named channel" and owners.rules.cyrillic and quote.speaker is None
    return verb in owners.rules.impersonal or (named and verb in owners.rules.verbs)


def _goes_on(document: Document, quote: Quote, owner: Owner, end: int, owners: Owners) -> bool:
    """Tell whether nobody's quotation behind `end` is the channel's: it follows at once, or stands "in the message".

    For that the sentence before it must name the channel again.
    """
    text = document.text
    message = quote.cue is not None and quote.cue.of(text).lower() in owners.rules.impersonal
    if quote.sieve and not message:
        return False
    if _follows(text, end, quote):
        return True
    index = document.sentence_index(quote.span.start) if message else None
    return index is not None and index > 0 and owner.span.of(text) in document.sentences[index - 1].of(text)


def _follows(text: str, end: int, quote: Quote) -> bool:
    """Tell whether nothing but white space and the opening mark stands between `end` and the quotation."""
    return quote.span.start - end <= 8 and not text[end : quote.span.start].strip(f" \xa0\n\r\t{OPENING}")


def _is_open(text: str, quote: Quote) -> bool:
    """Tell whether no mark closes a quotation, so that it goes on in the next paragraph."""
    return text[quote.span.end : quote.span.end + 1] not in CLOSING


def _platforms(document: Document) -> tuple[str, ...]:
    """Return the platforms other than Telegram on which the article says something was published."""
    rules = mention_rules(document.language.code)
    text = document.text
    capitals = document.capitals
    hinted = document.sentences_with(hint for hint in rules.hints if hint in capitals or hint.islower())
    seen: dict[str, None] = {}
    for start, end in (document.sentences[at] for at in hinted[:MOST]):
        for match in rules.elsewhere.finditer(text, start, min(len(text), end + _BEYOND)):
            name = rules.platforms[int((match.lastgroup or "p0")[1:].rstrip("_"))]
            if match.start() >= end or name in seen:
                continue
            around = text[max(start, match.start() - 100) : min(end, match.end() + 100)]
            if not any(no.search(around) for no in rules.nots):
                seen[name] = None
    return tuple(seen)


def _is_hinted(low: str) -> bool:
    return any(hint in low for hint in _HINTS)
