"""Benches: the core, a board and single blocks, driven and compared."""
