"""Removals: what was carted away from a site, how much and by whom."""
