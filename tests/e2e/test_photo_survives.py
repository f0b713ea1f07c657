"""A tab is killed in the middle of a photo; the next one goes on where the first was cut off."""

from pathlib import Path

import asyncpg
import pytest
from PIL import Image
from playwright.async_api import Route, async_playwright, expect

from backend.evidence.uploads import PART
from backend.kernel.postgres import free_port
from tests.e2e.servers import Server, lay_ground
from tests.e2e.test_journey import answer, crash, open_phone, page_at, sign_in

pytestmark = pytest.mark.timeout(240)


class Passing:
    """Counts the steps of uploads that leave the phone, and lets so many parts by."""

    def __init__(self) -> None:
        self.parts_allowed = 2
        self.steps: list[tuple[str, int]] = []

    async def step(self, route: Route) -> None:
        request = route.request
        carried = len(request.post_data_buffer or b"")
        if request.method == "PATCH" and self.parts_allowed == 0:
            await route.abort("connectionreset")
            return
        self.steps.append((request.method, carried))
        self.parts_allowed -= request.method == "PATCH"
        await route.continue_()


async def test_EV10_tab_killed_in_the_middle_of_a_photo_goes_on_where_it_was(
    database_url: str, tmp_path: Path
) -> None:
    ground = await lay_ground(database_url, people=1, tasks=1)
    server = Server(tmp_path / "data", free_port(), database_url)
    server.begin()
    address = f"http://127.0.0.1:{server.port}"
    passing = Passing()
    try:
        await server.ready()
        async with async_playwright() as running:
            context = await open_phone(running, tmp_path / "phone", offline=False)
            await context.route("**/api/uploads**", passing.step)
            page = await page_at(context, address)
            await sign_in(page, ground.people[0])
            await page.get_by_test_id(f"task-row-{ground.tasks[0]}").click()
            item = ground.items[0]
            await answer(page, item, "fail")
            card = page.get_by_test_id(f"item-{item}")
            await card.get_by_test_id("photo-file").set_input_files(_large_photo(tmp_path))
            await expect(page.get_by_test_id("task-photos")).to_contain_text("0/1")
            status = page.get_by_test_id("status-line")
            await expect(status).to_have_attribute("data-phase", "offline")
            await expect(status).to_contain_text("照片 1 张")
            sent = len(passing.steps)
            # On a slow machine the next round may have asked already how far it came.
            assert [method for method, _ in passing.steps][:3] == ["POST", "PATCH", "PATCH"]
            await crash(context, page)

            passing.parts_allowed = 100
            page = await page_at(context, address)
            await expect(page.get_by_test_id("task-photos")).to_contain_text("1/1")
            await page.goto(f"{address}/#/me")
            await expect(page.get_by_test_id("hand-over")).to_have_attribute("data-state", "safe")
            await context.close()
    finally:
        server.kill()
    after = passing.steps[sent:]
    assert after[0] == ("HEAD", 0)
    connection = await asyncpg.connect(database_url)
    [photo] = await connection.fetch("SELECT size FROM evidence")
    await connection.close()
    assert sum(carried for _, carried in after) == photo["size"] - 3 * PART


def _large_photo(folder: Path) -> Path:
    """Give a photo that is still some parts long once the phone has made it smaller."""
    path = folder / "noise.jpg"
    Image.effect_noise((2400, 1800), 90).convert("RGB").save(path, "JPEG", quality=90)
    return path
