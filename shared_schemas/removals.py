"""Removals: what was carted away, how much and by whom (清运登记)."""

from typing import Annotated, Literal

from msgspec import Struct

from shared_schemas.inspections import Decimals
from shared_schemas.policies import first, latest, union
from shared_schemas.primitives import Id, LongText, Milliseconds, Sha256, ShortText

WasteKind = Literal[
    "bulky", "construction", "grease", "hazardous", "household", "kitchen", "recyclable", "septic"
]
"""大件, 装修, 油污, 有害, 生活, 厨余, 可回收, 化粪池."""


class RemovalRegistered(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="removal_registered"
):
    """A load of rubbish left the site; record `removal`.

    Source: catalogue 3.1 (rubbish removal frequency, 垃圾清运频率).
    """

    site: Annotated[Id, first()]
    waste: Annotated[WasteKind, latest()]
    quantity: Annotated[Decimals, latest()]
    unit: Annotated[ShortText, latest()]
    removed_at: Annotated[Milliseconds, first()]
    hauler: Annotated[ShortText, latest()] = ""
    vehicle: Annotated[ShortText, latest()] = ""
    words: Annotated[LongText, latest()] = ""


class RemovalEvidenced(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="removal_evidenced"
):
    """A photo shows the load or its slip; record `removal`."""

    photo: Annotated[Sha256, union(field="evidence")]
