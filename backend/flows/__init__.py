"""Where two domains meet: when this is recorded, that follows; one file per sentence."""
