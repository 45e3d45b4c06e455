"""A comparison of methods that enlarge pictures, on the same pictures."""
