"""The seven domains; slices never import each other."""
