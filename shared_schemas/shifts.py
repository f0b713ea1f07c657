"""Shifts: rosters, substitutes, and the handover from one shift to the next."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from shared_schemas.policies import Lifecycle, Move, append, first, latest, union
from shared_schemas.primitives import (
    Bilingual,
    Id,
    LocalDate,
    LongText,
    Milliseconds,
    NoSha256,
    Sha256,
    ShortText,
)
from shared_schemas.timetable import LocalHour

SlotText = Annotated[str, Meta(max_length=120, pattern=r"^[^\u0000-\u001f\u007f/]+\Z")]
"""A date, a shift's code and a post's id joined by bars: one place on a roster."""


class Shift(Struct, frozen=True, kw_only=True):
    """A part of the day that people work in turns (班次); closes before opens: next day."""

    code: Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,20}\Z")]
    title: Bilingual
    opens: LocalHour
    closes: LocalHour


class Duty(Struct, frozen=True, kw_only=True):
    """Who stands where on one shift of one day."""

    on: LocalDate
    shift: ShortText
    post: Id
    person: Id


class Colleague(Struct, frozen=True, kw_only=True):
    """Somebody on a roster by name: a phone without a network knows nobody else's name."""

    id: Id
    name: Bilingual


class Roster(Struct, frozen=True, kw_only=True):
    """Who works when at a site in one month (排班表).

    `counted` names what is counted at each handover of a post: radios, keys, torches. `people` are
    those on it and those who may stand in.
    """

    site: Id
    month: Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])\Z")]
    shifts: tuple[Shift, ...]
    duties: tuple[Duty, ...]
    counted: tuple[Bilingual, ...] = ()
    people: tuple[Colleague, ...] = ()


class RosterPublished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="roster_published"):
    """A site's roster of a month was made known or changed; record `roster`."""

    roster: Annotated[Roster, latest()]


class SubstituteNamed(Struct, frozen=True, kw_only=True, tag_field="kind", tag="substitute_named"):
    """Somebody else takes a place on the roster (替班); record `roster`."""

    slot: SlotText
    substitute: Annotated[Id, latest(key="slot")]


class Counted(Struct, frozen=True, kw_only=True):
    """One thing counted at a handover: how many there should be and how many there are."""

    name: ShortText
    expected: Annotated[int, Meta(ge=0, le=100_000)]
    found: Annotated[int, Meta(ge=0, le=100_000)]
    words: ShortText = ""


class Handover(Struct, frozen=True, kw_only=True):
    """What one shift leaves to the next (交接班记录).

    `open_matters` are what the next shift must go on with, `instructions` what the office or the
    foreman wants known.
    """

    on_duty: tuple[Id, ...]
    counted: tuple[Counted, ...] = ()
    open_matters: tuple[LongText, ...] = ()
    instructions: LongText = ""


class HandoverMade(Struct, frozen=True, kw_only=True, tag_field="kind", tag="handover_made"):
    """The one who leaves wrote down what is handed over; record `handover`.

    One per site, post, date and shift that ends: whoever writes it, offline too, meets the others'
    in one record.
    """

    site: Annotated[Id, first()]
    post: Annotated[Id, first()]
    on: Annotated[LocalDate, first()]
    shift: Annotated[ShortText, first()]
    left_by: Annotated[Id, latest()]
    left_at: Annotated[Milliseconds, first()]
    handover: Annotated[Handover, latest()]


class Taking(Struct, frozen=True, kw_only=True):
    """The one who comes takes over, or says what is not as written."""

    person: Id
    how: Literal["own_phone", "pin", "signature", "typed"]
    stance: Literal["agreed", "disputed"]
    words: LongText = ""
    signature: NoSha256 = ""


class HandoverTaken(Struct, frozen=True, kw_only=True, tag_field="kind", tag="handover_taken"):
    """The one who comes confirmed the handover, or disputed it; record `handover`."""

    taking: Annotated[Taking, append()]
    taken_at: Annotated[Milliseconds, first()]


class HandoverEvidenced(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="handover_evidenced"
):
    """A photo was put beside a handover; record `handover`."""

    photo: Annotated[Sha256, union(field="evidence")]


class MatterSettled(Struct, frozen=True, kw_only=True, tag_field="kind", tag="matter_settled"):
    """An open matter of an earlier shift is done; record `handover`.

    `matter` is its place in the list, from 0, as text.
    """

    matter: Annotated[str, Meta(pattern=r"^[0-9]{1,3}\Z")]
    settled_words: Annotated[LongText, latest(key="matter")]


HANDOVER_LIFECYCLE = Lifecycle(
    initial="none",
    moves=(
        Move(name="handover_made", origins=("none",), target="made"),
        Move(name="handover_taken", origins=("none", "made"), target="taken", rank=1),
    ),
)
