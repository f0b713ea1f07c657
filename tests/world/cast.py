"""The cast and its places: who they are in every story, and when the stories begin."""

from typing import NamedTuple

from backend.directory.actors import RoleAt
from backend.directory.passwords import hash_now
from backend.kernel.identity import derived_id
from shared_schemas.primitives import Bilingual

NOW = 1_794_880_800_000
"""2026-11-17T10:00 in Shanghai, a Tuesday. Units: milliseconds UTC."""

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
COST = 2**4  # hashing is as cheap as it can be; its strength is not what these tests are about
PASSWORD = "a long password"
PASSWORD_HASH = hash_now(PASSWORD, COST)

HARBOUR = derived_id("organisation", "harbour")
ELSEWHERE = derived_id("organisation", "elsewhere")
HARBOUR_MALL = derived_id("site", "mall")
NORTH_GARDEN = derived_id("site", "garden")
FOREIGN_MALL = derived_id("site", "foreign")
ATRIUM, EAST_SQUARE = derived_id("checkpoint", "atrium"), derived_id("checkpoint", "east square")
GARDEN_GATE = derived_id("checkpoint", "garden gate")

DAILY_CHECK = derived_id("plan", "daily check")
GUARD_CHECK = derived_id("plan", "guard check")
REPAIR_CHECK = derived_id("plan", "repair check")
GARDEN_CHECK = derived_id("plan", "garden check")

DAILY_LIST = derived_id("checklist", "floor_management_daily")
GUARD_LIST = derived_id("checklist", "guard_self_check")
REPAIR_LIST = derived_id("checklist", "repair_self_check")

LIST_OF = {
    DAILY_CHECK: DAILY_LIST,
    GUARD_CHECK: GUARD_LIST,
    REPAIR_CHECK: REPAIR_LIST,
    GARDEN_CHECK: DAILY_LIST,
}
"""Keyed by plan."""


class Person(NamedTuple):
    """Someone of the cast."""

    id: str
    organization: str
    user_name: str
    name: Bilingual
    role: RoleAt


def _person(en: str, zh: str, number: str, role: str, site: str, organization: str) -> Person:
    person = derived_id("person", en)
    return Person(person, organization, number, Bilingual(zh=zh, en=en), RoleAt(role, site))


ANA = _person("Ana", "安娜", "13800000011", "quality_inspector", HARBOUR_MALL, HARBOUR)
BEN = _person("Ben", "贝宁", "13800000012", "quality_inspector", HARBOUR_MALL, HARBOUR)
LAO_ZHOU = _person("Lao Zhou", "老周", "13800000021", "patrol_guard", HARBOUR_MALL, HARBOUR)
SOL = _person("Sol", "孙领班", "13800000022", "team_leader", HARBOUR_MALL, HARBOUR)
WEI = _person("Wei", "韦师傅", "13800000023", "repairer", HARBOUR_MALL, HARBOUR)
LIN = _person("Lin", "林晓", "13800000031", "quality_clerk", "", HARBOUR)
CLEO = _person("Cleo", "柯丽", "13800000041", "committee_member", NORTH_GARDEN, HARBOUR)
DING = _person("Ding", "丁巡检", "13800000042", "quality_inspector", NORTH_GARDEN, HARBOUR)
MALLORY = _person("Mallory", "马洛", "13700000001", "quality_manager", "", ELSEWHERE)

PEOPLE = (ANA, BEN, LAO_ZHOU, SOL, WEI, LIN, CLEO, DING, MALLORY)
