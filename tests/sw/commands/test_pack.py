"""Packed tables, and the command that writes them."""

import zlib

import numpy as np
import pytest

from commands import refused
from sw.__main__ import main
from sw.places import LUTS
from sw.tables import banks
from sw.tables.design import parse
from sw.tables.files import load, save
from sw.tables.pack import FRAME_WORDS, entry_words, packed, row_words, shape_digest, used_rows
from tables import filled


@pytest.mark.parametrize("name", ["compact", "nano", "pico", "S64", "V"])
def test_rows_with_entries_are_those_of_all_points(name):
    for stage in load(LUTS / f"{name}.npz").stages:
        for table in stage.tables:
            points = np.indices((table.grid.levels,) * table.axes).reshape(table.axes, -1)
            assert np.array_equal(used_rows(table), np.unique(banks.locate(table, points)[1]))


def test_the_file_has_every_entry(tmp_path, capsys):
    upsampler = filled(parse("x1 S:5 | S:5 ; x2 V:5 + V@1:5 + V@2:5"))
    save(tmp_path / "table.npz", upsampler)
    out = tmp_path / "table.bin"
    assert main(["pack", str(tmp_path / "table.npz"), "-o", str(out), "--force"]) == 0
    data = out.read_bytes()
    assert data == packed(upsampler)
    assert len(data) == 4 * (entry_words(upsampler) + FRAME_WORDS)
    printed = capsys.readouterr().out
    assert f"{len(data) // 4} words, shape 0x{shape_digest(upsampler):08x}" in printed
    assert data[:4] == b"SRLT"
    assert int.from_bytes(data[-4:], "little") == zlib.crc32(data[:-4])
    rest = np.frombuffer(data[8:-4], np.int8)
    for stage in upsampler.stages:
        for tables in stage.groups:
            shape = banks.count(tables[0]), len(used_rows(tables[0])), 4 * row_words(tables)
            rows, rest = rest[: np.prod(shape)].reshape(shape), rest[np.prod(shape) :]
            numbers = len(tables) * stage.scale**2
            expected = banks.group_contents(tables)[:, used_rows(tables[0])]
            assert np.array_equal(rows[:, :, :numbers], expected)
            assert not rows[:, :, numbers:].any()
    assert not len(rest)


def test_the_shape_is_that_of_the_design_alone():
    first, second = (filled(parse("x2 V:5"), seed) for seed in (0, 1))
    assert shape_digest(first) == shape_digest(second)
    assert shape_digest(first) != shape_digest(parse("x2 V:7"))
    assert shape_digest(first) != shape_digest(parse("x2 S:5"))


def test_bad_input(tmp_path, capsys):
    sentence = refused(capsys, "pack", "nothing", "-o", tmp_path / "table.bin")
    assert "nothing: no table of this name" in sentence
    assert not list(tmp_path.iterdir())
