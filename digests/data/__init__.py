"""Facts the program ships as data: the channel registry, language rules, mention phrases, names."""

from functools import cache
from importlib import resources

from digests.data.registry import KINDS, Registry, RegistryError, linkable, load

__all__ = ["KINDS", "Registry", "RegistryError", "linkable", "load", "registry"]


@cache
def registry() -> Registry:
    """Return the registry that ships with the program, read once. Raises RegistryError if its file is broken."""
    return load(resources.files("digests.data").joinpath("channels.toml").read_text(encoding="utf-8"))
