"""The commands of ``python -m sim``, a module for each."""
