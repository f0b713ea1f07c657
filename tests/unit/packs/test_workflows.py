"""Every shipped way of handling findings names roles that may do what it asks of them."""

from pathlib import Path

import pytest

from backend.directory.rights import ROLES
from backend.packs.workflows import WORKFLOWS, Workflow, load_workflows


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS.keys())
def test_roles_that_a_workflow_names_may_approve_and_verify(workflow: Workflow) -> None:
    for role in filter(None, (workflow.approver, workflow.deputy)):
        assert "approve_check" in ROLES[role].rights
    if workflow.verifier != "finder":
        assert "verify_correction" in ROLES[workflow.verifier].rights


def test_workflow_of_the_ladder_is_shipped() -> None:
    assert any(one.source.startswith("S13") and one.approver for one in WORKFLOWS.values())


def test_folder_of_packs_without_any_workflow_gives_none(tmp_path: Path) -> None:
    (tmp_path / "a trade").mkdir()
    assert load_workflows(tmp_path) == {}
