"""Messages in a terminal: text, entities and buttons as `rich` renderables."""

from __future__ import annotations

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from bot.sandbox.entities import Entity
from bot.sandbox.messages import Message
from bot.sandbox.units import from_utf16

WIDTH = 72
"""Columns of a message, so that lines stay readable in a wide terminal."""
_STYLES = {
    "bold": "bold",
    "italic": "italic",
    "underline": "underline",
    "strikethrough": "strike",
    "code": "cyan",
    "pre": "cyan",
    "spoiler": "reverse",
    "url": "underline blue",
    "text_link": "underline blue",
    "mention": "blue",
    "text_mention": "blue",
    "bot_command": "blue",
    "hashtag": "blue",
}
_BAR = Segment(" ▌ ", Style(color="green"))
_QUOTES = {"blockquote", "expandable_blockquote"}


class _Quote:
    """A block quote: a bar before every line."""

    def __init__(self, text: Text) -> None:
        self.text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrow = options.update(width=options.max_width - _BAR.cell_length)
        for line in console.render_lines(self.text, narrow, pad=False):
            yield _BAR
            yield from line
            yield Segment.line()


def to_rich(message: Message) -> RenderableType:
    """Return a message as a panel: chat as title, quotes with a bar, links clickable, buttons in brackets below."""
    parts: list[RenderableType] = []
    if message.document is not None:
        parts.append(Text(message.document.name, "bold"))
    parts += _blocks(message.text, message.entities)
    for row in (message.markup or {}).get("inline_keyboard", []):
        parts.append(Text(" ".join(f"[ {button['text']} ]" for button in row), "blue"))
    chat = message.chat
    name = chat.title or (chat.user.first_name if chat.user else "")
    topic = chat.topics.get(message.topic or 0)
    title = Text(f"{name} · {topic.name}" if topic else name, "bold")
    return Panel(Group(*parts), title=title, title_align="left", width=WIDTH, border_style="dim")


def _blocks(text: str, entities: tuple[Entity, ...]) -> list[RenderableType]:
    """Cut the text into paragraphs of quotes and of the rest, styled."""
    styled = Text(text)
    quotes = []
    for entity in entities:
        start, end = from_utf16(text, entity.offset), from_utf16(text, entity.end)
        if entity.type in _QUOTES:
            quotes.append((start, end))
            continue
        style = _STYLES.get(entity.type, "")
        if url := dict(entity.extra).get("url"):
            style += f" link {url}"
        if style:
            styled.stylize(style, start, end)
    blocks: list[RenderableType] = []
    at = 0
    for start, end in quotes:
        if start > at:
            blocks.append(_trimmed(styled[at:start]))
        elif blocks:
            blocks.append(Text())
        blocks.append(_Quote(styled[start:end]))
        at = end + text[end : end + 1].count("\n")
    if at < len(text):
        blocks.append(_trimmed(styled[at:]))
    return blocks


def _trimmed(text: Text) -> Text:
    if text.plain.endswith("\n"):
        text.right_crop(1)
    return text
