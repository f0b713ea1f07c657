"""Nonconformities, corrections and their verification."""
