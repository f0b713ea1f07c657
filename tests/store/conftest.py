"""Some of these tests ask the whole application, in the world of the stories."""

from tests.world.fixtures import settled_template, settled_url, world

__all__ = ["settled_template", "settled_url", "world"]
