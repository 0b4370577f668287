"""What owners see of deliveries, in every language, within Telegram's limits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import keyboards
from bot.actions import Name, parse
from bot.i18n import LANGUAGES
from bot.keyboards import ROWS_A_PAGE
from bot.pages import Pages
from bot.pages.deliveries import bar
from bot.rendering import plain
from digests.deliveries import Overview, Progress, Report
from digests.delivery.storm import Pause
from digests.model import DeliveryState, Edition, EditionKind
from digests.ports import LedgerCounts

NOW = datetime(2031, 5, 4, 5, 30, tzinfo=UTC)
PAUSE = Pause(since=NOW, reason="bad_request", failed=12, outcomes=20)
COUNTS = LedgerCounts(dict.fromkeys(DeliveryState, 1_000_000), {f"reason_{n}": 10**6 for n in range(40)})


def an_edition(number: int, kind: EditionKind = EditionKind.SCHEDULED) -> Edition:
    return Edition(
        id=number, kind=kind, key=str(number), language="uk", created_at=NOW, articles=((1, 1), (2, 2)), parts=()
    )


def progress(done: int, rows: int, rate: float = 0.0) -> Progress:
    return Progress(rows=rows, done=done, rate=rate, now=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_pages_fit_one_message_and_every_word_is_translated(language: str) -> None:
    rows = [Overview(edition=an_edition(10**9 + n), counts=COUNTS) for n in range(ROWS_A_PAGE)]
    listed = Pages().deliveries(
        rows, progress=progress(999_999, 10**6, 987.6), pause=PAUSE, language=language, zone="Europe/Kyiv"
    )
    report = Report(edition=an_edition(10**9), counts=COUNTS, refused=10**6, resting=10**6)
    shown = Pages().edition(report, language=language, zone="Europe/Kyiv")
    asked = Pages().resend_confirm(report, language=language)
    for page in (listed, shown, asked):
        assert len(plain(page).encode("utf-16-le")) // 2 <= 4096
        assert "delivery." not in page
        assert "edition." not in page
    assert "08:30" in listed


def test_a_fan_out_is_shown_with_what_is_left_how_fast_and_until_when() -> None:
    def page(done: int, rate: float) -> str:
        return Pages().deliveries([], progress=progress(done, 600, rate), pause=None, language="en", zone="UTC")

    assert "▓▓▓░░░░░░░░░ 25%\n150 of 600 done, 450 to go\n2.5 a second, over at about 05:33" in page(150, 2.5)
    assert "Nothing moves at the moment" in page(150, 0.0)


@given(st.integers(1, 10**6).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_a_bar_is_full_only_at_the_end(part: tuple[int, int]) -> None:
    done, rows = part
    drawn = bar(progress(done, rows))
    assert len(drawn) == 12
    assert ("░" in drawn) == (done < rows)


def test_an_end_is_foreseen_only_while_something_moves() -> None:
    assert progress(1, 2).ends_at is None
    assert progress(100, 160, 2.0).ends_at == NOW + timedelta(seconds=30)


def test_buttons_offer_only_what_can_be_done() -> None:
    def names(refused: int, resting: int) -> list[Name]:
        report = Report(edition=an_edition(7), counts=COUNTS, refused=refused, resting=resting)
        markup = keyboards.edition(report, language="en")
        actions = [parse(str(b.callback_data)) for row in markup.inline_keyboard for b in row]
        return [action.name for action in actions if action is not None]

    assert names(0, 0) == [Name.EDITION, Name.DELIVERIES]
    assert names(3, 0) == [Name.RETRY, Name.EDITION, Name.DELIVERIES]
    assert names(3, 2) == [Name.RETRY, Name.RESEND, Name.EDITION, Name.DELIVERIES]
    assert keyboards.deliveries([], language="en") is None
    assert keyboards.alarm("halted", language="en") is None
    for key in ("storm", "storm_heals"):
        assert keyboards.alarm(key, language="en") is not None
