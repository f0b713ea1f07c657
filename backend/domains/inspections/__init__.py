"""Checklists, plans, tasks, answers and findings."""
