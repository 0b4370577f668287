"""Shows an editor the draft once they have stopped sending pieces of it.

The only state kept in memory, and nothing depends on it: every piece is stored as it comes, and after a restart
/drafts shows what was not shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Show = Callable[[int], Awaitable[None]]


class Previews:
    """Waits, editor by editor, for `delay` seconds of quiet."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._pieces: dict[int, int] = {}
        self._drafts: dict[int, dict[int, Show]] = {}

    async def after_quiet(self, editor: int, draft: int, show: Show) -> None:
        """Call ``show(draft)`` after the quiet, unless another piece from the same editor came: then that one waits."""
        number = self._pieces[editor] = self._pieces.get(editor, 0) + 1
        self._drafts.setdefault(editor, {})[draft] = show
        await asyncio.sleep(self._delay)
        if self._pieces[editor] == number:
            for waiting, show_it in self._drafts.pop(editor, {}).items():
                await show_it(waiting)
