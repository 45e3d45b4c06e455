import numpy as np
import pytest

from blocks import FIVE, NINE, make_params, pixels_of, unpack
from hw.stage import UpsamplerStage
from pictures import assert_same, photo_like
from sim.streams import run_stream
from sim.traffic import Traffic
from sw import golden
from sw.spec import Upsampler

SIZES = [(1, 1), (2, 5), (3, 2)]


def run(p, sizes, traffic):
    """Run frames of ``sizes`` through a stage, compare with the model, return the clocks."""
    frames = [photo_like(*size, p.channels, seed) for seed, size in enumerate(sizes)]
    upsampler = Upsampler((p.stage,))
    expected = [golden.upscale(frame, upsampler) for frame in frames]
    beats = [large.shape[0] * -(-large.shape[1] // p.beat) for large in expected]
    payloads, clocks = run_stream(UpsamplerStage(p), list(pixels_of(frames)), sum(beats), traffic)
    pixels = np.array([unpack(o.pixels) for o in payloads], np.uint8)
    start = 0
    for number, (large, count) in enumerate(zip(expected, beats, strict=True)):
        lines = pixels[start : start + count].reshape(len(large), -1, p.channels)
        assert_same(large, lines[:, : large.shape[1]], f"stage-frame{number}")
        start += count
    last = [bool(o.frame_last) for o in payloads]
    assert np.flatnonzero(last).tolist() == (np.cumsum(beats) - 1).tolist()
    return clocks


@pytest.mark.parametrize(
    "choices",
    [
        {"lanes": 1, "beat": 1},
        {"lanes": 4, "scale": 3, "beat": 16, "padding": "edge"},
        {"lanes": 12, "family": "F", "scale": 2, "beat": 4},
        {"lanes": 2, "channels": 1, "family": "V", "frac_bits": 0, "scale": 3, "beat": 2},
        {"lanes": 2, "frac_bits": NINE, "scale": 2, "beat": 4},
        {"lanes": 12, "family": "F", "frac_bits": FIVE, "scale": 2, "padding": "edge", "beat": 4},
        {"lanes": 3, "family": "V", "frac_bits": NINE, "scale": 1, "beat": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("traffic", [Traffic(), Traffic(0.3, 0.3, 1)], ids=str)
def test_equals_the_model_in_this_simulator_too(choices, traffic):
    run(make_params(**choices), SIZES, traffic)
