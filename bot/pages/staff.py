"""What owners see of those who may post."""

from __future__ import annotations

from collections.abc import Sequence

from bot.rendering import render


class StaffPages:
    """What owners see of editors."""

    def editors(self, user_ids: Sequence[int], *, language: str) -> str:
        """List who may post besides the owners, and how to add or remove someone."""
        return render("editors", language, user_ids=sorted(user_ids)[:90])

    def editor_changed(self, user_id: int, *, language: str, added: bool, changed: bool = True) -> str:
        """Confirm that someone may post now (`added`) or no longer; `changed` False: it was so already."""
        return render("editor_changed", language, user_id=user_id, added=added, changed=changed)
