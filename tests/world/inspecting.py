"""Checks of a test's own making: a checklist, a plan that uses it, and the windows that follow."""

from typing import Any

import pytest

from backend.kernel.identity import derived_id
from backend.packs import workflows
from backend.packs.workflows import Workflow
from backend.sync.server_writer import server_submission
from shared_schemas.primitives import Bilingual
from tests.world.cast import ATRIUM, HARBOUR, HARBOUR_MALL
from tests.world.fixtures import World
from tests.world.phone import Entry, Phone

TODAY = "2026-11-17"
OWN_CHECK = derived_id("plan", "a check of its own")
OWN_LIST = derived_id("checklist", "a list of its own")

WEEKLY = Workflow(
    code="weekly_form",
    title=Bilingual(zh="周检处理表", en="Weekly form"),
    approver="department_head",
    deputy="project_manager",
    verifier="team_leader",
    close_on_spot=False,
    source="S13",
)
SELF_VERIFIED = Workflow(
    code="one_head",
    title=Bilingual(zh="自验", en="Verified by oneself"),
    approver="team_leader",
    verifier="team_leader",
    self_verified=True,
    source="S33",
)


def with_workflows(monkeypatch: pytest.MonkeyPatch, *known: Workflow) -> None:
    """Let these be the workflows of all packs."""
    monkeypatch.setattr(workflows, "WORKFLOWS", {one.code: one for one in known})


def item(item_id: str, **said: Any) -> dict[str, Any]:
    """Give a line of a checklist as it is published."""
    return {"id": item_id, "text": {"zh": f"检查{item_id}"}, **said}


async def plan_check(
    world: World,
    *items: dict[str, Any],
    plan_id: str = OWN_CHECK,
    listed: dict[str, Any] | None = None,
    **said: Any,
) -> str:
    """Publish a checklist and a daily plan that uses it, and let its windows be made; give the list.

    `listed` is what the checklist says beside its items, `said` what the plan does.
    """
    list_id = derived_id("checklist", plan_id)
    checklist = {
        "code": f"list-{plan_id[:6]}",
        "version": 1,
        "title": {"zh": "自定检查表"},
        "words": "patrol",
        "items": list(items),
        **(listed or {}),
    }
    await publish(world, list_id, "checklist_published", checklist=checklist)
    plan = {
        "code": f"plan-{plan_id[:6]}",
        "title": {"zh": "自定检查"},
        "site": HARBOUR_MALL,
        "checkpoint": ATRIUM,
        "checklist": list_id,
        "cadence": "daily",
        "use": "self_check",
        "opens": "08:00",
        "closes": "22:00",
        "roles": ["quality_inspector", "patrol_guard", "team_leader"],
        "from_on": "2026-11-01",
        **said,
    }
    await publish(world, plan_id, "plan_published", plan=plan)
    await world.server.app.state.caretaker.look_after(HARBOUR)
    return list_id


async def publish(world: World, record: str, kind: str, **body: Any) -> None:
    """Publish as the server itself; it must pass."""
    now_ms = world.clock.now_ms()
    told = {"kind": kind, **body}
    submission = server_submission(HARBOUR, record, told, now_ms, copy=str(now_ms))
    [outcome] = await world.server.app.state.committer.push(submission)
    assert outcome.status in ("accepted", "merged"), outcome


def answer(phone: Phone, task: str, item_id: str, answer: str, **said: Any) -> Entry:
    """Tap an answer on the checklist of the own check."""
    checklist = said.pop("checklist", derived_id("checklist", OWN_CHECK))
    return phone.record(
        task, "item_answered", item=item_id, answer=answer, checklist=checklist, **said
    )


def finish(phone: Phone, task: str) -> Entry:
    """Declare a check finished."""
    return phone.record(task, "task_finished", finished_at=phone.clock.wall_ms())


async def line_of(world: World, task: str) -> dict[str, Any]:
    """Give the check as the office sees it."""
    office = await world.office()
    opened: dict[str, Any] = await office.get(f"tasks/{task}")
    return opened


def problem_of(entry: Entry) -> str:
    """Give why an operation is held; empty where it was let in."""
    assert entry.outcome is not None, "it was sent"
    if entry.outcome["status"] != "held":
        return ""
    code: str = entry.outcome["problem"]["code"]
    return code
