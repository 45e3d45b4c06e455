"""Benches that drive the core, a board or a single block, and compare the results."""
