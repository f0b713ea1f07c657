"""What a phone says about itself, so that the office sees trouble before work is lost."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.primitives import EXACT, Bytes, Milliseconds, ShortText

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]

DeviceAlarm = Literal[
    "unsent_old",
    "silent_long",
    "wiped",
    "storage_trouble",
    "scope_differs",
    "wire_old",
    "not_persisted",
]
"""Why a phone needs somebody: work unsent or nothing heard for 72 hours, a store that the phone
cleared or cannot use, copies that were not what the server has, an app soon refused, storage that
the phone may clear by itself."""


class DeviceReport(Struct, frozen=True, kw_only=True):
    """How one phone stands at the end of a round: what waits on it, and how safely it lies there.

    The counts are of the person who is working; `others_waiting_count` is the unsent work of
    everybody else on the phone, sealed work carried for them included. `waiting_count` null: the
    phone cannot read its own store. `wiped_lost_count`: the phone had cleared the store, and so
    many unsent records were known before. `storage_problem` is a problem's code, empty when well.

    Units: `free_bytes`, `usage_bytes` as the browser tells them, null where it does not;
    `clock_off_ms` how far the phone's clock is slow.
    """

    waiting_count: Count | None
    oldest_waiting_ms: Milliseconds | None = None
    photos_waiting_count: Count = 0
    held_count: Count = 0
    needs_attention_count: Count = 0
    others_waiting_count: Count = 0
    others_oldest_ms: Milliseconds | None = None
    persisted: bool | None = None
    free_bytes: Bytes | None = None
    usage_bytes: Bytes | None = None
    app_version: ShortText = ""
    wire: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    clock_off_ms: Annotated[int, Meta(ge=-EXACT, le=EXACT)] | None = None
    wiped_lost_count: Count | None = None
    storage_problem: ShortText = ""


class DeviceHealth(Struct, frozen=True, kw_only=True):
    """The last report of a phone as the office keeps it, and the last wipe that it told of."""

    reported_ms: Milliseconds
    report: DeviceReport
    wiped_ms: Milliseconds | None = None
    wiped_lost_count: Count | None = None
