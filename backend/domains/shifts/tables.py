"""The tables of shifts, without logic."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table


class Rosters(Table, tablename="rosters"):
    """Rosters by site and month; `content` is the published Roster as JSON.

    `substitutes` is a JSON object: who stands in, by slot.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    month = Text()
    content = Text()
    substitutes = Text()


class Handovers(Table, tablename="handovers"):
    """Handovers as they stand; `content` is the Handover as JSON, `settled` which matters are done.

    `disputed` says that whoever came did not agree with what was written.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    post_id = Text()
    on_date = Text()
    shift = Text()
    state = Text()
    left_by = Text()
    left_op = Text()
    taken_by = Text()
    taken_op = Text()
    disputed = Boolean()
    open_count = BigInt()
    content = Text()
    settled = Text()
    position = BigInt()
