"""``python -m bot`` is the same as ``conflict-digest``."""

from bot.cli import main

if __name__ == "__main__":
    main()
