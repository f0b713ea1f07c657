"""Publishing a site's places: who may, what must hold, and the rows that follow."""

from datetime import date

import msgspec
import pytest

from backend.directory.actors import Actor, RoleAt
from backend.directory.handlers import (
    AREAS,
    CHECKPOINTS,
    EQUIPMENT,
    SITES,
    Ground,
    check_places,
    rows_of_places,
)
from shared_schemas.places import Area, Checkpoint, Equipment, Places
from shared_schemas.primitives import Bilingual
from tests.unit.directory.test_rights import HERE, THERE, person

AREA, CHECKPOINT, PUMP = "a" * 32, "c" * 32, "e" * 32
GROUND = Ground(sites=frozenset({HERE, THERE}), owners={})
PLACES = Places(
    site=HERE,
    name=Bilingual(zh="海港广场", en="Harbour Mall"),
    areas=(Area(id=AREA, name=Bilingual(zh="地下二层")),),
    checkpoints=(Checkpoint(id=CHECKPOINT, code="B2-1", name=Bilingual(zh="泵房"), area=AREA),),
    equipment=(
        Equipment(
            id=PUMP,
            number="P-1",
            name=Bilingual(zh="消防泵\x00"),
            equipment_kind="pump",
            area=AREA,
            in_use_since="2020-02-29",
        ),
    ),
)


def wrong_field(changed: Places, ground: Ground = GROUND, record: str = HERE) -> str:
    """Give the field that the refusal names, or an empty text."""
    problem = check_places(record, changed, None, ground)
    return str(problem.details["field"]) if problem else ""


def test_places_that_fit_are_published() -> None:
    assert wrong_field(PLACES) == ""


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"areas": ()}, "area"),
        ({"areas": PLACES.areas * 2}, "id"),
        (
            {
                "equipment": (
                    msgspec.structs.replace(PLACES.equipment[0], in_use_since="2021-02-29"),
                )
            },
            "in_use_since",
        ),
    ],
)
def test_places_that_do_not_fit_name_the_field(change: dict[str, object], field: str) -> None:
    assert wrong_field(msgspec.structs.replace(PLACES, **change)) == field


def test_places_of_one_site_cannot_stand_in_anothers_record() -> None:
    assert wrong_field(PLACES, record=THERE) == "site"


def test_area_of_another_site_cannot_be_taken() -> None:
    theirs = Ground(sites=GROUND.sites, owners={AREA: THERE})
    assert wrong_field(PLACES, theirs) == "id"
    ours = Ground(sites=GROUND.sites, owners={AREA: HERE})
    assert wrong_field(PLACES, ours) == ""


@pytest.mark.parametrize(
    ("actor", "allowed"),
    [
        (person(RoleAt("project_manager", HERE), sites=(HERE,)), True),
        (person(RoleAt("project_manager", THERE), sites=(THERE,)), False),
        (person(RoleAt("project_manager", "")), True),
        (person(RoleAt("patrol_guard", "")), False),
    ],
)
def test_who_may_publish_places(actor: Actor, *, allowed: bool) -> None:
    assert (check_places(HERE, PLACES, actor, GROUND) is None) is allowed


def test_new_site_needs_the_right_for_the_whole_organisation() -> None:
    bare = Ground(sites=frozenset(), owners={})
    at_site = person(RoleAt("project_manager", HERE), sites=(HERE,))
    everywhere = person(RoleAt("project_manager", ""), sites=())
    assert check_places(HERE, PLACES, at_site, bare) is not None
    assert check_places(HERE, PLACES, everywhere, bare) is None


def test_rows_stand_in_the_order_that_foreign_keys_need() -> None:
    record = {"position": 7, "fields": {"places": {"value": msgspec.to_builtins(PLACES)}}}
    writes = rows_of_places("o" * 32, record)
    assert [projection for projection, _ in writes] == [SITES, AREAS, CHECKPOINTS, EQUIPMENT]
    for projection, row in writes:
        assert set(row) == set(projection.columns)
    site, _, _, pump = (row for _, row in writes)
    assert site["places_position"] == pump["position"] == 7
    assert pump["in_use_since"] == date(2020, 2, 29)
    assert pump["name_zh"] == "消防泵"
