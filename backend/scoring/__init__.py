"""Scoring: facts become points, grades and reasons; it knows no domain by name."""
