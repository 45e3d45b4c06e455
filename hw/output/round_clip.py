"""Round and clip: from sums with fraction bits to HR samples."""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import block_layout, total_layout
from hw.params import StageParams
from hw.pipeline import delayed
from sw.tables.samples import white


def clipped(value: Value, sample_bits: int) -> Value:
    """A signed ``value`` clipped to the range of a sample, 0…2**sample_bits - 1.

    Single bits decide; a comparison would take a carry chain of its own.
    """
    negative, over = value[-1], value[sample_bits:-1].any()
    return Mux(negative, 0, Mux(over, white(sample_bits), value[:sample_bits]))


class RoundClip(wiring.Component):
    """Round totals half to even, in the first clock, and clip them to samples, in the second.

    One block per clock; latency ``delay(params)`` clocks; never stalls.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of total_layout), always ready
        Totals in levels × 2**sum_frac_bits of their map.
    o : Out(stream of block_layout), always ready
        HR samples.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(total_layout(params), always_ready=True)),
                "o": Out(stream.Signature(block_layout(params, params.maps), always_ready=True)),
            }
        )

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return 2

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        block = Signal(block_layout(params, params.maps), reset_less=True)
        for target, frac_bits in enumerate(params.sum_frac_bits):
            for sample_lane in range(params.sample_lanes):
                for pixel in range(params.block):
                    total = self.i.payload[target][sample_lane][pixel]
                    name = f"rounded{target}_{sample_lane}_{pixel}"
                    rounded = Signal(signed(params.stage.sum_bits), name=name, reset_less=True)
                    if frac_bits:
                        # Half minus one, plus one where the integer part is odd: a tie goes to the
                        # even neighbour. sum_bits leaves room for the half.
                        half = 1 << (frac_bits - 1)
                        odd = total[frac_bits]
                        m.d.sync += rounded.eq((total + (half - 1) + odd) >> frac_bits)
                    else:
                        m.d.sync += rounded.eq(total)
                    m.d.sync += block[target][sample_lane][pixel].eq(
                        clipped(rounded, params.sample_bits)
                    )
        m.d.comb += self.o.payload.eq(block)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(params), reset=True))
        return m
