"""What the use-cases need from the outside, as protocols. Adapters are made in the composition root and passed in.

A `Store` gives units of work. Everything done inside one ``async with store.begin() as tx`` commits together or
not at all; ``store.read()`` is a consistent snapshot that writes nothing. `Tx` groups the tables by noun.
"""

from digests.ports.articles import Articles, Channels
from digests.ports.corrections import Copies, Corrections
from digests.ports.editions import Editions, PartKey
from digests.ports.house import Audit, Editors, Runtime
from digests.ports.ledger import Edits, FanOut, Ledger, LedgerCounts, Queue
from digests.ports.outside import Alarm, Composer, Read, Reviser, Sender
from digests.ports.store import Store, Tx
from digests.ports.subscriptions import Subscriptions

__all__ = [
    "Alarm",
    "Articles",
    "Audit",
    "Channels",
    "Composer",
    "Copies",
    "Corrections",
    "Editions",
    "Editors",
    "Edits",
    "FanOut",
    "Ledger",
    "LedgerCounts",
    "PartKey",
    "Queue",
    "Read",
    "Reviser",
    "Runtime",
    "Sender",
    "Store",
    "Subscriptions",
    "Tx",
]
