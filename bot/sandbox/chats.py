"""People, chats, memberships and forum topics of the sandbox world, shown as the Bot API shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.sandbox.errors import JSON

if TYPE_CHECKING:
    from bot.sandbox.messages import Message

ChatType = Literal["private", "group", "supergroup", "channel"]
Status = Literal["creator", "administrator", "member", "restricted", "left", "kicked"]

ADMIN_RIGHTS = (
    "can_be_edited", "can_manage_chat", "can_change_info", "can_delete_messages", "can_invite_users",
    "can_restrict_members", "can_promote_members", "can_manage_video_chats", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_pin_messages", "can_manage_topics",
    "can_post_messages", "can_edit_messages",
)  # fmt: skip
"""Rights an administrator may have; those of another kind of chat are simply not shown."""

_CHANNEL_ONLY = {"can_post_messages", "can_edit_messages"}
_GROUP_ONLY = {"can_pin_messages", "can_manage_topics"}


@dataclass(slots=True, eq=False)
class User:
    """A Telegram account, person or bot."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> JSON:
        """Return the Bot API `User`."""
        user: JSON = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                user[name] = value
        return user


@dataclass(slots=True, eq=False)
class Member:
    """How one user stands to one chat. `rights` are an administrator's, `may_send` a restricted member's."""

    user: User
    status: Status = "member"
    rights: frozenset[str] = frozenset()
    may_send: bool = True

    @property
    def present(self) -> bool:
        """Whether the user is in the chat now."""
        return self.status not in ("left", "kicked")

    @property
    def is_admin(self) -> bool:
        """Whether the user is the owner or an administrator."""
        return self.status in ("creator", "administrator")

    def can(self, right: str) -> bool:
        """Whether the member holds an administrator's `right`."""
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)

    def json(self, kind: ChatType) -> JSON:
        """Return the Bot API `ChatMember` in a chat of `kind`."""
        member: JSON = {"user": self.user.json(), "status": self.status}
        if self.status == "creator":
            member["is_anonymous"] = False
        elif self.status == "administrator":
            member["is_anonymous"] = False
            hidden = _GROUP_ONLY if kind == "channel" else _CHANNEL_ONLY
            member |= {right: right in self.rights for right in ADMIN_RIGHTS if right not in hidden}
        elif self.status == "kicked":
            member["until_date"] = 0
        elif self.status == "restricted":
            member |= dict.fromkeys(_RESTRICTED, False) | {
                "is_member": True,
                "until_date": 0,
                "can_send_messages": self.may_send,
            }
        return member


_RESTRICTED = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
    "can_edit_tag", "can_react_to_messages",
)  # fmt: skip


GENERAL = 1
"""The topic every forum begins with; its messages carry no message_thread_id, and sending to it by id is refused."""


@dataclass(slots=True, eq=False)
class Topic:
    """A forum topic; `id` is the message id of the service message that made it."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A chat with its members, topics and messages (by id, oldest first).

    `refusal` is a server refusal for every write, as "CHAT_WRITE_FORBIDDEN" or "CHAT_RESTRICTED"; `muted` says that
    ordinary members may not write; `migrated_to` is the supergroup a group became.
    """

    id: int
    type: ChatType
    title: str = ""
    username: str = ""
    user: User | None = None
    is_forum: bool = False
    muted: bool = False
    protected: bool = False
    deleted: bool = False
    refusal: str = ""
    migrated_to: Chat | None = field(default=None, repr=False)
    members: dict[int, Member] = field(default_factory=dict, repr=False)
    topics: dict[int, Topic] = field(default_factory=dict, repr=False)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    last_id: int = 0

    @property
    def history(self) -> list[Message]:
        """The messages that stand in the chat now, oldest first."""
        return list(self.messages.values())

    @property
    def is_broadcast(self) -> bool:
        """Whether it is a channel (posts have no personal sender)."""
        return self.type == "channel"

    def member(self, user: User) -> Member:
        """Return how `user` stands to the chat; someone never seen here has "left"."""
        return self.members.get(user.id) or Member(user, "left")

    def json(self) -> JSON:
        """Return the short Bot API `Chat`."""
        chat: JSON = {"id": self.id, "type": self.type}
        if self.user is not None:
            chat["first_name"] = self.user.first_name
            if self.user.last_name:
                chat["last_name"] = self.user.last_name
            if self.user.username:
                chat["username"] = self.user.username
            return chat
        chat["title"] = self.title
        if self.username:
            chat["username"] = self.username
        if self.is_forum:
            chat["is_forum"] = True
        return chat

    def full_json(self) -> JSON:
        """Return the Bot API `ChatFullInfo`."""
        chat = self.json() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(
                ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
                False,
            ),
        }
        if self.type in ("group", "supergroup"):
            chat["permissions"] = {"can_send_messages": not self.muted}
        if self.protected:
            chat["has_protected_content"] = True
        return chat
