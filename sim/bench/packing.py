"""Samples in the bytes of TDATA: without gaps, the first sample in the low bits of the first byte.

Bits above the last sample fill up the last byte. The core ignores them at its input, and gives 0.
"""

import numpy as np

from sw.tables.samples import sample_dtype, white


def _pieces(count: int, bits: int) -> list[tuple[int, int, int]]:
    """For each of ``count`` samples, its first byte, its lowest bit there, and its bytes' end."""
    starts = (divmod(n * bits, 8) for n in range(count))
    return [(byte, shift, byte + -(-(shift + bits) // 8)) for byte, shift in starts]


def pack(samples: np.ndarray, bits: int, *, filling: int = 0) -> np.ndarray:
    """Bytes of beats.

    Parameters
    ----------
    samples : ndarray of samples, shape (…, samples of a beat)
    bits : int
    filling : int
        What the bits above the last sample are, 0 or 1.

    Returns
    -------
    ndarray of uint8, shape (…, bytes of a beat)
    """
    count = samples.shape[-1]
    data = np.zeros((*samples.shape[:-1], -(-count * bits // 8)), np.uint8)
    for n, (first, shift, end) in enumerate(_pieces(count, bits)):
        word = samples[..., n].astype(np.uint32) << shift
        for byte in range(first, end):
            data[..., byte] |= (word >> 8 * (byte - first) & 0xFF).astype(np.uint8)
    if filling and count * bits % 8:
        data[..., -1] |= np.uint8(0xFF << count * bits % 8 & 0xFF)
    return data


def unpack(data: np.ndarray, count: int, bits: int) -> np.ndarray:
    """The ``count`` samples in each beat of ``data``, uint8 of shape (…, bytes of a beat).

    Returns
    -------
    ndarray of samples of ``bits`` bits, shape (…, count)

    Raises
    ------
    AssertionError
        If the bits above the last sample are not 0.
    """
    if count * bits % 8:
        assert not (data[..., -1] >> count * bits % 8).any(), "bits above the samples are not 0"
    samples = np.empty((*data.shape[:-1], count), sample_dtype(bits))
    for n, (first, shift, end) in enumerate(_pieces(count, bits)):
        parts = (
            data[..., byte].astype(np.uint32) << 8 * (byte - first) for byte in range(first, end)
        )
        samples[..., n] = sum(parts) >> shift & white(bits)
    return samples
