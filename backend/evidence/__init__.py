"""Photos and signatures: kept by their hash, shown to whoever may see the record."""
