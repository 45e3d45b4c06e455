"""Look-up-table super-resolution in software: tables, golden model, fitting, training, scores.

``golden`` defines the arithmetic; read it first. Nothing here imports ``hw``, ``sim`` or
``boards``.
"""

__version__ = "0.1.0"
"""Version of the distribution ``srlut``, which has all four packages."""
