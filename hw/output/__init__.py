"""Weighed blocks in, HR lines out: accumulate, round and clip, line writer."""
