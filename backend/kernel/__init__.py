"""Clock, ids, database, problems: the ground that every room stands on."""
