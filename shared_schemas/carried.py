"""Work that travels on another person's phone or in a file: what a bundle says, and its answer."""

from typing import Literal

from msgspec import Struct

from shared_schemas.primitives import Capture, Id, Milliseconds, Sha256, ShortText
from shared_schemas.problems import Problem
from shared_schemas.sync import Status


class BundlePart(Struct, frozen=True, kw_only=True):
    """One operation's text or one photo's bytes, as they lie in the bundle.

    `id` is the operation's own, empty for a photo.

    Units: `size` in bytes.
    """

    sha256: Sha256
    size: int
    id: ShortText = ""
    media_type: ShortText = ""


class BundleHeader(Struct, frozen=True, kw_only=True):
    """What a bundle holds and whose it is, signed by that writer's key.

    `person` is the author as the phone knew them; the server goes by the writer's binding. `sent`
    are the clocks when the bundle was made: nobody vouches for them, so they judge nothing.

    Source: `shared_schemas/SEALED.md`; sync design, section 6.
    """

    kind: Literal["operations", "photo"]
    organization: Id
    writer: Id
    made_ms: Milliseconds
    sent: Capture
    parts: tuple[BundlePart, ...]
    person: ShortText = ""
    version: Literal[1] = 1


class CarriedOutcome(Struct, frozen=True, kw_only=True):
    """What became of one operation, without a word of what it says: the carrier must not learn it.

    `problem` is told to its author and to those who see what is held, and to nobody else.
    """

    id: str
    status: Status
    sha256: Sha256
    missing: tuple[Sha256, ...] = ()
    problem: Problem | None = None


class CarriedReply(Struct, frozen=True, kw_only=True):
    """The server's answer to one bundle: `bundle` is the hash of the very bytes received.

    `opened` gives an outcome per operation and the photos now stored for their author; `held` means
    that the bundle is kept whole for the office.
    """

    bundle: Sha256
    status: Literal["opened", "held"]
    outcomes: tuple[CarriedOutcome, ...] = ()
    photos: tuple[Sha256, ...] = ()
    problem: Problem | None = None
    receipt: Literal["roundsman"] = "roundsman"
