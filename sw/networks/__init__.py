"""Networks that tables are compared with, written from their papers, and what trains them."""
