"""Accumulate: turn the look-ups' blocks back and add the four rotations up."""

from amaranth.hdl import Array, Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.params import StageParams
from hw.payloads import delayed, total_layout, weighed_layout
from sw.rotation import block_source


class Accumulate(wiring.Component):
    """Sum of the rotations of each channel worked on, and of the pixel on a difference grid.

    A lane works on rotation ``rotation_step * rotation_lanes + its place``; turning its block back
    is wiring, chosen by the step where a lane has several rotations to do.

    One step per clock, a total after the last step of the rotations; latency ``DELAY`` clocks;
    never stalls.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(weighed_layout), for each lane
        Blocks; lane ``channel place * rotation_lanes + rotation place``.
    i_valid : In(1)
        Whether the lanes deliver.
    step : In(range(rotation_steps))
        Which rotations they deliver.
    centre : In(ArrayLayout(8, colour_lanes)), on a difference grid
        The pixel that the total is added to, with the first step.
    o : Out(stream of total_layout), always ready
        Totals.
    """

    DELAY = 2

    def __init__(self, p: StageParams) -> None:
        self.p = p
        members = {
            "i": In(weighed_layout(p)).array(p.lanes),
            "i_valid": In(1),
            "step": In(range(max(2, p.rotation_steps))),
            "o": Out(stream.Signature(total_layout(p), always_ready=True)),
        }
        if p.differences:
            members["centre"] = In(data.ArrayLayout(8, p.colour_lanes))
        super().__init__(members)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        bits = p.stage.sum_bits
        step = delayed(m, self.step, 1)
        valid = delayed(m, self.i_valid, 1, reset=True)
        centre = delayed(m, self.centre, 1) if p.differences else None
        for c in range(p.colour_lanes):
            start = centre[c] << p.sum_frac_bits if p.differences else 0
            for o in range(p.block):
                turned = []
                for place in range(p.rotation_lanes):
                    block = self.i[c * p.rotation_lanes + place]
                    choices = [
                        block[int(block_source(p.scale, s * p.rotation_lanes + place)[o])]
                        for s in range(p.rotation_steps)
                    ]
                    turned.append(Array(choices)[self.step] if len(choices) > 1 else choices[0])
                part = Signal(signed(bits), name=f"part{c}_{o}", reset_less=True)
                m.d.sync += part.eq(sum(turned))
                total = Signal(signed(bits), name=f"total{c}_{o}", reset_less=True)
                with m.If(valid):
                    m.d.sync += total.eq(Mux(step == 0, start, total) + part)
                m.d.comb += self.o.payload[c][o].eq(total)
        last = valid & (step == p.rotation_steps - 1)
        m.d.comb += self.o.valid.eq(delayed(m, last, 1, reset=True))
        return m
