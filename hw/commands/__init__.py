"""The commands of ``python -m hw``, a module for each."""
