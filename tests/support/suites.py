"""Which cases of a test belong to the long suite."""

import pytest


def long(*values):
    """A case that ``make test`` leaves out."""
    return pytest.param(*values, marks=pytest.mark.long)


def long_but(values, quick):
    """Cases, all of which ``make test`` leaves out but those in ``quick``."""
    values = list(values)
    assert set(quick) <= set(values)
    return [value if value in quick else long(value) for value in values]
