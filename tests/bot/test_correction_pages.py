"""How a correction looks in digests already delivered, and to the editor."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import keyboards
from bot.i18n import LANGUAGES
from bot.pages import Pages
from bot.sandbox.entities import Formatted, formatted
from digests.correcting import Proposed
from digests.layout import units
from digests.model import (
    Article,
    ArticleState,
    Correction,
    CorrectionKind,
    Edition,
    EditionKind,
    Part,
    Proposal,
    ProposalState,
)
from digests.ports import Copies
from tests.bot.pages_samples import NOW, REGISTRY, bridge, power_cut

PAGES = Pages(channels=REGISTRY)
AT = datetime(2031, 5, 4, 18, 5, tzinfo=UTC)
PROPOSAL = Proposal(
    id=3, article_id=12, base=1, editor=7, language="en", state=ProposalState.READY, revision_id=9, at=NOW
)


def corrected(article: Article, kind: CorrectionKind = CorrectionKind.FACTUAL) -> Article:
    return replace(article, state=ArticleState.CORRECTED, correction=Correction(kind=kind, at=AT))


def retracted(article: Article, reason: str = "The report was <forged>.") -> Article:
    told = Correction(kind=CorrectionKind.RETRACTION, at=AT, reason=reason)
    return replace(article, state=ArticleState.RETRACTED, correction=told)


def edition(*articles: Article, language: str = "en", zone: str = "Europe/Kyiv") -> Edition:
    parts = PAGES.compose(articles, kind=EditionKind.SCHEDULED, language=language, zone=zone, now=NOW)
    shown = tuple((article.id, article.revision.id) for article in articles)
    return Edition(
        id=1, kind=EditionKind.SCHEDULED, key="", language=language, created_at=NOW, articles=shown, parts=parts,
        zone=zone,
    )  # fmt: skip


def revise(of: Edition, *articles: Article, changed: int = 12) -> dict[int, Part]:
    return dict(PAGES.revise(of, {article.id: article for article in articles}, changed=changed))


def seen(html: str) -> Formatted:
    message = formatted(html, "HTML")
    assert 0 < units(message.text) <= 4096
    assert len(message.entities) <= 100
    return message


def test_a_revised_message_is_the_delivered_one_with_a_line_above_the_article() -> None:
    before = edition(bridge(), power_cut())
    part = revise(before, corrected(bridge()), power_cut())[1]
    line, rest = "✏️ Corrected: a fact · 4 May 2031, 21:05\n\n", before.parts[0].text
    assert part.text == rest.replace("Norland says it holds", line + "Norland says it holds", 1)
    assert part.articles == before.parts[0].articles
    [time] = [entity for entity in seen(part.html).entities if entity.type == "date_time"]
    assert dict(time.extra)["unix_time"] == int(AT.timestamp())


def test_parts_that_do_not_show_the_article_stay_as_they_are() -> None:
    many = [replace(bridge(), id=number, revision=replace(bridge().revision, id=number)) for number in range(1, 9)]
    before = edition(*many)
    assert len(before.parts) > 1
    last = before.parts[-1].articles[-1]
    changed = [corrected(one) if one.id == last else one for one in many]
    assert list(revise(before, *changed, changed=last)) == [len(before.parts)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_retracted_article_is_struck_with_the_reason_and_keeps_its_caveat(language: str) -> None:
    before = edition(bridge(), power_cut(), language=language)
    message = seen(revise(before, retracted(bridge()), power_cut())[1].html)
    struck = [message.text[one.offset : one.end] for one in message.entities if one.type == "strikethrough"]
    assert struck[0] == "Norland says it holds the Velm bridge"
    assert struck[1].startswith("Norland’s army held the Velm bridge")
    assert "The report was <forged>." in message.text
    assert "could not independently verify" in message.text
    assert "We are not leaving the river" not in message.text
    assert "norland_mod" not in message.text
    assert "Ірій Савко" in message.text


def test_a_retracted_article_without_title_and_lead_is_struck_from_its_beginning() -> None:
    bare = bridge()
    bare = replace(bare, revision=replace(bare.revision, reading=replace(bare.revision.reading, title=None, lead=None)))
    message = seen(PAGES.preview(retracted(bare), language="en", zone="UTC", now=NOW).html)
    assert "Norland says it holds the Velm bridge" in message.text


def test_the_short_message_for_a_chat_without_its_copy_holds_the_corrected_article_alone() -> None:
    part = revise(edition(bridge(), power_cut()), corrected(bridge()), power_cut())[1]
    message = seen(part.notice_html)
    assert "can no longer be changed" in message.text
    assert "Corrected: a fact" in message.text
    assert "could not independently verify" in message.text
    assert "Дольн" not in message.text
    assert part.notice_text


def grown(article: Article, times: int) -> Article:
    """Return an article whose caveat has grown so many times as long."""
    old = article.revision
    [caveat] = old.reading.caveats
    words = caveat.of(old.text)
    text = old.text.replace(words, " ".join([words] * times))
    reading = replace(old.reading, caveats=(caveat._replace(end=caveat.start + len(" ".join([words] * times))),))
    return replace(article, revision=replace(old, text=text, reading=reading))


def test_a_corrected_article_without_room_gives_up_quotes_and_never_its_caveat() -> None:
    others = [replace(power_cut(), id=number) for number in (20, 21, 22)]
    before = edition(bridge(), *others)
    assert len(before.parts) == 1
    more = 4096 - units(before.parts[0].text)
    part = revise(before, corrected(grown(bridge(), more // 70 + 4)), *others)[1]
    message = seen(part.html)
    assert message.text.count("could not independently verify") > 4
    assert "I have flour for nine days" not in message.text


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 14), st.integers(1, 80), st.integers(0, 13), st.booleans())
def test_a_revised_message_always_fits_with_room_for_the_repeat_mark(
    count: int, times: int, which: int, gone: bool
) -> None:
    articles = [replace(bridge() if number % 2 else power_cut(), id=number) for number in range(count)]
    before = edition(*articles)
    changed = which % count
    new = grown(articles[changed], times)
    now = [(retracted(new) if gone else corrected(new)) if one.id == changed else one for one in articles]
    for part in revise(before, *now, changed=changed).values():
        for html, text in ((part.html, part.text), (part.notice_html, part.notice_text)):
            seen(PAGES.repeat_marked(html, language="en"))
            assert units(PAGES.repeat_marked(text, language="en")) <= 4096


# -- the editor's ----------------------------------------------------------------------------------------------------


def changed() -> Article:
    old = bridge()
    text = old.revision.text.replace("about 3,000 people", "about 2,000 people")
    return replace(old, revision=replace(old.revision, text=text, id=9))


def test_the_card_marks_what_readers_will_see_changed() -> None:
    proposed = Proposed(proposal=PROPOSAL, before=bridge(), after=changed())
    card = PAGES.correction_card(proposed, language="en", zone="UTC", now=NOW)
    assert "<s>3</s><u>2</u>,000 people" in card
    assert "What kind of correction" in card
    seen(card)


def test_the_card_says_when_readers_see_no_difference() -> None:
    old = bridge()
    after = replace(old, revision=replace(old.revision, text=old.revision.text + "\nOne more line, shown nowhere."))
    proposed = Proposed(proposal=PROPOSAL, before=old, after=after)
    card = PAGES.correction_card(proposed, language="en", zone="UTC", now=NOW)
    assert "no other words than before" in card
    assert "One more line, shown nowhere.</u>" in card


@pytest.mark.parametrize(
    ("copies", "said"),
    [
        (Copies(1210, 1203, 0, 0, 0, {"blocked": 7}), "1,203 of 1,210 copies corrected, 7 unreachable: "),
        (Copies(3, 1, 1, 0, 0, {"gone": 2}), "1 of these chats was told by a short message instead."),
        (Copies(1, 1, 0, 0, 0, {}), "1 of 1 copy corrected."),
        (Copies(5, 1, 0, 4, 0, {}), "Going on …"),
        (Copies(0, 0, 0, 0, 0, {}), "No message of ours shows it."),
        (Copies(0, 0, 0, 0, 2, {}), "being sent this moment"),
    ],
)
def test_the_report_says_how_many_copies_and_why_not_the_others(copies: Copies, said: str) -> None:
    html = PAGES.correction_progress(PROPOSAL, copies, language="en")
    assert said in html
    seen(html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_an_editor_is_told_is_well_formed(language: str) -> None:
    for proposal in (PROPOSAL, replace(PROPOSAL, kind=CorrectionKind.RETRACTION, reason="A <reason>.")):
        seen(PAGES.correction_asked(proposal, bridge(), language=language))
        proposed = Proposed(proposal=proposal, before=bridge(), after=changed())
        seen(PAGES.correction_card(proposed, language=language, zone="UTC", now=NOW))
        for copies in (Copies(5, 1, 1, 1, 0, {"gone": 2, "blocked": 1}), Copies(1, 1, 0, 0, 0, {})):
            seen(PAGES.correction_progress(proposal, copies, language=language))


def test_a_correction_can_be_published_only_once_its_kind_is_said() -> None:
    def labels(proposal: Proposal) -> list[str]:
        markup = keyboards.correction(proposal, language="en")
        return [button.text for row in markup.inline_keyboard for button in row]

    assert "Publish correction" not in labels(PROPOSAL)
    chosen = labels(replace(PROPOSAL, kind=CorrectionKind.TYPO))
    assert "Publish correction" in chosen
    assert "✓ Corrected: a typing error" in chosen
    retraction = labels(replace(PROPOSAL, kind=CorrectionKind.RETRACTION))
    assert retraction == ["Retract now", "Other words", "Leave it as it is"]
