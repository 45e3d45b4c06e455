"""Table files with a wrong description or wrong arrays."""

import json

import numpy as np
import pytest

from sw.errors import BadInput
from sw.tables.files import load, save
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Upsampler
from tables import make_table


def rewrite(path, change):
    """Save the table of ``path`` with its description changed."""
    with np.load(path) as content:
        arrays = dict(content)
    description = json.loads(str(arrays.pop("description")))
    description = change(description) or description  # a change in place returns None
    np.savez(path, description=np.array(json.dumps(description)), **arrays)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(version=4), "has version 4; it must be 1 to 3"),
        (lambda d: d.update(version=True), "has version True; it must be 1 to 3"),
        (lambda d: d.update(format="other"), "does not hold a table"),
        (lambda d: [1], "does not hold a table"),
        (lambda d: d.update(note="x"), "description has the key 'note'; it must have format, "),
        (lambda d: d.update(stages=3), "the stages: 3 is not a list"),
        (lambda d: d["stages"].append(d["stages"][0]), r"no array stage1\.table0"),
        (lambda d: d["stages"].append(4), "stage 2 is 4; it must be an object with scale, "),
        (lambda d: d["stages"][0]["tables"].clear(), "stage 1: a stage has no table"),
        (lambda d: d["stages"][0].update(scale=3), "stage 1: .*tables of scale"),
        (lambda d: d["stages"][0].update(scale=4.0), r"scale is 4\.0; it must be 1, 2, 3 or 4"),
        (lambda d: d["stages"][0].update(padding=["edge"]), "padding is .*; it must be reflect or"),
        (lambda d: d["stages"][0].pop("padding") and None, "stage 1 has no key 'padding'"),
        (lambda d: d["stages"][0].update(maps=1), "stage 1 has the key 'maps'; it must have scale"),
    ],
)
def test_npz_refused(table_file, change, message):
    rewrite(table_file, change)
    with pytest.raises(BadInput, match=rf"table\.npz: .*{message}"):
        load(table_file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"taps": None}, "the taps of table 1 of stage 1: None is not a list"),
        ({"taps": "abc"}, "the taps of table 1 of stage 1: 'abc' is not a list"),
        ({"taps": [[0, 0], 1]}, "a tap of table 1 of stage 1: 1 is not a list"),
        ({"taps": [[0, 0], [0]]}, "table 1 of stage 1: taps are .*; each must be two integers"),
        ({"taps": [[0, 0], [0, 1], [1, 0], [1, 1.5]]}, "each must be two integers"),
        ({"taps": [[0, 0], [0, "1"], [1, 0], [1, 1]]}, "each must be two integers"),
        ({"taps": [[0, 0], [0, True], [1, 0], [1, 1]]}, "each must be two integers"),
        ({"source": False}, "table's source is False; it must be an integer from 0"),
        ({"target": 0.0}, r"table's target is 0\.0; it must be an integer from 0"),
        ({"weight": 1}, "table 1 of stage 1 has the key 'weight'; it must have taps, grid, "),
        ({"grid": "uniform"}, "the grid of table 1 of stage 1 is 'uniform'; it must be an object"),
        ({"grid": {"kind": "log"}}, "grid of table 1 of stage 1 is 'log'; its kind must be unif"),
        ({"grid": {"kind": ["log"]}}, r"is \['log'\]; its kind must be uniform or difference"),
        ({"grid": {"kind": "uniform", "frac_bits": 6.0}}, r"frac_bits is 6\.0; it must be an int"),
        ({"grid": {"kind": "uniform", "frac_bits": 4}}, "entries have shape"),
        ({"grid": {"kind": "uniform"}}, "the grid of table 1 of stage 1 has no key 'frac_bits'"),
        (
            {"grid": {"kind": "uniform", "frac_bits": 6, "max_frac_bits": 4}},
            "the grid of table 1 of stage 1 has the key 'max_frac_bits'; it must have kind, frac_b",
        ),
    ],
)
def test_npz_with_a_wrong_table_refused(table_file, change, message):
    rewrite(table_file, lambda d: d["stages"][0]["tables"][0].update(change))
    with pytest.raises(BadInput, match=rf"table\.npz: .*{message}"):
        load(table_file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"breakpoints": [0, 256.0]}, "two integers or more"),
        ({"breakpoints": [False, 256]}, "two integers or more"),
        ({"breakpoints": 256}, "breakpoints: 256 is not a list"),
        ({"unit_bits": 0.0}, r"unit_bits is 0\.0; it must be -1, 0, 1 or 2"),
        ({"unit_bits": True}, "unit_bits is True; it must be -1, 0, 1 or 2"),
        ({"most_frac_bits": True}, "max_frac_bits is True; it must be an integer from 0 to 8"),
        ({"frac_bits": 4}, "has the key 'frac_bits'; it must have kind, breakpoints, unit_bits, "),
    ],
)
def test_npz_with_a_wrong_difference_grid_refused(tmp_path, change, message):
    table = make_table(FAMILIES["V"], DifferenceGrid((0, 256), 1, 1), 2)
    save(tmp_path / "a.npz", Upsampler((Stage(2, "edge", [table]),)))
    rewrite(tmp_path / "a.npz", lambda d: d["stages"][0]["tables"][0]["grid"].update(change))
    with pytest.raises(BadInput, match=rf"a\.npz: .*the grid of table 1 of stage 1.*{message}"):
        load(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("version", "message"),
    [(1, "table 1 of stage 1 has the key 'source'"), (2, "has the key 'most_frac_bits'")],
)
def test_keys_of_a_later_version_are_refused(tmp_path, version, message):
    table = make_table(FAMILIES["V"], DifferenceGrid((0, 256)), 2)
    save(tmp_path / "a.npz", Upsampler((Stage(2, "edge", [table]),)))
    rewrite(tmp_path / "a.npz", lambda d: d.update(version=version))
    with pytest.raises(BadInput, match=message):
        load(tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"scale": 4', '"scale": 2, "scale": 4', "has the key 'scale' twice"),
        ('"scale": 4', '"scale": NaN', "has the number NaN; its numbers must be integers"),
        ('"scale": 4', '"scale": -Infinity', "has the number -Infinity"),
        ('"scale": 4', '"scale": ' + 5000 * "4", "does not hold a table"),
        ('"scale": 4', '"scale": ' + 100_000 * "[", "does not hold a table"),
    ],
)
def test_json_that_python_reads_in_its_own_way(table_file, old, new, message):
    with np.load(table_file) as content:
        arrays = dict(content)
    text = str(arrays.pop("description"))
    assert old in text
    np.savez(table_file, description=np.array(text.replace(old, new)), **arrays)
    with pytest.raises(BadInput, match=rf"table\.npz: .*{message}"):
        load(table_file)


def arrays_of(path):
    with np.load(path) as content:
        return dict(content)


def test_other_arrays_are_refused(table_file):
    np.savez(table_file, **arrays_of(table_file), notes=np.zeros(3))
    with pytest.raises(BadInput, match="has the array 'notes'; it must have no arrays but the"):
        load(table_file)


@pytest.mark.parametrize("text", [b"{}", [["{}"]], 3.0, ""])
def test_description_of_another_type_is_refused(table_file, text):
    np.savez(table_file, **(arrays_of(table_file) | {"description": np.array(text)}))
    with pytest.raises(BadInput, match="does not hold a table"):
        load(table_file)


@pytest.mark.parametrize("dtype", ["uint8", ">i2", "float32", "bool", "S1", "M8[s]", "i1,i1"])
def test_entries_of_another_type_are_refused(table_file, dtype):
    arrays = arrays_of(table_file)
    entries = np.zeros(arrays["stage0.table0"].shape, dtype)
    np.savez(table_file, **(arrays | {"stage0.table0": entries}))
    with pytest.raises(BadInput, match=r"table 1 of stage 1: entries are .*; they must be int8"):
        load(table_file)
