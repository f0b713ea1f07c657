"""Packs: the rules of a trade as data, read strictly and refused with file and line."""
