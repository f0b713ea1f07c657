"""The proof: pure rooms first, then the database, the routes, whole stories, real browsers."""
