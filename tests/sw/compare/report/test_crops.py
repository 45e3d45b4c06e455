import base64
import io

import numpy as np
from PIL import Image

from sw.compare.report.crops import as_uri, where_they_differ


def test_crop_is_where_they_differ():
    flat = np.full((64, 80, 3), 90, np.uint8)
    other = flat.copy()
    other[40:56, 48:64] = 130
    assert where_they_differ([flat, other, flat], 16, 16) == (40, 48)
    assert where_they_differ([flat, flat], 64, 80) == (0, 0)


def test_grey_is_without_loss():
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    image = Image.open(io.BytesIO(base64.b64decode(as_uri(grey).partition(",")[2])))
    assert np.array_equal(np.asarray(image.convert("RGB")), grey.repeat(3, axis=2))
