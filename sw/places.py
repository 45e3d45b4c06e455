"""Where files lie: in a checkout, or beside the installed packages and in the user's cache.

An installed package has the tables inside it and must not be written to.
"""

import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder with the packages ``sw``, ``hw``, ``sim`` and ``boards``: the checkout, if there is
one."""

_INSTALLED_LUTS = Path(__file__).resolve().parent / "luts"

INSTALLED = _INSTALLED_LUTS.is_dir()
"""Whether this runs from a wheel and not from a checkout."""

LUTS = _INSTALLED_LUTS if INSTALLED else ROOT / "luts"
"""Folder of the tables that can be given by their name alone."""


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # the XDG specification: ignore it if it is relative
        home = os.path.expanduser("~")
        # A user without a home folder, as in some containers.
        base = os.path.join(home, ".cache") if os.path.isabs(home) else tempfile.gettempdir()
    return Path(base) / "srlut"


CACHE = _user_cache()
"""Folder for what can be computed again, one for each user."""

BUILD = CACHE if INSTALLED else ROOT / "build"
"""Folder for simulations, netlists and bitstreams."""
