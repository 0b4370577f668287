"""A message in the terminal."""

from __future__ import annotations

import io

from rich.console import Console
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.sandbox import Person
from bot.sandbox.render import to_rich


async def test_a_message_is_drawn_with_quotes_links_and_buttons(anna: Person, bot: Bot) -> None:
    await bot.send_message(
        anna.id,
        "😀 <b>Title</b>\n<blockquote>First line\nsecond line</blockquote>\n<blockquote>Other</blockquote>\n"
        "<a href='https://example.org/x'>Read</a> [not markup]",
        parse_mode="HTML",
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton("Publish", callback_data="p")]]),
    )
    console = Console(width=40, record=True, force_terminal=True, file=io.StringIO())
    console.print(to_rich(anna.last))
    drawn = console.export_text(clear=False)
    lines = [line.strip("│╭╰─╮╯ ") for line in drawn.splitlines()]
    assert lines == [
        "Anna", "😀 Title", "▌ First line", "▌ second line", "", "▌ Other", "Read [not markup]", "[ Publish ]", "",
    ]  # fmt: skip
    assert "https://example.org/x" in console.export_text(styles=True)
