"""The buttons: what they carry, what they ask for, and that nothing strange is taken for a button of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot import keyboards
from bot.actions import _ARGUMENTS, Action, Name, pack, parse
from bot.i18n import LANGUAGES
from digests.model import Article, Quote, Reading, Removed, Span
from tests.bot.pages_samples import article, bridge, subscription

FAR_ID = -(2**52)  # Telegram's ids have at most 52 significant bits


def actions(markup: InlineKeyboardMarkup | None) -> list[Action]:
    found = [parse(button.callback_data) for row in markup.inline_keyboard for button in row] if markup else []  # type: ignore[arg-type]
    assert None not in found
    return [action for action in found if action]


def labels(markup: InlineKeyboardMarkup) -> list[str]:
    return [button.text for row in markup.inline_keyboard for button in row]


def with_removed(count: int, kept: tuple[int, ...] = ()) -> Article:
    lines = [Removed(span=Span(9 * n, 9 * n + 8), rule="promotion") for n in range(count)]
    restored = tuple(line for n, line in enumerate(lines) if n in kept)
    removed = tuple(line for line in lines if line not in restored)
    return article("Join us!\n" * count, Reading(language="en", removed=removed, restored=restored))


def every_keyboard(language: str) -> list[InlineKeyboardMarkup | None]:
    drafts = [replace(bridge(), id=2**50 + number) for number in range(8)]
    return [
        keyboards.draft(drafts[0], language=language),
        keyboards.choose_quotes(drafts[0], language=language),
        keyboards.removed_lines(with_removed(30), language=language, page=2),
        keyboards.drafts(drafts, language=language, page=3, more=True),
        keyboards.paging(Name.CHANNELS, page=1, more=True),
        keyboards.schedule(subscription(), language=language),
        keyboards.days(subscription().schedule, language=language),
        keyboards.zones(replace(subscription().schedule, zone="America/Argentina/ComodRivadavia"), language=language),
        keyboards.languages(language),
        keyboards.subscribe(language=language),
        keyboards.subscribe_channel(FAR_ID, language=language),
        keyboards.forget(language=language),
        keyboards.editors([2**52, 5], language=language),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_button_is_within_telegrams_limits_and_can_be_read_back(language: str):
    for markup in every_keyboard(language):
        assert markup is not None
        buttons = [button for row in markup.inline_keyboard for button in row]
        assert 0 < len(buttons) <= 100
        assert all(row and len(row) <= 8 for row in markup.inline_keyboard)
        assert all(len(str(button.callback_data).encode()) <= 64 and button.text for button in buttons)
        assert len(actions(markup)) == len(buttons)


@given(st.sampled_from(Name), st.data())
def test_what_is_packed_is_what_is_parsed(name: Name, data: st.DataObject):
    texts = {Name.ZONE: "Europe/Kyiv", Name.LANGUAGE: "uk"}
    count = _ARGUMENTS[name]
    numbers = data.draw(st.lists(st.integers(-(10**9), 10**9), min_size=count, max_size=count))
    args: tuple[int | str, ...] = (texts[name],) if name in texts else tuple(numbers)
    assert parse(pack(name, *args)) == Action(name, args)


@given(st.none() | st.text(max_size=70) | st.text("1:pqsdx0-", max_size=30))
def test_anything_else_is_no_button_of_ours(data: str | None):
    action = parse(data)
    assert action is None or parse(pack(*action[:1], *action.args)) == action


@pytest.mark.parametrize(
    "data", [None, "", "1", "1:", "0:p:1:2", "1:p:1", "1:p:1:2:3", "1:p:one:2", "1:nothing", "2:b"]
)
def test_old_and_broken_data_are_refused(data: str | None):
    assert parse(data) is None


def test_data_that_telegram_would_refuse_is_an_error_of_ours():
    with pytest.raises(ValueError, match="too long"):
        pack(Name.ZONE, "x" * 70)


def test_a_draft_offers_to_publish_send_choose_and_discard():
    names = [action.name for action in actions(keyboards.draft(bridge(), language="en"))]
    assert names == [Name.PUBLISH, Name.SEND_NOW, Name.CHOOSE, Name.DISCARD]
    quiet = article("No quotes here.", Reading(language="en"))
    assert Name.CHOOSE not in [action.name for action in actions(keyboards.draft(quiet, language="en"))]


def test_the_buttons_of_a_draft_name_the_text_that_was_previewed():
    publish = actions(keyboards.draft(bridge(), language="en"))[0]
    assert publish.args == (12, 112)


def test_shown_quotes_are_ticked_and_pressing_asks_for_the_other_state():
    markup = keyboards.choose_quotes(bridge(chosen=(1,)), language="en")
    assert labels(markup)[:3] == ["1", "✓ 2", "3"]
    assert [action.args[:3] for action in actions(markup)[:3]] == [(12, 0, 1), (12, 1, 0), (12, 2, 1)]
    assert Name.QUOTES_AUTO in [action.name for action in actions(markup)]


def test_removed_lines_are_offered_where_there_are_some_and_kept_ones_are_ticked():
    names = [action.name for action in actions(keyboards.draft(with_removed(2), language="en"))]
    assert Name.REMOVED in names
    markup = keyboards.removed_lines(with_removed(3, kept=(1,)), language="en")
    assert labels(markup) == ["1", "✓ 2", "3", "Done"]
    assert [action.args[1:] for action in actions(markup)[:3]] == [(0, 1, 0), (9, 0, 0), (18, 1, 0)]


def test_many_removed_lines_come_in_pages():
    markup = keyboards.removed_lines(with_removed(12), language="en", page=99)
    assert labels(markup) == ["9", "10", "11", "12", "‹", "Done"]


def test_many_quotes_come_in_pages():
    quotes = tuple(Quote(span=Span(n, n + 1), sentence=Span(n, n + 1), whole=True, rank=n) for n in range(12))
    draft = article("x" * 20, Reading(language="en", quotes=quotes))
    first, last = (keyboards.choose_quotes(draft, language="en", page=page) for page in (0, 99))
    assert labels(first)[-2:] == ["›", "Done"]
    assert [label.removeprefix("✓ ") for label in labels(last)] == ["11", "12", "‹", "Done"]


def test_times_days_and_zone_say_the_state_they_ask_for():
    mine = subscription(schedule=replace(subscription().schedule, times=(time(8), time(6, 45))))
    times = {action.args[0]: action.args[1] for action in actions(keyboards.schedule(mine, language="en"))
             if action.name is Name.TIME}  # fmt: skip
    assert times[8 * 60] == times[6 * 60 + 45] == 0
    assert times[20 * 60] == 1
    assert "✓ 06:45" in labels(keyboards.schedule(mine, language="en"))
    assert "✓ Europe/Kyiv" in labels(keyboards.zones(mine.schedule, language="en"))
    days = [action.args for action in actions(keyboards.days(mine.schedule, language="en")) if action.name is Name.DAY]
    assert days == [(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (6, 1)]


def test_lists_of_one_page_have_no_arrows_and_no_editors_no_buttons():
    assert keyboards.paging(Name.ARTICLES, page=0, more=False) is None
    assert keyboards.editors([], language="en") is None


@given(st.integers(-5, 50), st.integers(0, 60), st.integers(1, 10))
def test_a_page_that_does_not_exist_becomes_the_nearest_that_does(page: int, count: int, a_page: int):
    kept = keyboards.clamp(page, count, a_page)
    assert kept == 0 or kept * a_page < count
