import numpy as np
import pytest

from blocks import TRAFFIC, make_params, unpack
from hw.output.gearbox import Gearbox
from sim.bench.streams import run_stream

WIDTHS = [1, 2, 3, 5, 8, 16, 1]


@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("beat", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("traffic", TRAFFIC)
def test_cuts_lines_into_beats(scale, beat, traffic):
    params = make_params("V", 7, scale, pixels_per_beat=beat, channels=1, lanes=1)
    rng = np.random.default_rng(0)
    per_word = params.word_columns * scale
    values, expected = [], []
    for number, width in enumerate(WIDTHS):
        frame_last = number % 3 == 2
        words = -(-width // params.word_columns)
        # Pixels of the last word beyond the end of the line must not come out.
        line = rng.integers(1, 256, words * per_word)
        for word in range(words):
            last = word == words - 1
            values.append(
                {
                    "pixels": [[int(v)] for v in line[word * per_word : (word + 1) * per_word]],
                    "columns": (width - 1) % params.word_columns if last else 0,
                    "line_last": last,
                    "frame_last": last and frame_last,
                }
            )
        beats = -(-width * scale // beat)
        padded = np.zeros(beats * beat, int)
        padded[: width * scale] = line[: width * scale]
        for i, pixels in enumerate(padded.reshape(beats, beat).tolist()):
            last = i == beats - 1
            expected.append(([[v] for v in pixels], last, last and frame_last))
    payloads, _ = run_stream(Gearbox(params), values, len(expected), traffic)
    got = [
        (unpack(payload.pixels), bool(payload.line_last), bool(payload.frame_last))
        for payload in payloads
    ]
    assert got == expected


@pytest.mark.parametrize(("scale", "beat"), [(4, 4), (4, 16), (2, 16), (4, 8), (2, 2)])
def test_one_word_per_clock_if_word_and_beat_are_equally_wide(scale, beat):
    params = make_params("V", 7, scale, pixels_per_beat=beat, channels=1, lanes=1)
    word = {
        "pixels": [[1]] * beat,
        "columns": params.word_columns - 1,
        "line_last": 1,
        "frame_last": 0,
    }
    _, clocks = run_stream(Gearbox(params), [word] * 20, 20)
    assert clocks == [Gearbox.delay(params) + n for n in range(20)]
