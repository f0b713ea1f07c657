"""One YAML file of a pack, read strictly: every mistake is named with its line and its remedy.

Only plain YAML is taken: no tags, no anchors, no key twice, and dates, hours and decimals stay the
text that was written, so nothing is guessed.
"""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

import msgspec
import yaml
from msgspec import Struct, inspect

T = TypeVar("T")
ContentT_co = TypeVar("ContentT_co", covariant=True)
Steps = tuple[str | int, ...]

_WHOLE_NUMBER = re.compile(r"^-?(0|[1-9]\d*)$")
_MESSAGE = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<steps>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_MISSING = re.compile(r"missing required field `([^`]+)`")
_KINDS: dict[type[inspect.Type], tuple[str, str]] = {
    inspect.IntType: ("a whole number", "Write digits only, without quotes"),
    inspect.DecimalType: ("a decimal number", "Write it with a point, such as 0.5"),
    inspect.BoolType: ("true or false", "Write true or false, without quotes"),
    inspect.VarTupleType: ("a list", "Start a line with - for each of them"),
    inspect.StructType: ("a mapping", "Write its names with their values, one in a line"),
    inspect.NoneType: ("nothing", "Leave it out"),
}
"""How each kind of value is called in messages, and what to do where another kind stands."""
_SHORTCUTS = (yaml.TagToken, yaml.AnchorToken, yaml.AliasToken)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "": None}


class PackProblem(Struct, frozen=True, kw_only=True):
    """One mistake in a pack: file and line, what stands there, what was expected, what to do."""

    file: str
    line: int
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        """Say it in one line, as a person at the terminal reads it."""
        return (
            f"{self.file}:{self.line}: found {self.found}; expected {self.expected}. {self.remedy}."
        )


class PackBrokenError(Exception):
    """Raised inside the packs' room with the first mistake of a file."""

    def __init__(self, problem: PackProblem) -> None:
        """Carry the mistake."""
        self.problem = problem
        super().__init__(str(problem))


class Sheet(Struct, Generic[ContentT_co], frozen=True, kw_only=True):
    """A file that was read: what it says, and on which line it says each thing.

    `lines` is keyed by the steps from the top: names in mappings, numbers in lists.
    """

    file: str
    content: ContentT_co
    tree: object
    lines: Mapping[Steps, int]

    def line_of(self, steps: Steps) -> int:
        """Give the line of a place in the file, or of the nearest thing around it."""
        for length in range(len(steps), -1, -1):
            line = self.lines.get(steps[:length])
            if line is not None:
                return line
        return 1

    def problem(self, steps: Steps, *, found: str, expected: str, remedy: str) -> PackProblem:
        """Name a mistake at a place of this file."""
        return PackProblem(
            file=self.file,
            line=self.line_of(steps),
            found=found,
            expected=expected,
            remedy=remedy,
        )


def read_sheet(path: Path, name: str, shape: type[T]) -> Sheet[T]:
    """Read one file of a pack into its shape, refusing whatever is not exactly that.

    `name` is how messages call the file. Raises PackBrokenError with the first mistake.

    Source: decisions, Packs (a broken pack file is refused with file, line, what was expected).
    """
    lines: dict[Steps, int] = {}
    tree = _Plain(name, lines).read(_compose(path, name))
    sheet: Sheet[object] = Sheet(file=name, content=tree, tree=tree, lines=lines)
    for steps, key, known in _unknown_keys(tree, inspect.type_info(shape), ()):
        raise PackBrokenError(_unknown_key(sheet, steps, key, known))
    try:
        content = msgspec.convert(tree, shape, strict=True)
    except msgspec.ValidationError as error:
        raise PackBrokenError(_wrong_value(sheet, shape, str(error))) from error
    return Sheet(file=name, content=content, tree=tree, lines=lines)


def _compose(path: Path, name: str) -> yaml.Node:
    """Parse a file into YAML nodes, which still know their lines."""
    try:
        text = path.read_text(encoding="utf-8")
        _refuse_shortcuts(text, name)
        node: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
    except UnicodeDecodeError as error:
        remedy = "Save the file as UTF-8"
        raise _broken(name, 1, "bytes that are not UTF-8", "text in UTF-8", remedy) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        found = f"something that is not YAML ({error.problem})"
        remedy = "Look at the indentation and the quotes there"
        raise _broken(name, line, found, "YAML", remedy) from error
    except yaml.YAMLError as error:
        found = "a character that YAML does not allow"
        raise _broken(name, 1, found, "YAML", "Take the control characters out") from error
    if node is None:
        raise _broken(name, 1, "nothing", "a mapping", "Fill the file or delete it")
    return node


def _refuse_shortcuts(text: str, name: str) -> None:
    """Refuse tags, anchors and aliases: what a line means must stand in that line."""
    for token in yaml.scan(text, yaml.SafeLoader):
        if isinstance(token, _SHORTCUTS):
            line = token.start_mark.line + 1
            word = "".join(token.value) if isinstance(token.value, tuple) else token.value
            found = f"the {type(token).__name__.removesuffix('Token').lower()} {word}"
            raise _broken(name, line, found, "the value itself", "Write the value out")


def _broken(name: str, line: int, found: str, expected: str, remedy: str) -> PackBrokenError:
    return PackBrokenError(
        PackProblem(file=name, line=line, found=found, expected=expected, remedy=remedy)
    )


class _Plain:
    """Turns YAML nodes into plain values and writes down the line of each."""

    def __init__(self, name: str, lines: dict[Steps, int]) -> None:
        self._name = name
        self._lines = lines

    def read(self, node: yaml.Node, steps: Steps = ()) -> object:
        self._lines.setdefault(steps, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, steps)
        if isinstance(node, yaml.SequenceNode):
            return [self.read(child, (*steps, n)) for n, child in enumerate(node.value)]
        quoted = isinstance(node, yaml.ScalarNode) and node.style is not None
        return node.value if quoted else _plain_word(node.value)

    def _read_mapping(self, node: yaml.MappingNode, steps: Steps) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str) or key == "<<":
                found = "a key that is not a word"
                raise _broken(self._name, line, found, "a word", "Write a plain name")
            if key in result:
                found, remedy = f"{key} a second time", "Delete one of the two"
                raise _broken(self._name, line, found, "each key once", remedy)
            self._lines[*steps, key] = line
            result[key] = self.read(value_node, (*steps, key))
        return result


def _plain_word(text: str) -> object:
    """Read an unquoted word: true, false, null and whole numbers; all else stays text.

    YAML's own guesses would make 22:00 a number and 2026-06-30 a date.
    """
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _WHOLE_NUMBER.match(text) else text


def _unknown_keys(
    tree: object, shape: inspect.Type, steps: Steps
) -> Iterator[tuple[Steps, str, tuple[str, ...]]]:
    """Name the keys that a shape does not have; the wire would skip them, a pack must not."""
    for part in _parts(shape):
        if isinstance(part, inspect.StructType) and isinstance(tree, dict):
            fields = {field.encode_name: field.type for field in part.fields}
            for key, value in tree.items():
                if key not in fields:
                    yield (*steps, key), key, tuple(fields)
                else:
                    yield from _unknown_keys(value, fields[key], (*steps, key))
        if isinstance(part, inspect.VarTupleType) and isinstance(tree, list):
            for number, value in enumerate(tree):
                yield from _unknown_keys(value, part.item_type, (*steps, number))


def _parts(shape: inspect.Type) -> tuple[inspect.Type, ...]:
    if isinstance(shape, inspect.Metadata):
        return _parts(shape.type)
    return shape.types if isinstance(shape, inspect.UnionType) else (shape,)


def _unknown_key(
    sheet: Sheet[object], steps: Steps, key: str, known: tuple[str, ...]
) -> PackProblem:
    close = difflib.get_close_matches(key, known, n=1)
    return sheet.problem(
        steps,
        found=f"the key {key}",
        expected=f"one of {', '.join(known)}",
        remedy=f"Did you mean {close[0]}" if close else "Take it out or correct its name",
    )


def _wrong_value(sheet: Sheet[object], shape: type, message: str) -> PackProblem:
    """Turn a decoder's message into a mistake with line, expectation and remedy."""
    match = _MESSAGE.match(message)
    what, path = (match["what"], match["steps"] or "") if match else (message, "")
    steps: Steps = tuple(name or int(number) for name, number in _STEP.findall(path))
    missing = _MISSING.search(what)
    if missing:
        return sheet.problem(
            steps,
            found=f"no {missing[1]}",
            expected=f"{missing[1]}: {_describe(_type_at(shape, (*steps, missing[1])))}",
            remedy=f"Add {missing[1]} here",
        )
    wanted = _type_at(shape, steps)
    value = _value_at(sheet.tree, steps)
    return sheet.problem(
        steps, found=_shorten(value), expected=_describe(wanted), remedy=_remedy(wanted, value)
    )


def _value_at(tree: object, steps: Steps) -> object:
    for step in steps:
        if isinstance(tree, dict):
            tree = tree.get(step)
        elif isinstance(tree, list) and isinstance(step, int):
            tree = tree[step]
    return tree


def _shorten(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(value)


def _type_at(shape: type, steps: Steps) -> inspect.Type:
    """Give the type that stands at a place of a shape."""
    found: inspect.Type = inspect.type_info(shape)
    for step in steps:
        for part in _parts(found):
            if isinstance(part, inspect.StructType):
                found = next(field.type for field in part.fields if field.encode_name == step)
                break
            if isinstance(part, inspect.VarTupleType):
                found = part.item_type
                break
    return found


def _describe(shape: inspect.Type) -> str:
    """Say in words what a value may be."""
    return " or ".join(_describe_part(part) for part in _choices(shape))


def _choices(shape: inspect.Type) -> tuple[inspect.Type, ...]:
    """Give the kinds of value that may stand in a place, each with its description."""
    return shape.types if isinstance(shape, inspect.UnionType) else (shape,)


def _describe_part(part: inspect.Type) -> str:
    if isinstance(part, inspect.Metadata):
        described = (part.extra_json_schema or {}).get("description")
        return str(described) if described else _describe(part.type)
    if isinstance(part, inspect.LiteralType):
        return "one of " + ", ".join(str(value) or "nothing" for value in part.values)
    if isinstance(part, inspect.StrType):
        return f"text of at most {part.max_length} characters" if part.max_length else "text"
    if isinstance(part, inspect.StructType):
        names = (field.encode_name for field in part.fields if field.required)
        return f"a mapping with {', '.join(names)}"
    return _KINDS.get(type(part), ("another kind of value", ""))[0]


def _remedy(wanted: inspect.Type, value: object) -> str:
    """Say what to write instead; the nearest word where words are given."""
    parts = _parts(wanted)
    words = [
        str(word)
        for part in parts
        if isinstance(part, inspect.LiteralType)
        for word in part.values
        if word
    ]
    if words:
        close = difflib.get_close_matches(str(value), words, n=1)
        return f"Did you mean {close[0]}" if close else "Choose one of them"
    if any(isinstance(part, inspect.StrType) for part in parts):
        return "Shorten or correct it" if isinstance(value, str) else "Put it in quotes"
    return next((_KINDS[type(part)][1] for part in parts if type(part) in _KINDS), "Correct it")
