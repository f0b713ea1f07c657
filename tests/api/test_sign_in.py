"""Signing in: what opens the door, what closes it, and what nobody gets through it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.directory.actors import RoleAt
from backend.directory.enrol import (
    NewPerson,
    add_person,
    create_organization,
    disable_person,
    reset_password,
)
from backend.kernel.anchors import verify_anchor
from backend.kernel.identity import derived_id
from shared_schemas.primitives import Bilingual
from shared_schemas.problems import ProblemError
from shared_schemas.sync import ServerAnchor
from tests.api.front_desk import (
    ANA,
    COST,
    DAY,
    GARDEN,
    HARBOUR,
    HASH,
    NOW,
    OTHER_PHONE,
    PASSWORD,
    PHONE,
    Desk,
    asking,
    front_desk,
)

ANAS_NUMBER, ZHOUS_NUMBER, LINS_NUMBER = "13800000001", "13800000002", "13800000003"
WRITER = derived_id("writer")


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    """A small server with its people."""
    async with front_desk(database_url, tmp_path) as opened:
        yield opened


def code_of(reply: httpx.Response) -> tuple[int, str]:
    """Give status and problem code."""
    assert reply.headers["content-type"] == "application/problem+json"
    return reply.status_code, reply.json()["code"]


async def test_signing_in_tells_who_where_and_what_one_may(desk: Desk) -> None:
    async with desk.browser() as browser:
        reply = await browser.post("/api/session", json=asking(" 138-0000 0001"))
        said = reply.json()
        assert reply.status_code == 200
        assert said["person"]["id"] == ANA
        assert said["person"]["roles"] == [
            {
                "role": "quality_inspector",
                "site": HARBOUR,
                "name": {"zh": "品质检查员", "en": "Quality inspector"},
            }
        ]
        assert [site["id"] for site in said["sites"]] == [HARBOUR]
        assert "confirm_finding" in said["rights"]
        assert said["organization"]["code"] == "harbour"
        assert said["expires_ms"] == NOW + 30 * DAY
        anchor = ServerAnchor(**said["anchor"])
        assert verify_anchor("s" * 32, desk.ours, PHONE, anchor)
        again = await browser.get("/api/session")
        assert again.json()["csrf"] == said["csrf"]
        assert again.json()["person"] == said["person"]


async def test_whole_organisation_role_opens_all_its_sites_and_no_others(desk: Desk) -> None:
    async with desk.signed_in(LINS_NUMBER) as browser:
        said = (await browser.get("/api/session")).json()
    assert sorted(site["id"] for site in said["sites"]) == sorted([HARBOUR, GARDEN])


async def test_cookie_is_closed_to_scripts_and_other_pages(desk: Desk) -> None:
    async with desk.browser() as browser:
        cookie = (await browser.post("/api/session", json=asking(ANAS_NUMBER))).headers[
            "set-cookie"
        ]
    assert cookie.startswith("roundsman=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie


async def test_trap29_over_https_the_cookie_is_bound_to_the_host(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        front_desk(database_url, tmp_path, public_url="https://roundsman.test") as desk,
        desk.signed_in(ANAS_NUMBER) as browser,
    ):
        reply = await browser.get("/api/session")
        assert reply.headers["set-cookie"].startswith("__Host-roundsman=")
        assert "Secure" in reply.headers["set-cookie"]
        assert "Domain" not in reply.headers["set-cookie"]
        assert reply.headers["strict-transport-security"]


async def test_only_the_hash_of_a_token_is_stored(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        token = browser.cookies["roundsman"]
    row = await desk.database.row("SELECT row_to_json(sessions)::text AS whole FROM sessions")
    assert row is not None
    assert len(token) >= 43
    assert token not in row["whole"]


@pytest.mark.parametrize("user_name", [ANAS_NUMBER, "13700000000"])
async def test_wrong_password_and_unknown_account_get_the_same_answer(
    desk: Desk, user_name: str
) -> None:
    async with desk.browser() as browser:
        reply = await browser.post("/api/session", json=asking(user_name, password="wrong"))
        assert code_of(reply) == (401, "sign_in_failed")
        assert reply.json()["details"] == {}
        assert "set-cookie" not in reply.headers


async def test_user_name_known_to_two_organisations_needs_the_code(desk: Desk) -> None:
    async with desk.database.transaction() as connection:
        new = NewPerson(
            user_name=ANAS_NUMBER,
            name=Bilingual(zh="同号"),
            roles=(RoleAt("cleaner", ""),),
            password=PASSWORD,
            password_hash=HASH,
        )
        await add_person(connection, desk.theirs, new)
    async with desk.browser() as browser:
        reply = await browser.post("/api/session", json=asking(ANAS_NUMBER))
        assert code_of(reply) == (401, "sign_in_failed")
        assert reply.json()["details"] == {"field": "organization"}
        reply = await browser.post(
            "/api/session", json=asking(ANAS_NUMBER, organization="Elsewhere ")
        )
        assert reply.json()["organization"]["code"] == "elsewhere"


async def test_tries_are_limited_per_account_even_at_the_same_moment(desk: Desk) -> None:
    async with desk.browser() as browser:
        wrong = asking(ANAS_NUMBER, password="wrong")
        replies = await asyncio.gather(
            *(browser.post("/api/session", json=wrong) for _ in range(15))
        )
        statuses = sorted(reply.status_code for reply in replies)
        assert statuses == [401] * 10 + [429] * 5
        right = await browser.post("/api/session", json=asking(ANAS_NUMBER))
        assert code_of(right) == (429, "too_many_requests")
        named = asking(ANAS_NUMBER, organization="harbour")
        assert code_of(await browser.post("/api/session", json=named)) == (429, "too_many_requests")
        assert 0 < int(right.headers["retry-after"]) <= 15 * 60
        assert (await browser.post("/api/session", json=asking(ZHOUS_NUMBER))).status_code == 200
        desk.clock.advance(16 * 60 * 1000)
        assert (await browser.post("/api/session", json=asking(ANAS_NUMBER))).status_code == 200


async def test_tries_are_limited_per_address(database_url: str, tmp_path: Path) -> None:
    async with (
        front_desk(database_url, tmp_path, sign_in_tries=2) as desk,
        desk.browser() as browser,
    ):
        for number in range(10):
            await browser.post("/api/session", json=asking(f"1370000{number:04}"))
        reply = await browser.post("/api/session", json=asking(ANAS_NUMBER))
        assert code_of(reply) == (429, "too_many_requests")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/session"),
        ("DELETE", "/api/session"),
        ("POST", "/api/session/password"),
        ("GET", "/api/devices"),
        ("DELETE", f"/api/devices/{PHONE}"),
        ("POST", "/api/writers"),
        ("PUT", "/api/evidence/" + "0" * 64),
        ("GET", "/api/evidence/" + "0" * 64),
        ("GET", "/api/breaks"),
    ],
)
async def test_every_route_is_closed_without_a_session(desk: Desk, method: str, path: str) -> None:
    async with desk.browser() as browser:
        for cookie in (None, "made up", "真"):
            headers = {b"cookie": f"roundsman={cookie}".encode()} if cookie else {}
            reply = await browser.request(method, path, headers=headers)
            assert code_of(reply) == (401, "sign_in_needed")


async def test_session_runs_out_and_is_renewed_by_use(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        desk.clock.advance(29 * DAY)
        assert (await browser.get("/api/session")).json()["expires_ms"] == NOW + 59 * DAY
        desk.clock.advance(29 * DAY)
        assert (await browser.get("/api/devices")).status_code == 200
        desk.clock.advance(2 * DAY)
        assert code_of(await browser.get("/api/devices")) == (401, "sign_in_needed")


async def test_signing_out_ends_the_session_for_good(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        token = browser.cookies["roundsman"]
        assert (await browser.delete("/api/session")).status_code == 204
        reply = await browser.get("/api/session", headers={"cookie": f"roundsman={token}"})
        assert code_of(reply) == (401, "sign_in_needed")


async def test_next_person_on_a_shared_phone_ends_the_session_before(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        token = browser.cookies["roundsman"]
        assert (await browser.post("/api/session", json=asking(ZHOUS_NUMBER))).status_code == 200
        reply = await browser.get("/api/session", headers={"cookie": f"roundsman={token}"})
        assert code_of(reply) == (401, "sign_in_needed")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-roundsman-csrf": ""},
        {"x-roundsman-csrf": "x" * 43},
        {"origin": "http://elsewhere.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_write_from_another_page_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        reply = await browser.delete("/api/session", headers=headers)
        assert code_of(reply) == (403, "csrf_failed")
        ours = {"origin": "http://roundsman.test", "sec-fetch-site": "same-origin"}
        assert (await browser.delete("/api/session", headers=ours)).status_code == 204


async def test_another_page_cannot_sign_anyone_in(desk: Desk) -> None:
    async with desk.browser() as browser:
        reply = await browser.post(
            "/api/session", json=asking(ANAS_NUMBER), headers={"sec-fetch-site": "cross-site"}
        )
        assert code_of(reply) == (403, "csrf_failed")


async def test_one_time_password_opens_nothing_but_its_own_change(desk: Desk) -> None:
    async with desk.signed_in("13900000001", password=desk.first_password) as browser:
        said = (await browser.get("/api/session")).json()
        assert said["must_change_password"] is True
        assert {"manage_people", "publish_rules"} <= set(said["rights"])
        assert code_of(await browser.get("/api/devices")) == (403, "password_change_needed")
        change = {"old": desk.first_password, "new": "something better"}
        assert (await browser.post("/api/session/password", json=change)).status_code == 204
        assert (await browser.get("/api/devices")).status_code == 200


async def test_new_password_ends_the_other_sessions(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as here,
        desk.signed_in(ANAS_NUMBER, device=OTHER_PHONE) as there,
    ):
        for change, expected in (
            ({"old": "wrong", "new": "something better"}, (401, "sign_in_failed")),
            ({"old": PASSWORD, "new": "short"}, (400, "request_invalid")),
            ({"old": PASSWORD, "new": ANAS_NUMBER}, (400, "request_invalid")),
            ({"old": PASSWORD, "new": PASSWORD}, (400, "request_invalid")),
        ):
            assert code_of(await here.post("/api/session/password", json=change)) == expected
        change = {"old": PASSWORD, "new": "something better"}
        assert (await here.post("/api/session/password", json=change)).status_code == 204
        assert (await here.get("/api/session")).status_code == 200
        assert code_of(await there.get("/api/session")) == (401, "sign_in_needed")
        old = await there.post("/api/session", json=asking(ANAS_NUMBER))
        assert code_of(old) == (401, "sign_in_failed")


async def test_old_password_cannot_be_guessed_from_an_open_phone(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        change = {"old": "wrong", "new": "something better"}
        for _ in range(10):
            await browser.post("/api/session/password", json=change)
        reply = await browser.post("/api/session/password", json=change)
        assert code_of(reply) == (429, "too_many_requests")


async def test_person_sees_own_devices_and_the_clerk_sees_all(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(LINS_NUMBER, device=OTHER_PHONE) as lin,
    ):
        own = (await ana.get("/api/devices")).json()["devices"]
        assert [(one["id"], one["here"], one["signed_in"]) for one in own] == [(PHONE, True, True)]
        seen = (await lin.get("/api/devices")).json()["devices"]
        assert {one["id"]: one["here"] for one in seen} == {PHONE: False, OTHER_PHONE: True}


async def test_revoked_device_gets_nothing_until_a_new_sign_in(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(LINS_NUMBER, device=OTHER_PHONE) as lin,
        desk.signed_in(ZHOUS_NUMBER, device=derived_id("a third")) as zhou,
    ):
        assert code_of(await zhou.delete(f"/api/devices/{PHONE}")) == (404, "not_found")
        assert (await ana.get("/api/session")).status_code == 200
        assert (await lin.delete(f"/api/devices/{PHONE}")).status_code == 204
        refused = await ana.get("/api/session")
        assert code_of(refused) == (401, "shut_out")
        assert refused.json()["details"] == {"who": "device"}
        seen = (await lin.get("/api/devices")).json()["devices"]
        revoked = next(one for one in seen if one["id"] == PHONE)
        assert revoked["revoked_ms"] == NOW
        assert revoked["signed_in"] is False
        assert (await ana.post("/api/session", json=asking(ANAS_NUMBER))).status_code == 200


async def test_one_may_shut_out_a_phone_of_ones_own(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as lost,
        desk.signed_in(ANAS_NUMBER, device=OTHER_PHONE) as here,
    ):
        assert (await here.delete(f"/api/devices/{PHONE}")).status_code == 204
        assert code_of(await lost.get("/api/session")) == (401, "shut_out")
        assert (await here.get("/api/session")).status_code == 200


async def test_disabled_person_is_out_at_once(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        await disable_person(desk.database, desk.ours, ANA)
        refused = await browser.get("/api/session")
        assert code_of(refused) == (401, "shut_out")
        assert refused.json()["details"] == {"who": "person"}
        reply = await browser.post("/api/session", json=asking(ANAS_NUMBER))
        assert code_of(reply) == (401, "sign_in_failed")


async def test_contact_is_noted_no_more_than_once_a_minute(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        contacts = []
        for step in (30_000, 40_000):
            desk.clock.advance(step)
            await browser.get("/api/devices")
            own = (await browser.get("/api/devices")).json()["devices"]
            contacts.append(own[0]["last_contact_ms"] - NOW)
        assert contacts == [0, 70_000]


async def test_writer_is_bound_to_one_person_for_good(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as ana,
        desk.signed_in(ZHOUS_NUMBER, device=OTHER_PHONE) as zhou,
    ):
        binding = {"writer": WRITER, "public_key": "abc"}
        for _ in range(2):
            reply = await ana.post("/api/writers", json=binding)
            assert reply.status_code == 200
            assert (reply.json()["contiguous"], reply.json()["beyond"]) == (0, [])
        assert code_of(await zhou.post("/api/writers", json=binding)) == (409, "conflict")
        row = await desk.database.row("SELECT person_id, public_key FROM writers")
        assert row is not None
        assert tuple(row) == (ANA, "abc")


async def test_same_writer_id_in_two_organisations_is_two_writers(desk: Desk) -> None:
    async with (
        desk.signed_in(ANAS_NUMBER) as ours,
        desk.signed_in("13800000009") as theirs,
    ):
        for browser in (ours, theirs):
            reply = await browser.post("/api/writers", json={"writer": WRITER})
            assert reply.status_code == 200


async def test_first_manager_and_people_are_let_in_once(desk: Desk) -> None:
    for code, manager, field in (("Harbour", "13900000003", "code"), (" ", "1", "code")):
        with pytest.raises(ProblemError) as refused:
            await create_organization(
                desk.database,
                code=code,
                name=Bilingual(zh="重名"),
                manager=manager,
                scrypt_cost=COST,
            )
        assert refused.value.problem.details == {"field": field}


async def test_reset_password_is_told_once_and_ends_sessions(desk: Desk) -> None:
    async with desk.signed_in(ANAS_NUMBER) as browser:
        reset = await reset_password(desk.database, desk.ours, ANAS_NUMBER, scrypt_cost=COST)
        assert code_of(await browser.get("/api/session")) == (401, "sign_in_needed")
        reply = await browser.post(
            "/api/session", json=asking(ANAS_NUMBER, password=reset.password)
        )
        assert reply.json()["must_change_password"] is True
