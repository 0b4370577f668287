"""What owners do: say who may post."""

from __future__ import annotations

from telegram import Message, MessageOriginUser

from bot import keyboards
from bot.handlers.turn import Turn
from bot.pages import Note
from digests.errors import DigestError

_LONGEST_ID = 16  # digits; the Bot API promises at most 52 significant bits


async def editors(turn: Turn) -> None:
    """List the editors; ``/editors add 123`` and ``/editors remove 123`` change them.

    Without a number, the person is taken from the message replied to: a forward, or a contact.
    """
    match turn.args:
        case ["add", *rest]:
            await _change(turn, _user_id(turn, rest), added=True)
        case ["remove", *rest]:
            await _change(turn, _user_id(turn, rest), added=False)
        case _:
            await _list(turn)


async def remove_editor(turn: Turn, user_id: int) -> None:
    """Take the right to post away by the button in the list."""
    changed = await _store(turn, user_id, added=False)
    await _list(turn)
    await turn.note(Note.SAVED if changed else Note.ALREADY_DONE)


async def _list(turn: Turn) -> None:
    user_ids = sorted(await turn.services.staff.editors())
    html = turn.services.pages.editors(user_ids, language=turn.language)
    await turn.show(html, keyboards.editors(user_ids, language=turn.language))


async def _change(turn: Turn, user_id: int, *, added: bool) -> None:
    changed = await _store(turn, user_id, added=added)
    await turn.say(turn.services.pages.editor_changed(user_id, language=turn.language, added=added, changed=changed))


async def _store(turn: Turn, user_id: int, *, added: bool) -> bool:
    """Store the change and show it in the person's menu; False if it was so already."""
    services = turn.services
    change = services.staff.add if added else services.staff.remove
    changed = await change(user_id, owner=turn.user_id, now=turn.now)
    if changed and not services.access.is_owner(user_id):
        await (services.menus.show_staff if added else services.menus.hide_staff)(turn.bot, user_id)
    return changed


def _user_id(turn: Turn, args: list[str]) -> int:
    """Return the person meant. Raises DigestError("editor_id") if that cannot be told."""
    if args and args[0].isascii() and args[0].isdigit() and len(args[0]) <= _LONGEST_ID:
        return int(args[0])
    found = _person(turn.message.reply_to_message if turn.message is not None else None)
    if args or found is None:
        raise DigestError("editor_id")
    return found


def _person(message: Message | None) -> int | None:
    """Return whom a message points at: the author of a forward (unless hidden), or a contact on Telegram."""
    if message is None:
        return None
    if isinstance(message.forward_origin, MessageOriginUser):
        return message.forward_origin.sender_user.id
    return message.contact.user_id if message.contact is not None else None
