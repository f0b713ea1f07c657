"""Calendars and cadences: pure clocks that all slices use."""
