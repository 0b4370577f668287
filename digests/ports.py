"""What the use-cases need from the outside, as protocols. Adapters are made in the composition root and passed in.

A `Store` gives units of work. Everything done inside one ``async with store.begin() as tx`` commits together or
not at all; ``store.read()`` is a consistent snapshot that writes nothing. `Tx` groups the tables by noun.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

from digests.model import (
    Article,
    ArticleState,
    AuditEntry,
    Channel,
    ChatKind,
    CorrectionKind,
    Delivery,
    DeliveryState,
    Edition,
    EditionKind,
    Outcome,
    Part,
    Place,
    Priority,
    Proposal,
    Revision,
    Schedule,
    Subscription,
    SubscriptionState,
)

PartKey = tuple[int, int]
"""A part of an edition: the edition's id, and the part's number (1-based)."""


class Articles(Protocol):
    """Articles, their revisions, quotes and mentions."""

    async def add(self, revision: Revision, *, created_by: int, now: datetime) -> Article:
        """Store a new draft with `revision` as its first; ids and number are assigned."""

    async def get(self, article_id: int, *, revision_id: int | None = None) -> Article:
        """Return the article with its current revision, or with that one. Raises NotFound("article")."""

    async def rewrite(self, article_id: int, revision: Revision, *, now: datetime) -> Article:
        """Replace a draft's text and reading. Raises Conflict("not_a_draft") once it is published or discarded."""

    async def choose(self, article_id: int, chosen: tuple[int, ...] | None, *, now: datetime) -> Article:
        """Set which quotes are shown, in order (None: the reading decides). Drafts only, as `rewrite`."""

    async def move(
        self, article_id: int, to: ArticleState, *, expected: Collection[ArticleState], now: datetime
    ) -> bool:
        """Change the state in one conditional update; False if the article was not in an `expected` state.

        Moving to PUBLISHED sets `published_at` to `now`.
        """

    async def propose(self, article_id: int, revision: Revision) -> int:
        """Store a revision that is not the current one yet; returns its id. Number and id are assigned."""

    async def drop(self, revision_id: int) -> None:
        """Delete a proposed revision that no article shows."""

    async def amend(
        self, article_id: int, to: ArticleState, *, base: int, number: int, correction_id: int, now: datetime
    ) -> bool:
        """Make revision `number` of a public article its current one, with the correction that readers are told of.

        False if the article is not public, or its current revision is not number `base` any more. Until this unit of
        work ends nothing is planned.
        """

    async def latest_draft(self, editor: int) -> Article | None:
        """Return the draft this editor touched last, if any."""

    async def list(
        self, states: Collection[ArticleState], *, limit: int, offset: int = 0, created_by: int | None = None
    ) -> Sequence[Article]:
        """Return articles in `states`, the newest change first."""

    async def public_between(self, after: datetime, until: datetime) -> Sequence[Article]:
        """Return public articles with after < published_at <= until, oldest first."""

    async def latest_public(self, limit: int) -> Sequence[Article]:
        """Return the newest public articles, newest first."""

    async def same_text(self, sha256: str) -> Article | None:
        """Return an article that is not discarded and whose current text has this hash, the newest if several."""

    async def counts(self) -> Mapping[ArticleState, int]:
        """Count articles by state."""

    async def echoed(self, *, since: datetime) -> Sequence[tuple[Channel, int]]:
        """Return channels mentioned by public articles since then, with the number of articles, most first."""


class Subscriptions(Protocol):
    """Who receives what, when. Chat ids are encrypted at rest; equality still finds them."""

    async def find(self, place: Place) -> Subscription | None:
        """Return the subscription of a chat or topic in whatever state, None if there was never one."""

    async def get(self, subscription_id: int) -> Subscription:
        """Return one subscription. Raises NotFound("subscription")."""

    async def of_chat(self, chat_id: int) -> Sequence[Subscription]:
        """Return all subscriptions of a chat, its topics included."""

    async def add(
        self,
        place: Place,
        kind: ChatKind,
        *,
        language: str,
        schedule: Schedule,
        next_due_at: datetime | None,
        now: datetime,
    ) -> Subscription:
        """Store a new active subscription that has seen everything published until `now`."""

    async def save(self, subscription: Subscription) -> None:
        """Write back every field but id and created_at."""

    async def due(self, now: datetime, *, limit: int) -> Sequence[Subscription]:
        """Return active subscriptions with next_due_at <= now, longest waiting first, locked for this transaction."""

    async def active(self, *, after_id: int = 0, limit: int) -> Sequence[Subscription]:
        """Return active subscriptions with id > after_id in order of id, for walking through all of them."""

    async def advance(self, steps: Sequence[tuple[int, datetime | None, datetime]]) -> None:
        """Set (next_due_at, seen_until) of many subscriptions at once: rows of (id, next_due_at, seen_until)."""

    async def suspend(
        self, chat_id: int, state: SubscriptionState, reason: str, *, topic: int | None, now: datetime
    ) -> int:
        """Pause or stop a chat's subscriptions (`topic` None: all); withdraw their waiting rows. Returns how many."""

    async def migrate(self, old_chat_id: int, new_chat_id: int) -> int:
        """Rewrite a chat's id everywhere (group became supergroup). Safe to repeat. Returns how many rows changed."""

    async def forget(self, chat_id: int) -> int:
        """Delete everything stored of a chat, ledger rows included. Returns how many subscriptions there were."""

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` subscriptions stopped before that time, with their ledger rows."""

    async def counts(self) -> Mapping[tuple[ChatKind, SubscriptionState], int]:
        """Count subscriptions by kind and state."""


class Editions(Protocol):
    """Composed digests. Like subscriptions share one."""

    async def find(self, key: str) -> Edition | None:
        """Return the edition with this key, if it was composed already."""

    async def add(
        self,
        *,
        kind: EditionKind,
        key: str,
        language: str,
        zone: str,
        articles: Sequence[tuple[int, int]],
        parts: Sequence[Part],
        now: datetime,
    ) -> Edition:
        """Store a new edition with its rendered parts."""

    async def get(self, edition_id: int) -> Edition:
        """Return one edition. Raises NotFound("edition")."""

    async def latest(self, kinds: Collection[EditionKind], *, limit: int, offset: int = 0) -> Sequence[Edition]:
        """Return editions of those kinds, newest first."""

    async def got(self, subscription_id: int, after: datetime) -> frozenset[int]:
        """Return the articles that a subscription got, or is getting, by editions made after that time."""

    async def showing(self, article_id: int) -> Sequence[Edition]:
        """Return the editions that show an article, oldest first."""

    async def rewrite(self, parts: Mapping[PartKey, Part]) -> None:
        """Replace the words of parts, and their notices; each gets a new version."""

    async def urgent_seen(self, subscription_ids: Collection[int], after: datetime) -> Mapping[int, frozenset[int]]:
        """Return, by subscription, the articles it got (or is getting) in urgent editions made after `after`."""


class LedgerCounts(NamedTuple):
    """Rows of the ledger by state, and the reasons of what was not sent."""

    states: Mapping[DeliveryState, int]
    reasons: Mapping[str, int]


class FanOut(NamedTuple):
    """How far an edition is: `settled` of its `rows` have come to their end."""

    edition_id: int
    began_at: datetime
    rows: int
    settled: int


class Queue(Protocol):
    """Rows that a worker claims, makes calls for, and records the outcomes of."""

    async def claim(self, *, worker: str, now: datetime, lease_until: datetime, limit: int) -> Sequence[Delivery]:
        """Lease rows that may be sent now: pending (or unknown once), not leased to a living worker, their time come.

        By priority, then oldest first.
        """

    async def sending(self, ids: Sequence[int], *, worker: str, now: datetime) -> frozenset[int]:
        """Commit rows as `sending` right before their calls leave; returns those still held by this worker."""

    async def record(self, outcomes: Sequence[tuple[int, Outcome]], *, worker: str, now: datetime) -> None:
        """Write what became of this worker's calls: sent; pending again after its wait; unknown; refused.

        What another worker has begun meanwhile is left to that one, unless it is sure that the message arrived.
        """

    async def release(self, worker: str) -> int:
        """Give back rows leased but not begun, at a clean stop."""

    async def recover(self, *, now: datetime, everything: bool) -> int:
        """Turn `sending` rows whose lease is over into `unknown`; all of them when `everything` (only process)."""


class Ledger(Queue, Protocol):
    """The delivery ledger: one row an edition, subscription and part.

    A part is claimed only when all earlier parts of the same edition and subscription are `sent`; parts after one that
    was refused or rests unknown are withdrawn or rest with it. A row sent with a text that was corrected meanwhile gets
    an edit when that is recorded.
    """

    async def add(self, edition: Edition, subscription_ids: Sequence[int], *, priority: Priority, now: datetime) -> int:
        """Write a pending row a subscription and part; existing rows are left alone. Returns rows written."""

    async def reread(self, parts: Collection[PartKey]) -> None:
        """After parts were rewritten: what is claimed with its old text, and not begun, is to be claimed again."""

    async def withdraw(self, edition_id: int, *, reason: str, now: datetime) -> None:
        """Withdraw what of an edition surely did not arrive yet."""

    async def counts(self, edition_id: int | None = None) -> LedgerCounts:
        """Count rows by state, of one edition or of all."""

    async def fan_outs(self, kinds: Collection[EditionKind]) -> Sequence[FanOut]:
        """Return how far those editions are that have rows which are not settled, oldest first."""

    async def settled_since(self, since: datetime) -> int:
        """Count the rows that were settled after that time."""

    async def retryable(self, edition_id: int, *, resting: bool) -> Sequence[int]:
        """Return the subscriptions whose row of an edition an owner may have tried again.

        `resting`: those whose outcome stays unknown; only active ones. Else those whose row was refused, who are active
        or wait for an administrator, and who have not been given the articles by a later digest.
        """

    async def retry(self, edition_id: int, subscription_ids: Sequence[int], *, resting: bool, now: datetime) -> int:
        """Let such rows be sent again, and the parts behind them; those at rest marked as a possible repeat."""

    async def purge(self, before: datetime, *, limit: int) -> int:
        """Delete up to `limit` finished rows older than that, and editions left without rows."""


class Edits(Queue, Protocol):
    """Corrections of what was delivered: at most one row a delivery, heading for the present text of its part."""

    async def owe(self, parts: Collection[PartKey], *, now: datetime) -> None:
        """After parts were rewritten: every chat that has another text of one gets an edit; older edits are renewed."""


class Copies(NamedTuple):
    """What became of the delivered copies of a corrected article; `total` is the sum of all but `under_way`.

    `told` have a short message instead. `reasons` are those of all that could not be edited: `total` less `corrected`
    and `waiting`. `under_way` counts calls that may bring the old text this moment.
    """

    total: int
    corrected: int
    told: int
    waiting: int
    under_way: int
    reasons: Mapping[str, int]

    @property
    def settled(self) -> bool:
        """True if nothing is left to do."""
        return not self.waiting and not self.under_way


class Corrections(Protocol):
    """What editors propose to correct or retract, and how far it is carried out."""

    async def add(
        self, article_id: int, *, base: int, kind: CorrectionKind | None, editor: int, language: str, now: datetime
    ) -> Proposal:
        """Store a new proposal whose words are waited for."""

    async def get(self, proposal_id: int) -> Proposal:
        """Return a proposal, locked in a unit of work. Raises NotFound("correction")."""

    async def open_of(self, editor: int) -> Sequence[Proposal]:
        """Return the proposals of an editor that are neither published nor discarded, the newest first."""

    async def save(self, proposal: Proposal) -> None:
        """Write back every field but id, article, editor and language."""

    async def show(self, proposal_id: int, parts: Collection[PartKey]) -> None:
        """Note that parts show the correction from their present versions on."""

    async def unfinished(self) -> Sequence[Proposal]:
        """Return what is published and not finished, oldest first."""

    async def finish(self, proposal_id: int, *, now: datetime) -> None:
        """Note that nothing is left to do for a correction."""

    async def copies(self, proposal_id: int) -> Copies:
        """Count the delivered copies that a correction is for, by what became of them."""


class Editors(Protocol):
    """Who may post besides the owners."""

    async def all(self) -> frozenset[int]:
        """Return the editors' user ids."""

    async def add(self, user_id: int, *, by: int, now: datetime) -> bool:
        """Add an editor; False if there already."""

    async def remove(self, user_id: int) -> bool:
        """Remove an editor; False if there was none."""


class Channels(Protocol):
    """The registry as the database knows it; every change of a label leaves a line in the audit."""

    async def sync(self, channels: Sequence[Channel], *, now: datetime) -> int:
        """Bring the table in line with the registry file, auditing each change; returns how many changed."""


class Audit(Protocol):
    """Who changed what."""

    async def add(self, entry: AuditEntry) -> None:
        """Append one entry."""

    async def latest(self, limit: int) -> Sequence[AuditEntry]:
        """Return the newest entries, newest first."""


class Runtime(Protocol):
    """What the process must remember over a restart."""

    async def seen_update(self, update_id: int) -> bool:
        """Tell whether this update was processed already."""

    async def mark_update(self, update_id: int, *, now: datetime) -> None:
        """Remember a processed update; only the newest few thousand are kept."""

    async def set_halt(self, chat_id: int | None, until: datetime) -> None:
        """Remember that nothing may be sent to a chat (None: to anyone) before `until`."""

    async def halts(self, *, now: datetime) -> Mapping[int | None, datetime]:
        """Return halts still in force."""

    async def get_note(self, key: str) -> str | None:
        """Return a small operational value (never a reader's data)."""

    async def set_note(self, key: str, value: str) -> None:
        """Keep a small operational value."""


class Tx(Protocol):
    """One unit of work over all tables."""

    @property
    def articles(self) -> Articles: ...
    @property
    def subscriptions(self) -> Subscriptions: ...
    @property
    def editions(self) -> Editions: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def edits(self) -> Edits: ...
    @property
    def corrections(self) -> Corrections: ...
    @property
    def editors(self) -> Editors: ...
    @property
    def channels(self) -> Channels: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def runtime(self) -> Runtime: ...


class Store(Protocol):
    """A database: units of work that write, and snapshots that only read."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Open a unit of work: commits on leaving, rolls back on an exception."""

    def read(self) -> AbstractAsyncContextManager[Tx]:
        """Open a snapshot for reading."""


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
