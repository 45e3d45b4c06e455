"""The commands of ``python -m sw``, a module for each, and the options that they share."""
