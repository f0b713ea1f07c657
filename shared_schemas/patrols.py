"""Patrols: routes, rounds, scans of tags, and what a round proves."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.places import Degrees
from shared_schemas.policies import Lifecycle, Move, append, first, latest, union
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    LongText,
    Milliseconds,
    Sha256,
    ShortText,
)
from shared_schemas.timetable import (
    Cadence,
    DayOrdinal,
    DayVariant,
    LocalHour,
    MonthDay,
    Weekday,
    Window,
)

Seconds = Annotated[int, Meta(ge=0, le=86_400)]
Metres = Annotated[int, Meta(ge=0, le=100_000)]

TagCode = Annotated[str, Meta(pattern=r"^[0-9A-HJKMNP-TV-Z]{6,8}\Z")]
"""What a label says in letters for typing: six to eight characters without I, L, O and U."""

TagText = Annotated[str, Meta(max_length=400)]
"""What a camera or an NFC reader gives, as it was read."""


class RoundHours(Struct, frozen=True, kw_only=True):
    """One round of a route's day; closes before opens: next day."""

    opens: LocalHour
    closes: LocalHour


class RouteStop(Struct, frozen=True, kw_only=True):
    """One checkpoint of a route.

    `walk_s` is the least time in which one can have come from the stop before; `opens_s` and
    `closes_s` are its own window, counted from the opening of the round (0 and 0: the whole round).
    """

    checkpoint: Id
    walk_s: Seconds = 0
    opens_s: Seconds = 0
    closes_s: Seconds = 0


class Route(Struct, frozen=True, kw_only=True):
    """A path that is walked again and again (巡更路线).

    The days follow from `cadence` as a plan's do, each with all of `rounds`. `within_m` is how far
    from a checkpoint a position may lie. `post` names whose duty it is, by the roster.
    """

    code: ShortText
    title: Bilingual
    site: Id
    stops: tuple[RouteStop, ...]
    rounds: tuple[RoundHours, ...]
    roles: tuple[ShortText, ...]
    ordered: bool = False
    cadence: Cadence = "daily"
    every_days: Annotated[int, Meta(ge=0, le=366)] = 0
    weekdays: tuple[Weekday, ...] = ()
    month_days: tuple[MonthDay, ...] = ()
    dates: tuple[LocalDate, ...] = ()
    variants: tuple[DayVariant, ...] = ()
    within_m: Metres = 150
    post: Id | None = None
    from_on: LocalDate = "2000-01-01"
    active: bool = True


class RoutePublished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="route_published"):
    """A route was made known or changed; record `route`."""

    route: Annotated[Route, latest()]


class RoundsPlanned(Struct, frozen=True, kw_only=True, tag_field="kind", tag="rounds_planned"):
    """The windows of a route's rounds in one month were made; record `round_agenda`.

    `windows` carry the ids of the rounds; what the route no longer asks for is `cancelled`.
    """

    route: Annotated[Id, latest()]
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])\Z"), latest()]
    windows: Annotated[tuple[Window, ...], latest()]
    cancelled: Annotated[tuple[Window, ...], latest()] = ()


class RoundStarted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="round_started"):
    """Someone began a round; record `round`, whose id the route's window carries.

    `on` and `ordinal` are said where the phone had no window for it; the id is the server's own.
    """

    route: Annotated[Id, first()]
    started_at: Annotated[Milliseconds, first()]
    on: Annotated[LocalDate | None, first()] = None
    ordinal: Annotated[DayOrdinal | None, first()] = None


class Position(Struct, frozen=True, kw_only=True):
    """Where a phone believed to be at one scan, never a trail.

    Units: `accuracy_m` in metres.
    """

    latitude: Degrees
    longitude: Degrees
    accuracy_m: Metres


class Scan(Struct, frozen=True, kw_only=True):
    """One checkpoint reached: what was read off its tag and how.

    Units: milliseconds UTC as the phone had them; when it was is judged on the capture.
    """

    text: TagText
    how: Literal["camera", "nfc", "typed"]
    scanned_at: Milliseconds
    position: Position | None = None


class CheckpointScanned(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="checkpoint_scanned"
):
    """A checkpoint was reached; record `round`. Every scan is kept, whatever is odd about it."""

    checkpoint: Id
    scan: Annotated[Scan, append(field="scans", key="checkpoint")]


class CheckpointMissed(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="checkpoint_missed"
):
    """A checkpoint could not be reached, and why (漏巡原因); record `round`."""

    checkpoint: Id
    missed_because: Annotated[ShortText, latest(key="checkpoint")]


class RoundEvidenced(Struct, frozen=True, kw_only=True, tag_field="kind", tag="round_evidenced"):
    """A photo was taken at a checkpoint; record `round`."""

    checkpoint: Id
    photo: Annotated[Sha256, union(field="evidence", key="checkpoint")]


class RoundNoted(Struct, frozen=True, kw_only=True, tag_field="kind", tag="round_noted"):
    """Words were put beside a checkpoint; record `round`."""

    checkpoint: Id
    note: Annotated[LongText, latest(key="checkpoint")]


class RoundTransferred(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="round_transferred"
):
    """A round was handed to another person; what was scanned stays; record `round`."""

    assignee: Annotated[Id, latest()]
    transfer_reason: Annotated[ShortText, latest()] = ""


class RoundFinished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="round_finished"):
    """The round was declared finished; record `round`."""

    finished_at: Annotated[Milliseconds, first()]


class ReceiptEntered(Struct, frozen=True, kw_only=True, tag_field="kind", tag="receipt_entered"):
    """The office read the receipt of a round off a guard's phone (离线凭条); record `round`.

    Kept though the round itself may never arrive.
    """

    route: Annotated[Id, first()]
    receipt: Annotated[LongText, append()]


class Tag(Struct, frozen=True, kw_only=True):
    """The code on a checkpoint; printed again, it gets a new serial and the old one is revoked.

    `signature` is the organisation's over code, checkpoint and serial, as the tag carries it.
    """

    code: TagCode
    checkpoint: Id
    site: Id
    serial: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    form: Literal["nfc", "qr"] = "qr"
    signature: ShortText = ""


class TagIssued(Struct, frozen=True, kw_only=True, tag_field="kind", tag="tag_issued"):
    """A label was made for a checkpoint; record `tag`."""

    tag: Annotated[Tag, first()]


class TagRevoked(Struct, frozen=True, kw_only=True, tag_field="kind", tag="tag_revoked"):
    """A label counts no longer: lost, copied or printed again; record `tag`."""

    revoked_at: Annotated[Milliseconds, first()]
    revoked_because: Annotated[ShortText, latest()]


ROUND_LIFECYCLE = Lifecycle(
    initial="due",
    moves=(
        Move(name="round_started", origins=("due",), target="in_progress"),
        Move(name="round_finished", origins=("due", "in_progress"), target="finished", rank=1),
    ),
)
