"""A chain of stages fitted as a whole."""
