"""Values of any shape that travels, made by Hypothesis from what the shape itself declares."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import Struct

STRANGE: tuple[Any, ...] = (
    None,
    True,
    -1,
    2**53,
    2**63,
    10**30,
    0.5,
    "",
    "\x00",
    "x" * 10_000,
    "👷‍♀️🔥" * 50,
    "\u202eمرحبا بالعالم\u202c",
    "'; DROP TABLE rounds; --",
    "2026-02-30",
    "9999-12-31",
    "RR1.e30.",
    "#/scan/7KQ2M9XD.1.x",
    [],
    {},
    [[[[]]]],
    {"kind": "round_started"},
)
"""What no form of ours would give, and a hostile or broken phone may."""


def bodies_of(body: type[Struct]) -> st.SearchStrategy[dict[str, Any]]:
    """Give bodies of an operation as they travel, every one well made."""
    [named], parts = msgspec.json.schema_components([body])
    return _value(named, parts)


def spoiled(bodies: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Give bodies in which something, at any depth, is something else or is left out."""
    return st.tuples(bodies, st.randoms(use_true_random=False)).map(
        lambda drawn: _spoil(drawn[0], drawn[1])
    )


def _spoil(body: Any, dice: Any) -> Any:
    if isinstance(body, list) and body and dice.random() < 0.8:
        place = dice.randrange(len(body))
        return [_spoil(one, dice) if at == place else one for at, one in enumerate(body)]
    names = sorted(body) if isinstance(body, dict) else []
    names = [name for name in names if name != "kind"]
    if not names or (dice.random() < 0.1):
        return dice.choice(STRANGE)
    name = dice.choice(names)
    if dice.random() < 0.1:
        return {one: value for one, value in body.items() if one != name}
    return {**body, name: _spoil(body[name], dice)}


def _value(shape: Any, parts: Any) -> st.SearchStrategy[Any]:
    if "$ref" in shape:
        return _object(parts[shape["$ref"].rpartition("/")[2]], parts)
    if "anyOf" in shape:
        return st.one_of(*(_value(one, parts) for one in shape["anyOf"]))
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    return _plain(shape, parts)


def _plain(shape: Any, parts: Any) -> st.SearchStrategy[Any]:
    """Give values of a shape that names its type; a new type fails here until it is told of."""
    kinds = {
        "string": lambda: _text(shape),
        "integer": lambda: st.integers(shape.get("minimum", -(2**53)), shape.get("maximum", 2**53)),
        "boolean": st.booleans,
        "null": st.none,
        "array": lambda: st.lists(
            _value(shape["items"], parts), min_size=shape.get("minItems", 0), max_size=3
        ),
        "object": lambda: _object(shape, parts),
    }
    return kinds[shape["type"]]()


def _text(shape: Any) -> st.SearchStrategy[str]:
    if "pattern" in shape:
        return st.from_regex(shape["pattern"], fullmatch=True)
    letters = st.characters(exclude_categories=("Cs",))
    return st.text(letters, max_size=min(shape.get("maxLength", 60), 60))


def _object(shape: Any, parts: Any) -> st.SearchStrategy[dict[str, Any]]:
    required = set(shape.get("required", ()))
    values = {name: _value(one, parts) for name, one in shape.get("properties", {}).items()}
    return st.fixed_dictionaries(
        {name: one for name, one in values.items() if name in required},
        optional={name: one for name, one in values.items() if name not in required},
    )
