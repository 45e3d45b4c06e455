import numpy as np
import pytest

from hw.windows.padding import inside
from sw import golden


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("reach", [1, 2, 3])
@pytest.mark.parametrize("size", range(1, 9))
def test_equals_pad(padding, reach, size):
    line = golden.pad(np.arange(size)[None], reach, padding)[0 + reach]
    for centre in range(size):
        before, after = min(centre, reach), min(size - 1 - centre, reach)
        for offset in range(-reach, reach + 1):
            source = centre + inside(offset, before, after, padding)
            assert source == line[reach + centre + offset]
