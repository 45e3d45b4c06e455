import pytest

from blocks import TRAFFIC, make_params, pixels_of, unpack
from hw.windows.line_buffer import LineBuffer
from pictures import photo_like
from sim.bench.streams import run_stream
from windows import columns_of, frames_for


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("family", ["S", "F"])  # reach 1 and 2
@pytest.mark.parametrize(("lanes", "maps"), [(1, 1), (1, 3), (8, 1), (12, 1)])
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_gives_each_pixel_its_rows(padding, family, lanes, maps, traffic):
    params = make_params(
        family, 6, padding=padding, channels=1, lanes=lanes, maps_in=maps, max_width=48
    )
    frames = frames_for(params)
    expected = list(columns_of(frames, params))
    values = list(pixels_of(frames, params.columns))
    payloads, _ = run_stream(LineBuffer(params), values, len(expected), traffic)
    got = [
        (unpack(payload.rows), bool(payload.line_last), bool(payload.frame_last))
        for payload in payloads
    ]
    assert got == expected


def test_latency_and_rate():
    params = make_params("F", 6, channels=1, lanes=1)
    frames = [photo_like(4, 7, 1)] * 2
    _, clocks = run_stream(LineBuffer(params), list(pixels_of(frames)), 2 * 4 * 7)
    # R = 2 lines and the delay; then one column per clock; between frames R lines again.
    first = 2 * 7 + LineBuffer.delay(params)
    assert clocks[:28] == list(range(first, first + 28))
    assert clocks[28] == clocks[27] + 1 + 2 * 7
