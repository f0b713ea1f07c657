"""Each trade's ways of handling what a check found, by the code that a plan names.

Source: decisions C05 to C07 (stages are steps of a workflow in the pack); rule S13 (the ladder).
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from backend.packs.sheets import read_sheet
from shared_schemas.primitives import Bilingual

SHEET = "workflows.yaml"


class Workflow(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who approves what a check found, who verifies its correction, and what may be one step.

    `approver` and `deputy` are codes of roles; an empty approver means that nothing is approved.
    `verifier` is the finder or the code of a role. `self_verified` (自验) lets one head do both,
    as some sources do.
    """

    code: str
    title: Bilingual
    approver: str = ""
    deputy: str = ""
    verifier: str = "finder"
    close_on_spot: bool = True
    self_verified: bool = False
    source: str = ""


class WorkflowSheet(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The workflows of one trade."""

    workflows: tuple[Workflow, ...]


def load_workflows(folder: Path) -> Mapping[str, Workflow]:
    """Give the workflows of all packs in a folder, by code; a pack without any is fine."""
    sheets = [
        read_sheet(path, path.relative_to(folder).as_posix(), WorkflowSheet)
        for path in sorted(folder.glob(f"*/{SHEET}"))
    ]
    return MappingProxyType({one.code: one for sheet in sheets for one in sheet.content.workflows})


WORKFLOWS: Mapping[str, Workflow] = load_workflows(Path(__file__).parent)
"""Keyed by the code that a plan and its findings carry."""
