"""Which cases of a test belong to the long suite."""

import pytest


def long(*values):
    """A case that ``make test`` leaves out."""
    return pytest.param(*values, marks=pytest.mark.long)
