"""Write what travels as TypeScript, so that phone and server can never disagree about it.

`python -m shared_schemas.export` writes `pwa/src/schemas.gen.ts`: the types of every message and
operation, and the tables of kinds, lifecycles and problems. It must never decide anything itself.
"""

import importlib
import inspect
import json
import pkgutil
import sys
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import msgspec
from msgspec import Struct

import shared_schemas
from shared_schemas.inspections import NEVER_IN_BULK
from shared_schemas.operations import KINDS, LIFECYCLES, RECORD_KINDS, Kind
from shared_schemas.policies import POLICIES
from shared_schemas.problems import CODES, problem
from shared_schemas.sync import OLDEST_SERVED, PHOTO_LIMIT, WIRE_VERSION

TARGET = Path(__file__).resolve().parent.parent / "pwa" / "src" / "schemas.gen.ts"

_HEAD = """\
// Written by shared_schemas/export.py; never edited by hand.
/* eslint-disable */
"""

_KIND_RULE = """\
/** What one kind of operation is: its record, whether it moves the state, its writes. */
export interface KindRule {
  record_kind: string
  move: boolean
  by_people: boolean
  writes: readonly Required<Write>[]
}
"""

_LIFECYCLE_RULE = """\
/** The states that records of one kind pass through. */
export interface LifecycleRule {
  initial: string
  moves: readonly Required<Move>[]
}
"""

_PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}

Schema = Mapping[str, Any]


def render() -> str:
    """Give the whole TypeScript file as text; the same shapes always give the same text."""
    parts = [_HEAD, *_render_aliases(), *_render_structs(), _render_bodies(), *_render_tables()]
    return "\n".join(parts)


def find_structs() -> list[type[Struct]]:
    """List every shape that travels, by name; private ones and the table of kinds stay here."""
    found: dict[str, type[Struct]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if not isinstance(value, type) or not issubclass(value, Struct):
                continue
            if value.__module__ != module.__name__ or name.startswith("_") or value is Kind:
                continue
            if found.setdefault(name, value) is not value:
                message = f"two shapes are called {name}; phones know only one name space"
                raise ValueError(message)
    return [found[name] for name in sorted(found)]


def _modules() -> list[ModuleType]:
    names = sorted(one.name for one in pkgutil.iter_modules(shared_schemas.__path__))
    return [importlib.import_module(f"shared_schemas.{name}") for name in names if name != "export"]


def _render_aliases() -> list[str]:
    """Write the closed lists of words, such as what an answer may be."""
    aliases: dict[str, str] = {}
    for module in _modules():
        for name, value in vars(module).items():
            if not name.startswith("_") and typing.get_origin(value) is Literal:
                words = " | ".join(_quote(word) for word in sorted(typing.get_args(value)))
                aliases[name] = f"export type {name} = {words}\n"
    return [aliases[name] for name in sorted(aliases)]


def _render_structs() -> list[str]:
    structs = find_structs()
    _, components = msgspec.json.schema_components(structs)
    return [_render_struct(name, components[name]) for name in sorted(components)]


def _render_struct(name: str, schema: Schema) -> str:
    required = set(schema.get("required", ()))
    lines = [*_comment(schema.get("description", "")), f"export interface {name} {{"]
    for field, rule in schema.get("properties", {}).items():
        optional = "" if field in required else "?"
        lines.append(f"  {field}{optional}: {_type(rule)}")
    lines.append("}\n")
    return "\n".join(lines)


def _type(rule: Schema) -> str:  # noqa: PLR0911  one return per form of JSON schema
    if "$ref" in rule:
        return str(rule["$ref"]).rsplit("/", 1)[-1]
    if "const" in rule:
        return _quote(rule["const"])
    if "enum" in rule:
        return " | ".join(_quote(value) for value in rule["enum"])
    if "anyOf" in rule:
        return " | ".join(_type(one) for one in rule["anyOf"])
    kind = rule.get("type")
    if kind == "array":
        return _array_type(rule)
    if kind == "object":
        return f"Record<string, {_type(rule.get('additionalProperties', {}))}>"
    if kind is None:
        return "unknown"
    return _PRIMITIVES[kind]


def _array_type(rule: Schema) -> str:
    item = _type(rule.get("items", {}))
    return f"({item})[]" if " " in item else f"{item}[]"


def _render_bodies() -> str:
    names = sorted(kind.body.__name__ for kind in KINDS.values())
    union = "\n".join(f"  | {name}" for name in names)
    return (
        "/** The body of any operation; its `kind` tells which. */\n"
        f"export type OperationBody =\n{union}\n"
    )


def _render_tables() -> list[str]:
    kinds = {
        name: {
            "record_kind": kind.record_kind,
            "move": kind.move,
            "by_people": kind.by_people,
            "writes": [msgspec.to_builtins(write) for write in kind.writes],
        }
        for name, kind in sorted(KINDS.items())
    }
    lifecycles = {name: msgspec.to_builtins(one) for name, one in sorted(LIFECYCLES.items())}
    problems = {code: _problem_row(code) for code in sorted(CODES)}
    return [
        _KIND_RULE,
        _LIFECYCLE_RULE,
        _table("KINDS", "Readonly<Record<string, KindRule>>", kinds),
        _table("LIFECYCLES", "Readonly<Record<string, LifecycleRule>>", lifecycles),
        "export type ProblemRow = Omit<Problem, 'code' | 'details'>\n",
        _table("PROBLEMS", "Readonly<Record<string, ProblemRow>>", problems),
        _table("RECORD_KINDS", "readonly string[]", list(RECORD_KINDS)),
        _table("POLICIES", "readonly Policy[]", list(POLICIES)),
        f"export const WIRE_VERSION = {WIRE_VERSION}\n",
        f"export const OLDEST_SERVED = {OLDEST_SERVED}\n",
        f"export const PHOTO_LIMIT = {PHOTO_LIMIT}\n",
        _table("NEVER_IN_BULK", "readonly ChecklistDomain[]", sorted(NEVER_IN_BULK)),
    ]


def _problem_row(code: str) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.to_builtins(problem(code))
    return {name: value for name, value in row.items() if name not in {"code", "details"}}


def _table(name: str, declared: str, value: Any) -> str:
    return f"export const {name}: {declared} = {_pretty(value)}\n"


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _quote(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> Iterable[str]:
    lines = inspect.cleandoc(text.replace("*/", "* /")).splitlines()
    if not lines:
        return []
    return ["/**", *(f" * {line}".rstrip() for line in lines), " */"]


def main() -> None:
    """Write the file, or with `--check` say by the exit code whether it is fresh."""
    text = render()
    fresh = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
    if "--check" in sys.argv[1:]:
        sys.exit(0 if fresh else "pwa/src/schemas.gen.ts is stale: python -m shared_schemas.export")
    if not fresh:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
