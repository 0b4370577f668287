"""Methods that ask: about the bot, chats, members and files; and those that set the bot's own texts."""

from __future__ import annotations

from typing import Any

from bot.sandbox.access import find_chat
from bot.sandbox.errors import JSON, bad_request
from bot.sandbox.menus import checked_language, scope_key
from bot.sandbox.params import Params
from bot.sandbox.world import World

MAX_DOWNLOAD = 20 << 20
"""Bytes a bot may download."""


def get_me(world: World, params: Params) -> JSON:
    """GetMe."""
    return world.bot.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(world: World, params: Params) -> JSON:
    """GetChat."""
    return find_chat(world, params.text("chat_id"), "read").full_json()


def get_chat_member(world: World, params: Params) -> JSON:
    """GetChatMember."""
    chat = find_chat(world, params.text("chat_id"), "read")
    user_id = params.integer("user_id")
    if user_id <= 0:
        raise bad_request("invalid user_id specified")
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("member not found" if chat.type != "channel" else "user not found")
    if chat.type == "channel" and not chat.member(world.bot).is_admin:
        raise bad_request("member list is inaccessible")
    return chat.member(user).json(chat.type)


def get_chat_administrators(world: World, params: Params) -> list[JSON]:
    """getChatAdministrators: people only, bots other than this one are not told."""
    chat = find_chat(world, params.text("chat_id"), "read")
    if chat.type == "private":
        raise bad_request("there are no administrators in the private chat")
    admins = [member for member in chat.members.values() if member.is_admin]
    return [member.json(chat.type) for member in admins if not member.user.is_bot or member.user is world.bot]


def get_chat_member_count(world: World, params: Params) -> int:
    """GetChatMemberCount."""
    chat = find_chat(world, params.text("chat_id"), "read")
    return sum(member.present for member in chat.members.values())


def leave_chat(world: World, params: Params) -> bool:
    """LeaveChat."""
    chat = find_chat(world, params.text("chat_id"), "edit")
    if chat.type == "private":
        raise bad_request("chat member status can't be changed in private chats")
    world.set_status(chat, world.bot, "left", world.bot)
    return True


def get_file(world: World, params: Params) -> JSON:
    """getFile; the path is served under /file/bot<token>/."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.files.get(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    shown = file.json()
    return {name: shown[name] for name in ("file_id", "file_unique_id", "file_size")} | {"file_path": file.path}


def set_my_commands(world: World, params: Params) -> bool:
    """SetMyCommands."""
    commands = params.json("commands", "commands")
    world.menus.set_commands([] if commands is None else commands, _scope(world, params), params.text("language_code"))
    world.touch()
    return True


def delete_my_commands(world: World, params: Params) -> bool:
    """DeleteMyCommands."""
    world.menus.set_commands([], _scope(world, params), params.text("language_code"))
    world.touch()
    return True


def get_my_commands(world: World, params: Params) -> list[JSON]:
    """getMyCommands: exactly what was set for that scope and language."""
    key = _scope(world, params), checked_language(params.text("language_code"))
    return world.menus.commands.get(key, [])


def _scope(world: World, params: Params) -> tuple[Any, ...]:
    scope = scope_key(params.json("scope", "BotCommandScope"))
    if len(scope) > 1:
        find_chat(world, str(scope[1]), "read")
    return scope


def set_my_name(world: World, params: Params) -> bool:
    """SetMyName."""
    return _set_text(world, params, "name")


def set_my_description(world: World, params: Params) -> bool:
    """SetMyDescription."""
    return _set_text(world, params, "description")


def set_my_short_description(world: World, params: Params) -> bool:
    """SetMyShortDescription."""
    return _set_text(world, params, "short_description")


def get_my_name(world: World, params: Params) -> JSON:
    """GetMyName."""
    return {"name": world.menus.text("name", params.text("language_code"))}


def get_my_description(world: World, params: Params) -> JSON:
    """GetMyDescription."""
    return {"description": world.menus.text("description", params.text("language_code"))}


def get_my_short_description(world: World, params: Params) -> JSON:
    """GetMyShortDescription."""
    return {"short_description": world.menus.text("short_description", params.text("language_code"))}


def _set_text(world: World, params: Params, kind: str) -> bool:
    world.menus.set_text(kind, params.text(kind), params.text("language_code"))
    world.touch()
    return True
