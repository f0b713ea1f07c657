"""Signing in: what a page says about its person and device, and what it learns in return."""

from typing import Annotated

from msgspec import Meta, Struct

from shared_schemas.primitives import Bilingual, Id, Milliseconds, ShortText
from shared_schemas.sync import ServerAnchor

UserName = Annotated[str, Meta(min_length=1, max_length=64, description="mobile or staff number")]
Password = Annotated[str, Meta(min_length=1, max_length=200)]
NewPassword = Annotated[str, Meta(min_length=8, max_length=200)]


class DeviceIntroduction(Struct, frozen=True, kw_only=True):
    """The phone or browser that signs in: an id it made itself, and a label people recognise."""

    id: Id
    label: ShortText = ""
    app_version: ShortText = ""


class SignIn(Struct, frozen=True, kw_only=True):
    """A person signs in; the organisation's code is needed only where two know the user name."""

    user_name: UserName
    password: Password
    device: DeviceIntroduction
    organization: ShortText = ""


class PasswordChange(Struct, frozen=True, kw_only=True):
    """A person gives the password that holds and the one that shall."""

    old: Password
    new: NewPassword


class RoleHeld(Struct, frozen=True, kw_only=True):
    """A role with its name, at a site or, without one, in the whole organisation."""

    role: ShortText
    name: Bilingual
    site: Id | None = None


class SignedInPerson(Struct, frozen=True, kw_only=True):
    """Who is signed in and the roles held."""

    id: Id
    name: Bilingual
    roles: tuple[RoleHeld, ...]


class OrganizationView(Struct, frozen=True, kw_only=True):
    """The organisation that the person belongs to."""

    id: Id
    code: ShortText
    name: Bilingual


class SiteView(Struct, frozen=True, kw_only=True):
    """A site where the person holds a role, with the rights held there."""

    id: Id
    name: Bilingual
    zone: ShortText
    rights: tuple[ShortText, ...]


class SiteColleague(Struct, frozen=True, kw_only=True):
    """Somebody who works at a site of the reader, by name: work is handed to people, not to ids."""

    id: Id
    name: Bilingual
    sites: tuple[Id, ...]


class SessionReply(Struct, frozen=True, kw_only=True):
    """What a page needs to begin: who, where, what they may do, and the value for writes.

    `rights` are those held anywhere; a site's own stand beside it. With `must_change_password`
    nothing but the password can be changed. The phone goes on recording after `expires_ms`;
    only sending waits for a new sign-in. `seal_key` is the public half of the organisation's key,
    raw in base64url: to it a shared phone seals what others will carry. `tag_key` is the public
    half that proves labels on checkpoints without a network. `colleagues` are those with whom the
    reader shares a site; a contractor's people know their own.
    """

    person: SignedInPerson
    organization: OrganizationView
    sites: tuple[SiteView, ...]
    rights: tuple[ShortText, ...]
    csrf: str
    expires_ms: Milliseconds
    anchor: ServerAnchor
    must_change_password: bool = False
    seal_key: str = ""
    tag_key: str = ""
    colleagues: tuple[SiteColleague, ...] = ()


class DeviceView(Struct, frozen=True, kw_only=True):
    """A device that someone signed in on, as its owner or the office sees it.

    `person` signed in last; `signed_in` says that a session on it still holds; `here` that the
    reader is using it.
    """

    id: Id
    label: ShortText
    person: Id
    person_name: Bilingual
    first_seen_ms: Milliseconds
    last_contact_ms: Milliseconds
    app_version: ShortText
    signed_in: bool
    here: bool
    revoked_ms: Milliseconds | None = None


class DeviceRegister(Struct, frozen=True, kw_only=True):
    """Devices, the latest in contact first."""

    devices: tuple[DeviceView, ...]
