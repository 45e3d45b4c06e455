import pytest
from PIL import Image

from commands import write_photos
from sw.errors import BadInput
from sw.scores import Validation, check_folder, read_original, score_folder
from tables import make_upsampler


def test_original_is_cropped_to_the_scale(tmp_path):
    write_photos(tmp_path / "photos", 1, (37, 50))
    path = tmp_path / "photos" / "photo0.png"
    assert read_original(path, 4).shape == (36, 48, 3)
    assert read_original(path, 3).shape == (36, 48, 3)


@pytest.mark.parametrize(("scale", "smallest"), [(2, 16), (3, 18), (4, 20)])
def test_smallest_original(tmp_path, scale, smallest):
    write_photos(tmp_path / "photos", 1, (smallest, 40))
    check_folder(tmp_path / "photos", scale)
    assert Validation(tmp_path / "photos", scale).psnr_y(make_upsampler(scale=scale)) > 0
    small = tmp_path / "photos" / "small.png"
    Image.new("L", (40, smallest - 1)).save(small)
    message = (
        rf"small\.png: 40×{smallest - 1} is too small to score at scale {scale}; it must be at "
        rf"least {smallest}×{smallest}$"
    )
    for check in (check_folder, Validation):
        with pytest.raises(BadInput, match=message):
            check(tmp_path / "photos", scale)
    small.unlink()


def test_no_picture_is_left(tmp_path):
    write_photos(tmp_path / "photos", 2, (3, 3))
    message = r"photos: none of the pictures can be scored; the first: .*photo0\.png: 3×3 is too"
    with pytest.raises(BadInput, match=message):
        score_folder(tmp_path / "photos", (make_upsampler(),))
