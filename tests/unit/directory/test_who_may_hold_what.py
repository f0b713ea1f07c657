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

ROLE_NUMBERS = """
 1 management_representative
 2 quality_manager
 3 quality_clerk
 4 quality_inspector
 5 project_manager
 6 department_head
 7 team_leader
 8 general_manager
 9 internal_auditor
10 dispatcher
11 storekeeper
12 repairer
13 cleaner
14 patrol_guard
15 third_party_assessor
16 contractor_head
17 contractor_staff
18 committee_member
"""

MAY_HOLD = """
kind                         1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18
places                       x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
checklist                    x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
plan                         x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
agenda                       x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
task                         x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
memory                       x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
day_variant                  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
sample                       x  x  x  x  x  x  -  x  x  -  -  -  -  -  -  -  -  -
daily_report                 x  x  x  x  x  x  -  x  x  x  -  -  -  -  -  -  -  -
nonconformity                x  x  x  x  x  x  x  x  x  x  x  x  x  x  -  x  x  -
route                        x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
round_agenda                 x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
round                        x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
tag                          x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
roster                       x  x  x  x  x  x  x  x  x  -  x  x  x  x  -  x  x  -
handover                     x  x  x  x  x  x  x  x  x  -  x  x  x  x  -  x  x  -
removal                      x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  x  -
scheme                       x  x  x  x  x  x  -  x  x  -  -  -  -  -  -  -  -  -
held                         x  x  x  -  x  -  -  x  x  -  -  -  -  -  -  -  -  -
"""


def _table() -> dict[str, dict[str, bool]]:
    numbers = dict(line.split() for line in ROLE_NUMBERS.strip().split("\n"))
    head, *lines = MAY_HOLD.strip().split("\n")
    table: dict[str, dict[str, bool]] = {numbers[number]: {} for number in head.split()[1:]}
    for kind, *cells in map(str.split, lines):
        for code, cell in zip(table, cells, strict=True):
            table[code][kind] = cell == "x"
    return table


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
        covert = (f"~{HERE}",) if "see_covert" in ROLES[role].rights else ()
        pairs = {f"{site}|{kind}" for site in (HERE, "", *covert) for kind in may}
        assert holding_of(_person(role), 2).pairs == pairs, role


def test_SC1_nobody_assessed_holds_the_live_score_or_what_others_could_not_send() -> None:
    for role in ("patrol_guard", "cleaner", "repairer", "contractor_head", "contractor_staff"):
        assert not _table()[role]["scheme"], role
        assert not _table()[role]["held"], role
