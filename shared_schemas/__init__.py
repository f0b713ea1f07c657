"""What travels between phone, office and server; this package imports nobody."""
