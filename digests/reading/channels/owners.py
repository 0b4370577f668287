"""Where the owner of a channel stands: the noun phrase that grammar puts beside a mention.

Whom a phrase means `Referents` tells. The rules, by which `Owner.rule` names them; `Citations` has those from
"possessor" on:

=================  ===================================================================
by                 "a Telegram post by Ada Lind"
subject            "Ada Lind said on Telegram", "said Ada Lind on Telegram"
subject after      "Taking to Telegram, Ada Lind said"
cue                "Ada Lind went further, writing on Telegram: “…”"
paper              "у дописі бригади в Telegram": whose post it is
possessor          "on the brigade’s Telegram channel"
named channel      "the Night Heron Telegram channel", "Telegram channel Night Heron"
described channel  "a Telegram channel close to the militia said"
apposition         "Night Heron, a military channel on Telegram, said"
=================  ===================================================================
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.channels.bodies import Bodies
from digests.reading.channels.nounphrases import is_past
from digests.reading.channels.referents import REACH, Owner
from digests.reading.names import is_title

_AGENTS = frozenset(("by", "from"))  # "a Telegram post from Ada Lind"
_QUOTING, _SAYING = frozenset(("quoted", "quotes", "cited", "quoting")), frozenset(("saying", "writing", "stating"))
_CLOSING = ' \xa0”"’'  # between what is quoted and its verb: a mark that nothing opened is not masked
_AGENT = 14  # words between "by" and the mention, at most

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digests.reading.channels.nounphrases import Word


class Owners(Bodies):
    """Answers who owns a channel for the mentions of one document."""

    def of_mention(self, span: Span, sentence: Span) -> Owner | None:
        """Return the owner by the grammar of the sentence around a mention like "on his Telegram channel"."""
        low, high = max(sentence.start, span.start - REACH), min(sentence.end, span.end + REACH)
        after = self.words(span.end, min(high, span.end + 30))
        if len(after) > 1 and after[0].low == "and" and after[1].text in self.rules.hints:
            after = after[2:]  # "posted on Telegram and X by Ada Lind"
        if (
            len(after) > 1
            and after[0].low in _AGENTS
            and after[1].low not in self.rules.days
            and after[1].low not in self.rules.own
            and not (after[0].low == "from" and self._is_own(span))  # "posted on his channel from a café"
        ):
            owner = _by("by", self.resolve(self._entitled(after[0].end, high), sentence))
            if after[0].low == "by" or (owner and self._is_somebody(owner)):
                return owner  # or "wrote on Telegram from exile", "from Ashton"
        parted = 1 + max(self.masked.rfind(mark, low, span.start) for mark in (":;" if self.rules.cyrillic else ";"))
        if parted and any(word.capital for word in self.words(parted, span.start)):
            low = parted  # "У раді відреагували: речниця Ада Лінд у Telegram назвала це …"
        left = self.words(low, span.start)
        if (told := self._told_by(left, after, high, sentence)) is not None:
            return told
        clause = len(left) > 2 and self.masked[low : left[-2].start].rstrip().endswith(",")
        if clause and f"{left[-2].low} {left[-1].low}" in self.rules.topics:
            low, left = left[-2].start, left[-2:]  # "Як передає «Берег», про це в Telegram повідомив мер Іво Терек"
        if (agent := self._agent(left)) is not None:
            return _by("by", self.resolve(self._behind_verb(agent.end, span.start), sentence))
        if (cited := self._quoted(left) or self._cited(left, span.start)) is not None:
            return _by("cited", self.resolve(cited, sentence))
        verb = self._verb_of(left)
        if verb is None:
            owner = None
            if self._is_aside(left, span):  # "Coast Command, writing on Telegram, said"
                owner = _by("subject", self._first(self.phrases_before(low, left[-1].start), sentence))
            owner = owner or self._absolute(left, span, sentence)
            if owner is None and (not left or left[0].low not in self.rules.participles):
                owner = _by("subject", self._first(self.phrases_before(low, span.start), sentence))
                owner = owner or (self._possessor_in(left, sentence) if self.rules.cyrillic else None)
            return owner or self._subject_after(span.end, high, sentence) or self._his(span, sentence)
        return self._of_verb(verb, left, span, Span(low, high), sentence)

    def _is_somebody(self, owner: Owner) -> bool:
        """Tell whether an owner is listed, somebody by two names or a body: "Ashton" may be where it was written."""
        words = self.words(*owner.span)
        return owner.channel is not None or len(words) > 1 or any(map(self.is_noun, words))

    def _told_by(self, left: Sequence[Word], after: Sequence[Word], high: int, sentence: Span) -> Owner | None:
        """Return who said it in "This was announced in his channel on Friday the head of the region Ada Lind"."""
        passive = len(left) > 2 and left[-2].low in self.rules.passive and left[-1].low in self.rules.verbs
        if not (passive and left[-3].low == "this" and len(after) > 2):
            return None
        at = 2 if after[0].low in self.rules.reach and after[1].low in self.rules.days else 0
        if after[at].low != "the":
            return None
        return _by("by", self.resolve(self.phrase_after(after[at].start, high), sentence))

    def _of_verb(self, verb: int, left: Sequence[Word], span: Span, near: Span, sentence: Span) -> Owner | None:
        """Return the subject of the verb before a mention, within the stretch `near`."""
        low, high = near
        if left[verb].low in self.rules.impersonal:
            return self._possessor_in(left[verb + 1 :], sentence)
        if verb and left[verb - 1].low in self.rules.passive:
            return self._said_in(left, verb - 1, low, sentence)
        if (whose := self._antecedent(left, verb, sentence)) is not None:
            return _by("subject", whose)
        if (spoke := self._coordinated(left, verb, low, sentence)) is not None:
            return _by("subject", spoke)
        behind = [self._behind_verb(left[verb].end, span.start)]
        before = list(self.phrases_before(low, left[verb].start))
        if self._is_half_set_off(before, span.end):
            before.reverse()
        if self.rules.cyrillic:
            behind.append(self.phrase_after(span.end, high))
            if self.masked[low : left[verb].start].rstrip().endswith(","):  # "…, сообщил в Telegram мэр Иво Терек"
                return _by("subject", self._first((*behind, *before), sentence))
            if not any(behind) and (told := self._told_of(left, verb, sentence)) is not None:
                return _by("subject", told)
        either = (*before, *behind)
        inverted = self.masked[low : left[verb].start].rstrip(_CLOSING).endswith(",") and before
        if inverted and behind[0] and self.is_name(behind[0]) and not self.is_name(before[0]):
            either = (*behind, *before)  # "Boil the water, warned Ada Lind"
        owner = _by("subject", self._first(either, sentence))
        if owner is None and self._is_participle(left, verb) and self._is_own(span):
            owner = _by(
                "subject", self._made(left[:verb], low, sentence)
            )  # "made the claim in a note published on his"
        if owner or before:
            return owner  # or somebody or something spoke, but it cannot be told who
        return self._subject_after(span.end, high, sentence)

    def _absolute(self, left: Sequence[Word], span: Span, sentence: Span) -> Owner | None:
        """Return who did it in "with Ada Lind soon denying it on her Telegram channel"."""
        at = next((at for at in range(len(left) - 1, -1, -1) if left[at].low == "with"), None)
        if at is None or not self._is_own(span) or "," in self.masked[left[at].end : span.start]:
            return None
        doing = next((word for word in left[at + 2 : at + 8] if word.low.endswith("ing") and not word.capital), None)
        run = [word for word in left[at + 1 :] if doing and word.start < doing.start]
        while run and not run[-1].capital:
            run.pop()
        return _by("subject", self.resolve(Span(run[0].start, run[-1].end), sentence)) if run else None

    def _told_of(self, left: Sequence[Word], verb: int, sentence: Span) -> Owner | None:
        """Return who did what the clause tells of in "Ада Терек підписала указ, про що повідомила в Telegram"."""
        pair = f"{left[verb - 2].low} {left[verb - 1].low}" if verb > 2 else ""
        if pair not in self.rules.topics or not self.masked[: left[verb - 2].start].rstrip().endswith(","):
            return None
        done = next(
            (at for at, word in enumerate(left[: verb - 2]) if at and not word.capital and is_past(word.low)), 0
        )
        run = self.capital_run(left[:done])
        return self.resolve(Span(run[0].start, run[-1].end), sentence) if len(run) > 1 else None

    def _is_half_set_off(self, phrases: Sequence[Span], end: int) -> bool:
        """Tell whether a role behind a comma says who is named: "Ada Lind, the head of the port said on Telegram"."""
        if len(phrases) < 2 or self.masked[end : end + 1] == ",":
            return False  # "It is lost, Ada Lind, the mayor said on Telegram, as …" is odd, too
        role, name = phrases
        described = self.words(*role)[0].low in self.rules.articles and not self.is_name(role)
        words = self.words(*name)
        named = len(words) > 1 and all(word.capital for word in words) and self.is_name(name)
        return described and named and self.masked[name.end : role.start].strip() == ","

    def _antecedent(self, left: Sequence[Word], verb: int, sentence: Span) -> Owner | None:
        """Return whom "who" means before the verb: "she told Lind, who posted it on his channel"."""
        if verb < 2 or left[verb - 1].low != "who":
            return None
        run = self.capital_run(left[: verb - 1])
        if not run or not self.personal(run) or self.masked[run[-1].end : left[verb - 1].start].strip(" ,"):
            return None
        before = left[left.index(run[0]) - 1] if left[0] is not run[0] else None
        if before is not None and before.low in self.rules.prepositions:
            return None  # "Ada Lind, the governor of Tolm, who"
        return self.resolve(Span(run[0].start, run[-1].end), sentence)

    def _coordinated(self, left: Sequence[Word], verb: int, low: int, sentence: Span) -> Owner | None:
        """Return who said what goes before "and posted": "Ada Lind said the army left and posted it on Telegram"."""
        if verb < 2 or left[verb - 1].low != "and":
            return None
        said = next(
            (at for at in range(1, verb - 1) if left[at].low in self.rules.verbs and not left[at].capital), None
        )
        if said is None or "," in self.masked[left[verb - 2].end : left[verb].start]:
            return None
        return self._first(self.phrases_before(low, left[said].start), sentence)

    def _said_in(self, left: Sequence[Word], passive: int, low: int, sentence: Span) -> Owner | None:
        """Return who said it in "Ada Lind said so in a message that was broadcast on Telegram"."""
        if passive < 3 or left[passive - 1].low not in ("that", "which"):
            return None
        message = left[passive - 2].low in self.rules.posts and left[passive - 3].low not in self.rules.verbs
        said = next((word for word in left[: passive - 2] if word.low in self.rules.verbs and not word.capital), None)
        if not message or said is None:
            return None
        return _by("subject", self._first(self.phrases_before(low, said.start), sentence))

    def _is_aside(self, left: Sequence[Word], span: Span) -> bool:
        """Tell whether a mention stands in an aside of one participle: ", writing on Telegram,"."""
        one = len(left) > 1 and left[-1].low in self.rules.participles and not left[-1].capital
        set_off = one and self.masked[left[-2].end : left[-1].start].strip() == ","
        return set_off and (self.masked[span.end : span.end + 1] == "," or self._is_own(span))

    def _his(self, span: Span, sentence: Span) -> Owner | None:
        """Return who is quoted in "В сообщении, опубликованном в его телеграм-канале, говорится, что «…»"."""
        left = self.words(max(sentence.start, span.start - REACH), span.start)[-2:]
        staff = len(left) > 1 and left[0].low in self.rules.his and self.is_noun(left[1])  # "his press service"
        if not self.rules.cyrillic or not (staff or any(word.low in self.rules.his for word in self.words(*span))):
            return None
        spoke = next((quote.speaker for quote in self._quotes_in(sentence) if quote.speaker), None)
        return _by("subject", self.speaker(spoke) if spoke else self._pronoun(min(self.rules.he), sentence))

    def of_cue(self, start: int, sentence: Span) -> Owner | None:
        """Return whose quotation in the sentence has its cue right before a mention: "writing on Telegram"."""
        for quote in self._quotes_in(sentence):
            if quote.speaker and quote.cue and not self.document.text[quote.cue.end : start].strip():
                return _by("cue", self.speaker(quote.speaker))
        return None

    def as_spoken(self, owner: Owner, mention: Span, sentence: Span) -> Owner | None:
        """Return who is meant by a mere role where it is known who spoke: "the mayor said on Telegram".

        None, if that cannot be told: "the company" alone tells nobody whose channel it is.
        """
        if owner.channel is not None or not self.bare_role(owner.span):
            return owner
        for quote in self._quotes_in(sentence):
            beside = quote.cue is not None and (
                owner.span.end <= quote.cue.start
                and (quote.cue.start < mention.start or mention.end <= owner.span.start)
            )
            if quote.speaker and beside:  # "the mayor said on Telegram", "On Telegram, the mayor said"
                spoke = self.speaker(quote.speaker)
                if spoke.channel is not None or not self.bare_role(spoke.span):
                    return spoke._replace(rule=owner.rule)
        role = self.words(*owner.span)[0].low
        meant = self.body_before(owner.span, sentence) or self.holder(role)
        if meant is None:
            return None if role in self.rules.generic or role in self.rules.channel else owner
        return meant._replace(rule=owner.rule)

    def _agent(self, left: Sequence[Word]) -> Word | None:
        """Return the "by" of "a post by Ada Lind on Telegram", "as reported on Friday by Ada Lind on Telegram"."""
        near = left[-_AGENT:]
        for at in range(1, len(near)):
            before = at - 1
            while before and (near[before].low in self.rules.days or near[before].low in self.rules.reach):
                before -= 1
            word, told = near[at].low, near[before].low
            clause = any(later.low in self.rules.clause or later.low in self.rules.verbs for later in near[at + 1 :])
            if at + 1 < len(near) and (near[at + 1].low in self.rules.his or near[at + 1].low in self.rules.days):
                continue  # "wrote in a note published by his office", "in a message from Friday"
            if not clause and (
                (word == "by" and told in self._written) or (word == "from" and told in self.rules.posts)
            ):
                return near[at]
        return None

    @cached_property
    def _written(self) -> frozenset[str]:
        """What stands before "by" and whose words they are: "a post by", "published by", "carried by", "made by"."""
        return self.rules.things | self.rules.verbs | self.rules.carried | self.rules.made

    def _quoted(self, left: Sequence[Word]) -> Span | None:
        """Return who is quoted in "the agency quoted Ada Lind as saying on Telegram"."""
        as_ = next((at for at in range(len(left) - 2, 0, -1) if left[at].low == "as"), None)
        if as_ is None or left[as_ + 1].low not in _SAYING:
            return None
        at = next((at for at in range(as_ - 1, -1, -1) if left[at].low in _QUOTING), None)
        return None if at is None else self.phrase_after(left[at].end, left[as_].start)

    def _cited(self, left: Sequence[Word], end: int) -> Span | None:
        """Return who is cited in "the agency reports with reference to the Post and Ada Lind on Telegram"."""
        at = next((at for at in range(len(left) - 1, -1, -1) if left[at].low in self.rules.cited), None)
        if at is None or any(word.low in self.rules.verbs for word in left[at + 1 :]):
            return None
        start = left[at].end
        for word in left[at + 1 :]:
            if word.low in self.rules.clause or (word.low in self.rules.prepositions and start == left[at].end):
                start = word.end
        return self.phrase_after(start, end)

    def _behind_verb(self, start: int, end: int) -> Span | None:
        """Return the subject that begins at `start`, or the name behind its description: "the mayor, Ada Lind,"."""
        phrase = self.phrase_after(start, end)
        if phrase and self.is_name(phrase):
            return phrase
        return self._set_off_name(start, end) or self._last_name(self.words(start, end)) or phrase

    def _entitled(self, start: int, end: int) -> Span | None:
        """Return the phrase that begins at `start`, or the name behind an office: "the health minister, Ada Lind"."""
        phrase = self.phrase_after(start, end)
        if phrase is None or self.is_name(phrase) or self.masked[phrase.end : phrase.end + 1] != ",":
            return phrase
        after = self.phrase_after(phrase.end + 1, end)
        office = is_title(self.head(self.words(*phrase)).low)
        named = after is not None and self.is_name(after) and all(word.capital for word in self.words(*after))
        return after if office and named else phrase

    def _last_name(self, words: Sequence[Word]) -> Span | None:
        """Return the full name behind a title of any length: "міністр відновлення — міністр громад Іван Терек"."""
        run = self.capital_run(words) if self.rules.cyrillic else []
        full = len(run) > 1 and run[-1] is words[-1] and self.personal(run)
        titled = full and run[0] is not words[0] and run[0].low in self.rules.first_names
        return Span(run[0].start, run[-1].end) if titled else None

    def _set_off_name(self, start: int, end: int) -> Span | None:
        """Return the name between commas behind a description: "the head of the council, Ada Lind,"."""
        commas = [at for at in range(start, end) if self.masked[at] == ","]
        parts = [Span(low + 1, high) for low, high in pairwise((*commas, end))]
        return next((part for part in parts if self.is_name(part) and len(self.words(*part)) > 1), None)

    def _verb_of(self, left: Sequence[Word]) -> int | None:
        """Return which of the words before a mention is the verb of its clause, None if there is none."""
        if self._posts(left):
            return len(left) - 1
        verbs = [at for at in range(len(left) - 1, -1, -1) if left[at].low in self.rules.verbs]
        if len(verbs) > 1 and self._is_participle(left, verbs[0]) and not self._closes_relative(left, verbs[0]):
            return verbs[1]
        return verbs[0] if verbs else None

    def _closes_relative(self, words: Sequence[Word], at: int) -> bool:
        """Tell whether the comma before a verb closes a relative clause: "Ada Lind, who is wanted, posted"."""
        opened = next((i for i in range(at - 1, 0, -1) if words[i].low in self.rules.relative), 0)
        comma = opened and "," in self.masked[words[opened - 1].end : words[opened].start]
        return bool(comma) and "," not in self.masked[words[opened].start : words[at - 1].end]

    def _posts(self, left: Sequence[Word]) -> bool:
        """Tell whether what may be a noun is the verb before a mention: "Ada Lind, the mayor, posts on Telegram"."""
        if len(left) < 2 or left[-1].low not in self.rules.present:
            return False
        before, word = left[-2:]
        comma = "," in self.masked[before.end : word.start]
        return comma or before.low in self.rules.singular or (before.capital and not before.low.endswith(("'s", "’s")))

    def _is_own(self, span: Span) -> bool:
        """Tell whether a mention says "his": then it is whose the sentence is about."""
        return any(word.low in self.rules.own for word in self.words(*span))

    def _made(self, left: Sequence[Word], low: int, sentence: Span) -> Owner | None:
        """Return who stands before "made the statement", "delivered a speech": a name or "he" that opens the clause."""
        at = next((at for at in range(len(left) - 1, 0, -1) if left[at].low in self.rules.made), None)
        return None if at is None else self._first(self.phrases_before(low, left[at].start), sentence)

    def _first(self, phrases: Iterable[Span | None], sentence: Span) -> Owner | None:
        """Return whom the first of the phrases means of which that can be told."""
        for phrase in phrases:
            if phrase and self.is_unnamed(self.words(*phrase)):
                return None  # it was somebody else, who is not named
            if phrase and (owner := self.resolve(phrase, sentence)):
                return owner
        return None

    def _is_participle(self, words: Sequence[Word], at: int) -> bool:
        """Tell whether a verb describes what was said, as in "said in a note, published on Telegram"."""
        between = self.masked[words[at - 1].end : words[at].start]
        described = between.strip() == "," or words[at - 1].low in self.rules.things
        return words[at].low in self.rules.participles and described

    def _behind(self, start: int, end: int, sentence: Span) -> Owner | None:
        """Return the subject behind a verb, past what a preposition puts between: "звернулася до міста мерка"."""
        at = start
        first = next(iter(self.words(start, end)), None)
        if first is not None and first.low in self.rules.prepositions:
            named = (w.start for w in self.words(start, end)[:8] if is_title(w.low) or w.low in self.rules.nouns)
            at = next(named, end)
        return self.resolve(self.phrase_after(at, end), sentence) if at < end else None

    def _possessor_in(self, words: Sequence[Word], sentence: Span) -> Owner | None:
        """Return whose post it is in "у дописі бригади в Telegram": what stands behind the noun."""
        for word in words[:-1]:
            if word.low in self.rules.posts | self.rules.channel:
                return _by("paper", self.resolve(self.phrase_after(word.end, words[-1].end), sentence))
        return None

    def _subject_after(self, start: int, end: int, sentence: Span) -> Owner | None:
        for word in self.words(start, end):
            if word.low in self.rules.verbs:
                if not self.words(start, word.start) and not self.rules.cyrillic:  # "On Telegram writes Ada Lind"
                    return _by("subject after", self.resolve(self._behind_verb(word.end, end), sentence))
                if self.rules.cyrillic and (owner := self._behind(word.end, end, sentence)):
                    return _by("subject after", owner)
                for phrase in self.phrases_before(start, word.start):
                    if self.words(*phrase)[0].low in self.rules.his:
                        return None  # "on the channel of his press service, said"
                    if owner := self.resolve(phrase, sentence):
                        return _by("subject after", owner)
        return None


def _by(rule: str, owner: Owner | None) -> Owner | None:
    return None if owner is None else owner._replace(rule=rule)
