"""The commands of ``python -m hw``, one module for each."""
