"""Invented articles with hand-made readings, for the tests of what people see."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from hashlib import sha256

from digests.data import Registry
from digests.model import (
    Article,
    ArticleState,
    Channel,
    ChatKind,
    Mention,
    Place,
    Proof,
    Quote,
    Reading,
    Revision,
    Schedule,
    Span,
    Subscription,
)

NOW = datetime(2031, 5, 4, 5, 30, tzinfo=UTC)

REGISTRY = Registry(
    Channel(key=handle.lower(), handle=handle, owner=owner, source="seen in 2 public sources", dated=date(2031, 4, 1),
            affiliation=affiliation, country="XX", kind="official", party=party, designation=designation,
            confirmed=confirmed)
    for handle, owner, affiliation, party, designation, confirmed in (
        ("norland_mod", "Ministry of Defence of Norland", "Government of Norland", True, "", True),
        ("ostria_staff", "General Staff of Ostria", "Government of Ostria", True, "", True),
        ("grey_column", "Grey Column", "paramilitary unit, Ostria", True, "designated by Norland", True),
        ("maybe_marsh", "Tilda Marsh", "war correspondent", False, "", False),
    )
)  # fmt: skip

BRIDGE = """Norland says it holds the Velm bridge

Norland’s army held the Velm bridge on Saturday after two days of fighting, while both sides spoke of heavy losses \
and about 3,000 people left the town by bus. The road to the port stayed closed.

“We are not leaving the river. Every bus that goes out will be covered by our guns,” Colonel Ada Lind said in a \
post on the defence ministry’s Telegram channel.

Ostria’s General Staff wrote on Telegram that its units had “taken up better positions” east of the town.

Tomas Rehn, a baker who stayed, said: “I have flour for nine days. After that we shall see.”

A photograph of the bridge was also posted on Facebook. Harbour Courier could not independently verify either side’s \
claims.
"""

GRAIN = """«Ми повернемо світло до вечора», — написав мер Дольна Ірій Савко.

Удар по підстанції залишив місто Дольн без світла в ніч на суботу, повідомила міська рада. Лікарня працює від \
генераторів.

За словами Савка, ремонтники «працюють під наглядом саперів».

Редакція не змогла незалежно перевірити кількість постраждалих.
"""


def span(text: str, words: str) -> Span:
    """Return where `words` first stand in `text`."""
    start = text.index(words)
    return Span(start, start + len(words))


def article(
    text: str, reading: Reading, *, id_: int = 12, url: str | None = None, outlet: str | None = None,
    published: date | None = None, chosen: tuple[int, ...] | None = None, state: ArticleState = ArticleState.PUBLISHED,
) -> Article:  # fmt: skip
    """Return a published article."""
    revision = Revision(
        number=1, text=text, sha256=sha256(text.encode(errors="replace")).hexdigest(), reading=reading, url=url,
        outlet=outlet, published=published, chosen=chosen, id=id_ + 100,
    )  # fmt: skip
    return Article(
        id=id_, state=state, revision=revision, created_by=1, created_at=NOW, updated_at=NOW, published_at=NOW
    )


def bridge(**changes: object) -> Article:
    """Return the English sample: two sides, a bystander, a caveat, another platform."""
    text = BRIDGE
    lind = (
        "“We are not leaving the river. Every bus that goes out will be covered by our guns,” Colonel Ada Lind said in "
        "a post on the defence ministry’s Telegram channel."
    )
    staff = "Ostria’s General Staff wrote on Telegram that its units had “taken up better positions” east of the town."
    baker = "Tomas Rehn, a baker who stayed, said: “I have flour for nine days. After that we shall see.”"
    reading = Reading(
        language="en",
        title=span(text, "Norland says it holds the Velm bridge"),
        lead=span(text, text.split("\n\n")[1]),
        quotes=(
            Quote(span=span(text, "We are not leaving the river. Every bus that goes out will be covered by our guns,"),
                  sentence=span(text, lind), whole=True, speaker=span(text, "Ada Lind"), mention=0, key=True, rank=0),
            Quote(span=span(text, "taken up better positions"), sentence=span(text, staff), whole=False,
                  speaker=span(text, "Ostria’s General Staff"), mention=1, key=True, rank=1),
            Quote(span=span(text, "I have flour for nine days. After that we shall see."), sentence=span(text, baker),
                  whole=True, speaker=span(text, "Tomas Rehn"), key=True, rank=2),
        ),
        mentions=(
            Mention(span=span(text, "a post on the defence ministry’s Telegram channel"), sentence=span(text, lind),
                    proof=Proof.EXACT_POST, channel="norland_mod", handle="norland_mod", post=4711),
            Mention(span=span(text, "wrote on Telegram"), sentence=span(text, staff), proof=Proof.KNOWN,
                    channel="ostria_staff", owner=span(text, "Ostria’s General Staff")),
        ),
        other_platforms=("Facebook",),
        caveats=(span(text, "Harbour Courier could not independently verify either side’s claims."),),
    )  # fmt: skip
    given = {"url": "https://www.harbour-courier.example/velm?a=1&b=2", "outlet": "Harbour Courier",
             "published": date(2031, 5, 3)}  # fmt: skip
    return article(text, reading, **(given | changes))  # type: ignore[arg-type]


def power_cut(**changes: object) -> Article:
    """Return the Ukrainian sample: no title, a channel that is not listed."""
    text = GRAIN
    sentence = "«Ми повернемо світло до вечора», — написав мер Дольна Ірій Савко."
    reading = Reading(
        language="uk",
        lead=span(text, text.split("\n\n")[1]),
        quotes=(
            Quote(span=span(text, "Ми повернемо світло до вечора"), sentence=span(text, sentence), whole=True,
                  speaker=span(text, "Ірій Савко"), mention=0, key=True),
        ),
        mentions=(
            Mention(span=span(text, "написав"), sentence=span(text, sentence), proof=Proof.NOT_LISTED,
                    owner=span(text, "Ірій Савко")),
        ),
        caveats=(span(text, "Редакція не змогла незалежно перевірити кількість постраждалих."),),
    )  # fmt: skip
    given = {"id_": 13, "outlet": "Дольнський вісник", "published": date(2031, 5, 3)}
    return article(text, reading, **(given | changes))  # type: ignore[arg-type]


def subscription(**changes: object) -> Subscription:
    """Return a private subscription: 08:00 and 20:00 on workdays in Kyiv."""
    given: dict[str, object] = {
        "id": 5, "place": Place(987654321), "kind": ChatKind.PRIVATE, "language": "en",
        "schedule": Schedule(times=(time(8), time(20)), weekdays=frozenset(range(5)), zone="Europe/Kyiv"),
        "state_at": NOW, "seen_until": NOW, "next_due_at": datetime(2031, 5, 5, 5, 0, tzinfo=UTC), "created_at": NOW,
    }  # fmt: skip
    return Subscription(**(given | changes))  # type: ignore[arg-type]
