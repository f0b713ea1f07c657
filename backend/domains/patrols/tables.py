"""The tables of patrols, without logic."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table


class Routes(Table, tablename="routes"):
    """Routes with their site; `content` is the published Route as JSON."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    code = Text()
    title_zh = Text()
    title_en = Text()
    active = Boolean()
    content = Text()


class RoundWindows(Table, tablename="round_windows"):
    """Due rounds; `id` is the id that the round has, `cancelled` when its route changed."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    route_id = Text()
    site_id = Text()
    on_date = Text()
    ordinal = BigInt()
    opens_ms = BigInt()
    closes_ms = BigInt()
    cancelled = Boolean()


class Rounds(Table, tablename="rounds"):
    """Rounds that were begun; times by the operations named beside them.

    `scanned` counts the checkpoints with a scan, `began_ms` is the earliest stamp of all.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    route_id = Text()
    site_id = Text()
    on_date = Text()
    ordinal = BigInt()
    state = Text()
    assignee = Text()
    started_by = Text()
    started_op = Text()
    finished_by = Text()
    finished_op = Text()
    scanned = BigInt()
    receipts = BigInt()
    began_ms = BigInt()
    position = BigInt()


class Scans(Table, tablename="scans"):
    """Every scan of every round; `id` is its operation, `said` what was read off the label."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    round_id = Text()
    site_id = Text()
    checkpoint_id = Text()
    person_id = Text()
    how = Text()
    said = Text()
    tag_code = Text()
    tag_serial = BigInt()
    signature = Text()
    latitude = Text()
    longitude = Text()
    accuracy_m = BigInt()
    stamp_ms = BigInt()


class Tags(Table, tablename="tags"):
    """Labels and what became of them; `revoked_ms` 0 while they count."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    checkpoint_id = Text()
    code = Text()
    serial = BigInt()
    form = Text()
    signature = Text()
    issued_op = Text()
    revoked_op = Text()
    revoked_ms = BigInt()
    revoked_because = Text()
