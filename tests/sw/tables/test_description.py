"""Every value of a description, changed to every wrong kind."""

import copy
import json

import numpy as np
import pytest

from sw.errors import BadInput
from sw.tables.description import array_name, describe, from_arrays
from sw.tables.grid import DifferenceGrid
from sw.tables.published import FAMILIES
from sw.tables.spec import Stage, Upsampler
from tables import make_table

WRONG = [
    *(None, True, False, 0, 1, 2, 3, -1, 10**30, 0.0, 1.0, 0.5, -1.0, 4.0, 1e300),
    *(float("nan"), float("inf"), "", "0", "1", "reflect", "edge", "uniform", "difference"),
    *([], [0], [0, 0], [0, 256], [[0, 0]], ["0", 1], [[0.5, 0]], {}, {"kind": "uniform"}),
]
"""Values of every type that JSON has, and some that are right elsewhere."""


def chain():
    """Two stages with both kinds of grid, two maps, and several tables for one map."""
    difference = DifferenceGrid((0, 64, 320), 0, 4)
    uniform = make_table(FAMILIES["V"], 7, 1, seed=1)
    first = [uniform, make_table(FAMILIES["F"], difference, 1, target=1)]
    last = [
        make_table(FAMILIES["V"], difference, 2, source=1),
        make_table(FAMILIES["V"], difference, 2, seed=2, source=2),
    ]
    return Upsampler((Stage(1, "reflect", first), Stage(2, "edge", last)))


def entries(upsampler):
    return {
        array_name(s, t): table.entries
        for s, stage in enumerate(upsampler.stages)
        for t, table in enumerate(stage.tables)
    }


CHAIN = chain()
ENTRIES = entries(CHAIN)
DESCRIPTION = json.loads(json.dumps(describe(CHAIN)))


def read(description, arrays):
    return from_arrays({"description": np.array(json.dumps(description)), **arrays})


def places(value, path=()):
    """The path of every value within ``value``, as keys and indices; () is ``value`` itself."""
    yield path
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(part, (*path, key))


PLACES = list(places(DESCRIPTION))


def changed(path, change):
    """The description after ``change(parent, key)`` of the value at ``path``."""
    top = [copy.deepcopy(DESCRIPTION)]
    parent = top
    *parents, last = (0, *path)
    for key in parents:
        parent = parent[key]
    change(parent, last)
    return top[0]


def is_refused_or_equal(description, arrays=ENTRIES):
    """Whether a description is refused with a sentence, or what is read is what it describes."""
    try:
        found = read(description, arrays)
    except BadInput as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 400
        return True
    # JSON has one text for each value, so that 1, 1.0 and true are three.
    written = json.dumps(describe(found) | {"version": description["version"]})
    kept = all(np.array_equal(entries(found)[name], array) for name, array in arrays.items())
    return kept and written == json.dumps(description)


def test_the_chain_itself_is_read():
    assert describe(read(DESCRIPTION, ENTRIES)) == describe(CHAIN)
    assert is_refused_or_equal(DESCRIPTION)


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_every_value_of_a_wrong_kind_is_refused(path):
    for value in WRONG:

        def put(parent, key, value=value):
            parent[key] = value

        assert is_refused_or_equal(changed(path, put)), (path, value)


@pytest.mark.parametrize("path", PLACES[1:], ids=lambda path: ".".join(map(str, path)))
def test_every_missing_value_is_refused(path):
    def remove(parent, key):
        del parent[key]

    assert is_refused_or_equal(changed(path, remove))


@pytest.mark.parametrize(
    "path",
    [path for path in PLACES if path == () or not isinstance(path[-1], str)],
    ids=lambda path: ".".join(map(str, path)),
)
def test_every_added_value_is_refused(path):
    def add(parent, key):
        if isinstance(parent[key], dict):
            parent[key]["extra"] = 0
        else:
            parent.insert(key, parent[key])

    with pytest.raises(BadInput):
        read(changed(path, add), ENTRIES)


def test_missing_and_other_arrays_are_refused():
    for name in ENTRIES:
        rest = {other: array for other, array in ENTRIES.items() if other != name}
        with pytest.raises(BadInput, match=f"has no array {name}"):
            read(DESCRIPTION, rest)
    with pytest.raises(BadInput, match=r"has the array 'stage0\.table2'"):
        read(DESCRIPTION, ENTRIES | {"stage0.table2": ENTRIES["stage0.table1"]})
