"""Tables that are given by name or path."""

from pathlib import Path

import pytest

from sw.errors import BadInput
from sw.tables.files import LUTS, table_path


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "the name of a table is empty; give a name or"),
        ("nosuch", "nosuch: no table of this name; give the path .*, S, "),
        ("compcat", "compcat: no table of this name; the nearest is compact$"),
        ("Compact", "Compact: no table of this name; the nearest is compact$"),
        ("s_X2", "s_X2: no table of this name; the nearest is S_x2$"),
        ("compact.npz", "compact.npz: no table of this name; the nearest is compact$"),
        ("missing.npz", "missing.npz: no such table file$"),
        ("folder/missing", "folder/missing: no such table file$"),
        ("folder", "folder: is a folder; give the path of a table file in it$"),
        ("a.json", r"a\.json: is a manifest; give its table, a\.npz$"),
    ],
)
def test_table_path_refuses(tmp_path, monkeypatch, name, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    for file in ("a.npz", "a.json"):
        (tmp_path / file).touch()
    with pytest.raises(BadInput, match=message):
        table_path(name)


def test_table_path(tmp_path, table_file, monkeypatch):
    assert table_path(str(table_file)) == table_file
    assert table_path("S") == LUTS / "S.npz"
    monkeypatch.chdir(tmp_path)
    for name in ("S", "mine", "table.npz"):
        (tmp_path / name).touch()
        assert table_path(f"./{name}") == Path(name)
    assert table_path("S") == LUTS / "S.npz"
    assert table_path("mine") == Path("mine")
