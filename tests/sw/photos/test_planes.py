import os
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from pictures import photo_like
from sw.errors import BadInput
from sw.photos.planes import read_planes
from sw.pictures.bicubic import resize

WHOLE = (Fraction(1),)


def write_mixed(folder):
    folder.mkdir()
    Image.fromarray(photo_like(33, 50)).save(folder / "a.png")
    Image.fromarray(photo_like(20, 20, 1)[:, :, 0]).save(folder / "b.jpg")
    Image.fromarray(photo_like(17, 9, 4), "RGBA").save(folder / "c.webp", lossless=True)
    (folder / "d.png").write_bytes(b"no picture")
    Image.new("RGB", (2, 40)).save(folder / "e.png")
    return sorted(folder.iterdir())


def test_planes_of_a_mixed_folder(tmp_path):
    files = write_mixed(tmp_path / "photos")
    planes, skipped = read_planes(files, 3, WHOLE, tmp_path / "cache")
    assert [plane.lr.shape for plane in planes] == [(11, 16)] * 3 + [(6, 6)] + [(5, 3)] * 3
    assert "".join(plane.colour for plane in planes) == "RGBLRGB"
    assert len(skipped) == 2
    assert "d.png: not an image" in skipped[0]
    assert "e.png: smaller than 3×3" in skipped[1]
    whole = photo_like(33, 50)[:, :48]
    low = resize(whole, Fraction(1, 3))
    for c in range(3):
        assert np.array_equal(planes[c].hr, whole[:, :, c])
        assert np.array_equal(planes[c].lr, low[:, :, c])
    turned = planes[0].transposed()
    assert np.array_equal(turned.hr, planes[0].hr.T)
    assert np.array_equal(turned.lr, planes[0].lr.T)


def test_planes_in_several_sizes(tmp_path):
    files = write_mixed(tmp_path / "photos")
    sizes = Fraction(2, 3), Fraction(1, 6)
    planes, skipped = read_planes(files, 3, sizes, tmp_path / "cache")
    # Of 33×50, 20×20 and 17×9 the last has no LR pixel left at a sixth.
    shapes = [(7, 11), (2, 3), (4, 4), (1, 1), (4, 2)]
    assert [plane.lr.shape for plane in planes] == [
        shape for shape, count in zip(shapes, (3, 3, 1, 1, 3), strict=True) for _ in range(count)
    ]
    assert "e.png: smaller than 3×3 at 2/3 of its size" in skipped[1]
    reduced = resize(photo_like(33, 50), Fraction(2, 3))[:21, :33]
    assert np.array_equal(planes[1].hr, reduced[:, :, 1])
    assert np.array_equal(planes[1].lr, resize(reduced, Fraction(1, 3))[:, :, 1])
    others, _ = read_planes(files, 3, WHOLE, tmp_path / "cache")
    assert others[0].lr.shape == (11, 16)


def test_second_reading_comes_from_the_cache(tmp_path, monkeypatch):
    files = write_mixed(tmp_path / "photos")
    first = read_planes(files, 2, WHOLE, tmp_path / "cache")
    decoded = []
    monkeypatch.setattr("sw.photos.planes._decode", lambda *args: decoded.append(args))
    again = read_planes(files, 2, WHOLE, tmp_path / "cache")
    assert not decoded
    assert again[1] == first[1]
    for one, other in zip(first[0], again[0], strict=True):
        assert np.array_equal(one.lr, other.lr)
        assert np.array_equal(one.hr, other.hr)

    monkeypatch.undo()
    Image.fromarray(photo_like(8, 8)).save(files[0])
    os.utime(files[0], ns=(1, 1))
    changed, _ = read_planes(files, 2, WHOLE, tmp_path / "cache")
    assert changed[0].hr.shape == (8, 8)


def test_interrupted_decoding_leaves_no_cache(tmp_path):
    files = write_mixed(tmp_path / "photos")

    def interrupted():
        yield files[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_planes(files, 2, WHOLE, tmp_path / "cache", interrupted())
    assert not list((tmp_path / "cache").iterdir())
    planes, _ = read_planes(files, 2, WHOLE, tmp_path / "cache")
    assert len(planes) == 10


def test_unusable_photographs_are_refused(tmp_path):
    files = write_mixed(tmp_path / "photos")[3:]
    with pytest.raises(
        BadInput, match=r"none of the 2 image files can be used; the first: .*d\.png"
    ):
        read_planes(files, 3, WHOLE, tmp_path / "cache")
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="cannot be created"):
        read_planes(files, 3, WHOLE, tmp_path / "file" / "cache")
