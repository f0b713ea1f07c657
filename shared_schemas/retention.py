"""Retention: what people wrote and photographed is taken out again, what was found remains.

A verdict, a time, an author is the audit trail and stays; words and pictures may have to go,
because their time is over or because somebody is in them who must not be.
"""

from typing import Annotated, Any, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from shared_schemas.policies import append
from shared_schemas.primitives import LongText

REMOVED = "［已移除］[removed]"
"""What stands in the place of words that were taken out; in both languages, for it is data."""

REDACTABLE = frozenset({"nonconformity", "round", "task"})
"""Kinds of record whose operations carry people's own words and photos; what is published never
changes, and decisions name what they decided between."""

OneLine = Annotated[str, Meta(min_length=1, max_length=200)]


class OperationRedacted(
    Struct, frozen=True, kw_only=True, tag_field="kind", tag="operation_redacted"
):
    """Words and photos of one operation were taken out for good; any record.

    The record names the operation, so that the phone that recorded it can forget its own copy.

    Source: sync design, section 1 (record); SPEC LO6.
    """

    operation: Annotated[str, Meta(min_length=1, max_length=200), append(field="redacted")]
    reason: OneLine


def words_of(body: type[Struct]) -> tuple[str, ...]:
    """Name the fields of a body that hold people's own words.

    >>> from shared_schemas.inspections import ItemNoted
    >>> words_of(ItemNoted)
    ('note',)
    """
    hints = get_type_hints(body, include_extras=True)
    return tuple(name for name, hint in hints.items() if _is_long(hint))


def clear_nested(body: type[Struct], plain: dict[str, Any]) -> dict[str, Any]:
    """Give a body without the words that stand deeper in it, such as those of a confirmation.

    >>> from shared_schemas.inspections import ItemDisputed
    >>> told = {"item": "1", "dispute": {"name": "周", "words": "当时正在清洁"}}
    >>> clear_nested(ItemDisputed, told)["dispute"] == {"name": "周", "words": REMOVED}
    True
    """
    hints = get_type_hints(body, include_extras=True)
    return {name: _cleared(hints.get(name), value) for name, value in plain.items()}


def _cleared(hint: Any, value: Any) -> Any:
    if isinstance(value, list):
        return [_cleared(hint, each) for each in value]
    inner = _struct_in(hint)
    if inner is None or not isinstance(value, dict):
        return value
    words = words_of(inner)
    kept = clear_nested(inner, value)
    return {name: REMOVED if name in words and said else said for name, said in kept.items()}


def _struct_in(hint: Any) -> type[Struct] | None:
    if isinstance(hint, type) and issubclass(hint, Struct):
        return hint
    return next((found for part in get_args(hint) if (found := _struct_in(part))), None)


_LONG = {meta.max_length for meta in get_args(LongText) if isinstance(meta, Meta)}


def _is_long(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        base, *metas = get_args(hint)
        return base is str and any(
            isinstance(meta, Meta) and meta.max_length in _LONG for meta in metas
        )
    return any(_is_long(part) for part in get_args(hint))
