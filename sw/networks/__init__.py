"""Networks: SR-LUT's, which tables are exported from, and those that tables are compared with."""
