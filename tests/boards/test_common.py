from boards.common import LIMITS, PIXEL_HZ, board_params
from boards.gateware.video_timing import HD720
from boards.ulx3s import CORE_HZ, rows_in_logic
from hw.core_timing import clocks_per_frame
from sw.tables.design import parse


def test_luma_takes_one_lane_in_every_stage_and_finishes_a_frame_while_it_is_shown():
    design = parse("x1 S+T+Y | S+T+Y | S+T+Y ; x2 S + S@1 + S@2 + S@3 ; x2 S:7")
    core = board_params(design, "luma").core
    assert core.lanes == (1, 1, 1)
    shown = HD720.vertical.active / HD720.vertical.total / 60
    assert clocks_per_frame(core, LIMITS.width, LIMITS.height) < CORE_HZ * shown
    assert core.pixels_per_beat * CORE_HZ > PIXEL_HZ
    assert rows_in_logic(core) == 0
