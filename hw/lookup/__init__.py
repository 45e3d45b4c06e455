"""From windows to weighed blocks: split, sort, vertices, banked ROM, weigh."""
