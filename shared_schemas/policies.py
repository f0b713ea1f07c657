"""The seven merge policies and how a field declares one.

One declaration beside the field feeds the Python twin and, through the export, the TypeScript
twin. Nothing here folds; it only says how folding is to be done.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct

Policy = Literal["latest", "first", "worst", "union", "append", "lifecycle", "authority"]
POLICIES: tuple[Policy, ...] = get_args(Policy)


class Write(Struct, frozen=True, kw_only=True):
    """What one field of an operation does to its record.

    `source` is the field of the operation's body, `field` the field of the record, `key` the body
    field whose value is appended to it (`answer/<item>`), `order` the declared order of values,
    worst first, `remove` says that a union loses what is named, and `none` is the value by which a
    person takes back what they said: it contradicts nobody. `quiet` says that different values of
    different people are no contradiction: two read one gauge a little differently.
    """

    source: str
    field: str
    policy: Policy
    key: str = ""
    order: tuple[str, ...] = ()
    remove: bool = False
    none: str = ""
    quiet: bool = False


class Move(Struct, frozen=True, kw_only=True):
    """One step of a lifecycle: from which states, to which, and its rank against rivals.

    Between two moves that leave the same state and whose authors did not see each other, the
    higher rank stands.
    """

    name: str
    origins: tuple[str, ...]
    target: str
    rank: int = 0


class Lifecycle(Struct, frozen=True, kw_only=True):
    """The states a record may pass through, from the first."""

    initial: str
    moves: tuple[Move, ...]

    def find_move(self, name: str) -> Move | None:
        """Give the move of that name, or nothing when the table does not know it."""
        return next((move for move in self.moves if move.name == name), None)


def _declared(policy: Policy, **rule: Any) -> Meta:
    return Meta(extra_json_schema={"x-merge": {"policy": policy, **rule}})


def latest(*, field: str = "", key: str = "", quiet: bool = False) -> Meta:
    """The latest word stands: a remark's text, an assignee."""
    return _declared("latest", field=field, key=key, quiet=quiet)


def first(*, field: str = "", key: str = "") -> Meta:
    """The earliest stands; later other values are noted: reported, arrived, restored."""
    return _declared("first", field=field, key=key)


def worst(order: Sequence[str], *, field: str = "", key: str = "", none: str = "") -> Meta:
    """Each person's latest counts, and among persons the worst in the declared order."""
    return _declared("worst", order=tuple(order), field=field, key=key, none=none)


def union(*, field: str = "", key: str = "", remove: bool = False) -> Meta:
    """A set that only grows; taking one out is an operation of its own."""
    return _declared("union", field=field, key=key, remove=remove)


def append(*, field: str = "", key: str = "") -> Meta:
    """Entries that are all kept, each under its operation."""
    return _declared("append", field=field, key=key)


def authority(order: Sequence[str], *, field: str = "", key: str = "") -> Meta:
    """The higher role at capture stands, then the latest; roles are given highest first."""
    return _declared("authority", order=tuple(order), field=field, key=key)


def declared_writes(body: type[Struct]) -> tuple[Write, ...]:
    """Read what the fields of an operation's body do to its record, in the order declared.

    Source: sync design, section 3 (merge).
    """
    schema = _own_schema(body)
    writes = []
    for name, rule in schema.items():
        merge = rule.get("x-merge")
        if merge is None:
            continue
        key = merge.get("key", "")
        if key and key not in schema:
            message = f"{body.__name__}.{name} is keyed by {key}, which the body does not have"
            raise ValueError(message)
        writes.append(
            Write(
                source=name,
                field=merge.get("field") or name,
                policy=merge["policy"],
                key=key,
                order=tuple(merge.get("order", ())),
                remove=bool(merge.get("remove", False)),
                none=merge.get("none", ""),
                quiet=bool(merge.get("quiet", False)),
            )
        )
    return tuple(writes)


def _own_schema(body: type[Struct]) -> Mapping[str, Mapping[str, Any]]:
    _, components = msgspec.json.schema_components([body])
    return dict(components[body.__name__]["properties"])


def check_names(names: Iterable[str]) -> None:
    """Refuse a policy name that neither twin knows."""
    unknown = sorted(set(names) - set(POLICIES))
    if unknown:
        message = f"unknown merge policies: {', '.join(unknown)}"
        raise ValueError(message)
