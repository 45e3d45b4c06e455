"""The mapping of points by transforms, for the tests of SelfExSR."""

import numpy as np


def mapped(t, dy, dx):
    """The point to which transform ``t`` maps the offset ``dy``, ``dx``."""
    rows = np.append(t[:8], 1).reshape(3, 3)
    y, x, w = rows @ [dy, dx, 1]
    return np.array([y / w, x / w])
