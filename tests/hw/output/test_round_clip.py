import numpy as np
import pytest

from blocks import NINE, make_params, run_free, unpack
from hw.output.round_clip import RoundClip
from sw import golden


@pytest.mark.parametrize("frac_bits", [4, 5, 8])
@pytest.mark.parametrize(("channels", "lanes"), [(1, 1), (3, 3)])
def test_equals_round_clip(frac_bits, channels, lanes):
    params = make_params("S", frac_bits, 2, channels=channels, lanes=lanes)
    q = 1 << frac_bits
    lowest, highest = -128 * 4 * q, 127 * 4 * q
    ties = np.arange(-3 * q, 258 * q, q // 2)
    spread = np.linspace(lowest, highest, 300).astype(int)
    per_beat = lanes * params.block
    totals = np.concatenate([ties, spread, [lowest, highest]])
    totals = np.resize(totals, (-(-len(totals) // per_beat), 1, params.colour_lanes, params.block))
    payloads = run_free(RoundClip(params), totals.tolist())
    assert np.array_equal(
        [unpack(payload) for payload in payloads], golden.round_clip(totals, frac_bits)
    )


def test_difference_grids_have_more_fraction_bits():
    params = make_params("S", NINE, 2, channels=1, lanes=1)
    assert params.sum_frac_bits == (9,)
    totals = np.resize(np.arange(-700, 255 * 512 + 700, 128), (260, 1, 1, 4))
    payloads = run_free(RoundClip(params), totals.tolist())
    assert np.array_equal([unpack(payload) for payload in payloads], golden.round_clip(totals, 9))


def test_without_fraction_bits():
    params = make_params("V", 0, 2, channels=1, lanes=1)
    totals = np.resize([-512, -1, 0, 1, 254, 255, 256, 508], (8, 1, 1, 4))
    payloads = run_free(RoundClip(params), totals.tolist())
    assert np.array_equal([unpack(payload) for payload in payloads], golden.round_clip(totals, 0))
