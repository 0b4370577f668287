"""The words of the domain as types. Frozen, free of input and output; everything else speaks in these.

Offsets are code points of the stored revision text, half open: ``text[start:end]``. Lengths of what Telegram
receives are UTF-16 units and say so. Every time is an aware UTC datetime.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch ``[start, end)`` of a revision's text, in code points."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """Return the exact words of `text` that the span covers."""
        return text[self.start : self.end]

    def __contains__(self, other: object) -> bool:
        """Tell whether another span lies wholly inside this one."""
        return isinstance(other, Span) and self.start <= other.start and other.end <= self.end


class Link(NamedTuple):
    """A hyperlink of the page a text was taken from: the words that carried it and where it leads."""

    span: Span
    url: str


# ---------------------------------------------------------------------------------------------- channels


class Proof(StrEnum):
    """How well an echo is attested, from sure to unsure."""

    EXACT_POST = "exact post"  # the article, or the editor, gave the post itself
    LINKED = "linked"  # the article links or names the handle
    KNOWN = "channel known"  # the owner is in the registry, the handle comes from there
    NOT_LISTED = "not listed"  # the article names an owner the registry does not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One entry of the registry: a Telegram channel and what is known of it, with the source of the label.

    `key` is the handle in lower case. `designation` is empty unless the owner is designated by some
    authority; then the digest names and labels the owner but links nothing. `confirmed` is false where the
    handle rests on memory only: such a handle is not linked either.
    """

    key: str
    handle: str
    owner: str
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    affiliation: str
    country: str
    kind: str  # official, occupation, armed group, state media, media, monitor, journalist, blogger, unofficial
    party: bool  # speaks for a party to the conflict
    designation: str = ""
    note: str = ""
    source: str
    dated: date
    confirmed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office held by a channel's owner, with its dates where known ("governor of Kharkiv region")."""

    title: str
    since: date | None = None
    until: date | None = None


# ----------------------------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One direct quotation.

    `span` covers the words between the marks (marks excluded; a quotation interrupted by its attribution or
    running over paragraphs is one quote per stretch, tied by `group`). `sentence` covers the whole sentence or
    sentences that hold it, marks and attribution included: what is shown when the quote is a fragment.
    `speaker` covers the fullest name of the speaker anywhere in the text, None unless the attribution is sure.
    `sieve` says which rule found the speaker. `mention` indexes `Reading.mentions` when it was said on a channel.
    `key` marks what an editor would carry; `rank` orders quotes for showing, best is smallest.
    """

    span: Span
    sentence: Span
    whole: bool
    speaker: Span | None = None
    cue: Span | None = None
    sieve: str = ""
    mention: int | None = None
    key: bool = False
    rank: int = 0
    group: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """The article's words that a Telegram channel was used, tied to whose channel it is.

    `channel` is a registry key; None when the owner is not listed. `owner` covers the owner as the article
    names it. `handle` is set only when the article itself gives it (link or @handle), without the "@".
    `post` is the post's number when the article links the exact post; it is never invented.
    `sentence` covers the sentence with the mention.
    """

    span: Span
    sentence: Span
    proof: Proof
    channel: str | None = None
    owner: Span | None = None
    handle: str | None = None
    post: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A stretch that is not news (share bar, related headlines, …) and the rule that removed it."""

    span: Span
    rule: str


class Day(NamedTuple):
    """The words for a day that is told by where the article stands in time ("on Sunday"), and which day that is."""

    span: Span
    date: date


class Claim(NamedTuple):
    """What a caveat is about: the quote or mention it follows, as indices into the reading; neither if unsure."""

    quote: int | None = None
    mention: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was extracted from one text; every part is a span of that text.

    `lead_rule` says which rule found the lead, and `entries` are the entries of a live blog, the newest first, each
    from its time stamp to the next. `claims` stand beside `caveats`, and `countries` beside `places`.
    """

    language: str  # BCP 47 primary subtag: "en", "uk", "ru", … or "und"
    title: Span | None = None
    outlet: Span | None = None
    author: Span | None = None
    published: date | None = None  # as the article itself says
    lead: Span | None = None
    lead_rule: str = ""
    entries: tuple[Span, ...] = ()
    quotes: tuple[Quote, ...] = ()
    mentions: tuple[Mention, ...] = ()
    other_platforms: tuple[str, ...] = ()  # "Twitter", "Facebook", …
    caveats: tuple[Span, ...] = ()  # each a whole sentence
    claims: tuple[Claim, ...] = ()
    soft_caveats: tuple[Span, ...] = ()  # who did not comment: whole sentences, not shown as caveats
    days: tuple[Day, ...] = ()
    places: tuple[Span, ...] = ()
    countries: tuple[str, ...] = ()  # ISO 3166-1 codes
    removed: tuple[Removed, ...] = ()
    restored: tuple[Removed, ...] = ()  # what the rules would remove and an editor wants kept
    links: tuple[Link, ...] = ()  # to Telegram, of the page the text was taken from


# ---------------------------------------------------------------------------------------------- articles


class ArticleState(StrEnum):
    """Where an article stands. Drafts may be discarded; what was published is never deleted."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    RETRACTED = "retracted"
    DISCARDED = "discarded"

    @property
    def public(self) -> bool:
        """True if readers may be shown the article in new digests."""
        return self in (ArticleState.PUBLISHED, ArticleState.CORRECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One immutable text of an article, with its reading. A correction is a new revision.

    `url`, `published` and `outlet` are what the editor gave or the reading found. `chosen` are the indices of
    `reading.quotes` an editor chose, in order; None lets the reading's rank decide.
    """

    number: int
    text: str
    sha256: str
    reading: Reading
    url: str | None = None
    outlet: str | None = None
    published: date | None = None
    chosen: tuple[int, ...] | None = None
    id: int = 0


class CorrectionKind(StrEnum):
    """What sort of correction it is, as readers are told."""

    FACTUAL = "factual"
    ATTRIBUTION = "attribution"
    CLARIFICATION = "clarification"
    TYPO = "typo"
    RETRACTION = "retraction"  # the whole article is withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What readers are told of an article that was corrected or retracted. `reason`: why, of a retraction."""

    kind: CorrectionKind
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with its current revision, and its last correction."""

    id: int
    state: ArticleState
    revision: Revision
    created_by: int  # the editor's Telegram user id
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    correction: Correction | None = None


class ProposalState(StrEnum):
    """``asked → ready → published | discarded``: the words are waited for; they are there; readers have them."""

    ASKED = "asked"
    READY = "ready"
    PUBLISHED = "published"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An editor's correction (or retraction) of an article, from the question to the last copy.

    `base` is the number of the revision it corrects, `revision_id` the new one, once there is one. `sent` holds the
    editor's words as they came, `piece` the length of their last message in UTF-16 units. `at` is the time of the last
    change. `message_id`: where, in the editor's chat, its progress is shown.
    """

    id: int
    article_id: int
    base: int
    editor: int  # the editor's Telegram user id
    language: str  # in which the editor is spoken to
    state: ProposalState
    kind: CorrectionKind | None = None
    reason: str = ""
    revision_id: int | None = None
    sent: str = ""
    piece: int = 0
    at: datetime
    message_id: int | None = None

    @property
    def retracts(self) -> bool:
        """True if the article is to be retracted rather than corrected."""
        return self.kind is CorrectionKind.RETRACTION


# ----------------------------------------------------------------------------------------- subscriptions


class ChatKind(StrEnum):
    """What sort of chat subscribed."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class SubscriptionState(StrEnum):
    """`active` receives; `paused` waits for rights or a topic; `stopped` left or threw the bot out."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Clock times on weekdays in an IANA zone. `weekdays` counts Monday as 0. Times are whole minutes."""

    times: tuple[time, ...]
    weekdays: frozenset[int] = frozenset(range(7))
    zone: str = "UTC"


class Place(NamedTuple):
    """Where a subscription lives: a chat and, in a forum, a topic (0: no topic, or the General topic)."""

    chat_id: int
    topic: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One chat (or forum topic) and its settings. Nothing else is stored of a reader.

    `seen_until`: everything published up to then was delivered, or was published before the chat subscribed.
    `tell_empty`: the reader wants to be told when a digest has nothing new.
    `reason`, `state_at`: why and when it was paused or stopped (a key of the ledger's reasons).
    """

    id: int
    place: Place
    kind: ChatKind
    language: str
    schedule: Schedule
    tell_empty: bool = False
    state: SubscriptionState = SubscriptionState.ACTIVE
    reason: str = ""
    state_at: datetime
    seen_until: datetime
    next_due_at: datetime | None
    created_at: datetime


# ---------------------------------------------------------------------------------------------- editions


class EditionKind(StrEnum):
    """Why an edition was made."""

    SCHEDULED = "scheduled"
    URGENT = "urgent"  # an editor pressed "Publish and send now"
    ASKED = "asked"  # a reader typed /digest
    MISSED = "missed"  # a reader typed /missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One message of an edition: Telegram HTML, the same as plain text (fallback), and the articles it shows.

    `notice_…` is the short message for chats whose copy cannot be corrected; empty before the first correction.
    """

    html: str
    text: str
    articles: tuple[int, ...] = ()
    notice_html: str = ""
    notice_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One composed digest for a set of like subscriptions. `articles` are (article id, revision id) in order."""

    id: int
    kind: EditionKind
    key: str  # what makes two editions the same: language, local date, kind, revisions
    language: str
    created_at: datetime
    articles: tuple[tuple[int, int], ...]
    parts: tuple[Part, ...]
    zone: str = "UTC"


# ------------------------------------------------------------------------------------------------ ledger


class DeliveryState(StrEnum):
    """``pending → sending → sent | refused | unknown``; `unknown` is sent once more, then rests.

    `withdrawn`: the subscription ended before the row's turn came; nothing was sent.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class Priority(StrEnum):
    """Which of the waiting rows goes first; answers to people never pass through the ledger's queue alone."""

    ASKED = "asked"
    URGENT = "urgent"
    SCHEDULED = "scheduled"
    EDIT = "edit"  # corrections of what was delivered

    @property
    def order(self) -> int:
        """0 goes first."""
        return list(Priority).index(self)


class Purpose(StrEnum):
    """What a ledger row is to do. An edit may be repeated as often as need be; the others send a message."""

    SEND = "send"
    EDIT = "edit"  # bring the delivered message up to the part's present text
    NOTICE = "notice"  # tell of a correction in a short message, for the delivered one cannot be edited


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One ledger row that a worker holds: what to send where, and how often that was tried."""

    id: int
    edition_id: int
    subscription_id: int
    part: int  # 1-based
    parts: int
    place: Place
    kind: ChatKind
    language: str
    priority: Priority
    html: str
    text: str
    attempts: int = 0  # calls that surely did not arrive do count
    unknowns: int = 0  # 1: this sending is marked as a possible repeat
    purpose: Purpose = Purpose.SEND
    message_id: int | None = None  # of the message to edit
    version: int = 0  # of the part's text: how often it was corrected


class Verdict(StrEnum):
    """What one call came to, as far as the ledger cares."""

    SENT = "sent"
    RETRY = "retry"  # surely did not arrive; again after `wait`
    UNKNOWN = "unknown"  # may have arrived
    GONE = "gone"  # the message to edit was deleted, or can be edited no more
    REFUSE = "refuse"  # Telegram refused this one message: the subscription lives on, the operator must know
    STOP = "stop"  # the subscription ends: blocked, kicked, deactivated, chat gone
    PAUSE = "pause"  # rights or topic missing: the subscription waits for an administrator
    MIGRATED = "migrated"  # the chat has a new id: rewrite and send again
    HALT = "halt"  # the token is wrong: everything stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one delivery. `reason` is a short stable key ("blocked", "topic_closed", "connect", …)."""

    verdict: Verdict
    reason: str = ""
    message_id: int | None = None
    wait: float = 0.0  # seconds before a retry
    new_chat_id: int | None = None
    plain: bool = False  # sent as plain text because the markup was refused: the operator must know
    version: int = 0  # of the text that was sent (see `Delivery`)


# ---------------------------------------------------------------------------------------------- the house


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who changed what, when. `subject` like "article 12"; `details` hold no reader's data."""

    at: datetime
    actor: int | None
    action: str
    subject: str
    details: dict[str, str] = field(default_factory=dict)
