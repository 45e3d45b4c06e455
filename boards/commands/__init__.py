"""Commands of ``python -m boards`` and of each board, a module for each."""
