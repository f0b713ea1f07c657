"""What the field does beside its ordinary checks, for the days that both databases live.

A covert check and one that reads a meter, a check begun without a window, rounds, handovers,
removals, the kind of a day, a sample: whatever asks the database something of its own.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from random import Random
from typing import Any

from backend.domains.inspections.agenda import agenda_of, task_of
from backend.domains.inspections.sampling import draw
from backend.domains.inspections.variants import day_variant_of
from backend.domains.patrols.rules import round_of
from backend.domains.shifts.rules import handover_of, roster_of
from backend.kernel.identity import derived_id
from tests.simulation.memory import Memory
from tests.simulation.memory_domains import sampled
from tests.simulation.stage import SimPhone
from tests.world.cast import (
    ANA,
    ATRIUM,
    BEN,
    DAILY_CHECK,
    DAILY_LIST,
    DAY,
    EAST_SQUARE,
    HARBOUR,
    HARBOUR_MALL,
    HOUR,
    LAO_ZHOU,
    NOW,
    WEI,
)

ON, MONTH = "2026-11-17", date(2026, 11, 1)
COVERT, METERS = derived_id("sim plan", "covert"), derived_id("sim plan", "meters")
METER_LIST = derived_id("sim checklist", "meters")
ROUTE, LABEL = derived_id("sim route"), derived_id("sim label")
GATE, SAMPLE = derived_id("sim post"), derived_id("sim sample")
SEED = "0123456789abcdef" * 2

Publish = Callable[[str, dict[str, Any]], Awaitable[Any]]


def _task(plan: str, ordinal: int = 1) -> str:
    return task_of(HARBOUR, plan, ATRIUM, ON, ordinal)


def _plan(**more: Any) -> dict[str, Any]:
    return {
        "title": {"zh": "检查"},
        "site": HARBOUR_MALL,
        "checkpoint": ATRIUM,
        "cadence": "daily",
        "use": "assessment",
        "opens": "08:00",
        "closes": "20:00",
        "roles": ["quality_inspector", "repairer"],
        **more,
    }


def _window(one: str, ordinal: int = 1) -> dict[str, Any]:
    return {"task": one, "on": ON, "ordinal": ordinal, "opens_ms": NOW, "closes_ms": NOW + DAY}


def published(places: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Give what the server makes known before, record by record, in order."""
    posts = [{"id": GATE, "name": {"zh": "东门岗"}}]
    meters = {
        "code": "meters",
        "version": 1,
        "title": {"zh": "抄表"},
        "words": "patrol",
        "items": [{"id": "water", "text": {"zh": "水表"}, "input": "meter"}],
    }
    covert = {"disclosure": "when_finished", "checkers": [ANA.id], "checklist": DAILY_LIST}
    route = {
        "code": "XG-01",
        "title": {"zh": "巡更"},
        "site": HARBOUR_MALL,
        "stops": [{"checkpoint": ATRIUM}, {"checkpoint": EAST_SQUARE}],
        "rounds": [{"opens": "10:00", "closes": "22:00"}],
        "roles": ["patrol_guard", "quality_inspector", "repairer", "team_leader"],
    }
    day = {"code": "day", "title": {"zh": "白班"}, "opens": "08:00", "closes": "20:00"}
    duty = {"on": ON, "shift": "day", "post": GATE, "person": LAO_ZHOU.id}
    roster = {"site": HARBOUR_MALL, "month": ON[:7], "shifts": [day], "duties": [duty]}
    sample = {
        "site": HARBOUR_MALL,
        "title": {"zh": "抽查"},
        "population": "finished_checks",
        "rate_percent": 50,
        "seed": SEED,
        "from_on": ON,
        "closes_on": ON,
    }
    windows = {"month": ON[:7], "windows": [_window(_task(COVERT))]}
    secret = {**windows, "closed": True, "checkers": [ANA.id]}
    twice = [_window(_task(METERS, ordinal), ordinal) for ordinal in (1, 2)]
    open_ones = {"month": ON[:7], "windows": twice}
    rounds = {"month": ON[:7], "windows": [_window(_round(1))]}
    usual = {"site": HARBOUR_MALL, "on": ON, "variant": "normal"}
    reading = _plan(code="meters", checklist=METER_LIST)
    agenda = derived_id("round_agenda", ROUTE, ON[:7])
    return [
        (HARBOUR_MALL, {"kind": "places_published", "places": {**places, "posts": posts}}),
        (METER_LIST, {"kind": "checklist_published", "checklist": meters}),
        (METERS, {"kind": "plan_published", "plan": reading}),
        (agenda_of(METERS, MONTH), {"kind": "agenda_planned", "plan": METERS, **open_ones}),
        (COVERT, {"kind": "plan_published", "plan": _plan(code="covert", **covert)}),
        (agenda_of(COVERT, MONTH), {"kind": "agenda_planned", "plan": COVERT, **secret}),
        (ROUTE, {"kind": "route_published", "route": route}),
        (agenda, {"kind": "rounds_planned", "route": ROUTE, **rounds}),
        (LABEL, label(serial=1)),
        (roster_of(HARBOUR_MALL, ON[:7]), {"kind": "roster_published", "roster": roster}),
        (SAMPLE, {"kind": "sample_announced", **sample}),
        (day_variant_of(HARBOUR_MALL, ON), {"kind": "variant_switched", **usual}),
    ]


def label(serial: int) -> dict[str, Any]:
    """Give a label of one place as it is issued; every one of them has the same code."""
    tag = {"code": "7KQ2M9XD", "checkpoint": ATRIUM, "site": HARBOUR_MALL, "serial": serial}
    return {"kind": "tag_issued", "tag": tag}


def drawn(memory: Memory) -> dict[str, Any]:
    """Give the draw of what was finished by now, to be right on either database."""
    begins_ms = NOW - 10 * HOUR
    ends_ms = begins_ms + DAY
    rows = sampled(memory, HARBOUR, HARBOUR_MALL, "task_finished", begins_ms, ends_ms)
    whole = sorted({row["record_id"] for row in rows})
    return {"kind": "sample_drawn", "whole": whole, "drawn": list(draw(SEED, whole, 50))}


def record(dice: Random, phone: SimPhone, task: str) -> None:
    """Do one thing that asks the database something of its own; `task` is an ordinary check."""
    now = phone.clock.wall_ms()
    if dice.random() < 0.6:
        check(dice, phone, task, now)
        return
    match dice.randrange(4):
        case 0:
            said = {"site": HARBOUR_MALL, "on": ON, "variant": dice.choice(("rain", "rush"))}
            phone.record(day_variant_of(HARBOUR_MALL, ON), "variant_switched", **said)
        case 1:
            load = {"waste": "kitchen", "quantity": "2.5", "unit": "t", "removed_at": now}
            one = derived_id("sim removal", phone.writer, len(phone.outbox))
            phone.record(one, "removal_registered", site=HARBOUR_MALL, **load)
        case 2:
            hand_over(dice, phone, now)
        case _:
            walk(dice, phone, now)


def check(dice: Random, phone: SimPhone, task: str, now: int) -> None:
    """Go on with a check: an ordinary one, one begun without a window, a secret one, a meter."""
    match dice.randrange(8):
        case 0:
            phone.record(task, "task_finished", finished_at=now)
        case 1:
            phone.record(task, "task_transferred", assignee=dice.choice((ANA, BEN, WEI)).id)
        case 2:
            phone.record(task, "task_approved", approval="approved")
        case 3:
            on = f"2027-03-0{dice.randint(1, 3)}"
            beside = {"checklist": DAILY_LIST, "plan": DAILY_CHECK, "on": on, "ordinal": 1}
            one = task_of(HARBOUR, DAILY_CHECK, ATRIUM, on, 1)
            phone.record(one, "task_started", started_at=now, **beside)
        case 4:
            plan, ordinal = dice.choice(((COVERT, 1), (METERS, 1), (METERS, 2)))
            phone.record(_task(plan, ordinal), "task_finished", finished_at=now)
        case 5:
            found = {"item": "cleaning", "answer": "fail", "checklist": DAILY_LIST}
            phone.record(_task(COVERT), "item_answered", **found)
        case _:
            read = (
                {"estimated": True} if dice.random() < 0.5 else {"value": str(dice.randrange(9999))}
            )
            water = {"item": "water", "answer": "pass", "checklist": METER_LIST}
            phone.record(_task(METERS, dice.choice((1, 2))), "item_answered", **water, **read)


def _round(ordinal: int) -> str:
    return round_of(HARBOUR, ROUTE, ON, ordinal)


def hand_over(dice: Random, phone: SimPhone, now: int) -> None:
    """Leave a post to the next shift, or take it over."""
    one, me = handover_of(HARBOUR_MALL, GATE, ON, "day"), phone.person.id
    if dice.random() < 0.5:
        post = {"site": HARBOUR_MALL, "post": GATE, "on": ON, "shift": "day"}
        left = {"left_by": me, "left_at": now, "handover": {"on_duty": [me]}}
        phone.record(one, "handover_made", **post, **left)
    else:
        taking = {"person": me, "how": "own_phone", "stance": "agreed"}
        phone.record(one, "handover_taken", taking=taking, taken_at=now)


def walk(dice: Random, phone: SimPhone, now: int) -> None:
    """Begin a round, also where there was no window for it, scan a label, perhaps finish."""
    ordinal = dice.choice((1, 1, 2))
    begun = {"route": ROUTE, "started_at": now, "on": ON, "ordinal": ordinal}
    phone.record(_round(ordinal), "round_started", **begun)
    scan = {"text": "7KQ2M9XD", "how": "typed", "scanned_at": now}
    phone.record(_round(ordinal), "checkpoint_scanned", checkpoint=ATRIUM, scan=scan)
    if dice.random() < 0.5:
        phone.record(_round(ordinal), "round_finished", finished_at=now)
