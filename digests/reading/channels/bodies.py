"""Which body "the military" or "the company" means beside a mention: who spoke or was told of just before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.channels.referents import Owner, Referents
from digests.reading.names import bare, fold_word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digests.reading.channels.nounphrases import Word

_PRONOUNS = {"his": "he", "her": "she"}
_BACK = 2  # sentences looked back at
_BODY = 6  # words in which it names a body
_OPENING = 80  # code points in which a sentence may name whom it is about


class Bodies(Referents):
    """Answers that for the phrases of one document."""

    def body_before(self, phrase: Span, sentence: Span) -> Owner | None:
        """Return the body whom "the military", "the company" means: who spoke or began one of the sentences before."""
        words = self.words(*phrase)
        role = words[-1].low if words else ""
        if role not in self.rules.bodies and fold_word(role) not in self.rules.body_stems:
            return None
        return next((owner for owner in self._before(sentence) if self._may_be_called(role, owner)), None)

    def whose(self, possessive: str, sentence: Span) -> Owner | None:
        """Return whose channel "his", "her" or "its channel" is where the channel itself shows or says something."""
        person = _PRONOUNS.get(possessive)
        return self._pronoun(person, sentence) if person else next(self._before(sentence), None)

    def _pronoun(self, pronoun: str, sentence: Span) -> Owner | None:
        spoke = self._regarded(pronoun, sentence) or super()._pronoun(pronoun, sentence)
        return next(self._before(sentence), None) if spoke is None and pronoun == "it" else spoke

    def _regarded(self, pronoun: str, sentence: Span) -> Owner | None:
        """Return whom a sentence says first that it is about: "As for Ada Lind, she wrote"."""
        words = self.words(sentence.start, min(sentence.end, sentence.start + _OPENING))
        if len(words) < len(self.rules.regarding) + 1 or not self.rules.regarding:
            return None
        named = words[len(self.rules.regarding) :]
        if tuple(word.low for word in words[: -len(named)]) != self.rules.regarding:
            return None
        comma = self.masked.find(",", named[0].start, named[-1].end)
        owner = self.resolve(Span(named[0].start, comma), sentence) if comma > 0 else None
        person = pronoun in self.rules.singular
        return owner if owner and self._is_person(owner) is person and self._may_be(pronoun, owner) else None

    def _before(self, sentence: Span) -> Iterator[Owner]:
        """Yield the bodies that spoke or began one of the sentences before, by their names."""
        index = self.document.sentence_index(sentence.start)
        for back in range(1, min(_BACK, index or 0) + 1):
            earlier = self.document.sentences[(index or 0) - back]
            spoke = [*self._spoke(earlier)]
            began = self._opening_name(earlier)
            for owner in spoke if began is None else [*spoke, began]:
                if not self.bare_role(owner.span) and (not self._is_person(owner) or self._is_lone(owner)):
                    yield owner

    def _opening_name(self, sentence: Span) -> Owner | None:
        """Return whom a sentence names first, in two words or more: "The Lunna Port Council, for its part, …"."""
        run: list[Word] = []
        for word in self.words(sentence.start, min(sentence.end, sentence.start + _OPENING)):
            joined = not run or self.masked[run[-1].end : word.start].isspace()
            if not joined or not (word.capital or (run and word.low in ("of", "for", "the"))):
                break
            run.append(word)
        while run and not run[-1].capital:
            run.pop()
        return self.resolve(Span(run[0].start, run[-1].end), sentence) if len(run) > 1 else self._opening_body(sentence)

    def _opening_body(self, sentence: Span) -> Owner | None:
        """Return the body a sentence begins with, if it says whose: "The city prosecutor’s office opened a case"."""
        words = self.words(sentence.start, min(sentence.end, sentence.start + _OPENING))[:_BODY]
        at = next((at for at, word in enumerate(words) if word.low in self.rules.bodies), 0)
        if at < 2 or words[0].low not in self.rules.articles or "," in self.masked[words[0].start : words[at].start]:
            return None
        between = (word.low in self.rules.prepositions or word.low in self.rules.clause for word in words[1:at])
        return None if any(between) else Owner(Span(words[1].start, words[at].end), None)

    def _is_lone(self, owner: Owner) -> bool:
        """Tell whether an owner goes by one word that is no surname of anybody: "ДСНС", "Hamas"."""
        words = self.words(*owner.span)
        lone = (
            not self.rules.cyrillic
            and len(words) == 1
            and words[0].low not in self.rules.first_names
            and self._full_name(words) is None
        )
        return any(len(word.text) > 2 and word.text.isupper() for word in words) or lone

    def holder(self, role: str) -> Owner | None:
        """Return the one person named in the article who holds an office by the registry: "the president"."""
        found: list[Owner] = []
        for channel in self.registry.holders(role, on=self.on):
            names = dict.fromkeys(bare(name)[-1] for name in (channel.owner, *channel.aliases))  # in their order
            surname = next((word for name in names if (word := self._first_called(name)) is not None), None)
            if surname is not None:
                found.append(Owner(self._full_name([surname]) or Span(surname.start, surname.end), channel))
        return found[0] if len(found) == 1 else None

    def _first_called(self, surname: str) -> Word | None:
        at = self.document.low.find(surname)
        word = self.words(at, at + len(surname) + 1)[:1] if at >= 0 else []
        return word[0] if word and word[0].low == surname and word[0].capital else None

    def _may_be_called(self, role: str, owner: Owner) -> bool:
        """Tell whether an organisation may be called by a noun: only an armed one is "the military"."""
        armed = self.rules.armed
        names = {word.low for word in self.words(*owner.span)}
        return role not in armed or not armed.isdisjoint(names) or (owner.channel is not None and owner.channel.party)
