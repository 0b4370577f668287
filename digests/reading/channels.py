"""Which Telegram channels an article quotes: finds its mentions, ties each to its owner and to what was said there."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from digests.model import Mention, Proof, Span
from digests.reading.links import Address, handles_in, links_in
from digests.reading.mentions import mention_rules
from digests.reading.names import fold
from digests.reading.owners import Owner, Owners, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from digests.data.registry import Registry
    from digests.model import Quote
    from digests.reading.document import Document

_ANY = re.compile(r"tele?gram|телеграм|t\.me|tg://", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^[ \t]*\[(\d{1,3})\][ \t]*(?=\S)", re.MULTILINE)
_BARE_LINE = re.compile(r"\s*[-–•*]?\s*\S+\s*")
_OPENING, _CLOSING = "«“\"'‘„", "»”\"'’“"
_WINDOW = 300  # code points on either side of the platform's name that tell what it is about
_RUN = 6
_FOLLOWING = 12  # quotes looked at from a mention on
_MOST = 500  # occurrences looked at; an article has a handful, and a hostile text must not cost more


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
    if not _ANY.search(document.text):
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

    def find(self) -> list[tuple[Mention, Owner]]:
        """Return mentions with their owners, in order of the text; a link beside its phrase makes one of both."""
        found = [*self._phrases()]
        by_sentence: dict[Span, list[int]] = {}
        for at, (mention, _) in enumerate(found):
            by_sentence.setdefault(mention.sentence, []).append(at)
        for address, sentence in self._addresses():
            self._add_address(found, by_sentence.setdefault(sentence, []), address, sentence)
        return sorted(found, key=lambda pair: (pair[0].span, pair[0].proof))

    # -------------------------------------------------------------------------------------------------- phrases

    def _phrases(self) -> Iterator[tuple[Mention, Owner]]:
        text, taken = self.document.text, 0
        for match in islice(self.rules.platform.finditer(text), _MOST):
            sentence = self.document.sentence_at(match.start())
            if sentence is None or match.start() < taken or self._is_something_else(Span(*match.span()), sentence):
                continue
            answer = self._phrase(Span(*match.span()), sentence)
            if answer:
                span, owner = answer
                taken = span.end
                yield self._mention(span, sentence, owner), owner

    def _is_something_else(self, span: Span, sentence: Span) -> bool:
        start, end = max(sentence.start, span.start - _WINDOW), min(sentence.end, span.end + _WINDOW)
        around = self.document.text[start:end]
        at = span.start - start
        return any(
            match.start() <= at + _WINDOW // 2 and match.end() >= at - _WINDOW // 2
            for pattern in self.rules.nots
            for match in pattern.finditer(around)
        )

    def _phrase(self, span: Span, sentence: Span) -> tuple[Span, Owner] | None:
        """Return the whole phrase around the platform's name and its owner, by the words beside it."""
        owners, rules = self.owners, self.rules
        span, nouns = self._tail(span, sentence)
        if not nouns.isdisjoint(rules.plural):
            return None
        left = owners.words(max(sentence.start, span.start - 120), span.start)
        first, own, preposition = self._walk_back(left)
        named = self._name_before(left, span) if not nouns.isdisjoint(rules.channel) else None
        start = left[first].start if first < len(left) else span.start
        if named is None and not own and not nouns.isdisjoint(rules.channel):
            named = self._name_after(span, sentence)
        if named and (owner := owners.called(named) or owners.resolve(named, sentence)):
            end = max(span.end, named.end)
            if (
                end < sentence.end
                and self.document.text[end] in _CLOSING
                and self.document.text[named.start - 1] in _OPENING
            ):
                end += 1
            return Span(min(start, named.start), end), owner
        possessor = self._possessor(left, first)
        if possessor and not owners.bare_role(possessor) and (owner := owners.resolve(possessor, sentence)):
            return Span(min(start, possessor.start), span.end), owner
        by = not nouns.isdisjoint(rules.posts) and any(
            word.low == "by" for word in owners.words(span.end, min(sentence.end, span.end + 4))
        )
        if not (preposition or possessor or by):
            described = self._described(left, span, nouns, sentence)
            return (described.span, described) if described else None
        owner_ = owners.of_mention(Span(start, span.end), sentence)
        if owner_ is None and possessor:
            owner_ = owners.resolve(possessor, sentence)
        return (Span(start, span.end), owner_) if owner_ else None

    def _tail(self, span: Span, sentence: Span) -> tuple[Span, set[str]]:
        """Take in the nouns after the platform's name: "Telegram messaging app", "Telegram channel"."""
        end, nouns = span.end, set[str]()
        for word in self.owners.words(span.start, min(sentence.end, span.end + 60)):
            if word.start < span.start or word.end <= span.end:
                nouns.update(part for part in word.low.split("-") if part in self.rules.channel | self.rules.plural)
                continue
            if word.start < span.end:
                nouns.update(part for part in word.low.split("-") if part in self.rules.channel | self.rules.plural)
                end = word.end
                continue
            if (
                self.document.text[end : word.start].strip(" \xa0-")
                or word.low not in self.rules.after | self.rules.plural
            ):
                break
            nouns.add(word.low)
            end = word.end
            if len(nouns) == 3:
                break
        return Span(span.start, end), nouns

    def _walk_back(self, left: Sequence[Word]) -> tuple[int, bool, bool]:
        """Return where the phrase begins among the words before, whether it says "his", and if it is reached."""
        own, first = False, len(left)
        while first > 0 and len(left) - first < _RUN:
            word = left[first - 1]
            gap_end = left[first].start if first < len(left) else None
            if gap_end is not None and self.document.text[word.end : gap_end].strip(" \xa0\"“”'‘’«»-"):
                break
            if word.low in self.rules.reach:
                return first - 1, own, True
            if word.low == "to" and first > 1 and any(w.low in self.rules.to for w in left[max(0, first - 4) : first]):
                return first - 1, own, True
            if word.low in self.rules.own:
                own = True
            elif word.low not in self.rules.before and not word.possessive:
                break
            first -= 1
        reached = first > 0 and any(w.low in self.rules.reach for w in left[max(0, first - _RUN) : first])
        return first, own, reached and any(w.possessive for w in left[max(0, first - _RUN) :])

    def _name_before(self, left: Sequence[Word], span: Span) -> Span | None:
        """Return the name before "Telegram channel": "the Night Ledger Telegram channel"."""
        text = self.document.text
        end = span.start
        while end > 0 and text[end - 1].isspace():
            end -= 1
        opening = text.rfind("(", max(0, end - 60), end) if end and text[end - 1] == ")" else -1
        if opening >= 0:
            left = [word for word in left if word.end <= opening]
            end = opening
        run: list[Word] = []
        for word in reversed(left):
            if text[word.end : run[-1].start if run else end].strip(f" \xa0.&-{_OPENING}{_CLOSING}"):
                break
            if not word.capital or word.low in self.rules.before or word.low.startswith(("pro-", "anti-")):
                break
            run.append(word)
        run.reverse()
        while run and ((self.rules.countries(run[0].text) and not run[0].possessive) or run[0].low in self.rules.days):
            run = run[1:]
        if not run or run[-1].possessive or len(run) > _RUN or all(word.low in self.rules.clause for word in run):
            return None
        return Span(run[0].start, run[-1].end)

    def _name_after(self, span: Span, sentence: Span) -> Span | None:
        """Return the name or owner after "Telegram channel": in quotation marks, with "of", or capitalised."""
        text, at = self.document.text, span.end
        while at < sentence.end and text[at].isspace():
            at += 1
        if at < sentence.end and text[at] in _OPENING:
            close = min(
                (c for mark in _CLOSING if (c := text.find(mark, at + 1, min(sentence.end, at + 60))) > 0), default=0
            )
            return Span(at + 1, close) if close > at + 1 else None
        words = self.owners.words(span.end, min(sentence.end, span.end + 120))
        if words and text[span.end : words[0].start].strip():
            return None
        if words and words[0].low == "of":
            words = words[1:]
        elif not words or not (words[0].capital or words[0].low in self.rules.nouns):
            return None
        run: list[Word] = []
        for word in words:
            if run and text[run[-1].end : word.start].strip(" \xa0.&-’'"):
                break
            if word.low in self.rules.days or len(run) >= _RUN:
                break
            if not word.capital and word.low in self.rules.ends and word.low not in ("of", "the"):
                break
            run.append(word)
        for end in range(len(run), 0, -1):
            span = Span(run[0].start, run[end - 1].end)
            if self.registry.match(span.of(text)):
                return span
        return Span(run[0].start, run[-1].end) if run else None

    def _possessor(self, left: Sequence[Word], first: int) -> Span | None:
        """Return whose channel it is when that is said by a possessive: "on the brigade’s Telegram channel"."""
        for at in range(len(left) - 1, max(-1, len(left) - _RUN), -1):
            if left[at].possessive:
                begin = at
                while (
                    begin > 0
                    and at - begin < _RUN
                    and left[begin - 1].low not in self.rules.prepositions | self.rules.clause
                ):
                    if (
                        self.document.text[left[begin - 1].end : left[begin].start].strip(" \xa0.-")
                        or left[begin - 1].low in self.rules.verbs
                    ):
                        break
                    begin -= 1
                return Span(left[begin].start, left[at].end)
            if left[at].low not in self.rules.before and at < first - 1:
                break
        return None

    def _described(self, left: Sequence[Word], span: Span, nouns: set[str], sentence: Span) -> Owner | None:
        """Take "a Telegram channel linked to the militia", the subject of a verb of saying, as an owner not listed."""
        if nouns.isdisjoint(self.rules.channel):
            return None
        words = self.owners.words(span.end, min(sentence.end, span.end + 120))
        for at, word in enumerate(words[:10]):
            if word.low in self.rules.verbs and at > 1 and words[at - 1].low not in self.rules.passive:
                return Owner(Span(span.start, words[at - 1].end), None)
            if self.document.text[words[at - 1].end if at else span.end : word.start].strip(" \xa0-"):
                break
        return None

    def _mention(self, span: Span, sentence: Span, owner: Owner) -> Mention:
        return Mention(
            span=span,
            sentence=sentence,
            proof=Proof.KNOWN if owner.channel else Proof.NOT_LISTED,
            channel=owner.channel.key if owner.channel else None,
            owner=owner.span,
        )

    # -------------------------------------------------------------------------------------------- links, handles

    def _addresses(self) -> Iterator[tuple[Address, Span]]:
        """Yield the addresses that stand for somebody's channel, each with the sentence it belongs to."""
        text = self.document.text
        for address in islice(links_in(text), _MOST):
            if sentence := self._place_of(address):
                yield address, sentence
        for link in self.document.links[:_MOST]:
            sentence = self.document.sentence_at(link.span.start)
            for address in links_in(link.url):
                if sentence and not self._is_something_else(link.span, sentence):
                    yield address._replace(span=link.span), sentence
        for address in islice(handles_in(text), _MOST):
            sentence = self.document.sentence_at(address.span.start)
            if sentence and not self._is_something_else(address.span, sentence):
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
        if sentence is None or self._is_something_else(address.span, sentence):
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
                    Owner(owner.span, channel),
                )
                return
            if same and mention.post == address.post:
                return
        span: Span | None = None
        if channel:
            span = self._name_in(Span(sentence.start, address.span.start), channel.owner, channel.aliases)
        else:
            inside = sentence.start <= address.span.start < sentence.end
            speaker = self.owners.of_mention(address.span, sentence) if inside else None
            span = speaker.span if speaker else None
        mention = Mention(
            span=address.span,
            sentence=sentence,
            proof=proof,
            channel=channel.key if channel else None,
            owner=span,
            handle=address.handle,
            post=address.post,
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
        groups: set[int] = set()
        last = document.sentence_index(max(mention.sentence.start, mention.sentence.end - 1))
        first = bisect_left(starts, mention.sentence.start)
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
    return tied


def _platforms(document: Document) -> tuple[str, ...]:
    """Return the platforms other than Telegram on which the article says something was published."""
    rules = mention_rules(document.language.code)
    seen: dict[str, None] = {}
    for match in islice(rules.elsewhere.finditer(document.text), _MOST):
        name = rules.platforms[int((match.lastgroup or "p0")[1:].rstrip("_"))]
        sentence = document.sentence_at(match.start())
        if sentence is None or name in seen:
            continue
        around = document.text[max(sentence.start, match.start() - 100) : min(sentence.end, match.end() + 100)]
        if not any(no.search(around) for no in rules.nots):
            seen[name] = None
    return tuple(seen)
