"""Which role may hold which kind of record: whoever changes a right changes this table knowingly.

What stands here lies on people's phones. Whoever is assessed never holds the live score, and what
others could not send is only the desks'.

Source: sync design, section 1 (record); SPEC SC1, CU8.
"""

from backend.directory.actors import Actor, RoleAt, visible_kinds
from backend.directory.rights import ROLES
from backend.sync.scopes import holding_of
from shared_schemas.operations import RECORD_KINDS
from shared_schemas.primitives import Bilingual

HERE, THERE = "1" * 32, "2" * 32

MAY_HOLD = """
role                       places  checklist  plan  agenda  task  nonconformity  scheme  held
management_representative  x       x          x     x       x     x              x       x
quality_manager            x       x          x     x       x     x              x       x
quality_clerk              x       x          x     x       x     x              x       x
quality_inspector          x       x          x     x       x     x              x       -
project_manager            x       x          x     x       x     x              x       x
department_head            x       x          x     x       x     x              x       -
team_leader                x       x          x     x       x     x              -       -
general_manager            x       x          x     x       x     x              x       x
internal_auditor           x       x          x     x       x     x              x       x
dispatcher                 x       x          x     x       x     x              -       -
storekeeper                x       x          x     x       x     x              -       -
repairer                   x       x          x     x       x     x              -       -
cleaner                    x       x          x     x       x     x              -       -
patrol_guard               x       x          x     x       x     x              -       -
third_party_assessor       x       x          x     x       x     -              -       -
contractor_head            x       x          x     x       x     x              -       -
contractor_staff           x       x          x     x       x     x              -       -
committee_member           -       -          -     -       -     -              -       -
"""


def _table() -> dict[str, dict[str, bool]]:
    head, *lines = MAY_HOLD.strip().split("\n")
    kinds = head.split()[1:]
    return {
        code: {kind: cell == "x" for kind, cell in zip(kinds, cells, strict=True)}
        for code, *cells in map(str.split, lines)
    }


def _person(role: str) -> Actor:
    return Actor(
        organization="a" * 32,
        person="b" * 32,
        device="c" * 32,
        session="d" * 32,
        name=Bilingual(zh="老周"),
        roles=(RoleAt(role, HERE),),
        sites=(HERE,),
    )


def test_SC1_table_names_every_role_and_every_kind() -> None:
    assert list(_table()) == list(ROLES)
    assert all(set(kinds) == set(RECORD_KINDS) for kinds in _table().values())


def test_SC1_each_role_may_hold_exactly_the_kinds_of_the_table() -> None:
    for role, kinds in _table().items():
        may = {kind for kind, held in kinds.items() if held}
        assert set(visible_kinds(_person(role), HERE)) == may, role
        assert visible_kinds(_person(role), THERE) == (), role
        pairs = {f"{site}|{kind}" for site in (HERE, "") for kind in may}
        assert holding_of(_person(role), 2).pairs == pairs, role


def test_SC1_nobody_assessed_holds_the_live_score_or_what_others_could_not_send() -> None:
    for role in ("patrol_guard", "cleaner", "repairer", "contractor_head", "contractor_staff"):
        assert not _table()[role]["scheme"], role
        assert not _table()[role]["held"], role
