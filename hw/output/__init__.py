"""From weighed blocks to HR lines: accumulate, round and clip, line writer or pixel queue."""
