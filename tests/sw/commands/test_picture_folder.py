"""``python -m sw upscale`` on folders."""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from PIL import Image

from commands import refused, write_photos
from pictures import photo_like
from sw.__main__ import main
from sw.commands import enlarger
from sw.commands.picture_folder import find_pairs
from sw.pictures.images import read_picture
from sw.pictures.picture_sets import distinct_names


@pytest.fixture
def folder(tmp_path):
    return write_photos(tmp_path / "photos", 3, (5, 6))


@pytest.fixture
def upscale(tmp_path, table_file):
    """Enlarge a folder into ``out``; return the exit status."""

    def run(folder, *options):
        argv = folder, tmp_path / "out", "--table", table_file, *options
        return main(["upscale", *map(str, argv)])

    return run


def files_in(folder):
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(map(str, found))


def test_folder(tmp_path, folder, capsys, upscale):
    (folder / "note.txt").write_text("no picture")
    assert upscale(folder) == 0
    assert files_in(tmp_path / "out") == ["photo0.png", "photo1.png", "photo2.png"]
    assert capsys.readouterr() == (f"{tmp_path}/out: 3 of 3 pictures written\n", "")


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_note_on_grey_pictures_in_luma(tmp_path, folder, capsys, upscale, jobs):
    options = "--colour", "luma", "--jobs", jobs
    for name, ending in (
        (None, None),
        ("b", ": is grey, so that --colour luma changes nothing\n"),
        ("a", " and 1 more of the pictures are grey, so that --colour luma changes nothing for th"),
    ):
        expected = ""
        if name:
            Image.fromarray(photo_like(5, 6)).convert("L").save(folder / f"{name}.png")
            expected = f"note: {folder}/{name}.png{ending}"
        assert upscale(folder, *options) == 0
        errors = capsys.readouterr().err
        assert errors.startswith(expected)
        assert errors.count("\n") == bool(name)
    assert upscale(folder, "--jobs", jobs) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("jobs", [1, 2])
def test_bad_picture_is_named_and_skipped(tmp_path, folder, capsys, upscale, jobs):
    (folder / "bad.png").write_bytes(b"\x89PNG")
    Image.new("RGB", (70, 70)).save(folder / "large.png")
    (folder / "photo1.png").rename(folder / f"{'n' * 251}.png")
    assert upscale(folder, "--max-mpixel", 0.004, "--jobs", jobs, "--format", "webp") == 1
    assert files_in(tmp_path / "out") == ["photo0.webp", "photo2.webp"]
    out, errors = capsys.readouterr()
    assert out == f"{tmp_path}/out: 2 of 5 pictures written\n"
    assert len(errors.splitlines()) == 4
    assert "bad.png: not an image that Pillow can open\n" in errors
    assert "large.png: 70×70 is 0.0 Mpixel, over the limit" in errors
    assert "n.webp: the name is too long (256 bytes)" in errors
    assert errors.endswith("\n3 of 5 pictures could not be enlarged\n")


def test_status_is_2_if_no_picture_could_be_enlarged(tmp_path, capsys, table_file):
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "bad.png").write_bytes(b"\x89PNG")
    error = refused(capsys, "upscale", folder, tmp_path / "out", "--table", table_file)
    assert "photos: none of the 1 pictures could be enlarged" in error


def test_folder_that_cannot_be_written_is_refused_before_the_work(folder, capsys, table_file):
    error = refused(capsys, "upscale", folder, "/proc/self", "--table", table_file)
    assert "/proc/self: the folder /proc/self cannot be written" in error
    assert "photo0.png" not in error


def test_sub_folder_that_cannot_be_read_is_refused(tmp_path, folder, capsys, monkeypatch):
    write_photos(folder / "secret", 1)

    def scandir(path):
        if str(path).endswith("secret"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path)

    original = os.scandir
    monkeypatch.setattr(os, "scandir", scandir)
    error = refused(capsys, "upscale", folder, tmp_path / "out", "--recursive")
    assert f"{folder}/secret: cannot be read or written (Permission denied)" in error
    assert not (tmp_path / "out").exists()


def test_lack_of_memory_for_one_picture(tmp_path, folder, capsys, monkeypatch, upscale):
    enlarge, calls = enlarger.enlarge, []

    def fails_once(*args):
        calls.append(args)
        if len(calls) == 1:
            raise MemoryError
        return enlarge(*args)

    monkeypatch.setattr(enlarger, "enlarge", fails_once)
    assert upscale(folder) == 1
    assert files_in(tmp_path / "out") == ["photo1.png", "photo2.png"]
    assert "photo0.png: there is not enough memory" in capsys.readouterr().err


def test_memory_is_checked_for_all_processes_together(folder, monkeypatch, upscale):
    asked = []
    monkeypatch.setattr(enlarger, "check_memory", lambda *args: asked.append(args[-1]))
    assert upscale(folder) == 0
    assert asked == [1, 1, 1]


def test_names_that_differ_in_the_ending_only(tmp_path, upscale):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("a.png", "a.jpg", "a_jpg.png", "a_jpg.bmp", "b.png"):
        Image.new("L", (3, 3)).save(folder / name)
    assert upscale(folder) == 0
    names = ["a_jpg.png", "a_jpg_bmp.png", "a_jpg_png.png", "a_png.png", "b.png"]
    assert files_in(tmp_path / "out") == names
    pairs = {path.name: result.name for path, result in find_pairs(folder, tmp_path, ".x").items()}
    assert pairs["a.jpg"] == "a_jpg.x"
    assert pairs["a_jpg.bmp"] == "a_jpg_bmp.x"


def test_distinct_names_are_distinct_in_a_folder(tmp_path):
    files = [tmp_path / name for name in ("a.png", "a.PNG", "a_png.jpg", "b/a.png", "b/c.png")]
    assert list(distinct_names(files).values()) == ["a_png", "a_PNG", "a_png_jpg", "a", "c"]


def test_recursive_keeps_the_folders_and_leaves_out_results(tmp_path, folder, capsys, table_file):
    write_photos(folder / "sub", 1, (5, 6))
    out = folder / "out"
    argv = ["upscale", str(folder), str(out), "--table", str(table_file)]
    assert main([*argv]) == 0
    assert files_in(out) == ["photo0.png", "photo1.png", "photo2.png"]
    for _ in range(2):
        assert main([*argv, "--recursive"]) == 0
        assert "4 of 4 pictures written" in capsys.readouterr().out
        assert files_in(out) == ["photo0.png", "photo1.png", "photo2.png", "sub/photo0.png"]


def test_recursive_into_the_folder_above(tmp_path, folder, table_file):
    write_photos(folder / "sub", 1, (5, 6))
    argv = ["upscale", str(folder), str(tmp_path), "--table", str(table_file), "--recursive"]
    assert main(argv) == 0
    assert read_picture(tmp_path / "sub" / "photo0.png").pixels.shape == (20, 24, 3)


def test_result_never_replaces_a_picture_of_the_folder(tmp_path, folder, capsys, upscale):
    out = tmp_path / "out"
    out.mkdir()
    (out / "photo0.png").symlink_to(folder / "photo2.png")
    (out / "photo1.png").hardlink_to(folder / "photo1.png")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert upscale(folder) == 1
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    errors = capsys.readouterr().err
    assert "photo0.png: its result" in errors
    assert "photo1.png is a picture of IN; move one of them" in errors


def test_skip_existing_goes_on(tmp_path, folder, capsys, upscale):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "photo1.png").write_bytes(b"done")
    assert upscale(folder, "--skip-existing") == 0
    assert "out: 2 of 3 pictures written, 1 there already" in capsys.readouterr().out
    assert (tmp_path / "out" / "photo1.png").read_bytes() == b"done"
    assert upscale(folder) == 0
    assert (tmp_path / "out" / "photo1.png").read_bytes() != b"done"
    (folder / "bad.png").write_bytes(b"\x89PNG")
    assert upscale(folder, "--skip-existing") == 1


def test_format_and_quality(tmp_path, folder, capsys, upscale, table_file):
    sizes = []
    for quality in (10, 90):
        assert upscale(folder, "--format", "jpg", "--quality", quality) == 0
        assert files_in(tmp_path / "out") == ["photo0.jpg", "photo1.jpg", "photo2.jpg"]
        sizes.append((tmp_path / "out" / "photo0.jpg").stat().st_size)
    assert sizes[0] < sizes[1]
    argv = "upscale", folder, tmp_path / "out", "--table", table_file
    assert "the result must be .jpg, not .png" in refused(capsys, *argv, "--quality", 90)
    assert "--overwrite: is for a file" in refused(capsys, *argv, "--overwrite")
    assert "--jobs: is '0'; it must be a whole number, 1 or more" in refused(
        capsys, *argv, "--jobs", 0
    )


def test_processes_give_the_same_bytes(tmp_path, folder, upscale):
    def results():
        return {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    assert upscale(folder) == 0
    expected = results()
    for path in (tmp_path / "out").iterdir():
        path.unlink()
    assert upscale(folder, "-j", 2) == 0
    assert results() == expected


class EndsItsProcess:
    """Ends the process that unpickles it, as the system does when the memory runs out."""

    def at_bits(self, bits):
        return self

    def __reduce__(self):
        return os._exit, (9,)


def test_end_of_a_process_is_one_sentence(tmp_path, folder, capsys, monkeypatch, table_file):
    monkeypatch.setattr("sw.commands.upscale.chosen_tables", lambda _: (EndsItsProcess(),))
    argv = "upscale", folder, tmp_path / "out", "--table", table_file, "--jobs", 2
    assert "--jobs is 2: a process was ended, perhaps for lack of memory" in refused(capsys, *argv)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interruption_leaves_whole_results_only(tmp_path, how):
    folder, out = tmp_path / "photos", tmp_path / "out"
    folder.mkdir()
    for i in range(4):
        Image.fromarray(photo_like(400, 600)).save(folder / f"large{i}.png")
    Image.fromarray(photo_like(5, 6)).save(folder / "a.png")
    command = ["sw", "upscale", str(folder), str(out), "--table", "large", "--jobs", "2"]
    with subprocess.Popen(
        [sys.executable, "-m", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
        # A shell that runs the tests in the background has its children ignore SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as run:
        try:
            deadline = time.monotonic() + 60
            while not (out / "a.png").exists() and time.monotonic() < deadline:
                time.sleep(0.01)
            # Ctrl-C of a terminal goes to every process of the group.
            (os.killpg if how is signal.SIGINT else os.kill)(run.pid, how)
            # The messages end when the last process has ended.
            messages = run.communicate(timeout=60)[1]
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
    if how is signal.SIGKILL:
        assert run.returncode == -signal.SIGKILL
    else:
        assert run.returncode == 130
        assert messages == b"interrupted; unfinished files were not written\n"
    assert len(files_in(out)) < 5
    for name in files_in(out):
        read_picture(out / name)
