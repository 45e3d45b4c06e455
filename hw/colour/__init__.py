"""The colour path: luma and colour differences, and their interpolation."""
