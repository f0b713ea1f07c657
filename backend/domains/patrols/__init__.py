"""Patrols: routes, rounds, scans of signed tags, and what is odd about them."""
