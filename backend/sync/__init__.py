"""The one door in: push, merge, log, pull; it never imports a slice."""
