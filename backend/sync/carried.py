"""Work that another person carried up: opened here, applied as its author's, shown to no carrier.

What cannot be opened, or is not signed by the phone it names, is kept whole for the office: it
executes nothing, and nothing of it is lost. The carrier's word counts for nothing in it.

     bytes ──▶ open (kernel/sealing.py) ──▶ whose writer? its key's signature? ──▶ the author's push
                  │ broken, elsewhere             │ unknown, wrong                 or photo
                  └──────────▶ held whole, on the held desk ◀──┘
"""

from typing import Any

import msgspec
from msgspec import Struct

from backend.directory.actors import Actor
from backend.directory.authors import load_standing
from backend.evidence.keeping import keep_photo
from backend.evidence.store import EvidenceStore
from backend.kernel import sealing
from backend.kernel.anchors import verify_anchor
from backend.kernel.canonical import canonical
from backend.kernel.clock import Clock, instant, milliseconds
from backend.kernel.database import Database
from backend.kernel.identity import content_hash, derived_id
from backend.kernel.log import log
from backend.sync.committer import Committer
from backend.sync.group import anchor_key
from backend.sync.quota import NOT_NOW, find_bundles_full
from backend.sync.received import receive
from backend.sync.state import Submission
from backend.sync.storage import WAITING
from shared_schemas.carried import BundleHeader, CarriedOutcome, CarriedReply
from shared_schemas.primitives import Capture
from shared_schemas.problems import Problem, ProblemError, problem
from shared_schemas.sync import Outcome

_REPLY = msgspec.json.Encoder()
PARTS_LIMIT = 1_000
"""Operations in one bundle; a phone puts far fewer into one."""

PART_LIMIT = 2_000_000
"""One operation's text, as much as a push may bring. Units: bytes."""

SHOWN_LIMIT = 100_000
"""So much of a held bundle's text is shown on the desk. Units: bytes."""

_WRITER_SQL = (
    "SELECT person_id, device_id, public_key, bound_at FROM writers"
    " WHERE organization_id = $1 AND id = $2"
)
_NOTE_SQL = """
INSERT INTO carried_bundles (organization_id, id, writer_id, author_id, carrier_id, device_id,
    kind, size, operations, problem, state, received_ms, content)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (organization_id, id) DO UPDATE SET writer_id = excluded.writer_id,
    author_id = excluded.author_id, kind = excluded.kind, operations = excluded.operations,
    problem = excluded.problem, state = excluded.state, content = excluded.content
WHERE carried_bundles.state = 'held'
"""
_HOLD_SQL = """
INSERT INTO held_operations (organization_id, id, operation_id, writer_id, counter, person_id,
    device_id, record_id, waits_for, sha256, problem, outcome, content, context, received_ms, state)
VALUES ($1, $2, '', $3, 0, $4, $5, '', '', $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (organization_id, id) DO NOTHING
"""
_SETTLE_SQL = """
UPDATE held_operations SET state = 'applied'
WHERE organization_id = $1 AND id = $2 AND state = 'waiting'
"""
_KEPT_SQL = """
SELECT count(*) AS count, coalesce(sum(size), 0)::bigint AS size,
       coalesce(bool_or(id = $3), false) AS known
FROM carried_bundles WHERE organization_id = $1 AND carrier_id = $2 AND state = 'held'
"""
_HOPEFUL_SQL = """
SELECT b.id FROM carried_bundles b
JOIN writers w ON w.organization_id = b.organization_id AND w.id = b.writer_id
JOIN held_operations h ON h.organization_id = b.organization_id AND h.sha256 = b.id
    AND h.operation_id = '' AND h.state = 'waiting'
WHERE b.organization_id = $1 AND b.state = 'held' AND b.problem = 'writer_unknown'
ORDER BY b.received_ms, b.id LIMIT 100
"""
_BUNDLE_SQL = """
SELECT carrier_id, device_id, received_ms, content FROM carried_bundles
WHERE organization_id = $1 AND id = $2 AND state = 'held'
"""


class Carrier(Struct, frozen=True, kw_only=True):
    """Who brought a bundle, from which device, when it arrived."""

    organization: str
    person: str
    device: str
    received_ms: int


class _Author(Struct, frozen=True, kw_only=True):
    """Whose writer it is, with the rights they hold now, and since when."""

    actor: Actor
    device: str
    bound_ms: int


class Carrying:
    """Takes in bundles; one per process, without a memory of its own."""

    def __init__(
        self,
        database: Database,
        committer: Committer,
        store: EvidenceStore,
        clock: Clock,
        secret: str,
    ) -> None:
        """Use these; nothing is opened yet."""
        self._database = database
        self._committer = committer
        self._store = store
        self._clock = clock
        self._secret = secret

    async def take_in(self, carrier: Actor, content: bytes) -> CarriedReply:
        """Take in one bundle from whoever is signed in; answer without a word of what it says.

        Raises: desk_full, gaps_too_many.
        Source: sync design, section 6 (shared phones); SPEC SE2, SE4, SE5.
        """
        brought = Carrier(
            organization=carrier.organization,
            person=carrier.person,
            device=carrier.device,
            received_ms=self._clock.now_ms(),
        )
        reply, author = await self._take_in(brought, content)
        may_know = carrier.person == author or carrier.may_everywhere("see_held")
        return reply if may_know else _without_reasons(reply)

    async def answer(self, carrier: Actor, content: bytes) -> bytes:
        """Take in a bundle that came in parts; give the JSON to answer with."""
        return _REPLY.encode(await self.take_in(carrier, content))

    async def look_again(self, organization: str) -> None:
        """Open what was held because its writer was not known, where it is known by now.

        Source: SPEC SE11.
        """
        for found in await self._database.rows(_HOPEFUL_SQL, organization):
            # One by one: a hundred bundles of photos at once would not fit the memory.
            row = await self._database.row(_BUNDLE_SQL, organization, found["id"])
            if row is None:
                continue
            brought = Carrier(
                organization=organization,
                person=row["carrier_id"],
                device=row["device_id"],
                received_ms=row["received_ms"],
            )
            await self._take_in(brought, row["content"])

    async def _take_in(self, brought: Carrier, content: bytes) -> tuple[CarriedReply, str]:
        """Give the answer, and who the author is where that is proven."""
        bundle: sealing.Bundle | None = None
        try:
            bundle = self._open(brought, content)
            author = await self._author(brought, bundle)
            reply = await self._apply(brought, bundle, author, content)
        except ProblemError as error:
            if error.problem.status >= _OURS or error.problem.code in NOT_NOW:
                raise
            return await self._hold(brought, content, bundle, error.problem), ""
        return reply, author.actor.person

    def _open(self, brought: Carrier, content: bytes) -> sealing.Bundle:
        if content.lstrip()[:1] == b"{":
            bundle = sealing.read_plain(content)
        else:
            key = sealing.seal_key(self._secret, brought.organization)
            bundle = sealing.unpack(sealing.open_sealed(key, content))
        if len(bundle.header.parts) > PARTS_LIMIT or _is_oversized(bundle):
            raise ProblemError("seal_broken")
        if bundle.header.organization != brought.organization:
            raise ProblemError("seal_elsewhere")
        return bundle

    async def _author(self, brought: Carrier, bundle: sealing.Bundle) -> _Author:
        """Find whose writer it is, and go on only if that very phone signed the bundle.

        A phone without a key store cannot sign: then only its author's own session vouches for it.

        Raises: writer_unknown, signature_wrong.
        """
        writer = await self._database.row(_WRITER_SQL, brought.organization, bundle.header.writer)
        if writer is None:
            raise ProblemError("writer_unknown")
        is_unsigned = bundle.signature == sealing.UNSIGNED and writer["public_key"] == ""
        is_own = is_unsigned and brought.person == writer["person_id"]
        if not is_own and not sealing.is_signed_by(writer["public_key"], bundle):
            raise ProblemError("signature_wrong")
        return _Author(
            actor=await load_standing(self._database, brought.organization, writer["person_id"]),
            device=writer["device_id"],
            bound_ms=milliseconds(writer["bound_at"]),
        )

    async def _apply(
        self, brought: Carrier, bundle: sealing.Bundle, author: _Author, content: bytes
    ) -> CarriedReply:
        """Do what the author would have done: push the operations, or send the photo."""
        outcomes: list[Outcome] = []
        photos: list[str] = []
        if bundle.header.kind == "operations" and bundle.parts:
            outcomes = await self._committer.push(self._submission(brought, bundle, author))
        elif bundle.header.kind == "photo":
            for part in bundle.parts:
                photos.append(content_hash(part))
                await keep_photo(
                    self._database, self._store, brought.organization, author.actor.person,
                    photos[-1], part, instant(self._clock.now_ms()),
                )  # fmt: skip
        if bundle.spoiled:
            # What is whole was used; the rest is nobody's to guess.
            held = await self._hold(brought, content, bundle, problem("seal_broken"))
            outcomes += _spoiled(bundle)
            return msgspec.structs.replace(
                held, outcomes=tuple(map(_told, outcomes)), photos=tuple(photos)
            )
        for one in outcomes:
            if one.status == "deferred" and one.problem is not None:
                # The whole bundle stays where it is: what was taken in of it is known next time.
                raise ProblemError(one.problem.code, **one.problem.details)
        named = [one.id for one in outcomes]
        await self._note(brought, bundle, author.actor.person, content, named=named)
        return CarriedReply(
            bundle=content_hash(content),
            status="opened",
            outcomes=tuple(map(_told, outcomes)),
            photos=tuple(photos),
        )

    def _submission(self, brought: Carrier, bundle: sealing.Bundle, author: _Author) -> Submission:
        submission = Submission(
            organization=brought.organization,
            actor=author.actor,
            device=author.device,
            writer=bundle.header.writer,
            sent=bundle.header.sent,
            received=[receive(part, bundle.header.writer) for part in bundle.parts],
            received_ms=brought.received_ms,
            floor_ms=author.bound_ms,
            trusted={},
            carried=True,
        )
        anchors = (
            one.envelope.captured.anchor for one in submission.received if one.envelope is not None
        )
        submission.trusted = {
            anchor_key(anchor): verify_anchor(self._secret, brought.organization, None, anchor)
            for anchor in anchors
            if anchor is not None
        }
        return submission

    async def _hold(
        self, brought: Carrier, content: bytes, bundle: sealing.Bundle | None, why: Problem
    ) -> CarriedReply:
        """Keep a bundle whole and show it on the held desk; the same one twice is held once.

        Raises: desk_full where too many of one person's are kept already; the phone keeps it.
        Source: sync design, sections 5 and 6; SPEC SE4, HE14.
        """
        sha256 = content_hash(content)
        kept = await self._database.row(_KEPT_SQL, brought.organization, brought.person, sha256)
        full = find_bundles_full(kept["count"], kept["size"]) if kept else None
        if full is not None and kept is not None and not kept["known"]:
            raise ProblemError(full.code, **full.details)
        header = bundle.header if bundle else None
        await self._note(brought, bundle, "", content, why=why.code)
        outcome = Outcome(id="", status="held", sha256=sha256, problem=why)
        nothing = Capture(wall_ms=0, mono_ms=0, origin_ms=0, session="")
        await self._database.run(
            _HOLD_SQL, brought.organization, derived_id("sealed", sha256),
            header.writer if header else "", brought.person, brought.device, sha256,
            canonical(why), canonical(outcome), _shown(content, bundle),
            canonical({"sent": nothing, "floor_ms": 0, "trusted": {}}), brought.received_ms,
            WAITING,
        )  # fmt: skip
        log.warning("bundle_held", organization=brought.organization, id=sha256, problem=why.code)
        return CarriedReply(bundle=sha256, status="held", problem=why)

    async def _note(
        self,
        brought: Carrier,
        bundle: sealing.Bundle | None,
        author: str,
        content: bytes,
        *,
        named: list[str] | None = None,
        why: str = "",
    ) -> None:
        sha256 = content_hash(content)
        header = bundle.header if bundle else None
        await self._database.run(
            _NOTE_SQL, brought.organization, sha256, header.writer if header else "", author,
            brought.person, brought.device, header.kind if header else "", len(content),
            canonical(named or []), why, "held" if why else "opened", brought.received_ms,
            content if why else None,
        )  # fmt: skip
        if not why:
            held = derived_id("sealed", sha256)
            await self._database.run(_SETTLE_SQL, brought.organization, held)


_OURS = 500
"""Problems from here on are the server's own: the phone keeps the bundle and tries again."""


def _is_oversized(bundle: sealing.Bundle) -> bool:
    is_text = bundle.header.kind == "operations"
    return is_text and any(len(part) > PART_LIMIT for part in bundle.parts)


def _told(outcome: Outcome) -> CarriedOutcome:
    return CarriedOutcome(
        id=outcome.id,
        status=outcome.status,
        sha256=outcome.sha256,
        missing=outcome.missing,
        problem=outcome.problem,
    )


def _without_reasons(reply: CarriedReply) -> CarriedReply:
    """Leave out why something is held: whoever only carried it learns nothing of what it says."""
    told = (msgspec.structs.replace(one, problem=None) for one in reply.outcomes)
    return msgspec.structs.replace(reply, outcomes=tuple(told))


def _spoiled(bundle: sealing.Bundle) -> list[Outcome]:
    sound = {content_hash(part) for part in bundle.parts}
    return [
        Outcome(id=part.id, status="held", sha256=part.sha256, problem=problem("seal_broken"))
        for part in bundle.header.parts
        if part.sha256 not in sound
    ]


def _shown(content: bytes, bundle: sealing.Bundle | None) -> str:
    """Give what the desk shows of a held bundle: its name and, where it opens, what it says."""
    told: dict[str, Any] = {"bundle": content_hash(content), "size": len(content)}
    if bundle is not None:
        told["header"] = _plain(bundle.header)
        if bundle.header.kind == "operations":
            texts = [part.decode("utf-8", "backslashreplace") for part in bundle.parts]
            told["operations"] = texts if sum(map(len, texts)) <= SHOWN_LIMIT else len(texts)
    return canonical(told)


def _plain(header: BundleHeader) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(header)
    return {name: plain[name] for name in ("kind", "organization", "writer", "person", "made_ms")}
