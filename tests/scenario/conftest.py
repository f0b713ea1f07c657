"""Every story happens in the same world."""

from tests.world.fixtures import settled_template, settled_url, world

__all__ = ["settled_template", "settled_url", "world"]
