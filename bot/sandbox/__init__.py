"""A local Telegram Bot API, strict enough to test a bot against, with people to act and a page to look at.

    from bot.sandbox import Sandbox

    async with Sandbox() as sandbox:                       # 127.0.0.1, a free port
        bot = Bot(sandbox.token, base_url=sandbox.base_url, base_file_url=sandbox.file_url)
        anna = sandbox.people.person("Anna", username="anna", language_code="uk")
        anna.start()                                       # queues the update "/start"
        message = await anna.ask("/help")                  # the bot's next message in the private chat
        callback = await anna.click(message, "Settings")   # by label or callback data; callback.answer["text"]

Sandbox(port=0, clock=…, limits=Limits(overall=30, per_chat=1, per_group=20), token=…, username=…, privacy=True)
    .base_url .file_url .page_url .token · .world · .people · .faults · .limits
    .calls("sendMessage", chat) → [Call(method, params, at, status, outcome, result)]
    await .until(lambda: condition, seconds=10) · await .start() / .stop() · .hang_up()

Act in the event loop the sandbox runs in. Ids count up from the same numbers every time: the first person is
5000000001. In a forum `chat.topics[1]` is General.

sandbox.people (People)
    .person(first_name, username=, language_code=) → Person
    .group(title, owner, members) · .supergroup(…, username=, forum=True) · .channel(…, username=) → Chat

Person: .id .chat .inbox .last
    start(payload) · send(text, chat, topic=, reply_to=) → [Message] · send_document(name, data, caption=)
    forward(message) · forward_post(text, title=, username=, post_id=) · edit(message, text) · delete(message)
    post(channel, text)
    press(message, data_or_label) → Callback · block() unblock() deactivate()
    add_bot(chat, admin=) promote_bot demote_bot mute_bot kick_bot(chat) · promote(person, chat) demote join leave
    migrate(group) → Chat · delete_chat(chat) · create_topic(chat, name) → Topic · close_topic reopen_topic delete_topic
    await ask(text, chat, topic=) → Message · await click(message, button) → Callback
    await answer(chat, since=) → Message

Chat: .id .history .messages .members .topics .muted .refusal ("CHAT_WRITE_FORBIDDEN") .protected
Message: .id .chat .text .entities .labels .buttons .button(which) .topic .edited .edits .origin .document .json()

sandbox.faults (Faults), each with method=, chat=, times=, skip=, processed=:
    error(code, description, parameters) · flood(retry_after) · halt(seconds) · http(502) · malformed() · truncated()
    hang() · reset() · delay(seconds)
"""

from bot.sandbox.actors import People, Person
from bot.sandbox.api import Call
from bot.sandbox.chats import Chat, Topic, User
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.limits import Limits
from bot.sandbox.messages import File, Message
from bot.sandbox.server import Sandbox
from bot.sandbox.world import TOKEN, Callback, World

__all__ = [
    "TOKEN",
    "ApiError",
    "Call",
    "Callback",
    "Chat",
    "Fault",
    "Faults",
    "File",
    "Limits",
    "Message",
    "People",
    "Person",
    "Sandbox",
    "Topic",
    "User",
    "World",
]
