"""A route to be walked, its labels as pictures, and the film that a phone's camera is given of them."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import segno
from msgspec import Struct
from PIL import Image

from backend.domains.patrols.tags import LETTERS, label_text, sign_tag
from backend.kernel.anchors import load_secret
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.identity import derived_id
from backend.kernel.sealing import tag_key
from backend.switchboard import SWITCHBOARD
from backend.sync.committer import Committer
from backend.sync.server_writer import server_submission
from shared_schemas.patrols import RoundHours, Route, RouteStop, Tag
from shared_schemas.places import Area, Checkpoint, Places
from shared_schemas.primitives import Bilingual
from shared_schemas.timetable import Window
from tests.e2e.servers import INSPECTOR, Ground

ADDRESS = "https://rounds.example"
HOUR_MS = 3_600_000
FRAME = (480, 360)
FRAMES_A_SECOND = 5
SHOWN_FRAMES, BLANK_FRAMES = 6, 2
NAMES = [
    "东门岗",
    "消防泵房",
    "配电房",
    "生活水泵房",
    "地下车库",
    "制冷机房",
    "电梯机房",
    "监控室",
    "卸货区",
    "天台",
    "空调机房",
    "西门岗",
]


class WalkedRoute(Struct, frozen=True, kw_only=True):
    """A route with the round that is due, its checkpoints and the labels that hang there."""

    route: str
    round: str
    checkpoints: tuple[str, ...]
    tags: tuple[Tag, ...]

    def text_of(self, number: int) -> str:
        """Give what the label of a stop says, from 1."""
        return label_text(ADDRESS, self.tags[number - 1])


async def lay_route(
    database_url: str, ground: Ground, data: Path, *, stops: int = 12, known: int | None = None
) -> WalkedRoute:
    """Publish a route whose round is due now; phones are told of the first `known` labels only."""
    database = Database(database_url)
    await database.open()
    committer = Committer(database, SWITCHBOARD, SystemClock())
    walked = _walked(ground, load_secret(data), stops)
    now_ms = SystemClock().now_ms()
    try:
        for record, body in _published(ground, walked, now_ms, stops if known is None else known):
            outcomes = await committer.push(
                server_submission(ground.organization, record, msgspec.to_builtins(body), now_ms)
            )
            assert outcomes[0].status == "accepted", outcomes[0]
    finally:
        await committer.close()
        await database.close()
    return walked


def _walked(ground: Ground, secret: str, stops: int) -> WalkedRoute:
    site, organization = ground.sites[0], ground.organization
    route = derived_id("ground route", site)
    checkpoints = tuple(derived_id("ground stop", site, number) for number in range(stops))
    key = tag_key(secret, organization)
    codes = [f"7KQ2M{LETTERS[number // 32]}{LETTERS[number % 32]}X" for number in range(stops)]
    tags = tuple(
        Tag(
            code=code,
            checkpoint=checkpoint,
            site=site,
            serial=1,
            signature=sign_tag(key, code, checkpoint, 1, site),
        )
        for code, checkpoint in zip(codes, checkpoints, strict=True)
    )
    on = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
    planned = derived_id("round", organization, route, on, 1)
    return WalkedRoute(route=route, round=planned, checkpoints=checkpoints, tags=tags)


def _published(
    ground: Ground, walked: WalkedRoute, now_ms: int, known: int
) -> Sequence[tuple[str, dict[str, Any]]]:
    site = ground.sites[0]
    on = time.strftime("%Y-%m-%d", time.gmtime(now_ms / 1000 + 8 * 3600))
    window = Window(
        task=walked.round,
        on=on,
        ordinal=1,
        opens_ms=now_ms - HOUR_MS,
        closes_ms=now_ms + 8 * HOUR_MS,
    )
    route = Route(
        code="R1",
        title=Bilingual(zh="地下设备巡更线", en="Plant rooms"),
        site=site,
        stops=tuple(RouteStop(checkpoint=one) for one in walked.checkpoints),
        rounds=(RoundHours(opens="00:00", closes="23:59"),),
        roles=(INSPECTOR.role,),
    )
    agenda = {
        "kind": "rounds_planned",
        "route": walked.route,
        "month": on[:7],
        "windows": (window,),
    }
    return [
        (site, {"kind": "places_published", "places": _places(site, walked.checkpoints)}),
        (walked.route, {"kind": "route_published", "route": route}),
        (derived_id("round_agenda", walked.route, on[:7]), agenda),
        *(
            (derived_id("ground tag", tag.code), {"kind": "tag_issued", "tag": tag})
            for tag in walked.tags[:known]
        ),
    ]


def _places(site: str, checkpoints: Sequence[str]) -> Places:
    area = derived_id("ground area", site)
    return Places(
        site=site,
        name=Bilingual(zh="港湾商场", en="Harbour Mall"),
        areas=(Area(id=area, name=Bilingual(zh="地下二层", en="Basement 2")),),
        checkpoints=tuple(
            Checkpoint(
                id=one,
                code=f"B2-{number:02}",
                name=Bilingual(zh=NAMES[(number - 1) % len(NAMES)], en=f"Plant room {number}"),
                area=area,
            )
            for number, one in enumerate(checkpoints, 1)
        ),
    )


def write_film(path: Path, texts: Sequence[str]) -> Path:
    """Write what the camera sees: each label for a good second, and the floor in between.

    The browser shows it again and again, so a slow machine meets each label on a later turn.
    """
    floor = _frame(Image.new("L", FRAME, 96))
    with path.open("wb") as film:
        width, height = FRAME
        film.write(f"YUV4MPEG2 W{width} H{height} F{FRAMES_A_SECOND}:1 Ip A1:1 C420\n".encode())
        for text in texts:
            film.write(_frame(label_picture(text)) * SHOWN_FRAMES)
            film.write(floor * BLANK_FRAMES)
    return path


def label_picture(text: str) -> Image.Image:
    """Draw a label as it hangs on a wall: a real QR code, a little askew."""
    code = segno.make(text, error="m", micro=False)
    matrix = [[0 if dark else 255 for dark in row] for row in code.matrix]
    small = Image.new("L", (len(matrix), len(matrix)))
    small.putdata([light for row in matrix for light in row])
    side = FRAME[1] * 3 // 4
    drawn = small.resize((side, side), Image.Resampling.NEAREST)
    label = Image.new("L", (side + 40, side + 40), 245)
    label.paste(drawn, (20, 20))
    wall = Image.new("L", FRAME, 96)
    turned = label.rotate(4, expand=True, fillcolor=96, resample=Image.Resampling.BICUBIC)
    wall.paste(turned, ((FRAME[0] - turned.width) // 2, (FRAME[1] - turned.height) // 2))
    return wall


def _frame(picture: Image.Image) -> bytes:
    colours = bytes([128]) * (FRAME[0] * FRAME[1] // 2)
    return b"FRAME\n" + picture.tobytes() + colours
