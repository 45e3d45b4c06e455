"""Where a transform takes a point, for the tests of SelfExSR."""

import numpy as np


def mapped(t, dy, dx):
    """Where transform ``t`` takes the offset ``dy``, ``dx``."""
    rows = np.append(t[:8], 1).reshape(3, 3)
    y, x, w = rows @ [dy, dx, 1]
    return np.array([y / w, x / w])
