"""Traps of browsers that an answer of ours could spring; `tests/README.md` lists them all."""

import httpx
import pytest

from backend.kernel.security import CONTENT_SECURITY_POLICY
from tests.world.cast import ANA
from tests.world.fixtures import World
from tests.world.network import Network


async def test_trap01_signing_out_clears_nothing_on_the_phone(world: World) -> None:
    """`Clear-Site-Data: "storage"` would delete the outbox and unregister the worker."""
    ana = await world.phone(ANA)
    reply = await ana.browser.delete("/api/session")
    assert reply.status_code == 204
    assert "clear-site-data" not in reply.headers
    again = await ana.browser.get("/api/session")
    assert again.status_code == 401
    assert "clear-site-data" not in again.headers


@pytest.mark.parametrize("page", ["/", "/index.html", "/office.html"])
async def test_trap20_page_opens_from_a_link_in_a_chat_without_the_cookie(
    world: World, page: str
) -> None:
    """A strict cookie does not come along from WeChat or a QR code: the page must load anyway."""
    origin = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "referer": "https://mp"}
    async with httpx.AsyncClient(
        transport=Network(world.server), base_url="http://roundsman.test"
    ) as stranger:
        reply = await stranger.get(page, headers=origin)
    # Where the pages have not been built there is no page, and no sign-in is asked for it either.
    assert reply.status_code in (200, 404)
    assert reply.headers["content-security-policy"] == CONTENT_SECURITY_POLICY


def test_trap06_the_policy_lets_the_worker_register() -> None:
    """Trusted types are not asked for: under them `serviceWorker.register` would throw."""
    assert "require-trusted-types-for" not in CONTENT_SECURITY_POLICY
    assert "worker-src 'self'" in CONTENT_SECURITY_POLICY
