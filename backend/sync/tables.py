"""The tables of sync, without logic; only log.py appends to the log."""

from piccolo.columns import BigInt, Boolean, Bytea, Text
from piccolo.table import Table


class Operations(Table, tablename="operations"):
    """The log: every operation applied, in commit order; `content` is the very text received."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    position = BigInt()
    writer_id = Text()
    counter = BigInt()
    person_id = Text()
    role = Text()
    device_id = Text()
    record_id = Text()
    record_kind = Text()
    kind = Text()
    site_id = Text()
    stamp = BigInt()
    saw = BigInt()
    best_ms = BigInt()
    earliest_ms = BigInt()
    latest_ms = BigInt()
    time_class = Text()
    received_ms = BigInt()
    caused_by = Text()
    sha256 = Text()
    outcome = Text()
    content = Text()


class Records(Table, tablename="records"):
    """The current fold of each record; `content` is canonical JSON, sent as it stands.

    `sum` is its part of the scope's checksum, in two's complement.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    kind = Text()
    site_id = Text()
    position = BigInt()
    content = Text()
    sum = BigInt()


class ScopeMembers(Table, tablename="scope_members"):
    """What entered or left a scope other than by its own site and kind, and where in the log."""

    organization_id = Text(required=True)
    scope = Text()
    record_id = Text(primary_key=True)
    position = BigInt()
    present = Boolean()


class HeldOperations(Table, tablename="held_operations"):
    """What could not be applied yet, whole, with its problem."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    operation_id = Text()
    writer_id = Text()
    counter = BigInt()
    person_id = Text()
    device_id = Text()
    record_id = Text()
    waits_for = Text()
    sha256 = Text()
    problem = Text()
    outcome = Text()
    content = Text()
    context = Text()
    received_ms = BigInt()
    state = Text()


class Conflicts(Table, tablename="conflicts"):
    """Hard conflicts: two operations on one field, neither having seen the other."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    record_id = Text()
    record_kind = Text()
    site_id = Text()
    field = Text()
    first_op = Text()
    second_op = Text()
    state = Text()
    position = BigInt()


class WriterProgress(Table, tablename="writer_progress"):
    """How far each writer has come: contiguous counter, what lies beyond it, last clocks."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    contiguous = BigInt()
    beyond = Text()
    last_stamp = BigInt()
    last_counter = BigInt()
    last_wall_ms = BigInt()
    last_page = Text()


class CarriedBundles(Table, tablename="carried_bundles"):
    """Work that one person carried for another: who, when, which operations.

    `content` is the bundle's very bytes as long as it is held, and empty once it was opened.
    """

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    writer_id = Text()
    author_id = Text()
    carrier_id = Text()
    device_id = Text()
    kind = Text()
    size = BigInt()
    operations = Text()
    problem = Text()
    state = Text()
    received_ms = BigInt()
    content = Bytea(null=True)
