"""Accumulate: rotate the blocks of the look-ups back and add up those of a map."""

from amaranth.hdl import Module, Mux, Signal, Value, signed
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.layouts import blocks_layout, total_layout
from hw.params import StageParams
from hw.pipeline import delayed
from sw.tables.rotation import block_source


class Accumulate(wiring.Component):
    """Sum over the tables of a map and all rotations; a difference grid adds the pixel.

    In a bypass the look-ups count as 0, and the pixel is added on a uniform grid too, so that the
    pixel alone remains.

    Rotating a block back is wiring. If a lane does several rotations, the wiring must not depend on
    the step: the total of the steps before is turned instead, in each step by as much as the
    windows are. The blocks of the tables of a map go through an adder tree, one layer per clock,
    and are then added to the turned total.

    One step per clock, totals after the last rotation step; latency ``delay(params)`` clocks; never
    stalls.

    Parameters
    ----------
    params : StageParams

    Members
    -------
    i : In(blocks_layout)
        Σ weight·entry of each lane of each group. Lane
        ``sample_lane * rotation_lanes + rotation_lane`` has rotation
        ``step * rotation_lanes + rotation_lane``.
    i_valid : In(1)
        Whether ``i`` has blocks in this clock.
    step : In(range(rotation_steps))
        Rotation step of ``i``.
    bypass : In(1), only if ``params.bypass``
        Constant while a frame is in the stage.
    centre : In(ArrayLayout(sample_bits, sample_lanes)), only if ``params.adds_centre``
        The samples that the totals are added to; sampled in rotation step 0.
    o : Out(stream of total_layout), always ready
        Totals in levels × 2**sum_frac_bits of their map.
    """

    def __init__(self, params: StageParams) -> None:
        self.params = params
        members = {
            "i": In(blocks_layout(params)),
            "i_valid": In(1),
            "step": In(range(max(2, params.rotation_steps))),
            "o": Out(stream.Signature(total_layout(params), always_ready=True)),
        }
        if params.bypass:
            members["bypass"] = In(1)
        if params.adds_centre:
            members["centre"] = In(data.ArrayLayout(params.sample_bits, params.sample_lanes))
        super().__init__(members)

    @staticmethod
    def layers(params: StageParams) -> int:
        """Layers of the adder tree, for the map of the most tables."""
        return (max(map(len, params.stage.maps)) - 1).bit_length()

    @staticmethod
    def delay(params: StageParams) -> int:
        """Clocks from the last rotation step at ``i`` to its totals at ``o``."""
        return 2 + Accumulate.layers(params)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        # Turning by a rotation step forth, and by all but one back.
        turned = block_source(params.scale, -params.rotation_lanes)
        turned_back = block_source(
            params.scale, (params.rotation_steps - 1) * params.rotation_lanes
        )
        layers = self.layers(params)
        first = delayed(m, self.step == 0, 1 + layers)
        last = delayed(m, self.step == params.rotation_steps - 1, 1 + layers)
        valid = delayed(m, self.i_valid, 1 + layers, reset=True)
        centre = delayed(m, self.centre, 1 + layers) if params.adds_centre else None
        for target in range(params.maps):
            for sample_lane in range(params.sample_lanes):
                start = 0
                if params.adds_centre:
                    start = centre[sample_lane] << params.sum_frac_bits[target]
                    if not params.is_difference[target]:
                        start = Mux(self.bypass, start, 0) if params.bypass else 0
                totals = [
                    Signal(
                        signed(params.stage.sum_bits),
                        name=f"total{target}_{sample_lane}_{pixel}",
                        reset_less=True,
                    )
                    for pixel in range(params.block)
                ]
                for pixel, total in enumerate(totals):
                    before = totals[turned[pixel]]
                    name = f"{target}_{sample_lane}_{pixel}"
                    terms = [
                        self._register(m, term, f"term{name}_{n}")
                        for n, term in enumerate(self._terms(target, sample_lane, pixel))
                    ]
                    if params.bypass:
                        with m.If(self.bypass):
                            m.d.sync += [term.eq(0) for term in terms]
                    for layer in range(layers):
                        pairs = [terms[j : j + 2] for j in range(0, len(terms), 2)]
                        terms = [
                            self._register(m, sum(pair), f"sum{name}_{layer}_{n}")
                            for n, pair in enumerate(pairs)
                        ]
                    with m.If(valid):
                        m.d.sync += total.eq(Mux(first, start, before) + terms[0])
                for pixel, source in enumerate(turned_back):
                    m.d.comb += self.o.payload[target][sample_lane][pixel].eq(totals[source])
        m.d.comb += self.o.valid.eq(delayed(m, valid & last, 1, reset=True))
        return m

    def _register(self, m: Module, value: Value, name: str) -> Signal:
        out = Signal(signed(self.params.stage.sum_bits), name=name, reset_less=True)
        m.d.sync += out.eq(value)
        return out

    def _terms(self, target: int, sample_lane: int, pixel: int) -> list[Value]:
        """For each table of map ``target``, what a step adds to a pixel of the turned total."""
        params = self.params
        terms = []
        for n, group in enumerate(params.groups):
            for t, table in enumerate(group.tables):
                if table.target != target:
                    continue
                rotated_back = []
                for rotation in range(params.rotation_lanes):
                    numbers = self.i[f"group{n}"][sample_lane * params.rotation_lanes + rotation]
                    source = int(block_source(params.scale, rotation)[pixel])
                    rotated_back.append(numbers[t * params.block + source])
                shift = params.sum_shift[target]
                terms.append(sum(rotated_back) << shift if shift else sum(rotated_back))
        return terms
