"""Accumulate: turn the look-ups' blocks back and add up what makes a map."""

from amaranth.hdl import Array, Module, Mux, Signal, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import blocks_layout, delayed, total_layout
from hw.params import StageParams
from sw.tables.rotation import block_source


class Accumulate(wiring.Component):
    """Sum of a map's tables and rotations, and of the pixel on a difference grid.

    A lane works on rotation ``rotation_step * rotation_lanes + its place``; turning its block back
    is wiring, chosen by the step where a lane has several rotations to do. The tables of a map are
    added up two by two, a clock for each layer.

    One step per clock, totals after the last step of the rotations; latency ``delay(params)``
    clocks; never stalls.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(blocks_layout)
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

    def __init__(self, params: StageParams) -> None:
        self.params = params
        members = {
            "i": In(blocks_layout(params)),
            "i_valid": In(1),
            "step": In(range(max(2, params.rotation_steps))),
            "o": Out(stream.Signature(total_layout(params), always_ready=True)),
        }
        if any(params.differences):
            members["centre"] = In(data.ArrayLayout(8, params.sample_lanes))
        super().__init__(members)

    @staticmethod
    def layers(params: StageParams) -> int:
        """Layers of adders that the map of the most tables needs."""
        return (max(map(len, params.stage.maps)) - 1).bit_length()

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the last step to its totals."""
        return 2 + Accumulate.layers(params)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        layers = self.layers(params)
        step = delayed(m, self.step, 1 + layers)
        valid = delayed(m, self.i_valid, 1 + layers, reset=True)
        centre = delayed(m, self.centre, 1 + layers) if any(params.differences) else None
        for target in range(params.maps):
            for place in range(params.sample_lanes):
                start = (
                    centre[place] << params.sum_frac_bits[target]
                    if params.differences[target]
                    else 0
                )
                for o in range(params.block):
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
                    total = Signal(
                        signed(params.stage.sum_bits), name=f"total{name}", reset_less=True
                    )
                    with m.If(valid):
                        m.d.sync += total.eq(Mux(step == 0, start, total) + parts[0])
                    m.d.comb += self.o.payload[target][place][o].eq(total)
        last = valid & (step == params.rotation_steps - 1)
        m.d.comb += self.o.valid.eq(delayed(m, last, 1, reset=True))
        return m

    def _register(self, m: Module, value: object, name: str) -> Signal:
        out = Signal(signed(self.params.stage.sum_bits), name=name, reset_less=True)
        m.d.sync += out.eq(value)
        return out

    def _parts(self, target: int, place: int, o: int) -> list:
        """What each table of a map gives to an HR pixel in this step."""
        params = self.params
        parts = []
        for n, group in enumerate(params.groups):
            for t, table in enumerate(group.tables):
                if table.target != target:
                    continue
                turned = []
                for rotation_place in range(params.rotation_lanes):
                    lane = self.i[f"group{n}"][place * params.rotation_lanes + rotation_place]
                    choices = [
                        lane[
                            t * params.block
                            + int(
                                block_source(
                                    params.scale, s * params.rotation_lanes + rotation_place
                                )[o]
                            )
                        ]
                        for s in range(params.rotation_steps)
                    ]
                    turned.append(Array(choices)[self.step] if len(choices) > 1 else choices[0])
                parts.append(sum(turned))
        return parts
