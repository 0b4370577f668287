"""Channels that an article means without naming Telegram beside them, where it named Telegram before."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from digests.model import Span
from digests.reading.channels.names import RUN
from digests.reading.channels.platform import MOST
from digests.reading.channels.referents import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digests.data.registry import Registry
    from digests.reading.channels.names import ChannelNames
    from digests.reading.channels.owners import Owners
    from digests.reading.channels.platform import Platform

_BROADCASTING = frozenset(("media", "state media"))  # kinds of owners whose channel may be one of television
_ONLY_THERE = frozenset(("blogger", "monitor", "unofficial"))  # kinds of owners without a television channel
_VERB = 24  # code points in which a verb and a preposition stand
_WRITING = _ONLY_THERE | {"media", ""}  # … and those that may be meant where a channel writes; "" is one not listed


class KnownChannels:
    """Finds them in one document."""

    def __init__(self, platform: Platform, registry: Registry, owners: Owners, names: ChannelNames) -> None:
        self.platform = platform
        self.document = platform.document
        self.rules = platform.rules
        self.registry = registry
        self.owners = owners
        self.names = names

    def find(self, taken: Sequence[Span]) -> Iterator[tuple[Span, Span, Owner]]:
        """Yield each as its words, its sentence and its owner, but none of the words `taken`."""
        yield from self._called(taken)
        yield from self._owned()

    def _called(self, taken: Sequence[Span]) -> Iterator[tuple[Span, Span, Owner]]:
        """Yield where "the Night Heron channel" stands alone: one on Telegram only, or that writes."""
        for span, name, kinds in self._called_names():
            sentence = self.document.sentence_at(span.start)
            if sentence is None or any(other.start < span.end and span.start < other.end for other in taken):
                continue
            channel = self.registry.match(name.of(self.document.text))
            if (channel.kind if channel else "") not in kinds or self.platform.is_something_else(span, sentence):
                continue
            if channel is None and not self.platform.is_named_last(span):
                continue
            yield span, sentence, Owner(name, channel, "named channel")

    def _called_names(self) -> Iterator[tuple[Span, Span, frozenset[str]]]:
        """Yield where names stand beside "channel" without the platform's, each name, and of which kinds it may be.

        Outlets have television channels and others, but hardly several of them one each; on television nobody writes.
        """
        for match in islice(self.rules.called.finditer(self.document.text), MOST):
            before = self.owners.words(max(0, match.start() - _VERB), match.start())[-2:]
            writes = any(word.low in self.rules.writing for word in before)
            yield Span(*match.span()), Span(*match.span("name")), _WRITING if writes else _ONLY_THERE
        for match in islice(self.rules.told.finditer(self.document.text), MOST):
            yield Span(*match.span("name")), Span(*match.span("name")), _ONLY_THERE
        for match in islice(self.rules.several.finditer(self.document.text), MOST):
            sentence = self.document.sentence_at(match.start())
            if sentence is not None:
                after = list(self.names.listed_after(match.end(), sentence))
                for name in after or self.names.listed_before(match.start(), sentence):
                    yield name, name, _ONLY_THERE | {"media"}

    def _owned(self) -> Iterator[tuple[Span, Span, Owner]]:
        """Yield where somebody says it "on his channel" in an article that named the platform before.

        It is that of whoever has one in the registry, unless another platform was named since; no broadcaster.
        """
        named = next(self.rules.platform.finditer(self.document.text), None)
        for match in islice(self.rules.owned.finditer(self.document.text, named.end()), MOST) if named else ():
            span = Span(*match.span())
            sentence = self.document.sentence_at(span.start)
            if sentence is None or not self.platform.is_named_last(span):
                continue
            owner = self.owners.of_mention(span, sentence)
            owner = self.owners.as_spoken(owner, span, sentence) if owner else None
            if owner is None or owner.channel is None or owner.channel.kind in _BROADCASTING:
                continue
            if not self.platform.is_something_else(span, sentence):
                yield span, sentence, owner

    def cited_before(self, nouns: set[str], sentence: Span) -> Owner | None:
        """Return the listed channel that the sentence before cites: "с ссылкой на Baza. Телеграм-канал утверждает"."""
        index = self.document.sentence_index(sentence.start) or 0
        if not (self.rules.cyrillic and index) or nouns.isdisjoint(self.rules.channel):
            return None
        words = self.owners.words(*self.document.sentences[index - 1])
        cited = next((at for at, word in enumerate(words) if word.low in self.rules.cited), len(words))
        named = next((at for at, word in enumerate(words) if at > cited and word.capital), len(words))
        for end in range(min(len(words), named + RUN), named, -1):
            name = Span(words[named].start, words[end - 1].end)
            channel = self.registry.match(name.of(self.document.text))
            if channel is not None:
                return Owner(name, channel, "cited") if channel.kind in _WRITING else None
        return None
