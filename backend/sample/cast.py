"""The cast: Harbour Mall (rule S07) and North Garden (rules S01, S13), their people and places."""

from datetime import date, timedelta

from msgspec import Struct

from backend.directory.actors import RoleAt
from backend.kernel.identity import derived_id
from shared_schemas.patrols import RoundHours, Route, RouteStop
from shared_schemas.places import Area, Checkpoint, EmergencyNumber, Equipment, Places, Post
from shared_schemas.primitives import Bilingual
from shared_schemas.shifts import Colleague, Duty, Roster, Shift


class SamplePerson(Struct, frozen=True, kw_only=True):
    """Someone of the cast; `does` is told to newcomers, empty for those who only fill the lists."""

    user_name: str
    name: Bilingual
    roles: tuple[str, ...]
    everywhere: bool = False
    does: str = ""
    contractor: str = ""


class SamplePlan(Struct, frozen=True, kw_only=True):
    """Which plan template of the pack is carried out at which checkpoint, usually by whom."""

    template: str
    checkpoint: str
    by: str


class SampleRoute(Struct, frozen=True, kw_only=True):
    """A route with its checkpoints in order, and the hours of its rounds."""

    code: str
    title: Bilingual
    checkpoints: tuple[str, ...]
    rounds: tuple[tuple[str, str], ...]
    roles: tuple[str, ...]


class SampleOrganization(Struct, frozen=True, kw_only=True):
    """One organisation with one site, its pack and the plans it follows.

    `silent` is whose phone has not been heard of for more than a day. `duties` say who stands at
    which post on which shift, every day.
    """

    code: str
    name: Bilingual
    site: str
    site_name: Bilingual
    pack: str
    manager: str
    people: tuple[SamplePerson, ...]
    areas: tuple[tuple[str, Bilingual], ...]
    checkpoints: tuple[tuple[str, str, Bilingual], ...]
    equipment: tuple[tuple[str, str, str, Bilingual], ...]
    plans: tuple[SamplePlan, ...]
    contractors: tuple[tuple[str, Bilingual], ...] = ()
    silent: str = ""
    posts: tuple[tuple[str, Bilingual], ...] = ()
    emergency: tuple[tuple[str, Bilingual], ...] = ()
    routes: tuple[SampleRoute, ...] = ()
    duties: tuple[tuple[str, str, str], ...] = ()

    @property
    def id(self) -> str:
        """The organisation's id."""
        return derived_id("sample organisation", self.code)

    @property
    def site_id(self) -> str:
        """Its one site's id."""
        return derived_id("sample site", self.code, self.site)

    def place_id(self, code: str) -> str:
        """Give the id of an area, checkpoint or piece of equipment by its code."""
        return derived_id("sample place", self.code, code)

    def person_id(self, user_name: str) -> str:
        """Give the id of one of its people."""
        return derived_id("sample person", self.code, user_name)

    def contractor_id(self, code: str) -> str | None:
        """Give the id of a contractor, or nothing for its own staff."""
        return derived_id("sample contractor", self.code, code) if code else None

    def roles_of(self, person: SamplePerson) -> tuple[RoleAt, ...]:
        """Give a person's roles at the site, or in the whole organisation."""
        site = "" if person.everywhere else self.site_id
        return tuple(RoleAt(role, site) for role in person.roles)

    def checkers_of(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Name the people of those roles, for a plan that only who carries it out may know."""
        return tuple(
            self.person_id(one.user_name) for one in self.people if set(one.roles) & set(roles)
        )

    def equipment_of(self, kind: str) -> str | None:
        """Give the first thing of that kind in the register, or nothing."""
        found = (number for number, _, of_kind, _ in self.equipment if of_kind == kind)
        number = next(found, None) if kind else None
        return self.place_id(number) if number else None

    @property
    def places(self) -> Places:
        """Give the site's places as they are published."""
        return Places(
            site=self.site_id,
            name=self.site_name,
            areas=tuple(Area(id=self.place_id(code), name=name) for code, name in self.areas),
            checkpoints=tuple(
                Checkpoint(id=self.place_id(code), code=code, name=name, area=self.place_id(area))
                for code, area, name in self.checkpoints
            ),
            equipment=tuple(
                Equipment(
                    id=self.place_id(number),
                    number=number,
                    name=name,
                    equipment_kind=kind,
                    area=self.place_id(area),
                    in_use_since="2019-06-01",
                )
                for number, area, kind, name in self.equipment
            ),
            posts=tuple(Post(id=self.place_id(code), name=name) for code, name in self.posts),
            emergency=tuple(
                EmergencyNumber(name=name, number=number) for number, name in self.emergency
            ),
        )

    @property
    def published_routes(self) -> tuple[tuple[str, Route], ...]:
        """Give its routes with their ids."""
        return tuple(
            (
                derived_id("sample route", self.code, one.code),
                Route(
                    code=one.code,
                    title=one.title,
                    site=self.site_id,
                    stops=tuple(
                        RouteStop(checkpoint=self.place_id(code), walk_s=30 if place else 0)
                        for place, code in enumerate(one.checkpoints)
                    ),
                    rounds=tuple(
                        RoundHours(opens=opens, closes=closes) for opens, closes in one.rounds
                    ),
                    roles=one.roles,
                ),
            )
            for one in self.routes
        )

    def roster_of(self, month: date) -> Roster:
        """Give the roster of a month: the same people on the same shifts every day."""
        days = [month + timedelta(days=number) for number in range(31)]
        return Roster(
            site=self.site_id,
            month=f"{month:%Y-%m}",
            shifts=SHIFTS,
            duties=tuple(
                Duty(
                    on=day.isoformat(),
                    shift=shift,
                    post=self.place_id(post),
                    person=self.person_id(person),
                )
                for day in days
                if day.month == month.month
                for shift, post, person in self.duties
            ),
            counted=COUNTED,
            people=tuple(
                Colleague(id=self.person_id(one.user_name), name=one.name) for one in self.people
            ),
        )


def _two(zh: str, en: str) -> Bilingual:
    return Bilingual(zh=zh, en=en)


SHIFTS = (
    Shift(code="day", title=_two("白班", "Day"), opens="08:00", closes="20:00"),
    Shift(code="night", title=_two("夜班", "Night"), opens="20:00", closes="08:00"),
)
COUNTED = (_two("对讲机", "Radios"), _two("钥匙", "Keys"), _two("手电", "Torches"))


HARBOUR_MALL = SampleOrganization(
    code="harbour",
    name=_two("港湾商业管理", "Harbour Retail Management"),
    site="mall",
    site_name=_two("港湾商场", "Harbour Mall"),
    pack="mall",
    manager="13800000001",
    silent="13800000023",
    contractors=(("order", _two("安泰物业", "Antai Property Services")),),
    people=(
        SamplePerson(
            user_name="13800000011",
            name=_two("安娜", "Ana"),
            roles=("quality_inspector",),
            does="现场管理部检查员 floor inspector: phone 手机",
        ),
        SamplePerson(
            user_name="13800000012",
            name=_two("贝宁", "Ben"),
            roles=("quality_inspector",),
            does="现场管理部检查员 floor inspector: phone 手机",
        ),
        SamplePerson(
            user_name="13800000021",
            name=_two("周建国", "Lao Zhou"),
            roles=("patrol_guard",),
            does="秩序维护员 patrol guard: phone 手机",
            contractor="order",
        ),
        SamplePerson(
            user_name="13800000022",
            name=_two("何秀英", "He Xiuying"),
            roles=("cleaner",),
            contractor="order",
        ),
        SamplePerson(
            user_name="13800000023",
            name=_two("韦师傅", "Wei"),
            roles=("repairer",),
            contractor="order",
        ),
        SamplePerson(
            user_name="13800000031",
            name=_two("林晓", "Lin"),
            roles=("quality_clerk",),
            everywhere=True,
            does="品质专员 office clerk: office 办公室",
        ),
        SamplePerson(
            user_name="13800000032",
            name=_two("高敏", "Gao Min"),
            roles=("quality_manager",),
            everywhere=True,
            does="品质部经理 quality manager: office 办公室",
        ),
    ),
    areas=(
        ("B1", _two("地下一层", "Basement 1")),
        ("F1", _two("一层", "Floor 1")),
        ("F2", _two("二层", "Floor 2")),
        ("OUT", _two("外围", "Outside")),
    ),
    checkpoints=(
        ("F1-01", "F1", _two("一层中庭", "Atrium, floor 1")),
        ("F2-03", "F2", _two("二层扶梯口", "Escalators, floor 2")),
        ("B1-02", "B1", _two("地下一层收货区", "Goods entrance, basement 1")),
        ("B1-07", "B1", _two("消防泵房", "Fire pump room")),
        ("OUT-1", "OUT", _two("东广场", "East square")),
    ),
    equipment=(
        ("XFB-01", "B1", "消防水泵", _two("1号消防泵", "Fire pump 1")),
        ("FT-01", "F2", "自动扶梯", _two("1号扶梯", "Escalator 1")),
        ("KT-01", "B1", "空调机组", _two("1号空调机组", "Air handling unit 1")),
    ),
    plans=(
        SamplePlan(template="floor_management_daily", checkpoint="F1-01", by="13800000011"),
        SamplePlan(template="floor_management_daily", checkpoint="F2-03", by="13800000012"),
        SamplePlan(template="guard_self_check", checkpoint="OUT-1", by="13800000021"),
        SamplePlan(template="cleaning_day_self_check", checkpoint="F1-01", by="13800000022"),
        SamplePlan(template="repair_self_check", checkpoint="B1-07", by="13800000023"),
        SamplePlan(template="green_plant_self_check", checkpoint="F1-01", by="13800000022"),
        SamplePlan(template="cleaning_rush", checkpoint="F1-01", by=""),
        SamplePlan(template="cleaning_rain", checkpoint="F1-01", by=""),
    ),
    posts=(("G-E", _two("东门岗", "East gate")), ("G-M", _two("监控室", "Control room"))),
    emergency=(("119", _two("火警", "Fire")), ("110", _two("报警", "Police"))),
    routes=(
        SampleRoute(
            code="closing",
            title=_two("闭店巡查", "Closing round"),
            checkpoints=("F1-01", "F2-03", "B1-02", "B1-07", "OUT-1"),
            rounds=(("21:30", "23:00"),),
            roles=("patrol_guard", "contractor_staff", "team_leader"),
        ),
    ),
    duties=(("day", "G-E", "13800000021"),),
)

NORTH_GARDEN = SampleOrganization(
    code="north",
    name=_two("北苑物业服务", "North Garden Property Services"),
    site="garden",
    site_name=_two("北苑小区", "North Garden"),
    pack="residential",
    manager="13900000001",
    silent="13900000024",
    people=(
        SamplePerson(
            user_name="13900000021",
            name=_two("周大力", "Zhou Dali"),
            roles=("patrol_guard",),
            does="秩序维护员 patrol guard: phone 手机",
        ),
        SamplePerson(
            user_name="13900000022",
            name=_two("孙领班", "Sol"),
            roles=("team_leader",),
            does="班长 team leader: phone 手机",
        ),
        SamplePerson(
            user_name="13900000023",
            name=_two("魏工", "Wei Gong"),
            roles=("repairer",),
            does="维修工 repairer: phone 手机",
        ),
        SamplePerson(
            user_name="13900000024", name=_two("吴主管", "Wu"), roles=("department_head",)
        ),
        SamplePerson(
            user_name="13900000025", name=_two("方巡检", "Fang"), roles=("quality_inspector",)
        ),
        SamplePerson(
            user_name="13900000031",
            name=_two("陈静", "Chen Jing"),
            roles=("quality_clerk",),
            everywhere=True,
            does="品质专员 office clerk: office 办公室",
        ),
    ),
    areas=(
        ("1D", _two("1栋", "Building 1")),
        ("2D", _two("2栋", "Building 2")),
        ("CK", _two("地下车库", "Garage")),
        ("MG", _two("大门", "Gates")),
    ),
    checkpoints=(
        ("1D-01", "1D", _two("1栋大堂", "Lobby, building 1")),
        ("2D-01", "2D", _two("2栋大堂", "Lobby, building 2")),
        ("CK-03", "CK", _two("车库坡道", "Garage ramp")),
        ("CK-07", "CK", _two("水泵房", "Pump room")),
        ("MG-E", "MG", _two("东门岗", "East gate")),
    ),
    equipment=(
        ("SB-01", "CK", "生活水泵", _two("1号生活水泵", "Water pump 1")),
        ("DT-101", "1D", "电梯", _two("1栋1号梯", "Lift 1, building 1")),
    ),
    plans=(
        SamplePlan(template="daily_check", checkpoint="1D-01", by="13900000022"),
        SamplePlan(template="guard_round_day", checkpoint="2D-01", by="13900000021"),
        SamplePlan(template="guard_round_night", checkpoint="CK-03", by="13900000021"),
        SamplePlan(template="equipment_round", checkpoint="CK-07", by="13900000023"),
        SamplePlan(template="weekly_check", checkpoint="MG-E", by="13900000024"),
        SamplePlan(template="quarterly_check", checkpoint="MG-E", by="13900000025"),
        SamplePlan(template="monthly_check", checkpoint="MG-E", by=""),
        SamplePlan(template="annual_check", checkpoint="MG-E", by=""),
        SamplePlan(template="night_post_check", checkpoint="MG-E", by=""),
        SamplePlan(template="pump_care", checkpoint="CK-07", by=""),
    ),
    posts=(("P-E", _two("东门岗", "East gate")), ("P-M", _two("监控室", "Control room"))),
    emergency=(
        ("119", _two("火警", "Fire")),
        ("120", _two("急救", "Ambulance")),
        ("96333", _two("电梯困人", "Stuck in a lift")),
    ),
    routes=(
        SampleRoute(
            code="night",
            title=_two("夜间巡更", "Night round"),
            checkpoints=("MG-E", "1D-01", "2D-01", "CK-03", "CK-07"),
            rounds=(("22:00", "23:30"), ("01:00", "02:30"), ("04:00", "05:30")),
            roles=("patrol_guard", "team_leader"),
        ),
    ),
    duties=(("day", "P-E", "13900000022"), ("night", "P-E", "13900000021")),
)

ORGANIZATIONS = (HARBOUR_MALL, NORTH_GARDEN)
