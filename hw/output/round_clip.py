"""Round and clip: from sums with a fraction to HR pixels."""

from amaranth.hdl import Module, Mux, Signal, signed
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import block_layout, delayed, total_layout
from hw.params import StageParams


class RoundClip(wiring.Component):
    """Round totals half to even and clip them to 8 bits.

    One block per clock; latency ``DELAY`` clocks; never stalls.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(stream of total_layout), always ready
        Grey levels × 2**sum_frac_bits of the map.
    o : Out(stream of block_layout), always ready
        HR samples, 0…255.
    """

    DELAY = 2

    def __init__(self, params: StageParams) -> None:
        self.params = params
        super().__init__(
            {
                "i": In(stream.Signature(total_layout(params), always_ready=True)),
                "o": Out(stream.Signature(block_layout(params, params.maps), always_ready=True)),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        block = Signal(block_layout(params, params.maps), reset_less=True)
        for target, frac_bits in enumerate(params.sum_frac_bits):
            for place in range(params.sample_lanes):
                for o in range(params.block):
                    total = self.i.payload[target][place][o]
                    name = f"whole{target}_{place}_{o}"
                    whole = Signal(signed(params.stage.sum_bits), name=name, reset_less=True)
                    if frac_bits:
                        # Half minus one, plus one where the integer part is odd: a tie goes to the
                        # even neighbour. sum_bits has room for the half.
                        half = 1 << (frac_bits - 1)
                        m.d.sync += whole.eq((total + (half - 1) + total[frac_bits]) >> frac_bits)
                    else:
                        m.d.sync += whole.eq(total)
                    clipped = Mux(whole < 0, 0, Mux(whole > 255, 255, whole))
                    m.d.sync += block[target][place][o].eq(clipped)
        m.d.comb += self.o.payload.eq(block)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.DELAY, reset=True))
        return m
