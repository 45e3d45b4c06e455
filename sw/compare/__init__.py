"""Ways to enlarge pictures, compared on the same files."""
