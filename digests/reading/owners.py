"""Where the owner of a channel stands: the noun phrase that grammar puts beside a mention.

It is the possessor, the subject of the verb of saying, or what follows "by"; whom it means `Referents` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.reading.referents import REACH, Owner, Referents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digests.model import Span
    from digests.reading.nounphrases import Word


class Owners(Referents):
    """Answers who owns a channel for the mentions of one document."""

    def of_mention(self, span: Span, sentence: Span) -> Owner | None:
        """Return the owner by the grammar of the sentence around a mention like "on his Telegram channel"."""
        low, high = max(sentence.start, span.start - REACH), min(sentence.end, span.end + REACH)
        after = self.words(span.end, min(high, span.end + 30))
        if len(after) > 1 and after[0].low == "by" and after[1].low not in self.rules.own:
            return self.resolve(self.phrase_after(after[0].end, high), sentence)
        left = self.words(low, span.start)
        verbs = [at for at in range(len(left) - 1, -1, -1) if left[at].low in self.rules.verbs]
        verb = verbs[0] if verbs else None
        if verb is not None and len(verbs) > 1 and self._is_participle(left, verb):
            verb = verbs[1]
        if verb is not None:
            if verb and left[verb - 1].low in self.rules.passive:
                return None
            inverted = self.phrase_after(left[verb].end, span.start)
            for phrase in (*self.phrases_before(low, left[verb].start), inverted):
                if phrase and (owner := self.resolve(phrase, sentence)):
                    return owner
            if next(self.phrases_before(low, left[verb].start), None):
                return None  # somebody or something spoke, but it cannot be told who
            if self.rules.cyrillic and (owner := self.resolve(self.phrase_after(span.end, high), sentence)):
                return owner
        elif not left or left[0].low not in self.rules.participles:
            for phrase in self.phrases_before(low, span.start):
                if owner := self.resolve(phrase, sentence):
                    return owner
        return self._subject_after(span.end, high, sentence)

    def _is_participle(self, words: Sequence[Word], at: int) -> bool:
        """Tell whether a verb describes what was said, as in "said in a note, published on Telegram"."""
        between = self.masked[words[at - 1].end : words[at].start]
        described = between.strip() == "," or words[at - 1].low in self.rules.things
        return words[at].low in self.rules.participles and described

    def _subject_after(self, start: int, end: int, sentence: Span) -> Owner | None:
        right = self.words(start, end)
        for word in right:
            if word.low in self.rules.verbs:
                for phrase in self.phrases_before(start, word.start):
                    if owner := self.resolve(phrase, sentence):
                        return owner
        return None
