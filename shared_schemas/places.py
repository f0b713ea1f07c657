"""Places: a site's areas, checkpoints and equipment as one published version."""

from typing import Annotated

from msgspec import Meta, Struct

from shared_schemas.policies import latest
from shared_schemas.primitives import Bilingual, Id, LocalDate, ShortText

Degrees = Annotated[str, Meta(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,7})?\Z")]
"""A latitude or longitude as text, so that no digit is lost."""


class Post(Struct, frozen=True, kw_only=True):
    """Where someone stands on a shift, such as the east gate (岗位)."""

    id: Id
    name: Bilingual


class EmergencyNumber(Struct, frozen=True, kw_only=True):
    """Whom to call when it burns or somebody is stuck, as the card on the phone shows it."""

    name: Bilingual
    number: ShortText


class Area(Struct, frozen=True, kw_only=True):
    """A part of a site, such as basement 2 or the east entrance."""

    id: Id
    name: Bilingual


class Checkpoint(Struct, frozen=True, kw_only=True):
    """A place to be visited, with the short code printed on its label.

    `latitude` and `longitude` in degrees (WGS 84), where somebody has said where it is.
    """

    id: Id
    code: ShortText
    name: Bilingual
    area: Id
    latitude: Degrees | None = None
    longitude: Degrees | None = None


class Equipment(Struct, frozen=True, kw_only=True):
    """A thing in the register (设备台账): its number, kind, area and since when it is in use."""

    id: Id
    number: ShortText
    name: Bilingual
    equipment_kind: ShortText
    area: Id
    in_use_since: LocalDate | None = None


class Places(Struct, frozen=True, kw_only=True):
    """Everything one site consists of; `zone` is its IANA time zone."""

    site: Id
    name: Bilingual
    zone: ShortText = "Asia/Shanghai"
    areas: tuple[Area, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    posts: tuple[Post, ...] = ()
    emergency: tuple[EmergencyNumber, ...] = ()


class PlacesPublished(Struct, frozen=True, kw_only=True, tag_field="kind", tag="places_published"):
    """A site's places were made known; record `places`, whose id is the site's."""

    places: Annotated[Places, latest()]
