"""Every message of the bot as Telegram HTML, in the language asked for. Words and layout are in ``templates/``.

`Pages` implements `digests.ports.Composer` and `Reviser`. All methods are pure: domain objects and a language in, a
string of at most 4,096 UTF-16 units (as readers see it) out. Times are shown in the zone given. Each module holds the
pages of one noun.
"""

from bot.pages.answers import Answers, Note
from bot.pages.articles import ArticlePages
from bot.pages.corrections import CorrectionPages
from bot.pages.deliveries import DeliveryPages
from bot.pages.readers import ReaderPages
from bot.pages.staff import StaffPages
from digests.data import Registry, registry

__all__ = ["Note", "Pages"]


class Pages(ReaderPages, ArticlePages, CorrectionPages, DeliveryPages, StaffPages, Answers):
    """Renders everything people see.

    `name` heads every digest; `channels` is the registry, by default the one that ships; `link_designated` links
    designated owners' channels too (the operator's decision); `retention_days` is told to readers.
    """

    def __init__(
        self,
        *,
        name: str = "Conflict Digest",
        channels: Registry | None = None,
        link_designated: bool = False,
        retention_days: int = 30,
    ) -> None:
        known = registry() if channels is None else channels
        super().__init__(known, name=name, link_designated=link_designated, retention_days=retention_days)
