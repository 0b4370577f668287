"""Keyboards under messages, with the limits Telegram puts on them."""

from __future__ import annotations

from bot.sandbox.errors import JSON, bad_request

MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64
MAX_COPY_TEXT = 256
_STYLES = ("danger", "success", "primary")
_KINDS = (
    "url", "callback_data", "callback_game", "pay", "switch_inline_query", "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat", "login_url", "web_app", "copy_text",
)  # fmt: skip


def read_markup(markup: object) -> JSON | None:
    """Check a decoded reply_markup; None for none or an empty inline keyboard.

    Raises `ApiError` 400 as the server does: too many buttons, data outside 1-64 bytes, a button that does nothing.
    """
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup if any(key in markup for key in ("keyboard", "remove_keyboard", "force_reply")) else None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" must be an Array of Arrays')
    for row in rows:
        for button in row:
            _check_button(button)
    rows = [row for row in rows if row]
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: object) -> None:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise bad_request(prefix + "InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request(prefix + 'can\'t find field "text"')
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    if button.get("style", _STYLES[0]) not in _STYLES:
        raise bad_request(prefix + "invalid button style specified")
    kind = next((kind for kind in _KINDS if button.get(kind) not in (None, "")), None)
    if kind is None:
        raise bad_request(prefix + "Text buttons are unallowed in the inline keyboard")
    value = button[kind]
    if kind == "callback_data" and not 1 <= len(str(value).encode()) <= MAX_CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    if kind == "url" and ("." not in str(value) and not str(value).startswith("tg://")):
        raise bad_request("BUTTON_URL_INVALID")
    if kind == "copy_text" and not 1 <= len(str(value.get("text", ""))) <= MAX_COPY_TEXT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
