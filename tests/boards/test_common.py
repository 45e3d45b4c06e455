import pytest

from boards.common import PIXEL_HZ, board_params, needed_hz
from boards.ulx3s import CORE_HZ, make, rows_in_logic
from sw.errors import BadInput
from sw.tables.design import parse


def test_luma_takes_one_lane_in_every_stage_and_finishes_a_frame_while_it_is_shown():
    design = parse("x1 S+T+Y | S+T+Y | S+T+Y ; x2 S + S@1 + S@2 + S@3 ; x2 S:7")
    params = board_params(design, "luma")
    assert params.core.lanes == (1, 1, 1)
    assert 0.9 * CORE_HZ < needed_hz(params) < CORE_HZ
    assert params.core.pixels_per_beat * CORE_HZ > PIXEL_HZ
    assert rows_in_logic(params.core) == 0


def test_a_table_that_is_too_slow_for_the_board_is_refused():
    with pytest.raises(BadInput, match=r"needs a clock of 230\.\d MHz with --colour luma"):
        make(parse("x4 V:5 ; x1 V:5"), "luma")
