import pytest

from commands import refused
from hw.__main__ import main
from hw.commands.plan import plan
from hw.core_params import CoreParams
from hw.params import usable_lanes
from sw.errors import BadInput
from sw.tables.design import parse
from sw.tables.files import LUTS, load

CHAIN = parse("x1 S | S ; x2 S+S@1+S@2 ; x2 S:7")
FRAME = {"width": 960, "height": 540, "channels": 3}


@pytest.mark.parametrize(
    ("clock_mhz", "lanes", "beat"),
    [(373.4, (1, 1, 4), 2), (124.4, (3, 3, 12), 4), (62.2, (6, 6, 24), 8)],
)
def test_fewest_lanes_that_hold_4k60(clock_mhz, lanes, beat):
    params = plan(CHAIN, clock_mhz=clock_mhz, fps=60, **FRAME)
    assert (params.lanes, params.pixels_per_beat) == (lanes, beat)
    rate = clock_mhz * 1e6 / params.clocks_per_frame(960, 540)
    assert 59.7 < rate < 60.3


def test_a_clock_that_is_too_slow_names_the_rate_and_the_clock():
    with pytest.raises(BadInput, match=r"40 MHz holds 38\.\d frames .* at most; 60 take 62\.0 MHz"):
        plan(CHAIN, clock_mhz=40, fps=60, **FRAME)
    plan(CHAIN, clock_mhz=62.1, fps=60, **FRAME)


def test_lanes_that_match_the_first():
    def lanes(channels, asked):
        return CoreParams.for_upsampler(CHAIN, channels=channels, lanes=asked).lanes

    assert lanes(3, (3,)) == (3, 3, 12)
    assert lanes(3, (2,)) == (2, 2, 12)
    assert lanes(3, (12,)) == (12, 12, 24)
    assert lanes(1, (1,)) == (1, 1, 4)
    assert lanes(3, (1, 2, 3)) == (1, 2, 3)
    assert usable_lanes(3, 1) == [1, 2, 3, 4, 6, 12]
    assert usable_lanes(3, 3) == [1, 2, 3, 4, 6, 12, 36]
    assert usable_lanes(1, 4) == [1, 2, 4, 8, 16]


def test_prints_a_row_for_each_stage(capsys):
    assert main(["plan", "--clock-mhz", "124.4"]) == 0
    said = capsys.readouterr().out
    rows = [line for line in said.splitlines() if line.startswith(("| 1", "| 2", "| 3"))]
    assert len(rows) == len(load(LUTS / "compact.npz").stages)
    assert "--lanes 3,3,12 --beat 4" in said
    assert "ECP5-85F" in said


def test_refuses(capsys):
    def say(*more):
        return refused(capsys, "plan", *more, command=main)

    assert "numbers above 0" in say("--clock-mhz", "0")
    assert "numbers above 0" in say("--clock-mhz", "100", "--fps", "-1")
    assert "no table of this name" in say("--clock-mhz", "100", "--table", "nosuch")
    said = say("--clock-mhz", "124.4", "--table", "large", "--part", "ecp5-85f")
    assert "LUT4 of ECP5-85F: a smaller table" in said
    said = say("--clock-mhz", "124.4", "--part", "ecp5-25f")
    assert "of the block RAMs, " in said
    assert "of ECP5-25F" in said
