"""The table of nonconformities, without logic."""

from piccolo.columns import BigInt, Boolean, Text
from piccolo.table import Table


class Nonconformities(Table, tablename="nonconformities"):
    """Each nonconformity as it stands; `early`: put right before its handling was approved."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    task_id = Text()
    item = Text()
    title_zh = Text()
    title_en = Text()
    indicator = Text()
    use = Text()
    severity = Text()
    state = Text()
    found_by = Text()
    found_ms = BigInt()
    confirmed_by = Text()
    confirmed_op = Text()
    corrected_by = Text()
    corrected_ms = BigInt()
    correction = Text()
    verified_by = Text()
    position = BigInt()
    workflow = Text()
    approved_by = Text()
    approved_ms = BigInt()
    assignee = Text()
    checkpoint_id = Text()
    early = Boolean()
