"""Look-up-table super-resolution in software: tables, golden model, fitting, training, scores.

``golden`` defines the arithmetic; read it first. Nothing here imports ``hw``, ``sim`` or
``boards``.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The checkout, with ``luts`` in it, and ``build`` for the files that commands cache."""
