import numpy as np
import pytest

from blocks import COARSE, NINE, make_params, run_free, unpack
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


@pytest.mark.parametrize("bits", [10, 12])
@pytest.mark.parametrize("grid", [0, 4, 8, NINE, COARSE])
def test_samples_of_more_bits(grid, bits):
    params = make_params("V", grid, 2, channels=1, lanes=1, bits=bits)
    (frac_bits,) = params.sum_frac_bits
    half = max(1, 1 << frac_bits >> 1)
    largest = (1 << params.stage.sum_bits - 1) - 1 - half // 2
    edges = [edge * 2 * half + n * half for edge in (0, 1 << bits) for n in range(-9, 10)]
    spread = np.linspace(-largest, largest, 300).astype(int).tolist()
    totals = np.resize([*edges, *spread], (85, 1, 1, 4))
    payloads = run_free(RoundClip(params), totals.tolist())
    expected = golden.round_clip(totals, frac_bits, bits)
    assert np.array_equal([unpack(payload) for payload in payloads], expected)


def test_without_fraction_bits():
    params = make_params("V", 0, 2, channels=1, lanes=1)
    totals = np.resize([-512, -1, 0, 1, 254, 255, 256, 508], (8, 1, 1, 4))
    payloads = run_free(RoundClip(params), totals.tolist())
    assert np.array_equal([unpack(payload) for payload in payloads], golden.round_clip(totals, 0))
