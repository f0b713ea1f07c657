"""Photos and signatures as tables: what bytes we hold, who sent them, which records name them.

No logic here, only the shapes and the projection that sync's committer writes.
"""

from piccolo.columns import Array, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.kernel.database import Projection


class Evidence(Table, tablename="evidence"):
    """Bytes that are stored for good, by organisation and hash; `uploader` sent them first."""

    organization_id = Text()
    sha256 = Text(primary_key=True)
    size = BigInt()
    media_type = Text()
    uploader = Text()
    received_at = Timestamptz()


class EvidenceUpload(Table, tablename="evidence_uploads"):
    """A person really sent these bytes; knowing a hash is not having the photo."""

    organization_id = Text()
    sha256 = Text(primary_key=True)
    person_id = Text()
    received_at = Timestamptz()


class EvidenceUse(Table, tablename="evidence_uses"):
    """A person's operation put a photo into a record; an empty site is the whole organisation.

    Whoever may see the record may see the photo, provided that this person sent its bytes.
    """

    organization_id = Text()
    sha256 = Text(primary_key=True)
    record_id = Text()
    site_id = Text()
    record_kind = Text()
    person_id = Text()


class Upload(Table, tablename="uploads"):
    """Bytes on their way from one person's phone: so much has arrived, in parts that lie there.

    `parts` are names in the evidence store, in order. `reply` is what the last part was answered
    with, so that an answer lost on the way can be given again; the parts are gone by then.
    """

    organization_id = Text()
    person_id = Text()
    sha256 = Text(primary_key=True)
    media_type = Text()
    size = BigInt()
    received = BigInt()
    parts = Array(base_column=Text())
    touched_at = Timestamptz()
    reply = Bytea(null=True)


EVIDENCE_USES = Projection(
    table="evidence_uses",
    columns={
        "organization_id": "text",
        "sha256": "text",
        "record_id": "text",
        "site_id": "text",
        "record_kind": "text",
        "person_id": "text",
    },
    key=("organization_id", "sha256", "record_id", "person_id"),
)
"""Written by sync's committer for every photo an operation declares; `person_id` is its author."""
