"""Pixels in, windows out: guard, line buffer, window, padding."""
