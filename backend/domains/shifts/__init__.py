"""Shifts: who works when, and what one shift leaves to the next."""
