import argparse

import pytest

from commands import refused
from sw.commands.table_options import add_table_arguments, chosen_tables
from sw.errors import BadInput
from sw.tables.files import save
from sw.tables.flat_sums import flattened
from tables import make_upsampler


def chosen(*words):
    parser = argparse.ArgumentParser()
    add_table_arguments(parser, per_colour=True)
    return chosen_tables(parser.parse_args(words))


def test_one_or_three_tables(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [table.scale for table in chosen("--scale", "4")] == [4]
    assert [table.scale for table in chosen("--table", "S_x2,nano_x2,S_x2")] == [2, 2, 2]
    save(tmp_path / "a,b.npz", flattened(make_upsampler(scale=3)))
    assert [table.scale for table in chosen("--table", "a,b.npz", "--force")] == [3]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "--table '': a name is empty; it must be the name or path of a table, or three"),
        ("S,,S", "--table 'S,,S': a name is empty"),
        ("S,S,", "--table 'S,S,': a name is empty"),
        (",", "--table ',': a name is empty"),
        ("S,S", "--table S,S: names 2 tables; it must be 1 or 3"),
        ("S,S,S_x2", "--table S,S,S_x2: the tables have different scales; they must have the same"),
        ("S,S,s", "^s: no table of this name; the nearest is S$"),
        (".", "^.: is a folder; give the path of a table file in it"),
    ],
)
def test_tables_refused(table, message):
    with pytest.raises(BadInput, match=message):
        chosen("--table", table)


@pytest.mark.parametrize(
    ("table", "scale", "message"),
    [
        ("compact", "2", "--scale 2: table compact has scale 4; use --table compact_x2$"),
        ("compact_x2", "4", "--scale 4: table compact_x2 has scale 2; use --table compact$"),
        ("S_x3", "2", "--scale 2: table S_x3 has scale 3; use --table S_x2$"),
        ("pico", "3", "--scale 3: table pico has scale 4; use a table of scale 3, such as S_x3$"),
        ("pico", "2", "has scale 4; use a table of scale 2, such as S_x2, compact_x2, large_x2, "),
        ("S", "7", "--scale 7: table S has scale 4; use a table of that scale, or leave out --sc"),
    ],
)
def test_table_of_the_scale_is_named(table, scale, message):
    with pytest.raises(BadInput, match=message):
        chosen("--table", table, "--scale", scale)


@pytest.mark.parametrize("limit", ["nan", "inf", "0", "-1", "large"])
def test_size_limit_is_refused_before_the_picture_is_read(tmp_path, capsys, limit):
    paths = tmp_path / "missing.png", tmp_path / "out.png"
    sentence = refused(capsys, "upscale", *paths, f"--max-mpixel={limit}")
    assert f"argument --max-mpixel: is '{limit}'; it must be a number above 0" in sentence
