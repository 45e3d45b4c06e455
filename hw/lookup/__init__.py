"""Windows in, weighed blocks out: split, sort, vertices, banked ROM, weigh."""
