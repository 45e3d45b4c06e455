"""The blocks of the format luma together with a stage: whole pictures, as the golden model."""

import numpy as np
import pytest
from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from blocks import TRAFFIC, make_params, pixels_of
from chroma import pictures_of
from hw.colour.enlarge import ChromaEnlarger
from hw.colour.join import JoinDifferences, pixels_layout
from hw.colour.params import ChromaParams
from hw.colour.split import SplitColours, pixel_layout
from hw.stage import UpsamplerStage
from pictures import assert_same, photo_like
from sim.bench.streams import run_stream
from sw.pictures.colour_formats import upscale_luma
from sw.tables.spec import Upsampler

WIDTH = 12


class LumaPath(wiring.Component):
    """R, G, B in, R, G, B enlarged out, by a table of one stage."""

    def __init__(self, stage_params, params):
        self.stage_params, self.params = stage_params, params
        super().__init__(
            {
                "i": In(stream.Signature(pixel_layout(3))),
                "o": Out(stream.Signature(pixels_layout(params, 3))),
            }
        )

    def elaborate(self, platform):
        m = Module()
        m.submodules.split = split = SplitColours(self.params)
        m.submodules.stage = stage = UpsamplerStage(self.stage_params)
        m.submodules.chroma = chroma = ChromaEnlarger(self.params)
        m.submodules.join = join = JoinDifferences(self.params)
        wiring.connect(m, wiring.flipped(self.i), split.i)
        for source, sink in ((split.luma, stage.i), (stage.o, join.luma)):
            # The layouts have the same fields, of arrays that are made in different ways.
            m.d.comb += [
                sink.payload.as_value().eq(source.payload.as_value()),
                sink.valid.eq(source.valid),
                source.ready.eq(sink.ready),
            ]
        wiring.connect(m, split.chroma, chroma.i)
        wiring.connect(m, chroma.o, join.chroma)
        wiring.connect(m, join.o, wiring.flipped(self.o))
        return m


@pytest.mark.parametrize("traffic", TRAFFIC)
@pytest.mark.parametrize(
    ("scale", "columns", "beat", "lanes"), [(4, 1, 4, 4), (4, 2, 8, 1), (2, 2, 4, 2), (3, 1, 2, 1)]
)
def test_pictures(scale, columns, beat, lanes, traffic):
    stage_params = make_params(
        "S", scale=scale, channels=1, lanes=lanes, max_width=WIDTH, pixels_per_beat=beat
    )
    params = ChromaParams(scale=scale, columns=columns, max_width=WIDTH, pixels_per_beat=beat)
    upsampler = Upsampler((stage_params.stage,))
    # Frames of the longest lines, one after the other, fill the line memory of the chroma.
    sizes = [(1, 1), (14, WIDTH), (3, 5), (2, 2), (1, 7), (5, 1), (12, WIDTH)]
    frames = [photo_like(*size) for size in sizes]
    frames[1][::2, ::3] = (255, 0, 0)  # saturated colours, so that sums are clipped
    frames[1][1::2, ::4] = (0, 0, 255)
    shapes = [(scale * height, scale * width) for height, width in sizes]
    count = sum(height * -(-width // beat) for height, width in shapes)
    dut = LumaPath(stage_params, params)
    payloads, _ = run_stream(dut, list(pixels_of(frames)), count, traffic)
    for got, frame in zip(pictures_of(payloads, shapes, beat, 3), frames, strict=True):
        assert_same(upscale_luma(frame, upsampler), got.astype(np.uint8), "luma path")
