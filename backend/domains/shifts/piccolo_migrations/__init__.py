"""Migrations of this room, forward only."""
