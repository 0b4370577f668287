"""What fits in a message: Telegram's limits, and items cut down to them without ever cutting a quote.

The renderer takes spans, not strings: an `Item` holds `Excerpt`s, each a stretch of one stored revision, so nothing
can be shown that is not in the text. An item that is too long for one message gives way in this order, and stops as
soon as it fits: quotes go, the last first; the lead ends at an earlier sentence; echoes beyond the third are only
counted. What follows is for absurd texts alone: the lead, then the title, then the caveats are cut at a word, marked
by `Excerpt.cut`, never inside a quote; and caveats beyond the tenth are only counted.

Lengths are UTF-16 units, spans code points.
"""

from digests.layout.excerpts import Excerpt
from digests.layout.fitting import CAVEATS_WHEN_TIGHT, fitted
from digests.layout.items import SPEAKER_UNITS, Item, item, quotation
from digests.layout.sizes import MESSAGE, Size, measure, pages, units

__all__ = [
    "CAVEATS_WHEN_TIGHT",
    "MESSAGE",
    "SPEAKER_UNITS",
    "Excerpt",
    "Item",
    "Size",
    "fitted",
    "item",
    "measure",
    "pages",
    "quotation",
    "units",
]
