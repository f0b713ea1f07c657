"""Reads the folder of a pack: head, checklists, plans, schemes and worked cases.

It reads and refuses; whether the parts fit together is for the check.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from backend.packs.documents import CaseSheet, PackHead, PlanSheet, PlanTemplate
from backend.packs.sheets import PackBrokenError, PackProblem, Sheet, read_sheet
from backend.packs.workflows import Workflow, WorkflowSheet
from shared_schemas.inspections import Checklist
from shared_schemas.problems import ProblemError
from shared_schemas.scoring import Scheme

T = TypeVar("T")

PACKS_FOLDER = Path(__file__).parent
"""Where the packs lie that come with the product."""

_HEAD = "pack.yaml"
_PLANS = "plans.yaml"
_WORKFLOWS = "workflows.yaml"
_FOLDERS = ("checklists", "schemes", "cases")


class Pack(Struct, frozen=True, kw_only=True):
    """A pack as read, each file with its lines; in order of file name."""

    head_sheet: Sheet[PackHead]
    checklist_sheets: tuple[Sheet[Checklist], ...]
    plan_sheet: Sheet[PlanSheet] | None
    workflow_sheet: Sheet[WorkflowSheet] | None
    scheme_sheets: tuple[Sheet[Scheme], ...]
    case_sheets: tuple[Sheet[CaseSheet], ...]

    @property
    def head(self) -> PackHead:
        """Which trade it serves and which rules it rests on."""
        return self.head_sheet.content

    @property
    def checklists(self) -> tuple[Checklist, ...]:
        """Its checklists, by code."""
        return tuple(sheet.content for sheet in self.checklist_sheets)

    @property
    def plans(self) -> tuple[PlanTemplate, ...]:
        """Its plan templates, in the order written."""
        return self.plan_sheet.content.plans if self.plan_sheet else ()

    @property
    def workflows(self) -> tuple[Workflow, ...]:
        """Its ways of handling what is found, in the order written."""
        return self.workflow_sheet.content.workflows if self.workflow_sheet else ()

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """Its scheme versions, by code."""
        return tuple(sheet.content for sheet in self.scheme_sheets)

    def find_checklist(self, code: str) -> Checklist | None:
        """Give the checklist of that code, or nothing."""
        return next((one for one in self.checklists if one.code == code), None)

    def find_scheme(self, code: str, version: int) -> Scheme | None:
        """Give the version of the scheme of that code, or nothing."""
        return next(
            (one for one in self.schemes if (one.code, one.version) == (code, version)), None
        )


class _Reading:
    """Reads file after file and keeps every mistake, so that one run shows them all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[PackProblem] = []

    def read(self, path: Path, shape: type[T]) -> Sheet[T] | None:
        name = f"{self.folder.name}/{path.relative_to(self.folder).as_posix()}"
        try:
            return read_sheet(path, name, shape)
        except PackBrokenError as error:
            self.problems.append(error.problem)
            return None

    def read_folder(self, part: str, shape: type[T]) -> tuple[Sheet[T], ...]:
        sheets = (self.read(path, shape) for path in sorted((self.folder / part).glob("*.yaml")))
        return tuple(sheet for sheet in sheets if sheet is not None)


def read_pack(folder: Path) -> tuple[Pack | None, tuple[PackProblem, ...]]:
    """Read a pack and name every file that cannot be read; no pack when there is one."""
    reading = _Reading(folder)
    reading.problems += _strangers(folder)
    if not (folder / _HEAD).is_file():
        reading.problems.append(_no_head(folder))
        return None, tuple(reading.problems)
    head = reading.read(folder / _HEAD, PackHead)
    checklists = reading.read_folder("checklists", Checklist)
    plans = reading.read(folder / _PLANS, PlanSheet) if (folder / _PLANS).is_file() else None
    flows = folder / _WORKFLOWS
    workflows = reading.read(flows, WorkflowSheet) if flows.is_file() else None
    schemes = reading.read_folder("schemes", Scheme)
    cases = reading.read_folder("cases", CaseSheet)
    if head is None or reading.problems:
        return None, tuple(reading.problems)
    pack = Pack(
        head_sheet=head,
        checklist_sheets=checklists,
        plan_sheet=plans,
        workflow_sheet=workflows,
        scheme_sheets=schemes,
        case_sheets=cases,
    )
    return pack, ()


def load_pack(folder: Path) -> Pack:
    """Give the pack in a folder, for setting up an organisation of its trade.

    Raises: pack_broken with file, line, what was found and expected, and the remedy.
    """
    pack, problems = read_pack(folder)
    if pack is None:
        first = problems[0]
        raise ProblemError(
            "pack_broken",
            file=first.file,
            line=first.line,
            found=first.found,
            expected=first.expected,
            remedy=first.remedy,
        )
    return pack


def shipped_packs() -> tuple[Path, ...]:
    """Give the folders of the packs that come with the product, by name."""
    return tuple(sorted(path.parent for path in PACKS_FOLDER.glob(f"*/{_HEAD}")))


def _no_head(folder: Path) -> PackProblem:
    return PackProblem(
        file=f"{folder.name}/{_HEAD}",
        line=1,
        found="no file" if folder.is_dir() else "no such folder",
        expected="a folder with pack.yaml",
        remedy="Give the folder of a pack",
    )


def _strangers(folder: Path) -> Iterator[PackProblem]:
    """Name YAML files that nobody would read, since they lie elsewhere or end otherwise."""
    for path in sorted(folder.rglob("*.y*ml")):
        inside = path.relative_to(folder)
        known = inside.as_posix() in {_HEAD, _PLANS, _WORKFLOWS} or (
            len(inside.parts) == 2  # noqa: PLR2004 - a folder and a file in it
            and inside.parts[0] in _FOLDERS
            and path.suffix == ".yaml"
        )
        if not known:
            yield PackProblem(
                file=f"{folder.name}/{inside.as_posix()}",
                line=1,
                found="a file that no part of a pack reads",
                expected=f"{_HEAD}, {_PLANS}, {_WORKFLOWS}, or .yaml in {', '.join(_FOLDERS)}",
                remedy="Move or rename it",
            )
