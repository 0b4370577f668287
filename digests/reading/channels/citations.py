"""Phrases by which an article says that a Telegram channel was used, each with whose channel it is.

From every place where the platform is named, the phrase is walked outwards word by word: the nouns after it
("Telegram messaging app"), the words before it up to the preposition ("on his official"), a name or possessor.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.channels.joint import joined_before, joined_behind
from digests.reading.channels.known import KnownChannels
from digests.reading.channels.names import AND, CLOSING, OPENING, RUN, ChannelNames
from digests.reading.channels.platform import MOST, Platform
from digests.reading.channels.referents import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.data.registry import Registry
    from digests.reading.channels.mentions import MentionRules
    from digests.reading.channels.nounphrases import Word
    from digests.reading.channels.owners import Owners
    from digests.reading.document import Document

_VERBAL = ("є", "ть", "ся", "сь", "ет", "ут", "ют", "ала", "ила", "али", "или", "ав", "ив", "ал", "ил")  # ends of verbs


class Citations:
    """Finds the phrases of one document."""

    def __init__(self, document: Document, registry: Registry, rules: MentionRules, owners: Owners) -> None:
        self.document = document
        self.registry = registry
        self.rules = rules
        self.owners = owners
        self.names = ChannelNames(document, registry, rules, owners)
        self.platform = Platform(document, rules, owners.masked)
        self.known = KnownChannels(self.platform, registry, owners, self.names)

    def find(self) -> Iterator[tuple[Span, Span, Owner]]:
        """Yield each mention as its words, its sentence and its owner, in order."""
        taken, spans = 0, list[Span]()
        for match in islice(self.platform.names(), MOST):
            sentence = self.document.sentence_at(match.start())
            if sentence is None or match.start() < taken:
                continue
            if self.platform.is_something_else(Span(*match.span()), sentence):
                continue
            for span, owner in self._several(Span(*match.span()), sentence):
                taken = span.end
                spans += [span, owner.span]
                yield span, sentence, owner
        yield from self.known.find(spans)

    def _several(self, span: Span, sentence: Span) -> Iterator[tuple[Span, Owner]]:
        """Yield the phrase around the platform's name, or each name behind "Telegram channels"."""
        whole, nouns = self._tail(span, sentence)
        if nouns.isdisjoint(self.rules.plural) or self._says_whose(whole, nouns):
            answer = self._phrase(span, sentence)
            if answer:
                other = joined_before(self.owners, answer[1], sentence)
                if other and (nouns & self.rules.channels or (other.channel and answer[1].channel)):
                    yield other.span, other
                yield answer
                if (other := joined_behind(self.owners, answer[1], sentence)) is not None:
                    yield other.span, other
        elif not nouns.isdisjoint(self.rules.channels):
            if (one := self.names.one_of(span.start, sentence)) is not None:
                yield one, self.owners.called(one) or Owner(one, None, "named channel")
                return
            after = list(self.names.listed_after(whole.end, sentence))
            for name in after or self.names.listed_before(span.start, sentence):
                yield name, (self.owners.called(name) or Owner(name, None))._replace(rule="named channel")

    def _phrase(self, span: Span, sentence: Span) -> tuple[Span, Owner] | None:
        """Return the whole phrase around the platform's name and its owner, by the words beside it."""
        owners, rules = self.owners, self.rules
        span, nouns = self._tail(span, sentence)
        left = owners.words(max(sentence.start, span.start - 120), span.start)
        first, own, preposition = self._walk_back(left)
        named = self.names.before(left, span, sentence) if not nouns.isdisjoint(rules.channel) else None
        start = left[first].start if first < len(left) else span.start
        if named and named.start == sentence.start and " " not in named.of(self.document.text):
            named = self.names.after(span, sentence) or named  # "Independent Telegram channel Night Heron"
        elif named is None and not own and not nouns.isdisjoint(rules.channel):
            named = self.names.after(span, sentence) or self.names.beside(left, first, span, sentence)
        elif not nouns and not own and not rules.cyrillic:
            named = self.names.of_platform(left, span, sentence)
        elif named is None and not own and rules.cyrillic and self._is_cited(left):
            behind = self.names.after(span, sentence)
            if behind is not None and (owner := owners.resolve(behind, sentence)):
                return Span(start, behind.end), owner._replace(rule="cited")
        if named and (owner := self._named(named, sentence)):
            end = max(span.end, named.end)
            if (
                end < sentence.end
                and self.document.text[end] in CLOSING
                and self.document.text[named.start - 1] in OPENING
            ):
                end += 1
            return Span(min(start, named.start), end), owner._replace(rule="named channel")
        possessor = self._possessor(left, first)
        if possessor and not owners.bare_role(possessor) and (owner := owners.resolve(possessor, sentence)):
            return Span(min(start, possessor.start), span.end), owner._replace(rule="possessor")
        by = not nouns.isdisjoint(rules.posts) and any(
            word.low in ("by", "from") for word in owners.words(span.end, min(sentence.end, span.end + 6))
        )
        topical = rules.cyrillic and len(left) > 1 and f"{left[-2].low} {left[-1].low}" in rules.topics
        if not (preposition or possessor or by or topical or (nouns & rules.posts and self._is_done_with(left))):
            if own and not nouns.isdisjoint(rules.channel) and (theirs := self._theirs(left, span, sentence)):
                return Span(start, span.end), theirs
            described = self.known.cited_before(nouns, sentence) or self._described(left, span, nouns, sentence)
            return (described.span, described) if described else None
        owner_ = self._described_before(left, first, sentence) or owners.of_mention(Span(start, span.end), sentence)
        owner_ = owner_ or owners.of_cue(start, sentence)
        if owner_ is None and possessor:
            owner_ = owners.resolve(possessor, sentence)
            owner_ = owner_._replace(rule="possessor") if owner_ else None
        return (Span(start, span.end), owner_) if owner_ else None

    def _is_done_with(self, left: Sequence[Word]) -> bool:
        """Tell whether somebody did something by it: "responded with a one-word Telegram post"."""
        at = next((at for at in range(len(left) - 1, max(0, len(left) - RUN), -1) if left[at].low == "with"), None)
        return at is not None and not any(word.capital or word.low in self.rules.ends for word in left[at + 1 :])

    def _says_whose(self, whole: Span, nouns: set[str]) -> bool:
        """Tell whether several channels are somebody's: "circulated on its Telegram channels"."""
        left = [
            word
            for word in self.owners.words(whole.start - 30, whole.start)
            if word.low not in self.rules.before - self.rules.own
        ]
        return not nouns.isdisjoint(self.rules.channels) and bool(left) and left[-1].low in self.rules.own

    def _is_cited(self, left: Sequence[Word]) -> bool:
        """Tell whether an article names its sources here: "посилаючись на Telegram мера", whose name follows."""
        rules = self.rules
        at = next((at for at in range(len(left) - 1, -1, -1) if left[at].low in rules.cited), None)
        return at is not None and not any(word.low in rules.verbs for word in left[at + 1 :])

    def _named(self, name: Span, sentence: Span) -> Owner | None:
        """Return whose channel bears a name: one listed, what marks set off, somebody, else capitalised words.

        Such words beside "Telegram channel" are its name whatever they mean: "Frontier Post".
        """
        if owner := self.owners.called(name):
            return owner
        if name.start > 0 and self.document.text[name.start - 1] in OPENING:
            return Owner(name, None)
        words = self.owners.words(*name)
        if owner := self.owners.resolve(name, sentence):
            initials = owner.span.of(self.document.text).isupper()  # "General ABC" is nobody of that rank
            return Owner(name, None) if initials and words[0].capital and not owner.channel else owner
        parts = (word.capital or self.document.text[word.start - 1] == "." for word in words)  # "Bereg.news"
        titled = words and (all(parts) or self._is_described_noun(words))
        return Owner(name, None) if titled else None

    def _is_described_noun(self, words: Sequence[Word]) -> bool:
        """Tell whether words are a name like "Кримський вітер": an adjective with a capital, and a noun."""
        if len(words) != 2 or words[1].capital or not words[0].capital:
            return False
        return words[0].low.endswith(self.rules.adjectives) and not words[1].low.endswith(_VERBAL)

    def _tail(self, span: Span, sentence: Span) -> tuple[Span, set[str]]:
        """Take in the nouns after the platform's name: "Telegram messaging app", "Telegram channel"."""
        end, nouns = span.end, set[str]()
        for word in self.owners.words(span.start, min(sentence.end, span.end + 60)):
            if word.start < span.start or word.end <= span.end:
                nouns.update(
                    part for part in word.low.split("-") if part in self.rules.channel or part in self.rules.plural
                )
                continue
            if word.start < span.end:
                nouns.update(
                    part for part in word.low.split("-") if part in self.rules.channel or part in self.rules.plural
                )
                end = word.end
                continue
            if self.document.text[end : word.start].strip(" \xa0-") or (
                word.low not in self.rules.after and word.low not in self.rules.plural
            ):
                break
            nouns.add(word.low)
            end = word.end
            if len(nouns) == 3:
                break
        return Span(span.start, end), nouns

    def _walk_back(self, left: Sequence[Word]) -> tuple[int, bool, bool]:
        """Return where the phrase begins among the words before, whether it says "his", and if it is reached."""
        own, first, strange = False, len(left), 0
        while first > 0 and len(left) - first < RUN:
            word = left[first - 1]
            gap_end = left[first].start if first < len(left) else None
            if gap_end is not None and self.document.text[word.end : gap_end].strip(" \xa0\"“”'‘’«»-"):
                break
            if word.low in self.rules.reach:
                return first - 1, own, True
            if (
                word.low == "to"
                and first > 1
                and any(w.low in self.rules.to for w in left[max(0, first - RUN - 1) : first])
            ):
                return first - 1, own, True
            if word.low in AND and first > 1 and left[first - 2].text in self.rules.hints:
                first -= 2  # "on Facebook and Telegram"
                continue
            if word.low in self.rules.own:
                own = True
            elif word.low not in self.rules.before and not word.possessive:
                if word.capital or word.low in self.rules.ends:
                    break
                strange += 1  # "in a late-night Telegram update", if only a preposition is reached
            first -= 1
        if strange:
            first = len(left)
        reached = first > 0 and any(w.low in self.rules.reach for w in left[max(0, first - RUN) : first])
        return first, own, reached and any(w.possessive for w in left[max(0, first - RUN) :])

    def _possessor(self, left: Sequence[Word], first: int) -> Span | None:
        """Return whose channel it is when that is said by a possessive: "on the brigade’s Telegram channel"."""
        published = self.rules.channel | self.rules.posts | self.rules.things
        for at in range(len(left) - 1, max(-1, len(left) - RUN), -1):
            if left[at].low in self.rules.reach and left[at - 1].low not in published:
                break  # "the ministry’s spokesman in a Telegram post", but "the ministry’s channel on Telegram"
            if left[at].possessive:
                begin = at
                while (
                    begin > 0
                    and at - begin < RUN
                    and left[begin - 1].low not in self.rules.prepositions
                    and left[begin - 1].low not in self.rules.clause
                ):
                    if (
                        self.document.text[left[begin - 1].end : left[begin].start].strip(" \xa0.-")
                        or left[begin - 1].low in self.rules.verbs
                    ):
                        break
                    begin -= 1
                if left[begin].low in self.rules.own:
                    return None  # "on his press service’s channel"
                return Span(left[begin].start, left[at].end)
            if left[at].low not in self.rules.before and at < first - 1:
                break
        return None

    def _described_before(self, left: Sequence[Word], first: int, sentence: Span) -> Owner | None:
        """Take who is described as a channel: "Night Heron, a military channel on Telegram, said"."""
        if first == 0 or left[first - 1].low not in self.rules.channel | self.rules.bodies:
            return None
        article = next((at for at in range(first - 1, 0, -1) if left[at].low in self.rules.articles), 0)
        if not article or left[article].low in self.rules.own:
            return None
        if self.document.text[left[article - 1].end : left[article].start].strip() != ",":
            return None
        phrase = next(self.owners.phrases_before(sentence.start, left[article - 1].end), None)
        owner = self.owners.resolve(phrase, sentence)
        return owner._replace(rule="apposition") if owner else None

    def _theirs(self, left: Sequence[Word], span: Span, sentence: Span) -> Owner | None:
        """Return whose channel shows or says something: "Its Telegram channel on Tuesday carried a video"."""
        rules = self.rules
        own = next((word for word in reversed(left) if word.low in rules.own), None)
        if own is None or own.low not in rules.his or rules.cyrillic:
            return None
        after = self.owners.words(span.end, min(sentence.end, span.end + 60))[:4]
        at = next((at for at, word in enumerate(after) if word.low in rules.verbs | rules.carried), None)
        if at is None or any(word.low in rules.passive for word in after[:at]):
            return None
        owner = self.owners.whose(own.low, sentence)
        return owner._replace(rule="possessor") if owner else None

    def _described(self, left: Sequence[Word], span: Span, nouns: set[str], sentence: Span) -> Owner | None:
        """Take "a Telegram channel linked to the militia", the subject of a verb of saying, as an owner not listed."""
        if nouns.isdisjoint(self.rules.channel):
            return None
        words = self.owners.words(span.end, min(sentence.end, span.end + 120))
        for at, word in enumerate(words[:10]):
            if word.low in self.rules.clause or word.low in self.rules.relative:
                break
            if word.low in self.rules.verbs and at > 1 and words[at - 1].low not in self.rules.passive:
                return Owner(Span(span.start, words[at - 1].end), None, "described channel")
            if self.document.text[words[at - 1].end if at else span.end : word.start].strip(" \xa0-"):
                break
        return None
