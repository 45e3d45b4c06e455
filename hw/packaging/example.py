"""The example system: test pattern, core and checker, with what the golden model makes of it."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from hw.core_params import CoreParams
from hw.packaging.ports import Port
from sw.pictures.colour_formats import upscale_format

SIZES = (13, 7), (1, 1), (24, 5), (6, 12), (13, 7)
"""Width and height of the frames, if the core is for frames of such sizes."""

NOT_DATA = "tvalid", "tready"
"""What is no part of a beat."""


@dataclass(frozen=True)
class Example:
    """Contents of the example's files.

    Attributes
    ----------
    sizes : str
        Sizes of the frames, a line of hexadecimal digits for each.
    expected : str
        Beats that the core must give, a line of hexadecimal digits for each.
    word_ports : list of str
        Ports of which a beat consists, the one in the high bits first.
    word_bits : int
        Their bits.
    frames, beats, pixels : int
        Frames of the test pattern, and beats and pixels at the output.
    """

    sizes: str
    expected: str
    word_ports: list[str]
    word_bits: int
    frames: int
    beats: int
    pixels: int


def frame_sizes(params: CoreParams) -> list[tuple[int, int]]:
    """Width and height of each frame: those of ``SIZES`` that the core takes."""
    step = 2 if params.colour == "ycbcr422" else 1
    return [
        (min(ceil(width / step) * step, params.max_width), min(height, params.max_height))
        for width, height in SIZES
    ]


def pattern(number: int, width: int, height: int, channels: int, bits: int) -> np.ndarray:
    """Frame ``number`` of the test pattern, as video_source.sv makes it, in samples of ``bits``.

    Returns
    -------
    ndarray of uint8, or of uint16 for more than 8 bits, shape (height, width, channels)
    """
    y, x, channel = np.ogrid[:height, :width, :channels]
    ramp = 53 * number + 11 * y + 7 * x + 37 * channel
    samples = np.where((y ^ x) & 4, ~ramp, ramp) & (1 << bits) - 1
    return samples.astype(np.uint8 if bits <= 8 else np.uint16)


def beat_fields(picture: np.ndarray, pixels_per_beat: int, bits: int) -> list[dict[str, int]]:
    """TDATA, TKEEP, TUSER and TLAST of the beats of a picture, shape (height, width, channels).

    A number of a pixel has ``bits`` bits in TDATA.
    """
    beats = []
    height, width = picture.shape[:2]
    for y in range(height):
        for x in range(0, width, pixels_per_beat):
            samples = picture[y, x : x + pixels_per_beat].reshape(-1).tolist()
            data = sum(sample << bits * n for n, sample in enumerate(samples))
            beats.append(
                {
                    "tdata": data,
                    "tkeep": (1 << ceil(len(samples) * bits / 8)) - 1,
                    "tuser": int(y == x == 0),
                    "tlast": int(x + pixels_per_beat >= width),
                }
            )
    return beats


def make_example(params: CoreParams, ports: list[Port]) -> Example:
    """The example for a core with ``ports``: the golden model enlarges the test pattern."""
    sizes = frame_sizes(params)
    prefix = "m_axis_video_"
    fields = {
        port.name.removeprefix(prefix): port
        for port in ports
        if port.name.startswith(prefix) and port.name.removeprefix(prefix) not in NOT_DATA
    }
    bits, words, pixels = params.sample_bits, [], 0
    for number, (width, height) in enumerate(sizes):
        frame = pattern(number, width, height, params.channels, bits)
        large = upscale_format(frame, params.upsampler, params.colour)
        pixels += large.shape[0] * large.shape[1]
        for beat in beat_fields(large, params.pixels_per_beat, bits):
            word = 0
            for field, port in fields.items():
                word = word << port.bits | beat[field]
            words.append(word)
    return Example(
        sizes="".join(f"{width << 16 | height:08x}\n" for width, height in sizes),
        expected="".join(f"{word:x}\n" for word in words),
        word_ports=[port.name for port in fields.values()],
        word_bits=sum(port.bits for port in fields.values()),
        frames=len(sizes),
        beats=len(words),
        pixels=pixels,
    )
