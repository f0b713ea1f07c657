"""Migrations, forward only, one idea each."""
