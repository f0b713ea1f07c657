"""What a group of pushes changes in scopes: who holds what beside their sites, and the checksums.

Written in the very statement that writes the records, under the organisation's head lock; a sum is
moved by differences, so each record is hashed once, when it changes.
"""

from backend.kernel.database import Batch, Row, projection_of
from backend.sync.checksum import stored, value_of
from backend.sync.merge import Record
from backend.sync.state import Group, Placed
from backend.sync.tables import ScopeMembers

MEMBERS = projection_of(ScopeMembers, key=("organization_id", "scope", "record_id"))

_MOVE_SUMS = """
INSERT INTO scope_sums (organization_id, site_id, kind, sum, count)
SELECT {0}, * FROM unnest({1}::text[], {2}::text[], {3}::text[]::numeric[], {4}::bigint[])
    ON CONFLICT (organization_id, site_id, kind)
    DO UPDATE SET sum = scope_sums.sum + excluded.sum, count = scope_sums.count + excluded.count
"""


def sum_column(record: Record, content: str) -> int:
    """Give a record's part of its scope's checksum, as its row keeps it.

    Source: SPEC SC6.
    """
    return stored(value_of(record["id"], record["position"], content))


class Sums:
    """How far each scope's sums move with a group, by site and kind.

    Units: sums are whole numbers of any size; only who shows one folds it into 64 bits.
    """

    def __init__(self) -> None:
        """Begin with nothing moved."""
        self._moved: dict[tuple[str, str], tuple[int, int]] = {}

    def replace(self, before: Placed | None, scope: str, kind: str, value: int) -> None:
        """Take a record's former part out, where it was, and put the present one in."""
        if before is not None:
            self._add(before.scope, kind, -before.sum, -1)
        self._add(scope, kind, value, 1)

    def _add(self, site: str, kind: str, value: int, count: int) -> None:
        total, number = self._moved.get((site, kind), (0, 0))
        self._moved[site, kind] = total + value, number + count

    def put_into(self, batch: Batch, organization: str) -> None:
        """Write the differences along with everything else.

        Source: SPEC SC7.
        """
        if not self._moved:
            return
        sites, kinds = zip(*self._moved, strict=True)
        totals = [str(total) for total, _ in self._moved.values()]
        counts = [count for _, count in self._moved.values()]
        batch.also(_MOVE_SUMS, organization, list(sites), list(kinds), totals, counts)


def member_rows(group: Group, record_id: str) -> list[Row]:
    """Give the rows of what enters or leaves a scope otherwise than by its own site and kind.

    A record that has moved to another site leaves the old one; into the new one it comes by its
    own position.

    Source: sync design, section 4; SPEC SC4, SC5.
    """
    placed, before = group.records[record_id], group.read.get(record_id)
    door = group.board.doors[placed.record["kind"]]
    position = placed.record["position"]
    was_closed = before is not None and before.closed
    asked = placed.closed or was_closed or not door.members_of_closed
    rows = [
        _row(group.organization, one.scope, one.record, position, present=one.present)
        for one in (door.members(group.before[record_id], placed.record) if asked else ())
    ]
    if before is not None and before.scope != placed.scope:
        rows.append(_row(group.organization, before.scope, record_id, position, present=False))
    return rows


def _row(organization: str, scope: str, record: str, position: int, *, present: bool) -> Row:
    return {
        "organization_id": organization,
        "scope": scope,
        "record_id": record,
        "position": position,
        "present": present,
    }
