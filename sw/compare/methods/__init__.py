"""Ways to enlarge pictures that tables are compared with."""
