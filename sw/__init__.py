"""Tables for look-up-table super-resolution: description, golden model, fitting, metrics.

Nothing in here imports ``hw``, ``sim`` or ``boards``.
"""
