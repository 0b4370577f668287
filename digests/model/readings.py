"""What was extracted from a text: a reading and its parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from digests.model.channels import Proof
from digests.model.spans import Link, Span


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
    `sentence` covers the sentence with the mention. `rule` says by what the owner was found (see
    `digests.reading.channels.owners`), or where the address stands.
    """

    span: Span
    sentence: Span
    proof: Proof
    channel: str | None = None
    owner: Span | None = None
    handle: str | None = None
    post: int | None = None
    rule: str = ""


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
