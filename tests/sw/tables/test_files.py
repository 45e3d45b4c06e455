import json
import os

import numpy as np
import pytest

from sw.errors import BadInput
from sw.tables.files import describe, load, save
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Upsampler
from tables import make_table, make_upsampler


def assert_equal(a, b):
    assert describe(a) == describe(b)
    pairs = zip(a.stages, b.stages, strict=True)
    for s, t in [tables for x, y in pairs for tables in zip(x.tables, y.tables, strict=True)]:
        assert np.array_equal(s.entries, t.entries)


def test_npz_holds_a_whole_chain(tmp_path):
    first = Stage(2, "edge", [make_table(FAMILIES["V"], 5, 2), make_table(FAMILIES["F"], 5, 2)])
    chain = Upsampler((first, Stage(3, "reflect", [make_table(((0, 0), (-2, 1)), 0, 3)])))
    save(tmp_path / "a.npz", chain)
    assert_equal(load(tmp_path / "a.npz"), chain)


def test_npz_holds_maps_and_difference_grids(tmp_path):
    grids = DifferenceGrid((0, 16, 48, 112, 368)), DifferenceGrid((0, 256), 2)
    taps = ((0, 0), (0, 1), (1, 0), (-1, 2))
    features = Stage(
        1, "edge", [make_table(taps, grid, 1, target=t) for t, grid in enumerate(grids)]
    )
    last = Stage(2, "edge", [make_table(FAMILIES["V"], grids[0], 2, source=2)])
    chain = Upsampler((features, last))
    save(tmp_path / "a.npz", chain)
    read = load(tmp_path / "a.npz")
    assert_equal(read, chain)
    assert read.stages[0].tables[1].grid == grids[1]
    assert read.stages[1].tables[0].source == 2
    with pytest.raises(BadInput, match=r"only one S, F or V table on a uniform grid"):
        save(tmp_path / "a.npy", Upsampler((Stage(2, "reflect", [make_table(taps, grids[0], 2)]),)))


def test_version_1_is_read(tmp_path):
    upsampler = make_upsampler("V")
    description = describe(upsampler)
    for stage in description["stages"]:
        for table in stage["tables"]:
            del table["source"], table["target"]
    description["version"] = 1
    entries = upsampler.stages[0].tables[0].entries
    np.savez(
        tmp_path / "a.npz",
        description=json.dumps(description),
        **{"stage0.table0": entries},
    )
    assert_equal(load(tmp_path / "a.npz"), upsampler)


def test_version_2_is_read(tmp_path):
    grid = DifferenceGrid((0, 32, 288))
    upsampler = Upsampler((Stage(2, "edge", [make_table(FAMILIES["V"], grid, 2)]),))
    description = describe(upsampler)
    del description["stages"][0]["tables"][0]["grid"]["most_frac_bits"]
    description["version"] = 2
    entries = upsampler.stages[0].tables[0].entries
    np.savez(tmp_path / "a.npz", description=json.dumps(description), **{"stage0.table0": entries})
    read = load(tmp_path / "a.npz")
    assert_equal(read, upsampler)
    assert read.stages[0].tables[0].grid == grid


def test_fraction_bits_are_kept(tmp_path):
    grid = DifferenceGrid((0, 32, 288), -1, 4)
    save(tmp_path / "a.npz", Upsampler((Stage(2, "edge", [make_table(FAMILIES["V"], grid, 2)]),)))
    assert load(tmp_path / "a.npz").stages[0].tables[0].grid == grid


def test_same_table_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        save(tmp_path / name, make_upsampler())
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


PUBLISHED = [
    *[("S", bits, 4) for bits in range(4, 9)],
    *[("F", bits, 3) for bits in range(3, 9)],
    ("V", 0, 2),
    ("S", 4, 2),
    ("S", 4, 3),
]


@pytest.mark.parametrize(("family", "frac_bits", "scale"), PUBLISHED)
@pytest.mark.parametrize("layout", ["flat", "block"])
def test_published_layouts_are_recognised(tmp_path, family, frac_bits, scale, layout):
    upsampler = make_upsampler(family, frac_bits, scale)
    entries = upsampler.stages[0].tables[0].entries
    shape = {"flat": (-1, scale**2), "block": (-1, 1, scale, scale)}[layout]
    np.save(tmp_path / "a.npy", entries.reshape(shape))
    assert_equal(load(tmp_path / "a.npy"), upsampler)
    assert_equal(load(tmp_path / "a.npy", family), upsampler)


def test_step_8_is_recognised(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((33**4, 4), np.int8))
    assert load(tmp_path / "a.npy").stages[0].tables[0].grid.q == 8


def test_stated_family_decides(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((81, 4), np.int8))
    assert load(tmp_path / "a.npy").stages[0].tables[0].taps == FAMILIES["S"]
    assert load(tmp_path / "a.npy", "V").stages[0].tables[0].grid.levels == 9


def test_npy_round_trip(tmp_path):
    save(tmp_path / "a.npy", make_upsampler("F", 5, 3))
    assert_equal(load(tmp_path / "a.npy"), make_upsampler("F", 5, 3))


@pytest.mark.parametrize(
    ("entries", "family", "message"),
    [
        (np.zeros((81, 16), np.float32), None, "entries are float32; they must be int8"),
        (np.zeros((80, 16), np.int8), None, "80 entries fit no published table; S and F at"),
        (np.zeros((80, 16), np.int8), "S", "a table of family S has 80 entries; it must have 16, "),
        (np.zeros((81, 15), np.int8), None, r"shape \(81, 15\) is not a published layout"),
        (np.zeros((81, 1), np.int8), None, "shape .* is not a published layout"),
        (np.zeros((81, 25), np.int8), None, "shape .* is not a published layout"),
        (np.zeros((81, 2, 2, 2), np.int8), None, "shape .* is not a published layout"),
        (np.zeros((81 * 16,), np.int8), None, "shape .* is not a published layout"),
        (np.zeros((0, 16), np.int8), None, "shape .* is not a published layout"),
        (np.int8(3), None, "shape .* is not a published layout"),
    ],
)
def test_npy_refused(tmp_path, entries, family, message):
    np.save(tmp_path / "a.npy", entries)
    with pytest.raises(BadInput, match=rf"a\.npy: {message}"):
        load(tmp_path / "a.npy", family)


def test_missing_foreign_and_cut_short(tmp_path, table_file):
    published = tmp_path / "p.npy"
    save(published, make_upsampler())
    pickled = tmp_path / "pickled.npy"
    np.save(pickled, np.array([{}], object))
    for name, content in {
        "empty.npz": b"",
        "text.npy": b"hello",
        "short.npz": table_file.read_bytes()[:-200],
        "short.npy": published.read_bytes()[:-1],
        "header.npy": published.read_bytes()[:20],
        "pickled.npy": pickled.read_bytes(),
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput, match=rf"{name}: cut short or not a table"):
            load(tmp_path / name)
    with pytest.raises(BadInput, match="no such table file"):
        load(tmp_path / "missing.npz")
    with pytest.raises(BadInput, match="cannot be read"):
        load(tmp_path)


def test_every_damaged_byte_is_noticed_or_harmless(tmp_path):
    path = tmp_path / "a.npz"
    upsampler = make_upsampler("V", 8, 2)
    save(path, upsampler)
    content = path.read_bytes()
    for i in range(len(content)):
        path.write_bytes(content[:i] + bytes([content[i] ^ 0x41]) + content[i + 1 :])
        try:
            again = load(path)
        except BadInput as error:
            assert str(path) in str(error)
        else:
            assert_equal(again, upsampler)


def test_order_of_arrays_does_not_matter(table_file, tmp_path):
    upsampler = load(table_file)
    with np.load(table_file) as content:
        arrays = dict(content)
    arrays["stage0.table0"] = np.asfortranarray(arrays["stage0.table0"])
    arrays["description"] = arrays["description"].astype(arrays["description"].dtype.newbyteorder())
    np.savez(table_file, **dict(reversed(arrays.items())))
    assert_equal(load(table_file), upsampler)
    flat = upsampler.stages[0].tables[0].entries.reshape(-1, 16)
    np.save(tmp_path / "a.npy", np.asfortranarray(flat))
    assert_equal(load(tmp_path / "a.npy"), upsampler)


def test_npz_without_description(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.zeros(3))
    with pytest.raises(BadInput, match="does not hold a table"):
        load(tmp_path / "a.npz")


def test_family_of_an_npz_is_refused(table_file):
    with pytest.raises(BadInput, match="describes itself"):
        load(table_file, "S")


def test_save_refuses(tmp_path):
    with pytest.raises(BadInput, match=r"must end in \.npz"):
        save(tmp_path / "a.txt", make_upsampler())
    with pytest.raises(BadInput, match=r"write an \.npz"):
        save(tmp_path / "a.npy", make_upsampler(padding="edge"))
    assert not list(tmp_path.iterdir())


def test_too_little_memory_is_no_damage(table_file, monkeypatch):
    def read_arrays(file):
        raise MemoryError

    monkeypatch.setattr("sw.tables.files.read_arrays", read_arrays)
    with pytest.raises(BadInput, match=r"table\.npz: the free memory is too small for this table$"):
        load(table_file)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_file_without_permission(table_file):
    table_file.chmod(0)
    with pytest.raises(BadInput, match=r"table\.npz: cannot be read \(Permission denied\)"):
        load(table_file)
