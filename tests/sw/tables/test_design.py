import pytest

from sw.errors import BadInput
from sw.tables.design import BREAKPOINTS, WINDOWS, parse
from sw.tables.grid import DifferenceGrid


def test_a_chain_with_maps():
    upsampler = parse("x1 S+D | S ; x2 S2:7 + S@1+D@2:5 ; x2 S", "edge")
    assert [stage.scale for stage in upsampler.stages] == [1, 2, 2]
    assert [stage.padding for stage in upsampler.stages] == ["edge"] * 3
    parsed = [
        [(t.taps, t.grid.levels, t.source, t.target) for t in stage.tables]
        for stage in upsampler.stages
    ]
    assert parsed == [
        [(WINDOWS["S"], 9, 0, 0), (WINDOWS["D"], 9, 0, 0), (WINDOWS["S"], 9, 0, 1)],
        [(WINDOWS["S2"], 7, 0, 0), (WINDOWS["S"], 9, 1, 0), (WINDOWS["D"], 5, 2, 0)],
        [(WINDOWS["S"], 9, 0, 0)],
    ]
    assert not any(t.entries.any() for stage in upsampler.stages for t in stage.tables)


def test_breakpoints_have_the_levels_they_say():
    for levels, breakpoints in BREAKPOINTS.items():
        assert DifferenceGrid(breakpoints).levels == levels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not a stage; write it like"),
        ("x2 S ;", "'' is not a stage"),
        ("2 S", "'2 S' is not a stage"),
        ("x2 S + ", "'' is not a table; write it like"),
        ("x2 S-D", "'S-D' is not a table"),
        ("x2 Q", "Q: the window is Q; it must be one of S, F, V"),
        ("x2 S:8", "S:8: the grid has 8 levels; it must have one of 5, 7, 9"),
        ("x5 S", "scale is 5"),
        ("x2 S@1", "stage 1 has source 1; it must be below 1"),
        ("x2 S | S", "last stage has 2 maps"),
    ],
)
def test_refuses(text, message):
    with pytest.raises(BadInput, match=message):
        parse(text)
