"""Samples in the bytes of TDATA."""

import numpy as np
import pytest

from sim.bench.packing import pack, unpack
from sw.tables.samples import SAMPLE_BITS, sample_dtype, white


@pytest.mark.parametrize("bits", SAMPLE_BITS)
@pytest.mark.parametrize("count", [1, 2, 3, 12, 48])
def test_samples_lie_in_one_number_without_gaps(bits, count):
    rng = np.random.default_rng(bits)
    samples = rng.integers(0, white(bits), (5, count), endpoint=True).astype(sample_dtype(bits))
    samples[0] = white(bits)
    data = pack(samples, bits)
    assert data.dtype == np.uint8
    for beat, row in zip(data, samples.tolist(), strict=True):
        number = sum(sample << n * bits for n, sample in enumerate(row))
        assert beat.tobytes() == number.to_bytes(-(-count * bits // 8), "little")
    assert np.array_equal(unpack(data, count, bits), samples)


def test_three_samples_of_ten_bits_take_four_bytes():
    samples = np.array([[1, 2, 3]], np.uint16)
    assert pack(samples, 10).tolist() == [[0x01, 0x08, 0x30, 0x00]]
    filled = pack(samples, 10, filling=1)
    assert filled.tolist() == [[0x01, 0x08, 0x30, 0xC0]]
    with pytest.raises(AssertionError, match="bits above the samples are not 0"):
        unpack(filled, 3, 10)


def test_eight_bits_are_bytes():
    samples = np.array([[1, 2, 3]], np.uint8)
    assert pack(samples, 8, filling=1).tolist() == [[1, 2, 3]]
