"""A busy machine shows things later: what must appear may take its time."""

from playwright.async_api import expect

ARRIVES_MS = 20_000

expect.set_options(timeout=ARRIVES_MS)
