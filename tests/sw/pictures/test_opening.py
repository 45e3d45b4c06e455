"""Refusals before decoding: animations, bombs, pipes; and damaged files."""

import io
import os
import shlex
import struct
import subprocess
import sys
import threading
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from picture_files import deep_png, png
from pictures import photo_like
from sw.errors import BadInput
from sw.pictures import opening
from sw.pictures.images import read_header, read_picture


def refused(path, **options):
    """The sentence with which both the header and the picture in ``path`` are refused."""
    sentences = []
    for read in (read_header, read_picture):
        with pytest.raises(BadInput) as error:
            read(path, **options)
        sentences.append(str(error.value))
    assert sentences[0] == sentences[1]
    return sentences[0]


@pytest.mark.parametrize("ending", ["gif", "webp", "png", "avif", "tiff"])
def test_the_command_that_splits_an_animation_works(tmp_path, ending):
    folder = tmp_path / "a folder"
    folder.mkdir()
    path = folder / f"it's 1.{ending}"
    frames = [Image.new("RGB", (16, 16), (level, 0, 0)) for level in (0, 120, 240)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    message = refused(path)
    assert message.startswith(f"{path}: holds 3 pictures; it must hold one: split it first, with: ")
    words = shlex.split(message.partition("with: ")[2])
    assert words[0] == "python"
    subprocess.run([sys.executable, *words[1:]], cwd=folder, check=True)
    ending = "tiff" if ending == "tiff" else "png"
    for n, level in enumerate((0, 120, 240)):
        picture = read_picture(folder / f"frame{n:04}.{ending}")
        assert abs(int(picture.pixels[8, 8, 0]) - level) <= 3


def test_the_first_picture_of_a_photograph_with_previews_is_read(tmp_path):
    path = tmp_path / "a.mpo"
    frames = [Image.fromarray(photo_like(16, 16, seed=seed)) for seed in (0, 1)]
    frames[0].save(path, "MPO", save_all=True, append_images=frames[1:])
    assert read_picture(path).pixels.shape == (16, 16, 3)


def test_text_and_profiles_that_unpack_to_much_are_refused(tmp_path):
    path = tmp_path / "a.png"
    bomb = zlib.compress(bytes(50_000_000))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for chunk in (
        (b"zTXt", b"a\0\0" + bomb),
        (b"iCCP", b"a\0\0" + bomb),
        (b"iTXt", b"a\0\1\0\0\0" + bomb),
        (b"iCCP", b"a\0\0" + zlib.compress(profile)),
    ):
        path.write_bytes(png(1, 1, [bytes(3)], before=[chunk]))
        if len(chunk[1]) < 10_000:
            assert read_picture(path).metadata.icc_profile == profile
        else:
            assert "unpacks to more than Pillow reads; it must be at most 1 MiB" in refused(path)


def icon(content):
    """An icon file whose entry promises 16×16 pixels."""
    return struct.pack("<3H4B2H2I", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(content), 22) + content


def test_pictures_in_icons_are_checked(tmp_path):
    path = tmp_path / "a.ico"
    path.write_bytes(icon(png(500, 500, [bytes(1500)] * 500)))
    assert "500×500 is 0.2 Mpixel, over the limit of 0.2;" in refused(path, max_mpixel=0.2)
    path.write_bytes(icon(deep_png(np.zeros((16, 16, 4), np.uint16))))
    assert "has 16 bits per channel" in refused(path)
    Image.fromarray(photo_like(16, 16, 4), "RGBA").save(path, sizes=[(16, 16)])
    assert read_picture(path).pixels.shape == (16, 16, 4)


def test_a_pipe_is_read_once_for_header_and_picture(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    file = io.BytesIO()
    Image.fromarray(photo_like(30, 40)).save(file, "PNG")
    for readers in ((read_header, read_picture), (read_picture,)):
        writer = threading.Thread(target=path.write_bytes, args=[file.getvalue()])
        writer.start()
        for read in readers:
            result = read(path)
        writer.join(10)
        assert np.array_equal(result.pixels, photo_like(30, 40))


def test_a_pipe_without_end_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    # The limit is for the picture, and 64 MiB for what else is in the file.
    monkeypatch.setattr(opening, "PIPE_EXTRA", 1000)
    writer = threading.Thread(target=path.write_bytes, args=[bytes(2_000)])
    writer.start()
    with pytest.raises(BadInput, match=r"pipe: is longer than 1160 bytes; save it to a file first"):
        read_picture(path, 1e-5)
    writer.join(10)
