"""Flat fields: the measurement, the mending, and every shipped table."""

from dataclasses import replace

import numpy as np
import pytest

from suites import long
from sw.golden import upscale
from sw.pictures.flat_fields import flat_errors, flat_text
from sw.tables.files import LUTS, load
from sw.tables.flat_sums import FlatConstraint, flattened
from sw.tables.grid import DifferenceGrid, UniformGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Upsampler
from tables import make_table, make_upsampler

GRID = DifferenceGrid((0, 16, 48, 112, 368))
WIDE = ((0, 0), (0, 1), (-1, 0), (1, 2))
SIZES = ((1, 1), (1, 5), (6, 6))
LARGE = "large", "large_x2", "wide"


def changed_levels(upsampler, size):
    """Grey levels whose flat field of ``size`` does not come out as it went in."""
    fields = np.broadcast_to(np.arange(256, dtype=np.uint8), (*size, 256))
    enlarged = upscale(np.ascontiguousarray(fields), upsampler)
    return np.flatnonzero((enlarged != np.arange(256)).any(axis=(0, 1))).tolist()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "path",
    [long(path) if path.stem in LARGE else path for path in sorted(LUTS.glob("*.npz"))],
    ids=lambda path: path.stem,
)
def test_shipped_tables_keep_flat_fields(path, size):
    assert changed_levels(load(path), size) == []


@pytest.mark.parametrize("path", sorted(LUTS.glob("*.npz")), ids=lambda path: path.stem)
def test_flat_fields_of_shipped_tables_are_measured_as_kept(path):
    assert not flat_errors(load(path)).any()


@pytest.mark.parametrize("bits", [10, *map(long, (9, 11, 12))])
@pytest.mark.parametrize(
    "path",
    [long(path) if path.stem in LARGE else path for path in sorted(LUTS.glob("*.npz"))],
    ids=lambda path: path.stem,
)
def test_shipped_tables_keep_flat_fields_of_more_bits(path, bits):
    errors = flat_errors(load(path).at_bits(bits))
    assert len(errors) == 1 << bits
    assert not errors.any()


def chain(low=-20, high=19):
    """A ×1 stage with two maps, a ×2 stage of three maps, a ×3 stage on a uniform grid."""
    features = [make_table(WIDE, GRID, 1, seed=t, target=t, low=low, high=high) for t in (0, 1)]
    middle = [
        make_table(FAMILIES["S"], GRID, 2, seed=2 + n, source=n, low=low, high=high)
        for n in range(3)
    ]
    last = make_table(FAMILIES["F"], UniformGrid(5), 3, seed=5, low=0, high=63)
    stages = Stage(1, "edge", features), Stage(2, "reflect", middle), Stage(3, "edge", (last,))
    return Upsampler(stages)


RANDOM = {
    **{f"S{step}": lambda b=b: make_upsampler("S", b, 2) for b, step in ((4, 16), (8, 256))},
    "V1": lambda: make_upsampler("V", 0, 4),
    "F4_x3": lambda: make_upsampler("F", 2, 3),
    "chain": chain,
    "one_x1_stage": lambda: Upsampler((Stage(1, "edge", (make_table(WIDE, GRID, 1),)),)),
    "unit_bits": lambda: Upsampler(
        (Stage(2, "edge", (make_table(WIDE, replace(GRID, unit_bits=2), 2),)),)
    ),
}


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_flattened_keeps_every_level_and_moves_nothing_else(make):
    upsampler = make()
    result = flattened(upsampler)
    for size in SIZES:
        assert changed_levels(upsampler, size)
        assert not changed_levels(result, size)
    for number, (stage, other) in enumerate(zip(upsampler.stages, result.stages, strict=True)):
        held = FlatConstraint.of_stage(stage, final=number == len(upsampler.stages) - 1).held(
            sum(table.entries.size for table in stage.tables)
        )
        before, after = (
            np.concatenate([table.entries.ravel() for table in s.tables]) for s in (stage, other)
        )
        assert np.array_equal(before[~held], after[~held])
    for stage, again in zip(result.stages, flattened(result).stages, strict=True):
        for table, other in zip(stage.tables, again.tables, strict=True):
            assert np.array_equal(table.entries, other.entries)


def test_an_error_of_one_moves_one_entry():
    first, second = load(LUTS / "pico.npz").stages
    (table,) = first.tables
    entries = table.entries.copy()
    entries[4, 4, 4, 1, 0] += 1
    off = Upsampler((replace(first, tables=(replace(table, entries=entries),)), second))
    assert flat_errors(off).any()
    mended = flattened(off).stages[0].tables[0].entries.astype(int)
    assert np.abs(mended - entries).sum() == 1


@pytest.mark.parametrize("make", RANDOM.values(), ids=RANDOM)
def test_errors_are_those_of_large_flat_fields(make):
    upsampler = make()
    levels = np.arange(0, 256, 15)
    for level, error in zip(levels, flat_errors(upsampler)[levels], strict=True):
        enlarged = upscale(np.full((9, 9), level, np.uint8), upsampler).astype(int)
        r = upsampler.scale
        middle = enlarged[4 * r : 5 * r, 4 * r : 5 * r]
        assert np.abs(middle - level).max() == error


def test_text_gives_the_levels_that_change():
    assert flat_text(load(LUTS / "pico.npz")) == "flat fields: all 256 grey levels are kept"
    text = flat_text(make_upsampler("S", 6, 2, low=64, high=64))
    assert text == (
        "flat fields: 255 of 256 grey levels change, by 255 at most; `flatten` mends that"
    )
    # The middle of a 3×3 block is four times one entry.
    text = flat_text(flattened(make_upsampler("V", 0, 3)))
    assert "191 of 256 grey levels change, by 2 at most; no entries keep them all" in text
