"""Inline keyboards. What a button carries is said in `bot.actions`.

Every button says the state it asks for ("08:00 on"), so pressing twice does nothing twice; nothing is kept in
memory, so a button works after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import time

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import KeyboardButtonStyle

from bot import i18n
from bot.actions import Name, pack
from bot.i18n import N_
from digests.deliveries import Report
from digests.model import Article, CorrectionKind, Proposal, Schedule, Subscription
from digests.selection import chosen_indices, removable_lines

QUOTES_A_PAGE = 5
LINES_A_PAGE = 8
ROWS_A_PAGE = 8
HOURS = tuple(time(hour) for hour in (6, 7, 8, 9, 12, 15, 18, 19, 20, 21, 22, 23))
ZONES = (
    "Europe/Kyiv", "Europe/Moscow", "Europe/Minsk", "Europe/Chisinau",
    "Europe/London", "Europe/Berlin", "Europe/Warsaw", "Europe/Istanbul",
    "Asia/Jerusalem", "Asia/Tbilisi", "America/New_York", "UTC",
)  # fmt: skip
WORKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
CORRECTION_KINDS = (
    CorrectionKind.FACTUAL, CorrectionKind.ATTRIBUTION, CorrectionKind.CLARIFICATION, CorrectionKind.TYPO,
)  # fmt: skip


def draft(article: Article, *, language: str) -> InlineKeyboardMarkup:
    """Return the buttons under a draft's preview."""
    ids = (article.id, article.revision.id)
    rows = [
        [_button(language, N_("Publish"), Name.PUBLISH, *ids, style=KeyboardButtonStyle.PRIMARY)],
        [_button(language, N_("Publish and send now"), Name.SEND_NOW, *ids)],
    ]
    last = [_button(language, N_("Discard"), Name.DISCARD, article.id, style=KeyboardButtonStyle.DANGER)]
    if article.revision.reading.quotes:
        last.insert(0, _button(language, N_("Choose quotes"), Name.CHOOSE, article.id, 0))
    if removable_lines(article.revision):
        rows.append([_button(language, N_("Removed lines"), Name.REMOVED, article.id, 0)])
    return InlineKeyboardMarkup([*rows, last])


def choose_quotes(article: Article, *, language: str, page: int = 0) -> InlineKeyboardMarkup:
    """Return a button a quote of this page (✓: shown to readers), paging, and the way back to the draft."""
    revision = article.revision
    shown = chosen_indices(revision)
    page = clamp(page, len(revision.reading.quotes), QUOTES_A_PAGE)
    first = page * QUOTES_A_PAGE
    numbers = range(first, min(first + QUOTES_A_PAGE, len(revision.reading.quotes)))
    toggles = [
        _plain(_ticked(str(index + 1), index in shown), Name.QUOTE, article.id, index, int(index not in shown), page)
        for index in numbers
    ]
    rows = [toggles, _turns(page, len(revision.reading.quotes), QUOTES_A_PAGE, Name.CHOOSE, article.id)]
    if revision.chosen is not None:
        rows.append([_button(language, N_("Choose for me"), Name.QUOTES_AUTO, article.id)])
    rows.append([_button(language, N_("Done"), Name.DRAFT, article.id, style=KeyboardButtonStyle.PRIMARY)])
    return _markup(rows)


def removed_lines(article: Article, *, language: str, page: int = 0) -> InlineKeyboardMarkup:
    """Return a button a removed line of this page (✓: kept all the same), paging, and the way back to the draft."""
    lines = removable_lines(article.revision)
    page = clamp(page, len(lines), LINES_A_PAGE)
    kept = {line.span for line in article.revision.reading.restored}
    toggles = [
        _plain(
            _ticked(str(number), line.span in kept),
            Name.RESTORE, article.id, line.span.start, int(line.span not in kept), page,
        )
        for number, line in enumerate(lines, 1)
    ][page * LINES_A_PAGE : (page + 1) * LINES_A_PAGE]  # fmt: skip
    rows = [toggles, _turns(page, len(lines), LINES_A_PAGE, Name.REMOVED, article.id)]
    rows.append([_button(language, N_("Done"), Name.DRAFT, article.id, style=KeyboardButtonStyle.PRIMARY)])
    return _markup(rows)


def drafts(articles: Sequence[Article], *, language: str, page: int = 0, more: bool = False) -> InlineKeyboardMarkup:
    """Return a button a draft, numbered as `Pages.drafts` lists them, and paging."""
    opens = [_plain(str(number), Name.DRAFT, article.id) for number, article in enumerate(articles, 1)]
    return _markup([*_rows(opens, 4), _turn(page, more, Name.DRAFTS)])


def articles(articles: Sequence[Article], *, page: int = 0, more: bool = False) -> InlineKeyboardMarkup:
    """Return a button an article, with its number as `Pages.articles` shows it, and paging."""
    opens = [_plain(str(article.id), Name.ARTICLE, article.id) for article in articles]
    return _markup([*_rows(opens, 4), _turn(page, more, Name.ARTICLES)])


def article(article: Article, *, language: str) -> InlineKeyboardMarkup:
    """Return what an editor can do about a published article."""
    change = [
        _button(language, N_("Correct"), Name.CORRECT, article.id),
        _button(language, N_("Retract"), Name.RETRACT, article.id, style=KeyboardButtonStyle.DANGER),
    ]
    return _markup([change if article.state.public else [], [_button(language, N_("Back"), Name.ARTICLES, 0)]])


def correction_asked(proposal: Proposal, *, language: str) -> InlineKeyboardMarkup:
    """Return the way out of the question for an editor's words."""
    return _markup([[_button(language, N_("Leave it as it is"), Name.CORRECTION_DISCARD, proposal.id)]])


def correction(proposal: Proposal, *, language: str) -> InlineKeyboardMarkup:
    """Return the buttons under a correction: its kind, then to publish it, other words, or to let it be."""
    kinds = [
        _plain(
            _ticked(i18n.gettext(language, f"correction.{kind}"), kind is proposal.kind),
            Name.CORRECTION_KIND,
            proposal.id,
            number,
        )
        for number, kind in enumerate(CORRECTION_KINDS)
    ]
    ids = (proposal.id, proposal.revision_id or 0)
    label, style = N_("Publish correction"), KeyboardButtonStyle.PRIMARY
    if proposal.retracts:
        label, style = N_("Retract now"), KeyboardButtonStyle.DANGER
    publish = _button(language, label, Name.CORRECTION_PUBLISH, *ids, style=style)
    rest = [
        _button(language, N_("Other words"), Name.CORRECTION_WORDS, proposal.id),
        _button(language, N_("Leave it as it is"), Name.CORRECTION_DISCARD, proposal.id),
    ]
    return _markup([*([] if proposal.retracts else _rows(kinds, 2)), [publish] if proposal.kind else [], rest])


def paging(name: Name, *, page: int, more: bool) -> InlineKeyboardMarkup | None:
    """Return ‹ › for a list of several pages, None for a list of one."""
    row = _turn(page, more, name)
    return _markup([row]) if row else None


def schedule(subscription: Subscription, *, language: str) -> InlineKeyboardMarkup:
    """Return the clock times to switch, and the ways to days, zone and the empty-digest setting."""
    current = subscription.schedule.times
    hours = [
        _plain(_ticked(i18n.clock(at, language), at in current), Name.TIME, minutes(at), int(at not in current))
        for at in sorted({*HOURS, *current})
    ]
    tell = subscription.tell_empty
    label = _ticked(i18n.gettext(language, N_("Tell me when there is nothing new")), tell)
    return _markup(
        [
            *_rows(hours[:48], 4),
            [_button(language, N_("Days"), Name.DAYS), _button(language, N_("Time zone"), Name.ZONES)],
            [_plain(label, Name.TELL_EMPTY, int(not tell))],
        ]
    )


def days(current: Schedule, *, language: str) -> InlineKeyboardMarkup:
    """Return the weekdays to switch."""
    toggles = [
        _plain(_ticked(i18n.weekday(day, language), day in current.weekdays), Name.DAY, day,
               int(day not in current.weekdays))
        for day in range(7)
    ]  # fmt: skip
    every = [
        _button(language, N_("Every day"), Name.ALL_DAYS, 7),
        _button(language, N_("Monday to Friday"), Name.ALL_DAYS, 5),
    ]
    return _markup([*_rows(toggles, 4), every, [_button(language, N_("Back"), Name.TIMES)]])


def zones(current: Schedule, *, language: str) -> InlineKeyboardMarkup:
    """Return common time zones; any other is typed after /schedule."""
    names = list(dict.fromkeys((current.zone, *ZONES)))
    buttons = [_plain(_ticked(zone, zone == current.zone), Name.ZONE, zone) for zone in names]
    return _markup([*_rows(buttons, 2), [_button(language, N_("Back"), Name.TIMES)]])


def languages(current: str) -> InlineKeyboardMarkup:
    """Return the bot's languages, each by its own name."""
    buttons = [_plain(_ticked(i18n.own_name(code), code == current), Name.LANGUAGE, code) for code in i18n.LANGUAGES]
    return _markup([buttons])


def subscribe(*, language: str) -> InlineKeyboardMarkup:
    """Return the one button under a welcome."""
    return _markup([[_button(language, N_("Subscribe"), Name.SUBSCRIBE, style=KeyboardButtonStyle.PRIMARY)]])


def subscribe_channel(chat_id: int, *, language: str) -> InlineKeyboardMarkup:
    """Return the button that subscribes a channel the bot was added to; shown to the one who added it."""
    text = N_("Subscribe this channel")
    return _markup([[_button(language, text, Name.SUBSCRIBE_CHANNEL, chat_id, style=KeyboardButtonStyle.PRIMARY)]])


def forget(*, language: str) -> InlineKeyboardMarkup:
    """Return yes and no under the question of /forgetme."""
    yes = _button(language, N_("Delete everything"), Name.FORGET, 1, style=KeyboardButtonStyle.DANGER)
    return _markup([[yes], [_button(language, N_("Keep it"), Name.FORGET, 0)]])


def alarm(key: str, *, language: str) -> InlineKeyboardMarkup | None:
    """Return what an owner can do about an alarm by a button; None for most."""
    return _markup([_resume(language)]) if key in ("storm", "storm_heals") else None


def deliveries(
    editions: Sequence[int], *, language: str, page: int = 0, more: bool = False, paused: bool = False
) -> InlineKeyboardMarkup | None:
    """Return a button an edition, numbered as `Pages.deliveries` lists them, paging, and Resume while paused."""
    opens = [_plain(str(number), Name.EDITION, edition) for number, edition in enumerate(editions, 1)]
    rows = [_resume(language) if paused else [], *_rows(opens, 4), _turn(page, more, Name.DELIVERIES)]
    return _markup(rows) if any(rows) else None


def edition(report: Report, *, language: str) -> InlineKeyboardMarkup:
    """Return what an owner can do about an edition's deliveries."""
    this = report.edition.id
    refused, unknown = (
        i18n.gettext(language, text) for text in (N_("Try those refused again"), N_("Send those unknown again"))
    )
    retry = _plain(f"{refused} ({report.refused})", Name.RETRY, this)
    resend = _plain(f"{unknown} ({report.resting})", Name.RESEND, this, 0)
    return _markup(
        [
            [retry] if report.refused else [],
            [resend] if report.resting else [],
            [_button(language, N_("Bring up to date"), Name.EDITION, this)],
            [_button(language, N_("Back"), Name.DELIVERIES, 0)],
        ]
    )


def resend(edition_id: int, *, language: str) -> InlineKeyboardMarkup:
    """Return yes and no under the question whether to risk repeats."""
    yes = _button(language, N_("Send again, marked"), Name.RESEND, edition_id, 1, style=KeyboardButtonStyle.DANGER)
    return _markup([[yes], [_button(language, N_("Back"), Name.EDITION, edition_id)]])


def editors(user_ids: Iterable[int], *, language: str) -> InlineKeyboardMarkup | None:
    """Return a button an editor that takes the right to post away; None without editors."""
    remove = i18n.gettext(language, N_("Remove"))
    rows = [[_plain(f"{remove} {user_id}", Name.EDITOR_REMOVE, user_id)] for user_id in sorted(user_ids)[:90]]
    return _markup(rows) if rows else None


def minutes(at: time) -> int:
    """Return a clock time as minutes after midnight, as the buttons carry it."""
    return at.hour * 60 + at.minute


def clamp(page: int, count: int, a_page: int) -> int:
    """Return the nearest page that exists (0 for an empty list)."""
    return max(0, min(page, (count - 1) // a_page))


def _ticked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label


def _plain(text: str, name: Name, *args: int | str, style: str | None = None) -> InlineKeyboardButton:
    return InlineKeyboardButton(text, callback_data=pack(name, *args), style=style)


def _button(
    language: str, message: str, name: Name, *args: int | str, style: str | None = None
) -> InlineKeyboardButton:
    return _plain(i18n.gettext(language, message), name, *args, style=style)


def _resume(language: str) -> list[InlineKeyboardButton]:
    return [_button(language, N_("Resume delivery"), Name.RESUME, style=KeyboardButtonStyle.PRIMARY)]


def _rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def _turn(page: int, more: bool, name: Name, *args: int) -> list[InlineKeyboardButton]:
    back = [_plain("‹", name, *args, page - 1)] if page > 0 else []
    return [*back, _plain("›", name, *args, page + 1)] if more else back


def _turns(page: int, count: int, a_page: int, name: Name, *args: int) -> list[InlineKeyboardButton]:
    return _turn(page, (page + 1) * a_page < count, name, *args)


def _markup(rows: Iterable[Sequence[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
