"""The server: one Litestar application over PostgreSQL."""
