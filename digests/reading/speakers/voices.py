"""Whose voice it is: who is meant by the source of an attribution, be it a name, "she", a role or a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digests.reading.speakers.attributions import ACCORDING, Attribution
from digests.reading.speakers.entities import HE, SHE
from digests.reading.speakers.focus import Focus, Speaker
from digests.reading.speakers.sources import ORGANISATION, PAPER, PERSON, PRONOUN, ROLE, SOMEONE, Source

if TYPE_CHECKING:
    from digests.reading.speakers.lexicon import Word
    from digests.reading.speakers.tokens import Unit

_PAPERS_BACK = 4  # sentences looked back at for "said in a statement"
_WRITTEN = ("telegram", "wrote", "post", "announced", "reported")  # what a message may go back to


class Voices:
    """Tells whose voice it is in one document; `last` is who spoke the last passage, and set from outside."""

    def __init__(self, focus: Focus) -> None:
        self.focus = focus
        self.units = focus.units
        self.people = focus.people
        self.attributions = focus.attributions
        self.phrases = focus.attributions.phrases
        self.last: Speaker | None = None

    def who(self, attribution: Attribution, unit: Unit) -> Speaker:
        """Return who is reported by an attribution of `unit`."""
        source = attribution.source
        who = self.of(source, unit, unit.tokens[attribution.cue])
        according = attribution.kind == ACCORDING and self.attributions.order.free and source.kind in (SOMEONE, ROLE)
        if who.name is None and according:
            return Speaker(source, SOMEONE)  # "по словам энергетиков": nobody but people has words
        return who

    def of(self, source: Source, unit: Unit, cue: Word | None = None) -> Speaker:
        """Return who is meant by a source in `unit`, with the verb it stands with."""
        if source.kind == SOMEONE and source.is_one and (group := self.people.described(source)) is not None:
            return self.focus.named(group)._replace(plural=False)
        if source.kind in (PERSON, ORGANISATION, SOMEONE):
            return self._named(source, unit, cue)
        if source.kind == PRONOUN:
            return self.focus.meant(source.head, unit) or Speaker(None, PRONOUN)
        if source.kind == PAPER:
            return self._written(source, unit)
        if source.kind != ROLE:
            return Speaker(None, source.kind)
        if source.head not in self.phrases.roles:
            if (body := self._body(source, unit)) is not None:
                return body
        elif (bearer := self._unnamed(source, unit) or self._bearer(source)) is not None:
            return bearer
        goes_on = cue is not None and cue.low in self.attributions.continuing
        if goes_on and self.last is not None and self._may_go_on(self.last, source):
            return self.last
        described = source.tokens[source.first + 1 : source.past]
        alone = source.tokens[source.past - 1].bare == source.head or (  # not "the spokesman for the Ministry of Ports"
            self.attributions.order.free and not any(word.capital or word.text[0].isdigit() for word in described)
        )
        if alone and source.head in self.phrases.generic and (before := self._just_reported(unit)) is not None:
            return before
        bare = alone and len(source.words) == 1
        fuller = self.people.described(source) if bare else None
        if fuller is None and bare and source.head in self.phrases.roles:
            return self._untitled(unit) or Speaker(None, SOMEONE)
        return self.focus.named(fuller or source)._replace(kind=SOMEONE)

    def _named(self, source: Source, unit: Unit, cue: Word | None) -> Speaker:
        """Return who is meant by a name, or by words for somebody unnamed."""
        if source.kind == PERSON and self.attributions.order.free and not self.focus.names(source):
            return Speaker(None, SOMEONE)  # "Удар підтвердив Лінд": a word that begins the sentence
        return self._epithet(source, unit, cue) or self._body_meant(source, unit) or self.focus.named(source)

    def _bearer(self, source: Source) -> Speaker | None:
        """Return the person who bears a role; "the Duchess of Edinburgh" tells more than "Ada"."""
        entity = self.focus.roles.bearer(source)
        if entity is None:
            return None
        capital = any(token.capital for token in source.tokens[source.first : source.past])
        return Speaker(source if capital and len(entity.words) == 1 else entity, PERSON, entity)

    def _unnamed(self, source: Source, unit: Unit) -> Speaker | None:
        """Return whom "the spokesman" means of whom the sentence before reports as "a port spokesman"."""
        before = self.units[unit.number - 1] if unit.number and len(source.words) == 1 else None
        main = self.focus.main(before) if before is not None and self.phrases.articles else None
        found = main.source if main is not None else None
        if found is None or found.kind != SOMEONE or found.plural or found.head != source.head:
            return None
        return self.focus.named(found)

    def _may_go_on(self, last: Speaker, source: Source) -> bool:
        """Tell whether "the minister added" may be who spoke last: somebody with no title, or with that one."""
        if last.kind != PERSON or not self.phrases.is_human(source.head):
            return False
        office = source.head in self.phrases.roles and source.head not in self.phrases.generic
        bare = office and len(source.words) == 1
        titles = last.entity.roles if last.entity is not None and bare else []
        return not titles or any(source.head in words for _, words in titles)

    def _body(self, source: Source, unit: Unit) -> Speaker | None:
        """Return the organisation whom "the ministry" means, or "the group": the one of that noun, or just reported."""
        organisation = self.people.organisation(source)
        if organisation is not None:
            return Speaker(organisation, ORGANISATION, organisation)
        any_body = len(source.words) == 1 and source.head in self.phrases.bodies
        return self._just_reported(unit, ORGANISATION) or self._just_told_of(unit) if any_body else None

    def _just_told_of(self, unit: Unit) -> Speaker | None:
        """Return the named organisation that the sentence before is about, if it reports nobody."""
        before = self.units[unit.number - 1] if unit.number else None
        subject = self.focus.subject(before) if before is not None and self.focus.main(before) is None else None
        if subject is None or subject.kind != ORGANISATION or subject.head in self.phrases.countries:
            return None
        return (
            self.focus.named(subject)
            if any(word.capital for word in subject.tokens[subject.first : subject.past])
            else None
        )

    def _epithet(self, source: Source, unit: Unit, cue: Word | None) -> Speaker | None:
        """Return whom "украинский политик" means, where no article tells it from a politician not named before.

        "Додала жінка" is a woman who spoke before, "сказала жінка" the one whom the sentence before reports.
        """
        if source.kind != SOMEONE or not self.attributions.order.free:
            return None
        if source.head in self.phrases.generic:
            return self._just_reported(unit)
        pronoun = HE if source.head in self.phrases.men else SHE if source.head in self.phrases.women else ""
        if not pronoun or source.past - source.first > 1:
            return None
        goes_on = cue is not None and cue.low in self.attributions.continuing
        before = self.focus.meant(pronoun, unit) if goes_on else self._just_reported(unit)
        return before if before is not None and before.kind == PERSON and pronoun in before.pronouns else None

    def _untitled(self, unit: Unit) -> Speaker | None:
        """Return whom "губернатор" means, whom nothing names so: whom the sentence before names without any title."""
        before = self._just_reported(unit)
        return before if before is not None and before.entity is not None and not before.entity.roles else None

    def _body_meant(self, source: Source, unit: Unit) -> Speaker | None:
        """Return which body "у службі", "в ведомстве" means where it stands alone: the last one reported, by name."""
        lone = source.kind == ORGANISATION and source.past - source.first == 1 and self.attributions.order.free
        if not lone or source.tokens[source.first].capital:
            return None
        for before in reversed(self.units[max(0, unit.number - _PAPERS_BACK) : unit.number]):
            main = self.focus.main(before)
            body = main.source if main is not None else None
            if body is None or body.kind != ORGANISATION or not self.phrases.outlets.isdisjoint(body.words):
                continue
            words = body.tokens[body.first : body.past]
            if any(word.capital for word in words) and any(word.lone_organisation or word.noun for word in words):
                return self.focus.named(body)
        return None

    def _just_reported(self, unit: Unit, kind: str = PERSON) -> Speaker | None:
        """Return whom the sentence before reports, if of that kind: "the official" is whom it named."""
        before = self.units[unit.number - 1] if unit.number else None
        main = self.focus.main(before) if before is not None else None
        if before is None or main is None or main.source.kind not in (kind, PRONOUN):
            return None
        if any(token.low in self.attributions.cited for token in before.tokens[main.cue :]):
            cited = self.focus.cited(before)  # "пише «Берег» з посиланням на мера": the mayor
            return cited if cited is not None and cited.kind == kind else None
        who = self.who(main, before)
        return who if who.kind == kind and who.name is not None else None

    def _written(self, paper: Source, unit: Unit) -> Speaker:
        """Tell whose words "the statement" holds: theirs who spoke "in a statement" before; else a report's own."""
        for number in range(unit.number - 1, max(-1, unit.number - 1 - _PAPERS_BACK), -1):
            before = self.units[number]
            if paper.head in self.units.low[before.span.start : before.span.end]:
                main = self.focus.main(before)
                if main is not None and main.source.kind != PAPER:
                    return self.who(main, before)
        if self.attributions.order.free:
            return self._announced(unit) or Speaker(None, PAPER)
        if paper.head in self.phrases.messages and (writer := self._wrote(unit)) is not None:
            return writer
        return Speaker(None if paper.head in self.phrases.messages else paper, PAPER)

    def _announced(self, unit: Unit) -> Speaker | None:
        """Return who was last reported before, whose message «…», — йдеться у повідомленні quotes; no outlet."""
        for before in reversed(self.units[max(0, unit.number - _PAPERS_BACK) : unit.number]):
            main = self.focus.main(before)
            if main is None or main.source.kind == PAPER:
                continue
            if any(token.low in self.attributions.cited for token in before.tokens):
                return self.focus.cited(before)  # "повідомляє «Берег» з посиланням на бригаду" names nobody
            who = self.who(main, before)
            body = not self.phrases.outlets.isdisjoint(main.source.words)
            return who if who.kind == PERSON or (who.kind == ORGANISATION and not body) else None
        return None

    def _wrote(self, unit: Unit) -> Speaker | None:
        """Return whose message it is whom the sentence before reports, alone, with words for writing or announcing."""
        before = self.units[unit.number - 1] if unit.number else None
        found = self.focus.found(before) if before is not None else []
        if before is None or len(found) != 1 or found[0].source.kind == PAPER:
            return None
        low = self.units.low[before.span.start : before.span.end]
        return self.who(found[0], before) if any(word in low for word in _WRITTEN) else None
