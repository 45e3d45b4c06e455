import numpy as np
import pytest

from blocks import TRAFFIC, make_params, unpack
from hw.windows.window import Window
from pictures import photo_like
from sim.bench.streams import run_stream
from windows import columns_of, frames_for, windows_of


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("family", ["S", "F"])  # reach 1 and 2
@pytest.mark.parametrize(("lanes", "maps"), [(1, 1), (1, 3), (8, 1), (12, 2)])
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_gives_each_pixel_its_window(padding, family, lanes, maps, traffic):
    params = make_params(
        family, 6, padding=padding, channels=1, lanes=lanes, maps_in=maps, max_width=48
    )
    frames = frames_for(params)
    values = [
        {"rows": rows, "line_last": line_last, "frame_last": frame_last}
        for rows, line_last, frame_last in columns_of(frames, params)
    ]
    expected = list(windows_of(frames, params))
    payloads, _ = run_stream(Window(params), values, len(expected), traffic)
    got = [
        (unpack(payload.pixels), bool(payload.line_last), bool(payload.frame_last))
        for payload in payloads
    ]
    assert got == expected


def test_no_gap_between_lines():
    params = make_params("F", 6, channels=1, lanes=1)
    frames = [photo_like(3, 5, 1)] * 2
    values = [
        {"rows": rows, "line_last": line_last, "frame_last": frame_last}
        for rows, line_last, frame_last in columns_of(frames, params)
    ]
    _, clocks = run_stream(Window(params), values, len(values))
    gaps = [1] * 14
    assert np.diff(clocks).tolist() == [*gaps, 1 + params.reach, *gaps]
