"""Phone and server read the same labels and receipts, as RECEIPT.md of the patrols says."""

import hashlib
import json
from typing import Any

import msgspec
import pytest

from backend.domains.patrols.receipts import (
    SIGNED,
    Arrived,
    digest_of,
    is_proven,
    is_unsigned,
    marks_of,
    match_receipt,
    read_receipt,
)
from backend.domains.patrols.tags import (
    LETTERS,
    is_genuine,
    label_text,
    new_code,
    read_tag,
    sign_tag,
)
from backend.kernel import sealing
from backend.kernel.canonical import canonical
from shared_schemas.patrols import Tag
from shared_schemas.problems import ProblemError
from tests.house.repository import ROOT

FOLDER = ROOT / "shared_schemas" / "vectors"
RECEIPT = json.loads((FOLDER / "receipts" / "receipt.json").read_text("utf-8"))
LABELS = json.loads((FOLDER / "tags" / "labels.json").read_text("utf-8"))
TOLD, THEN = RECEIPT["given"], RECEIPT["then"]


def _arrived() -> list[Arrived]:
    read = [(json.loads(text), text.encode()) for text in TOLD["operations"]]
    return [
        Arrived(
            id=one["id"],
            counter=one["counter"],
            kind=one["body"]["kind"],
            sha256=hashlib.sha256(text).hexdigest(),
        )
        for one, text in read
    ]


def test_receipt_of_these_operations_says_what_the_vector_says() -> None:
    arrived = _arrived()
    assert [one.sha256 for one in arrived] == THEN["sha256"]
    assert "".join(marks_of(arrived)) == THEN["marks"]
    assert digest_of(list(reversed(arrived))) == THEN["digest"]
    receipt = read_receipt(THEN["receipt"])
    assert canonical(receipt.content) == THEN["json"]
    assert (SIGNED + receipt.signed).decode() == THEN["signed"]
    assert is_proven(THEN["writer_public"], receipt)
    assert receipt.content.round == TOLD["round"]
    assert match_receipt(receipt.content, arrived) == ("matches", 0)


def test_receipt_stands_beside_what_has_arrived() -> None:
    content, arrived = read_receipt(THEN["receipt"]).content, _arrived()
    assert match_receipt(content, []) == ("not_arrived", 3)
    without_note = [one for one in arrived if one.kind != "checkpoint_missed"]
    assert match_receipt(content, without_note) == ("differs", 0)
    without_scan = [one for one in arrived if one.counter != 10]
    assert match_receipt(content, without_scan) == ("differs", 1)
    other = [*without_scan, msgspec.structs.replace(arrived[2], sha256="f" * 64)]
    assert match_receipt(content, other) == ("differs", 2)
    later = Arrived(id="x:14", counter=14, kind="checkpoint_scanned", sha256="0" * 64)
    assert match_receipt(content, [*arrived, later]) == ("matches", 0)


def test_no_letter_of_a_receipt_can_be_changed_unseen() -> None:
    text = THEN["receipt"]
    begin = text.index(".") + 1
    for place in range(begin, len(text) - 1):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        assert not _is_taken(changed), place


def _is_taken(text: str) -> bool:
    """Whether the desk would take this for what the phone signed."""
    try:
        return is_proven(THEN["writer_public"], read_receipt(text))
    except ProblemError:
        return False


def test_receipt_without_a_signature_proves_nothing_and_says_so() -> None:
    receipt = read_receipt(THEN["unsigned"])
    assert is_unsigned("", receipt)
    assert not is_unsigned(THEN["writer_public"], receipt)
    assert not is_proven(THEN["writer_public"], receipt)
    assert not is_proven("", read_receipt(THEN["receipt"]))


@pytest.mark.parametrize(
    "text",
    ["", "RR1", "RR1..", "RR2" + THEN["receipt"][3:], "RR1.e30.", "RR1.👷.x", THEN["receipt"] * 9,
     "RR1." + sealing.to_base64url(b"[" * 3000) + "."],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(ProblemError) as met:
        read_receipt(text)
    assert met.value.problem.code == "receipt_unreadable"


def test_receipt_broken_into_lines_by_whoever_pasted_it_is_read() -> None:
    text = THEN["receipt"]
    assert read_receipt(f" {text[:40]}\r\n{text[40:]}\n") == read_receipt(text)


@pytest.mark.parametrize("case", LABELS["then"]["reads"], ids=lambda case: case["text"][:40])
def test_label_is_read_and_proven_as_the_vector_says(case: dict[str, Any]) -> None:
    told, key = LABELS["given"], LABELS["then"]["tag_key"]
    assert key == sealing.public_half(sealing.tag_key(told["secret"], told["organization"]))
    read = read_tag(case["text"])
    if case["code"] is None:
        assert read is None
        return
    assert read is not None
    assert (read.code, read.serial, read.signature) == (
        case["code"], case["serial"], case["signature"],
    )  # fmt: skip
    if not read.serial:
        assert not case["genuine"]
        return
    tag = Tag(
        code=read.code,
        checkpoint=told["checkpoint"],
        site=told["site"],
        serial=read.serial,
        signature=read.signature,
    )
    assert is_genuine(key, tag) == case["genuine"]
    assert not is_genuine(key, msgspec.structs.replace(tag, checkpoint=told["other_checkpoint"]))
    assert not is_genuine(key, msgspec.structs.replace(tag, signature="no letters, 没有"))


def test_label_s_text_fits_a_small_code_and_is_the_same_each_time() -> None:
    told = LABELS["given"]
    key = sealing.tag_key(told["secret"], told["organization"])
    made = {sign_tag(key, "7KQ2M9XD", told["checkpoint"], 3, told["site"]) for _ in range(3)}
    assert made == {LABELS["then"]["reads"][0]["signature"]}
    tag = Tag(code="7KQ2M9XD", checkpoint=told["checkpoint"], site=told["site"],
              serial=2**31 - 1, signature=made.pop())  # fmt: skip
    longest = label_text("https://a-rather-long-name.of-a-property-company.example", tag)
    assert len(longest) <= 213, "version 10 at level M holds 213 bytes"
    assert read_tag(longest) is not None


def test_trap32_code_of_a_label_follows_from_nothing_that_anybody_knows() -> None:
    codes = {new_code() for _ in range(2_000)}
    assert len(codes) == 2_000, "a collision among so few would mean that codes can be guessed"
    assert {len(one) for one in codes} == {8}
    assert all(set(one) <= set(LETTERS) for one in codes)
