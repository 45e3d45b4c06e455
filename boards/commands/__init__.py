"""Commands of ``python -m boards`` and of each board, one module each."""
