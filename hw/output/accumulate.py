"""Accumulate: turn the look-ups' blocks back and add up what makes a map."""

from amaranth.hdl import Array, Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import delayed, done_layout, total_layout
from hw.params import StageParams
from sw.tables.rotation import block_source


class Accumulate(wiring.Component):
    """Sum of a map's tables and rotations, and of the pixel on a difference grid.

    A lane works on rotation ``rotation_step * rotation_lanes + its place``; turning its block back
    is wiring, chosen by the step where a lane has several rotations to do. The tables of a map are
    added up two by two, a clock for each layer.

    One step per clock, totals after the last step of the rotations; latency ``delay(p)`` clocks;
    never stalls.

    Parameters
    ----------
    p : StageParams

    Members
    -------
    i : In(done_layout)
        Blocks; lane ``place * rotation_lanes + rotation place``.
    i_valid : In(1)
        Whether the lanes deliver.
    step : In(range(rotation_steps))
        Which rotations they deliver.
    centre : In(ArrayLayout(8, places)), on a difference grid
        The samples that totals are added to, with the first step.
    o : Out(stream of total_layout), always ready
        Totals.
    """

    def __init__(self, p: StageParams) -> None:
        self.p = p
        members = {
            "i": In(done_layout(p)),
            "i_valid": In(1),
            "step": In(range(max(2, p.rotation_steps))),
            "o": Out(stream.Signature(total_layout(p), always_ready=True)),
        }
        if any(p.differences):
            members["centre"] = In(data.ArrayLayout(8, p.places))
        super().__init__(members)

    @staticmethod
    def layers(p: StageParams) -> int:
        """Layers of adders that the map of the most tables needs."""
        return (max(map(len, p.stage.maps)) - 1).bit_length()

    @staticmethod
    def delay(p: StageParams) -> int:
        """Clocks from the last step to its totals."""
        return 2 + Accumulate.layers(p)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        p = self.p
        layers = self.layers(p)
        step = delayed(m, self.step, 1 + layers)
        valid = delayed(m, self.i_valid, 1 + layers, reset=True)
        centre = delayed(m, self.centre, 1 + layers) if any(p.differences) else None
        for target in range(p.maps):
            for place in range(p.places):
                start = centre[place] << p.sum_frac_bits[target] if p.differences[target] else 0
                for o in range(p.block):
                    name = f"{target}_{place}_{o}"
                    parts = [
                        self._register(m, part, f"part{name}_{n}")
                        for n, part in enumerate(self._parts(target, place, o))
                    ]
                    for layer in range(layers):
                        pairs = [parts[j : j + 2] for j in range(0, len(parts), 2)]
                        parts = [
                            self._register(m, sum(pair), f"sum{name}_{layer}_{n}")
                            for n, pair in enumerate(pairs)
                        ]
                    total = Signal(signed(p.stage.sum_bits), name=f"total{name}", reset_less=True)
                    with m.If(valid):
                        m.d.sync += total.eq(Mux(step == 0, start, total) + parts[0])
                    m.d.comb += self.o.payload[target][place][o].eq(total)
        last = valid & (step == p.rotation_steps - 1)
        m.d.comb += self.o.valid.eq(delayed(m, last, 1, reset=True))
        return m

    def _register(self, m: Module, value: object, name: str) -> Signal:
        out = Signal(signed(self.p.stage.sum_bits), name=name, reset_less=True)
        m.d.sync += out.eq(value)
        return out

    def _parts(self, target: int, place: int, o: int) -> list:
        """What each table of a map gives to an HR pixel in this step."""
        p = self.p
        parts = []
        for n, group in enumerate(p.groups):
            for t, table in enumerate(group.tables):
                if table.target != target:
                    continue
                turned = []
                for rotation_place in range(p.rotation_lanes):
                    lane = self.i[f"group{n}"][place * p.rotation_lanes + rotation_place]
                    choices = [
                        lane[
                            t * p.block
                            + int(block_source(p.scale, s * p.rotation_lanes + rotation_place)[o])
                        ]
                        for s in range(p.rotation_steps)
                    ]
                    turned.append(Array(choices)[self.step] if len(choices) > 1 else choices[0])
                parts.append(sum(turned))
        return parts
