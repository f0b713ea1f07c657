"""The table of removals, without logic."""

from piccolo.columns import BigInt, Text
from piccolo.table import Table


class Removals(Table, tablename="removals"):
    """Each load that left a site; `photos` is a JSON list of hashes, `on_date` the site's date."""

    organization_id = Text(required=True)
    id = Text(primary_key=True)
    site_id = Text()
    on_date = Text()
    waste = Text()
    quantity = Text()
    unit = Text()
    hauler = Text()
    vehicle = Text()
    words = Text()
    photos = Text()
    removed_ms = BigInt()
    person_id = Text()
    operation_id = Text()
    position = BigInt()
