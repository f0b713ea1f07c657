"""The office page as a test uses it: it reads, and acts through the same door as the phones."""

from typing import Any

import httpx

from backend.kernel.identity import derived_id
from tests.world.cast import HARBOUR_MALL, PASSWORD, Person
from tests.world.network import Network
from tests.world.server import Server


class Office:
    """One person at a desk."""

    def __init__(self, server: Server, person: Person) -> None:
        self.person = person
        self.device = derived_id("desk", person.id)
        self.browser = httpx.AsyncClient(transport=Network(server), base_url="http://office.test")
        self._server = server
        self._acts = 0

    async def sign_in(self) -> dict[str, Any]:
        device = {"id": self.device, "label": "office"}
        asked = {"user_name": self.person.user_name, "password": PASSWORD, "device": device}
        reply = await self.browser.post("/api/session", json=asked)
        assert reply.status_code == 200, reply.text
        self.browser.headers["x-roundsman-csrf"] = reply.json()["csrf"]
        said: dict[str, Any] = reply.json()
        return said

    async def get(self, path: str, **asked: Any) -> Any:
        """Read one page's answer."""
        reply = await self.browser.get(f"/api/office/{path}", params=asked)
        assert reply.status_code == 200, reply.text
        return reply.json()

    async def act(
        self, record: str, kind: str, /, record_kind: str = "", **body: Any
    ) -> dict[str, Any]:
        """Do something with a record; give its outcome."""
        self._acts += 1
        request = derived_id("act", self.person.id, self._acts)
        asked = {
            "request": request,
            "record": record,
            "record_kind": record_kind,
            "body": {"kind": kind, **body},
        }
        reply = await self.browser.post("/api/office/operations", json=asked)
        assert reply.status_code == 200, reply.text
        outcome: dict[str, Any] = reply.json()["outcomes"][0]
        return outcome

    async def decide(self, conflict: dict[str, Any], value: Any, **changed: Any) -> dict[str, Any]:
        """Decide a conflict as the desk shows it; give the outcome."""
        body = {
            "field": conflict["field"],
            "between": [one["operation"] for one in conflict["sides"]],
            "value": value,
            "reason": "以复核照片为准",
            "signed": {"zh": self.person.name.zh, "en": self.person.name.en},
            **changed,
        }
        return await self.act(
            conflict["record"], "conflict_decided", conflict["record_kind"], **body
        )

    async def undo(self, conflict: dict[str, Any]) -> dict[str, Any]:
        """Take back the decision that the desk shows; give the outcome."""
        return await self.act(
            conflict["record"],
            "decision_withdrawn",
            conflict["record_kind"],
            field=conflict["field"],
            decision=conflict["decision"]["operation"],
            reason="看错照片",
        )

    async def conflict(self) -> dict[str, Any]:
        """Give the one open conflict."""
        [conflict] = (await self.get("conflicts"))["conflicts"]
        found: dict[str, Any] = conflict
        return found

    async def card(self, month: str = "2026-11", site: str = HARBOUR_MALL) -> dict[str, Any]:
        """Give the scorecard of a site's month once it is up to date."""
        await self._server.scores_settle()
        listed = await self.get("scorecards", month=month)
        [line] = [one for one in listed["scorecards"] if one["site"]["id"] == site]
        opened: dict[str, Any] = await self.get(f"scorecards/{line['id']}")
        return opened

    async def score(self, month: str = "2026-11", site: str = HARBOUR_MALL) -> str | None:
        """Give the score of a site's month as text, or nothing when it is not measured."""
        score: str | None = (await self.card(month, site))["card"]["score"]
        return score
