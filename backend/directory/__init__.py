"""Who and where: organisations, places, people, roles, devices, and signing in."""
