"""Who may decide on what is held: a table of the roles, walked through the one door."""

import pytest

from backend.directory.actors import Actor, RoleAt, visible_kinds
from backend.directory.rights import ROLES
from shared_schemas.primitives import Bilingual
from tests.world.cast import ANA, DAILY_CHECK, DING, HARBOUR, HARBOUR_MALL, LAO_ZHOU, SOL
from tests.world.fixtures import World

DECIDES = {"quality_manager", "quality_clerk", "project_manager"}
SEES = DECIDES | {"management_representative", "general_manager", "internal_auditor"}
WHY = "看过照片"


def test_roles_that_may_see_and_decide_on_what_is_held() -> None:
    assert {code for code, role in ROLES.items() if "decide_held" in role.rights} == DECIDES
    assert {code for code, role in ROLES.items() if "see_held" in role.rights} == SEES
    assert DECIDES <= SEES, "nobody decides on what they may not see"


def test_record_of_a_decision_is_the_offices_and_its_authors() -> None:
    for code in ROLES:
        actor = Actor(
            organization=HARBOUR,
            person="0" * 32,
            device="",
            session="",
            name=Bilingual(zh=code),
            roles=(RoleAt(code, HARBOUR_MALL),),
            sites=(HARBOUR_MALL,),
        )
        assert ("held" in visible_kinds(actor, HARBOUR_MALL)) == (code in SEES), code


@pytest.mark.parametrize("kind", ["held_applied", "held_changed", "held_set_aside"])
async def test_person_without_the_right_decides_nothing_and_changes_nothing(
    world: World, kind: str
) -> None:
    guard, ana = await world.phone(LAO_ZHOU), await world.phone(ANA)
    task = ana.tasks(DAILY_CHECK)["2026-11-17"]
    entry = guard.answer(task, "cleaning", "fail", plan=DAILY_CHECK)
    await guard.sync()
    held = entry.outcome["held"]
    before = await world.rows("SELECT state, outcome FROM held_operations WHERE id = $1", held)
    more = {"record": task, "body": dict(entry.stamped.body)} if kind == "held_changed" else {}
    for person in (ANA, SOL, DING):
        phone = await world.phone(person)
        phone.record(held, kind, author=LAO_ZHOU.id, reason=WHY, **more)
        await phone.push()
        outcome = phone.outbox[-1].outcome
        assert (outcome["status"], outcome["problem"]["code"]) == ("set_aside", "not_allowed")
    after = await world.rows("SELECT state, outcome FROM held_operations WHERE id = $1", held)
    assert [tuple(one) for one in after] == [tuple(one) for one in before]
    assert await world.rows("SELECT 1 FROM operations WHERE id = $1", entry.id) == []
