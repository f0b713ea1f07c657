"""Long traces over all kinds of operation, in shapes that Hypothesis draws, for both twins."""

import random
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from shared_schemas.operations import ANY_RECORD, KINDS
from tests.vectors.merge_trace import DECIDED, ROLES, _body, _decision

LENGTH = 2_000
KIND_NAMES = tuple(sorted(KINDS))


class Shape(Struct, frozen=True, kw_only=True):
    """How a trace is to look; the dice do the rest.

    `stamps` is how many different ones there are: few mean that ties are decided by ids.
    """

    seed: int
    people: int
    records: int
    stamps: int
    seen: float
    unsent: float


SHAPES = st.builds(
    Shape,
    seed=st.integers(0, 2**32 - 1),
    people=st.integers(1, 9),
    records=st.integers(20, 80),
    stamps=st.sampled_from([1, 3, 40, 2_000, 10**9]),
    seen=st.sampled_from([0.0, 0.3, 0.7, 1.0]),
    unsent=st.sampled_from([0.0, 0.1, 0.5]),
)


def make_long_trace(shape: Shape) -> list[dict[str, Any]]:
    """Make a trace of that shape, in the order of positions and then shuffled."""
    dice = random.Random(shape.seed)
    counters: dict[str, int] = {}
    by_record: dict[str, list[dict[str, Any]]] = {}
    made = [_make(dice, shape, counters, by_record, place) for place in range(1, LENGTH + 1)]
    dice.shuffle(made)
    return made


def _make(
    dice: random.Random,
    shape: Shape,
    counters: dict[str, int],
    by_record: dict[str, list[dict[str, Any]]],
    place: int,
) -> dict[str, Any]:
    person = f"person {dice.randrange(shape.people)}"
    counters[person] = counters.get(person, 0) + 1
    kind = KINDS[dice.choice(KIND_NAMES)]
    decides = kind.record_kind == ANY_RECORD
    record_kind = dice.choice(sorted(DECIDED)) if decides else kind.record_kind
    record = f"{record_kind}-{dice.randrange(shape.records)}"
    earlier = by_record.setdefault(record, [])
    body = _decision(dice, kind.name, record_kind, earlier) if decides else _body(dice, kind.name)
    operation = {
        "id": f"{person}:{counters[person]}",
        "kind": kind.name,
        "record": record,
        "record_kind": record_kind,
        "person": person,
        "role": dice.choice(ROLES),
        "stamp": 1_790_000_000_000_000 + dice.randrange(shape.stamps),
        "saw": dice.randrange(place) if dice.random() < shape.seen else 0,
        "position": None if dice.random() < shape.unsent else place,
        "body": {"kind": kind.name, **body},
    }
    earlier.append(operation)
    return operation
