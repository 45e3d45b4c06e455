"""The examples of drivers, with a file in place of the core's registers."""

import subprocess
import sys

import numpy as np
import pytest

from hw.control.generate import GENERATED
from hw.control.register_map import register_map
from sw.places import ROOT
from sw.tables.files import LUTS, load
from sw.tables.pack import packed

EXAMPLES = ROOT / "docs" / "examples"
MAP = register_map()


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The C program."""
    out = tmp_path_factory.mktemp("example") / "load_table"
    options = ("-Wall", "-Wextra", "-Werror", "-I", str(GENERATED), "-o", str(out))
    subprocess.run(["gcc", *options, EXAMPLES / "load_table.c"], check=True)
    return [str(out)]


def device(folder, **values):
    """A file with the values of registers, those of a core that has nothing to refuse."""
    words = np.zeros(32, "<u4")
    words[MAP["ID"].offset // 4] = int.from_bytes(b"SRLT", "big")
    words[MAP["CAPABILITIES"].offset // 4] = MAP["CAPABILITIES"].value(reload=1)
    for name, value in values.items():
        words[MAP[name].offset // 4] = value
    path = folder / "device"
    words.tofile(path)
    return path


def register(path, name):
    return int(np.fromfile(path, "<u4")[MAP[name].offset // 4])


@pytest.mark.parametrize("language", ["C", "Python"])
def test_the_words_are_written(language, request, tmp_path):
    data = packed(load(LUTS / "pico.npz"))
    (tmp_path / "pico.bin").write_bytes(data)
    path = device(tmp_path, TABLE_CHECKSUM=int.from_bytes(data[-4:], "little"))
    if language == "C":
        argv = [*request.getfixturevalue("program"), str(path), str(tmp_path / "pico.bin")]
    else:
        argv = [sys.executable, str(EXAMPLES / "load_table.py"), str(path), "pico"]
    result = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert f"{len(data) // 4} words loaded" in result.stdout
    assert register(path, "TABLE_DATA") == int.from_bytes(data[-4:], "little")
    assert register(path, "TABLE_CONTROL") == MAP["TABLE_CONTROL"].value(commit=1)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ID": 0}, "the device is no core"),
        ({"CAPABILITIES": 0}, "the core was built without --reload"),
        ({"TABLE_STATUS": MAP["TABLE_STATUS"].value(refused=3)}, "it is for other tables"),
        (
            {"TABLE_STATUS": MAP["TABLE_STATUS"].value(state=3)},
            "another table has not got its turn",
        ),
        ({"TABLE_CHECKSUM": 1}, "another table is in use"),
    ],
)
def test_the_c_program_says_what_is_wrong(values, sentence, program, tmp_path):
    (tmp_path / "table.bin").write_bytes(bytes(16))
    argv = [*program, str(device(tmp_path, **values)), str(tmp_path / "table.bin")]
    result = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert sentence in result.stderr


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ID": 0}, "the device is no core"),
        ({"CAPABILITIES": 0}, "the core was built without --reload"),
        ({"TABLE_STATUS": MAP["TABLE_STATUS"].value(refused=4)}, "the core refuses the table"),
        ({"TABLE_CHECKSUM": 1}, "another table is in use"),
    ],
)
def test_the_python_program_says_what_is_wrong(values, sentence, tmp_path):
    argv = [sys.executable, str(EXAMPLES / "load_table.py"), str(device(tmp_path, **values))]
    result = subprocess.run([*argv, "V"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode
    assert sentence in result.stderr


def test_the_c_program_refuses_files_that_are_not_there(program, tmp_path):
    result = subprocess.run(
        [*program, "/dev/null", str(tmp_path / "no.bin")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "no.bin: cannot be read" in result.stderr
