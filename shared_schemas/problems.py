"""Every way in which a request or an operation can fail, in one place.

A problem is for the person who meets it: what is wrong and what to do next. The same codes travel
as RFC 9457 problem documents and inside the outcome of a held operation.
"""

from typing import Any

from msgspec import Struct, field


class Problem(Struct, frozen=True, kw_only=True):
    """What went wrong, as it travels: a code, both languages, and the next step.

    `details` are values named in the words (limits, ids); never a person's own words.
    """

    code: str
    status: int
    title_zh: str
    title_en: str
    next_zh: str
    next_en: str
    details: dict[str, str | int] = field(default_factory=dict)


class _Row(Struct, frozen=True):
    status: int
    title_zh: str
    title_en: str
    next_zh: str
    next_en: str


_ROWS: dict[str, _Row] = {
    # Requests
    "json_malformed": _Row(
        400,
        "内容不是有效的 JSON",
        "The body is not valid JSON",
        "记录仍在手机上，请更新应用后重试",
        "The work is still on the phone; update the app and retry",
    ),
    "request_invalid": _Row(
        400,
        "请求缺少内容或格式不对",
        "The request lacks something or has the wrong form",
        "请更新应用后重试",
        "Update the app and retry",
    ),
    "sign_in_needed": _Row(
        401,
        "登录已过期",
        "You are signed out",
        "请重新登录，未上传的记录都还在",
        "Sign in again; nothing unsent is lost",
    ),
    "shut_out": _Row(
        401,
        "办公室已停用这个账号或这台手机",
        "The office has shut out this account or this phone",
        "未上传的记录都还在本机，请联系办公室",
        "Unsent work stays on this phone; ask the office",
    ),
    "sign_in_failed": _Row(
        401,
        "账号或密码不对",
        "The user name or password is wrong",
        "请检查后再试，或请办公室重设密码",
        "Check and try again, or ask the office for a new password",
    ),
    "password_change_needed": _Row(
        403,
        "请先修改初始密码",
        "The first password must be changed",
        "请在登录页设置新密码",
        "Set a new password on the sign-in page",
    ),
    "csrf_failed": _Row(
        403,
        "安全校验未通过",
        "The security check failed",
        "请重新打开页面再试",
        "Open the page again and retry",
    ),
    "not_allowed": _Row(
        403,
        "没有这项权限",
        "You do not have the right to do this",
        "如需办理，请联系办公室",
        "Ask the office if you should have it",
    ),
    "not_found": _Row(
        404,
        "没有找到",
        "Not found",
        "可能已移走或不属于您的项目",
        "It may have moved or is not in your sites",
    ),
    "method_not_allowed": _Row(
        405,
        "不支持这种操作方式",
        "This method is not supported here",
        "请更新应用后重试",
        "Update the app and retry",
    ),
    "conflict": _Row(
        409,
        "与现有内容冲突",
        "It clashes with what is already there",
        "请刷新后再试",
        "Reload and try again",
    ),
    "too_large": _Row(
        413,
        "内容太大",
        "The body is too large",
        "应用会分成小份再传",
        "The app will send it in smaller parts",
    ),
    "media_type_unsupported": _Row(
        415,
        "不支持这种文件",
        "This kind of file is not supported",
        "请用 JPEG、PNG 或 WebP 照片",
        "Use a JPEG, PNG or WebP photo",
    ),
    "hash_mismatch": _Row(
        422,
        "照片内容与登记的不一致",
        "The photo is not the one that was declared",
        "照片仍在手机上，应用会重新上传",
        "The photo is still on the phone; the app sends it again",
    ),
    "upload_offset_wrong": _Row(
        409,
        "上传的位置对不上",
        "The upload goes on from another place",
        "照片仍在手机上，应用会从断开的地方接着传",
        "The photo is still on the phone; the app goes on from where it was cut",
    ),
    "upload_version_unknown": _Row(
        412,
        "服务器不认识这种上传方式",
        "The server does not know this way of uploading",
        "照片仍在手机上，请更新应用后重试",
        "The photo is still on the phone; update the app and retry",
    ),
    "too_many_requests": _Row(
        429,
        "请求太频繁",
        "Too many requests",
        "请稍候再试，记录不会丢失",
        "Wait a little; nothing is lost",
    ),
    "wire_too_new": _Row(
        409,
        "手机应用比服务器新",
        "The app is newer than the server",
        "记录已保留，服务器更新后自动处理",
        "Kept; it is processed once the server is updated",
    ),
    "wire_too_old": _Row(
        426,
        "手机应用太旧，服务器已不再接收",
        "The app is too old for the server",
        "记录都在手机上，请联网重新打开应用完成更新；更新不了可先导出记录",
        "All work is on the phone; open the app online to update it, or export the work first",
    ),
    "server_failed": _Row(
        500,
        "服务器出错了",
        "The server failed",
        "记录仍在手机上，稍后会自动重试",
        "The work is still on the phone and is retried",
    ),
    "database_unavailable": _Row(
        503,
        "数据库暂时不可用",
        "The database is not available",
        "记录仍在手机上，稍后会自动重试",
        "The work is still on the phone and is retried",
    ),
    # Operations that are held
    "operation_malformed": _Row(
        422,
        "这条记录的格式无法识别",
        "This operation cannot be read",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    "kind_unknown": _Row(
        422,
        "这种记录来自更新的应用",
        "This kind comes from a newer app",
        "原文已保留，服务器更新后自动处理",
        "Kept; it is applied once the server knows it",
    ),
    "kind_reserved": _Row(
        403,
        "这种记录只能由系统产生",
        "Only the system makes this kind",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    "identity_clash": _Row(
        409,
        "同一编号有两份不同内容",
        "The same id carries two different contents",
        "两份都已保留，办公室会核对",
        "Both are kept; the office will compare them",
    ),
    "writer_unknown": _Row(
        403,
        "这台手机尚未登记",
        "This phone's writer is not bound",
        "请重新登录，记录会自动补传",
        "Sign in again; the work is sent by itself",
    ),
    "writer_not_yours": _Row(
        403,
        "这些记录属于另一位人员",
        "These operations belong to another person",
        "请由本人登录后上传，记录仍在手机上",
        "Let that person sign in; the work stays on the phone",
    ),
    "scope_not_yours": _Row(
        403,
        "这部分资料不属于您的岗位",
        "This working set is not yours",
        "请同步一次，手机会更新为您岗位的资料",
        "Sync once; the phone then holds what your roles may see",
    ),
    "operation_unknown": _Row(
        404,
        "这条记录里没有这一操作",
        "This record has no such operation",
        "请刷新后再选",
        "Reload and choose again",
    ),
    "not_redactable": _Row(
        422,
        "这类操作的内容不能移除",
        "The content of this kind of operation cannot be removed",
        "发布的内容请发布新版本；裁定请撤回后重新裁定",
        "Publish a new version, or withdraw the decision and decide again",
    ),
    "clock_bounded": _Row(
        200,
        "手机时间不准，已按服务器时间校正",
        "The phone's clock is wrong and was bounded",
        "请在系统设置中打开自动校时",
        "Turn on automatic time in the phone's settings",
    ),
    "record_kind_wrong": _Row(
        422,
        "记录类型与内容不符",
        "The record kind does not fit the operation",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    "task_unknown": _Row(
        404,
        "检查任务尚未下发",
        "The check is not planned here",
        "已保留，任务下发后自动并入",
        "Kept; it joins as soon as the plan arrives",
    ),
    "round_unknown": _Row(
        409,
        "服务器上还没有这一轮巡更或它的路线",
        "This round or its route is not known to the server yet",
        "先保留，等路线或开始记录到达后自动再试",
        "It is kept and tried again when the route or its start arrives",
    ),
    "receipt_unreadable": _Row(
        422,
        "这不是一张完整的巡更凭条",
        "This is not a whole receipt of a round",
        "请重新扫码，或把手机上的文字完整粘贴过来",
        "Scan it again, or paste the whole text off the phone",
    ),
    "item_unknown": _Row(
        422,
        "检查表里没有这一项",
        "The checklist has no such item",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    "checklist_unknown": _Row(
        404,
        "检查表版本尚未到达",
        "This version of the checklist has not arrived",
        "已保留，到达后自动并入",
        "Kept; it joins when the version arrives",
    ),
    "record_unknown": _Row(
        404,
        "前一步尚未到达",
        "What this builds on has not arrived",
        "已保留，到达后自动并入",
        "Kept; it joins when that arrives",
    ),
    "rules_broken": _Row(
        422,
        "发布的规则内容有错",
        "What was published is not a working rule",
        "未生效；请按提示修改后重新发布",
        "It is not in force; mend what is named and publish again",
    ),
    "version_published": _Row(
        409,
        "这个版本已发布，不能再改",
        "This version is published and cannot change",
        "请用新的版本号发布",
        "Publish the change as a new version",
    ),
    "finding_withdrawn": _Row(
        409,
        "该不符合项已撤销",
        "The finding has been withdrawn",
        "如仍存在，请重新检查并记录",
        "If it is still there, check again and record it",
    ),
    "evidence_undeclared": _Row(
        422,
        "照片没有登记",
        "The photo is not declared in the operation",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    "conflict_unknown": _Row(
        409,
        "这里没有需要核定的不同结果",
        "There is nothing to decide here",
        "可能已由本人更正；请刷新后再看",
        "Its author may have corrected it; look again after reloading",
    ),
    "decision_outdated": _Row(
        409,
        "核定时又有人补充了结果",
        "Somebody added to it while you decided",
        "请看过新的结果后重新核定",
        "Look at what is new and decide again",
    ),
    "decision_unknown": _Row(
        409,
        "这次核定已不是现行的核定",
        "This is not the decision that stands",
        "可能已撤销或被新的结果取代；请刷新后再看",
        "It may have been undone or overtaken; look again after reloading",
    ),
    "decision_value_wrong": _Row(
        422,
        "只能在已有的结果中选择",
        "Only one of the given values can be chosen",
        "请选其中一个；只有说明类文字可以合并",
        "Choose one of them; only free words can be put together",
    ),
    "own_cause": _Row(
        403,
        "涉及本人的结果不能由本人核定",
        "Nobody decides on their own answer",
        "请由另一位有权限的人员核定",
        "Let another person with the right decide",
    ),
    "number_wrong": _Row(
        422,
        "读数不是数字",
        "What was read is not a number",
        "已保留；请由本人更正，或由办公室改后并入",
        "Kept; let its author correct it, or the office apply it changed",
    ),
    "option_unknown": _Row(
        422,
        "检查表里没有这个选项",
        "The checklist has no such option",
        "已保留；请由本人重选，或由办公室改后并入",
        "Kept; let its author choose again, or the office apply it changed",
    ),
    "tag_wrong": _Row(
        422,
        "标签内容无法识别",
        "The text of the tag cannot be read",
        "已保留；请重新扫码或手输编号",
        "Kept; scan again or type the number",
    ),
    "estimate_limit": _Row(
        409,
        "已连续估抄两次，这次必须实抄",
        "Two estimates in a row; this time the meter must be read",
        "请实抄并更正；井盖打不开或被占压请上报，由办公室决定",
        "Read it and correct the entry; report a blocked well, and the office decides",
    ),
    "own_department": _Row(
        403,
        "互查时不能检查自己的部门",
        "In a mutual check nobody checks the own department",
        "已保留；请由其他部门的人员检查，或由办公室决定",
        "Kept; let another department check it, or the office decides",
    ),
    "not_on_spot": _Row(
        409,
        "这类检查的不合格项不能即行关闭",
        "A finding of this check cannot be closed on the spot",
        "请完成整改后由他人复查，或由办公室决定",
        "Record the correction and let another person verify it, or the office decides",
    ),
    "not_the_verifier": _Row(
        403,
        "按处理流程，这项不由您复查",
        "By its workflow it is not yours to verify",
        "请由流程指定的人员复查，或由办公室决定",
        "Let whoever the workflow names verify it, or the office decides",
    ),
    "report_record_wrong": _Row(
        422,
        "日报编号与项目、日期不符",
        "The report is not that of this site and date",
        "原文已保留，请重新打开当天的日报再发出",
        "Its text is kept; open that day's report again and issue it",
    ),
    "finding_taken": _Row(
        409,
        "这个编号下已有另一项不合格",
        "Another finding already has this number",
        "原文已保留，请重新上报一次",
        "Its text is kept; report it anew",
    ),
    "same_person": _Row(
        403,
        "整改人不能自己复查",
        "Whoever corrected cannot verify",
        "请由另一位人员复查",
        "Let another person verify",
    ),
    "could_not_store": _Row(
        500,
        "这条记录暂时无法写入",
        "This operation could not be stored",
        "原文已保留，办公室会处理",
        "Its text is kept; the office will deal with it",
    ),
    # Decisions on what is held
    "held_unknown": _Row(
        404,
        "没有这条待核实记录",
        "There is no such held operation",
        "请刷新列表；可能已自动并入",
        "Reload the list; it may have joined by itself",
    ),
    "held_decided": _Row(
        409,
        "这条记录已有决定，没有重复办理",
        "It has been decided already; nothing was done twice",
        "请刷新查看决定；不并入的可以重新办理",
        "Reload to see the decision; what was set aside can be taken up again",
    ),
    "held_own": _Row(
        403,
        "自己的记录不能由自己并入",
        "Nobody lets in what they recorded themselves",
        "请另一位有权限的人员办理",
        "Let another person with the right decide",
    ),
    "held_not_applicable": _Row(
        422,
        "这条记录无法照原样并入",
        "It cannot be applied as it is",
        "请改后并入，或写明原因不并入",
        "Apply it changed, or set it aside with a reason",
    ),
    "desk_full": _Row(
        409,
        "此人待核实的记录已达上限，暂不再收",
        "Too much of this person already waits for the office",
        "记录仍在手机上，会自动重试；请办公室先处理待核实的记录",
        "It stays on the phone and is sent again; the office must first deal with what waits",
    ),
    "gaps_too_many": _Row(
        409,
        "这台手机缺号的记录太多",
        "Too many of this phone's records are missing in between",
        "记录仍在手机上，缺少的记录到达后自动补传；一直不行请联系办公室",
        "It stays on the phone and is sent once the missing ones have come; else ask the office",
    ),
    "reason_needed": _Row(
        422,
        "请写明原因",
        "A reason is needed",
        "选一条常用原因或自己写一句",
        "Choose a ready phrase or write a sentence",
    ),
    "decided_set_aside": _Row(
        200,
        "已决定不并入",
        "Set aside: it changes nothing",
        "原文仍然保留；不同意请联系办公室",
        "Its text is kept; speak to the office if you disagree",
    ),
    "decided_changed": _Row(
        200,
        "办公室改后并入了",
        "The office applied it changed",
        "请看改后的内容；不同意请联系办公室",
        "Look at what it says now; speak to the office if you disagree",
    ),
    # What somebody else carried up, or a file
    "seal_broken": _Row(
        422,
        "封存的记录打不开，可能被截断或改动",
        "The sealed work cannot be opened; it was cut or changed",
        "原件已保留，请在原手机上重新导出",
        "It is kept as it came; export it again on the first phone",
    ),
    "seal_elsewhere": _Row(
        409,
        "这份记录是封存给另一个企业或服务器的",
        "This work is sealed to another organisation or server",
        "请带到所属企业的手机或办公室导入",
        "Bring it to a phone or the office of that organisation",
    ),
    "signature_wrong": _Row(
        403,
        "签名与登记的手机不符，没有采用",
        "The signature is not that phone's; nothing was applied",
        "原件已保留，请向记录人核实",
        "It is kept whole; ask the person who recorded it",
    ),
    # Start-up and packs
    "pack_broken": _Row(
        422,
        "规则包有错误",
        "The pack is broken",
        "请按提示的文件和行号修改",
        "Mend the file at the line named",
    ),
}

CODES: tuple[str, ...] = tuple(_ROWS)


def problem(code: str, **details: Any) -> Problem:
    """Give the problem of that code with the values its words name."""
    row = _ROWS[code]
    return Problem(
        code=code,
        status=row.status,
        title_zh=row.title_zh,
        title_en=row.title_en,
        next_zh=row.next_zh,
        next_en=row.next_en,
        details={
            name: value if isinstance(value, int) else str(value) for name, value in details.items()
        },
    )


class ProblemError(Exception):
    """Raised inside the server; answered as the problem it carries."""

    def __init__(self, code: str, **details: Any) -> None:
        """Carry the problem of that code."""
        self.problem = problem(code, **details)
        super().__init__(code)
