"""What reads articles, and what renders, sends and raises alarms: the latter implemented by the bot."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from digests.data import Registry
from digests.model import Article, Delivery, Edition, EditionKind, Link, Outcome, Part, Reading, Span


class Read(Protocol):
    """Reads the text of an article, as `digests.reading.read` does."""

    def __call__(
        self,
        text: str,
        *,
        registry: Registry | None = None,
        keep: Collection[Span] = (),
        links: Collection[Link] = (),
    ) -> Reading:
        """Return what was extracted; every part is a span of `text`."""


class Composer(Protocol):
    """Turns articles into the messages readers get. Implemented by the bot, which knows Telegram's markup."""

    def compose(
        self, articles: Sequence[Article], *, kind: EditionKind, language: str, zone: str, now: datetime
    ) -> tuple[Part, ...]:
        """Render a digest in `language` with dates in `zone`: one part a message, in order, each within limits."""

    def nothing_new(self, *, language: str, zone: str, now: datetime) -> tuple[Part, ...]:
        """Render the one-message answer for readers who want to be told that there is nothing new."""


class Reviser(Protocol):
    """Renders delivered messages anew. Implemented by the bot, like `Composer`."""

    def revise(self, edition: Edition, articles: Mapping[int, Article], *, changed: int) -> Mapping[int, Part]:
        """Render those parts of an edition (by number) that show the article `changed`, each still one message.

        `articles` are all that the edition shows, as they are now. Editions alike in language, zone, local day of
        making, articles and their parts look alike, and are rendered once.
        """


class Sender(Protocol):
    """Sends one delivery and says what became of it; never raises for what Telegram or the network answer."""

    async def pace(self, delivery: Delivery) -> None:
        """Wait until the call for this delivery may leave."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Make the call (paced already) and translate the answer by the table of outcomes."""


class Alarm(Protocol):
    """Tells the operator, by message to the owners, what needs a person."""

    async def raise_(self, key: str, **params: object) -> None:
        """Tell the owners about `key`, at most once an hour for the same key and params."""
