import pytest

from sw.errors import BadInput
from sw.tables.design import BREAKPOINTS, WINDOWS, parse
from sw.tables.grid import DifferenceGrid


def test_a_chain_with_maps():
    upsampler = parse("x1 S+D | S ; x2 S2:7 + S@1+D@2:5 ; x2 S", "edge")
    assert [stage.scale for stage in upsampler.stages] == [1, 2, 2]
    assert [stage.padding for stage in upsampler.stages] == ["edge"] * 3
    told = [
        [(t.taps, t.grid.levels, t.source, t.target) for t in stage.tables]
        for stage in upsampler.stages
    ]
    assert told == [
        [(WINDOWS["S"], 9, 0, 0), (WINDOWS["D"], 9, 0, 0), (WINDOWS["S"], 9, 0, 1)],
        [(WINDOWS["S2"], 7, 0, 0), (WINDOWS["S"], 9, 1, 0), (WINDOWS["D"], 5, 2, 0)],
        [(WINDOWS["S"], 9, 0, 0)],
    ]
    assert not any(t.entries.any() for stage in upsampler.stages for t in stage.tables)


def test_breakpoints_have_the_levels_they_say():
    for levels, breakpoints in BREAKPOINTS.items():
        assert DifferenceGrid(breakpoints).levels == levels


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'' is no stage"),
        ("x2 S ;", "'' is no stage"),
        ("2 S", "'2 S' is no stage"),
        ("x2 S + ", "'' is no table; one like"),
        ("x2 S-D", "'S-D' is no table"),
        ("x2 Q", "Q: the windows are V, F, S"),
        ("x2 S:8", "S:8: grids of 5, 7, 9"),
        ("x5 S", "scale is 5"),
        ("x2 S@1", "stage 1 reads map 1; 1 come into it"),
        ("x2 S | S", "last stage makes 2 maps"),
    ],
)
def test_refuses(text, says):
    with pytest.raises(BadInput, match=says):
        parse(text)
