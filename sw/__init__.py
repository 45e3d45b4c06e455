"""Tables for look-up-table super-resolution: description, golden model, fitting, metrics.

Nothing in here imports ``hw``, ``sim`` or ``boards``.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: ``luts`` lies in it, and ``build`` holds what commands keep there."""
