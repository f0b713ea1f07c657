"""Says whether the parts of a pack fit together, and whether its worked cases come out.

Scoring lies upstairs, so whoever calls lends its two functions; nothing here knows how a score is
made.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, get_args

from backend.packs.documents import PlanTemplate, RoleCode, WorkedCase
from backend.packs.loader import Pack, read_pack
from backend.packs.sheets import PackProblem, Sheet, Steps
from shared_schemas.inspections import NEVER_IN_BULK, Checklist
from shared_schemas.scoring import Scheme

_CITATION = re.compile(r"^[SCG]\d{2}\b")
_HELD = "a source that starts with a row of the rules, such as S07, or not_in_source: true"


class Flaw(Protocol):
    """What a scheme check says of one mistake."""

    @property
    def path(self) -> Steps:
        """Where in the scheme."""

    @property
    def found(self) -> str:
        """What stands there."""

    @property
    def expected(self) -> str:
        """What should."""

    @property
    def remedy(self) -> str:
        """What to do."""


CheckScheme = Callable[[Scheme], Sequence[Flaw]]
RunCase = Callable[[Scheme, WorkedCase], Sequence[str]]


def check_pack(
    folder: Path, *, check_scheme: CheckScheme, run_case: RunCase
) -> tuple[PackProblem, ...]:
    """Name everything that is wrong with a pack; nothing when it may be used.

    Worked cases run only when all else holds, since their results would mean nothing.

    Source: decisions, Packs.
    """
    pack, problems = read_pack(folder)
    if pack is None:
        return problems
    problems = (
        *_check_head(pack, folder),
        *_check_words(pack),
        *_check_checklists(pack),
        *_check_workflows(pack),
        *_check_plans(pack),
        *_check_schemes(pack, check_scheme),
    )
    return problems or tuple(_check_cases(pack, run_case))


def _check_head(pack: Pack, folder: Path) -> Iterator[PackProblem]:
    sheet = pack.head_sheet
    if sheet.content.code != folder.name:
        yield sheet.problem(
            ("code",),
            found=sheet.content.code,
            expected=folder.name,
            remedy="Give the pack the name of its folder",
        )
    if not sheet.content.sources:
        yield sheet.problem(
            ("sources",),
            found="no source",
            expected="the rows of the rules that it rests on",
            remedy="Name at least one",
        )
    coded: tuple[Sheet[Checklist] | Sheet[Scheme], ...] = (
        *pack.checklist_sheets,
        *pack.scheme_sheets,
    )
    for file_sheet in coded:
        stem = Path(file_sheet.file).stem
        if file_sheet.content.code != stem:
            yield file_sheet.problem(
                ("code",),
                found=file_sheet.content.code,
                expected=stem,
                remedy="Give the file and its code the same name",
            )


def _check_words(pack: Pack) -> Iterator[PackProblem]:
    """Hold that whatever is shown in Chinese has its English beside it."""
    sheets: Iterable[Sheet[object] | None] = (
        pack.head_sheet,
        *pack.checklist_sheets,
        pack.plan_sheet,
        *pack.scheme_sheets,
    )
    for sheet in sheets:
        if sheet is None:
            continue
        for steps in _one_sided(sheet.tree, ()):
            yield sheet.problem(
                steps,
                found="words in one language only",
                expected="zh and en, both with words",
                remedy="Add what is missing",
            )


def _one_sided(tree: object, steps: Steps) -> Iterator[Steps]:
    if isinstance(tree, dict):
        if "zh" in tree and not (tree["zh"] and tree.get("en")):
            yield steps
        for key, value in tree.items():
            yield from _one_sided(value, (*steps, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from _one_sided(value, (*steps, number))


def _check_source(
    sheet: Sheet[object], steps: Steps, source: str, *, marked: bool
) -> Iterator[PackProblem]:
    """Hold that a value cites its rule, or says that no rule has it."""
    if source and not _CITATION.match(source):
        yield sheet.problem(
            (*steps, "source"),
            found=repr(source),
            expected=_HELD,
            remedy="Begin with the row: S07, C10 or G06",
        )
    if not source and not marked:
        yield sheet.problem(
            steps, found="neither", expected=_HELD, remedy="Cite the rule, or say that none has it"
        )


def _check_repeats(
    sheet: Sheet[object], codes: Iterable[tuple[str, Steps]]
) -> Iterator[PackProblem]:
    seen: set[str] = set()
    for code, steps in codes:
        if code in seen:
            yield sheet.problem(
                steps,
                found=f"{code} a second time",
                expected="a name of its own",
                remedy="Give it another name; answers are kept by it",
            )
        seen.add(code)


def _check_checklists(pack: Pack) -> Iterator[PackProblem]:
    indicators = _indicator_codes(pack.schemes)
    for sheet in pack.checklist_sheets:
        items = sheet.content.items
        if sheet.content.bulk and sheet.content.domain in NEVER_IN_BULK:
            yield sheet.problem(
                ("bulk",),
                found="bulk: true",
                expected=f"every item answered by itself in a checklist of {sheet.content.domain}",
                remedy="Take it out",
            )
        if not items:
            yield sheet.problem(
                ("items",), found="no item", expected="at least one item", remedy="Add an item"
            )
        yield from _check_repeats(
            sheet, ((item.id, ("items", n, "id")) for n, item in enumerate(items))
        )
        for number, item in enumerate(items):
            steps: Steps = ("items", number)
            yield from _check_source(sheet, steps, item.source, marked=item.not_in_source)
            if item.indicator and item.indicator not in indicators:
                yield sheet.problem(
                    (*steps, "indicator"),
                    found=item.indicator,
                    expected=f"one of {', '.join(sorted(indicators)) or 'no indicator at all'}",
                    remedy="Name an indicator of a scheme of this pack",
                )


def _check_plans(pack: Pack) -> Iterator[PackProblem]:
    sheet = pack.plan_sheet
    if sheet is None:
        return
    codes = ((plan.code, ("plans", n, "code")) for n, plan in enumerate(pack.plans))
    yield from _check_repeats(sheet, codes)
    for number, plan in enumerate(pack.plans):
        steps: Steps = ("plans", number)
        yield from _check_source(sheet, steps, plan.source, marked=plan.not_in_source)
        checklist = pack.find_checklist(plan.checklist)
        if checklist is None:
            yield sheet.problem(
                (*steps, "checklist"),
                found=plan.checklist,
                expected=f"one of {', '.join(one.code for one in pack.checklists)}",
                remedy="Name a checklist of this pack",
            )
        else:
            yield from _check_assessors(pack, sheet, steps, plan, checklist)
        if plan.opens == plan.closes:
            yield sheet.problem(
                (*steps, "closes"),
                found=plan.closes,
                expected=f"another hour than it opens, {plan.opens}",
                remedy="Write when the check must be finished",
            )
        if not plan.roles:
            yield sheet.problem(
                (*steps, "roles"),
                found="nobody",
                expected="at least one role",
                remedy="Name who may carry it out",
            )
        known = [one.code for one in pack.workflows]
        if plan.workflow and plan.workflow not in known:
            yield sheet.problem(
                (*steps, "workflow"),
                found=plan.workflow,
                expected=f"one of {', '.join(known) or 'none, for there is no workflows.yaml'}",
                remedy="Name a workflow of this pack",
            )


def _check_workflows(pack: Pack) -> Iterator[PackProblem]:
    """Hold that each step of a workflow names a role of the product, and no code comes twice.

    Source: decisions C05 to C07.
    """
    sheet = pack.workflow_sheet
    if sheet is None:
        return
    codes = ((one.code, ("workflows", n, "code")) for n, one in enumerate(pack.workflows))
    yield from _check_repeats(sheet, codes)
    for number, one in enumerate(pack.workflows):
        steps: Steps = ("workflows", number)
        yield from _check_source(sheet, steps, one.source, marked=False)
        for part, role in (
            ("approver", one.approver),
            ("deputy", one.deputy),
            ("verifier", "" if one.verifier == "finder" else one.verifier),
        ):
            if role and role not in get_args(RoleCode):
                yield sheet.problem(
                    (*steps, part),
                    found=role,
                    expected=f"one of {', '.join(get_args(RoleCode))}",
                    remedy="Name a role of the product",
                )


def _check_assessors(
    pack: Pack, sheet: Sheet[object], steps: Steps, plan: PlanTemplate, checklist: Checklist
) -> Iterator[PackProblem]:
    """Hold that only a scheme's assessor can cost anybody a point.

    Source: rule S07; decisions, Who finds, who pays.
    """
    if plan.use != "assessment":
        return
    fed = {item.indicator for item in checklist.items if item.indicator}
    for scheme in pack.schemes:
        strangers = set(plan.roles) - set(scheme.assessor_roles)
        if fed & _indicator_codes((scheme,)) and strangers:
            yield sheet.problem(
                (*steps, "roles"),
                found=", ".join(sorted(strangers)),
                expected=f"only {', '.join(scheme.assessor_roles)}, who assess by {scheme.code}",
                remedy="Change the roles, or make it a self_check",
            )


def _check_schemes(pack: Pack, check_scheme: CheckScheme) -> Iterator[PackProblem]:
    assessed = {plan.checklist for plan in pack.plans if plan.use == "assessment"}
    looked_at = {
        item.indicator
        for checklist in pack.checklists
        if checklist.code in assessed
        for item in checklist.items
    }
    for sheet in pack.scheme_sheets:
        scheme = sheet.content
        for flaw in check_scheme(scheme):
            yield sheet.problem(
                flaw.path,
                found=flaw.found,
                expected=flaw.expected,
                remedy=flaw.remedy[:1].upper() + flaw.remedy[1:],
            )
        yield from _check_source(sheet, ("source",), scheme.source, marked=False)
        yield from _check_roles(sheet)
        yield from _check_indicators(sheet, looked_at)


def _check_roles(sheet: Sheet[Scheme]) -> Iterator[PackProblem]:
    for number, role in enumerate(sheet.content.assessor_roles):
        if role not in get_args(RoleCode):
            yield sheet.problem(
                ("assessor_roles", number),
                found=role,
                expected=f"one of {', '.join(get_args(RoleCode))}",
                remedy="Name a role of the product",
            )


def _check_indicators(sheet: Sheet[Scheme], looked_at: set[str]) -> Iterator[PackProblem]:
    for number, source in enumerate(sheet.content.sources):
        for position, indicator in enumerate(source.indicators):
            steps: Steps = ("sources", number, "indicators", position)
            yield from _check_source(sheet, steps, indicator.source, marked=indicator.not_in_source)
            if indicator.code not in looked_at:
                yield sheet.problem(
                    (*steps, "code"),
                    found=f"{indicator.code}, which no assessment looks at",
                    expected="an item for it in a checklist of an assessment plan",
                    remedy="Add the item, or it always keeps its full points",
                )


def _indicator_codes(schemes: Iterable[Scheme]) -> set[str]:
    return {line.code for one in schemes for source in one.sources for line in source.indicators}


def _check_cases(pack: Pack, run_case: RunCase) -> Iterator[PackProblem]:
    for sheet in pack.case_sheets:
        named = sheet.content
        scheme = pack.find_scheme(named.scheme, named.version)
        if scheme is None:
            yield sheet.problem(
                ("方案",),
                found=f"{named.scheme} version {named.version}",
                expected="a scheme version of this pack",
                remedy="Correct the name or the version",
            )
            continue
        for number, case in enumerate(named.cases):
            for difference in run_case(scheme, case):
                yield sheet.problem(
                    ("案例", number),
                    found=difference,
                    expected=f"what the case says ({case.name})",
                    remedy="Mend the scheme or, if the trade agrees, the case",
                )
