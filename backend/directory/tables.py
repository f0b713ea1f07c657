"""Who and where, as tables: the organisation, its places, its people and what they sign in with.

Every table but `organizations` is keyed (organization_id, id); the migrations beside say so in
SQL, because Piccolo cannot. No logic here.
"""

from piccolo.columns import BigInt, Boolean, Date, Text, Timestamptz
from piccolo.table import Table


class Organization(Table, tablename="organizations"):
    """A customer of ours: a property company or a mall, with everything that is its own."""

    id = Text(primary_key=True)
    code = Text()
    name_zh = Text()
    name_en = Text()
    created_at = Timestamptz()


class Site(Table, tablename="sites"):
    """A compound, mall or building that is looked after (项目).

    `places_position` is the log position of the places last published; areas, checkpoints and
    equipment with a smaller `position` are no longer there.
    """

    organization_id = Text()
    id = Text(primary_key=True)
    code = Text()
    name_zh = Text()
    name_en = Text()
    zone = Text()
    places_position = BigInt()


class Department(Table, tablename="departments"):
    """A department of a site, or of the whole organisation where `site_id` is empty."""

    organization_id = Text()
    id = Text(primary_key=True)
    site_id = Text()
    name_zh = Text()
    name_en = Text()


class Post(Table, tablename="posts"):
    """A post that people take in turns, such as the east gate (岗位)."""

    organization_id = Text()
    id = Text(primary_key=True)
    site_id = Text()
    department_id = Text(null=True)
    name_zh = Text()
    name_en = Text()


class Area(Table, tablename="areas"):
    """A part of a site, such as basement 2."""

    organization_id = Text()
    id = Text(primary_key=True)
    site_id = Text()
    name_zh = Text()
    name_en = Text()
    position = BigInt()


class Checkpoint(Table, tablename="checkpoints"):
    """A place to be visited, with the code printed on its label (点位)."""

    organization_id = Text()
    id = Text(primary_key=True)
    site_id = Text()
    area_id = Text()
    code = Text()
    name_zh = Text()
    name_en = Text()
    position = BigInt()


class Equipment(Table, tablename="equipment"):
    """A thing in the register of equipment (设备台账)."""

    organization_id = Text()
    id = Text(primary_key=True)
    site_id = Text()
    area_id = Text()
    number = Text()
    equipment_kind = Text()
    name_zh = Text()
    name_en = Text()
    in_use_since = Date(null=True)
    position = BigInt()


class Contractor(Table, tablename="contractors"):
    """A contractor as a party inside the organisation (外包单位)."""

    organization_id = Text()
    id = Text(primary_key=True)
    name_zh = Text()
    name_en = Text()


class Person(Table, tablename="people"):
    """Someone who signs in; the user name is the mobile or staff number."""

    organization_id = Text()
    id = Text(primary_key=True)
    user_name = Text()
    name_zh = Text()
    name_en = Text()
    password_hash = Text(secret=True)
    must_change_password = Boolean()
    contractor_id = Text(null=True)
    active = Boolean()
    disabled_at = Timestamptz(null=True, default=None)


class Membership(Table, tablename="memberships"):
    """A role that a person holds at a site; an empty `site_id` is the whole organisation."""

    organization_id = Text()
    id = Text(primary_key=True)
    person_id = Text()
    role = Text()
    site_id = Text()
    department_id = Text(null=True)
    post_id = Text(null=True)


class Device(Table, tablename="devices"):
    """A phone or browser that someone signed in on; `person_id` is the last who did."""

    organization_id = Text()
    id = Text(primary_key=True)
    label = Text()
    person_id = Text()
    first_seen = Timestamptz()
    last_contact = Timestamptz()
    app_version = Text()
    revoked_at = Timestamptz(null=True, default=None)


class DeviceReportKept(Table, tablename="device_reports"):
    """What a phone last said about itself, as its own JSON; the last wipe it told of stays."""

    organization_id = Text()
    device_id = Text(primary_key=True)
    person_id = Text()
    reported_at = Timestamptz()
    content = Text()
    wiped_at = Timestamptz(null=True, default=None)
    wiped_lost_count = BigInt(null=True, default=None)


class Writer(Table, tablename="writers"):
    """One person on one phone database, bound for good to that person."""

    organization_id = Text()
    id = Text(primary_key=True)
    person_id = Text()
    device_id = Text()
    public_key = Text()
    bound_at = Timestamptz()


class Session(Table, tablename="sessions"):
    """A sign-in that holds; of the token only its hash is kept."""

    organization_id = Text()
    id = Text(primary_key=True)
    token_hash = Text(secret=True)
    person_id = Text()
    device_id = Text()
    csrf = Text(secret=True)
    created_at = Timestamptz()
    last_seen_at = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class SignInTry(Table, tablename="sign_in_tries"):
    """A try to sign in that has not succeeded, counted per account and per address.

    It belongs to no organisation yet; `account` is a hash, so that the table names nobody.
    """

    id = Text(primary_key=True)
    account = Text()
    address = Text()
    at = Timestamptz()
