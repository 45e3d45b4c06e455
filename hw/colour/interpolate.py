"""Interpolation of chroma by constant weights: between lines, then within a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from amaranth.hdl import Cat, Module, Mux, Shape, Signal, Value
from amaranth.lib import data, stream, wiring
from amaranth.lib.wiring import In, Out

from hw.colour.params import TAPS, ChromaParams, Kernels
from hw.pipeline import delayed
from sw.pictures.colour_formats import FRAC_BITS, REACH


def signed_digits(constant: int) -> list[tuple[int, int]]:
    """``constant`` as powers of two, fewest first digits: pairs of a shift and a sign, 1 or -1.

    No two powers are neighbours (the canonical signed-digit form), so that a product with
    ``constant`` takes few additions.
    """
    digits, shift = [], 0
    while constant:
        if constant & 1:
            sign = 2 - (constant & 3)  # 1 if the next bit is 0, otherwise -1
            digits.append((shift, sign))
            constant -= sign
        constant >>= 1
        shift += 1
    return digits


@dataclass(frozen=True)
class Term:
    """A part of a weighted sum: ``value``, or -``value`` if ``negative``; its share of a kernel."""

    value: Value
    negative: bool
    weights: tuple[int, ...]


def weighted_sum(
    m: Module, values: Sequence[Value], kernel: Sequence[int], levels: int, name: str
) -> Signal:
    """``values`` times ``kernel``, as the value was ``levels`` clocks ago.

    No multiplier of the FPGA is taken: shifted values are added in pairs, ``levels`` times, and a
    register follows each addition. So Yosys makes carry chains of the additions; without the
    registers it would merge them to one sum of many values, which takes twice the LUTs.

    Parameters
    ----------
    m : Module
        Gets the registers.
    values : sequence of Value
    kernel : sequence of int
        A weight for each of ``values``.
    levels : int
        :func:`addition_levels` of the kernel, or more.
    name : str
        Begins the names of the registers.
    """
    terms = []
    for tap, (value, weight) in enumerate(zip(values, kernel, strict=True)):
        for shift, sign in signed_digits(weight):
            weights = tuple(sign << shift if n == tap else 0 for n in range(len(values)))
            terms.append(Term(value << shift, sign < 0, weights))
    terms.sort(key=lambda term: max(map(abs, term.weights)))
    shape = Shape.cast(values[0].shape())
    lowest = -(1 << (shape.width - 1)) if shape.signed else 0
    highest = lowest + (1 << shape.width) - 1
    for level in range(levels):
        pairs = [terms[n : n + 2] for n in range(0, len(terms), 2)]
        terms = []
        for n, pair in enumerate(pairs):
            first, *second = sorted(pair, key=lambda term: term.negative)
            negative, exact = first.negative, first.value
            weights = first.weights
            for term in second:
                subtract = term.negative != negative
                exact = exact - term.value if subtract else exact + term.value
                weights = tuple(map(add, weights, term.weights))
            least = sum(w * (lowest if w > 0 else highest) for w in weights)
            most = sum(w * (highest if w > 0 else lowest) for w in weights)
            bounds = (-most, -least) if negative else (least, most)
            register = Signal(
                range(bounds[0], bounds[1] + 1), name=f"{name}_{level}_{n}", reset_less=True
            )
            m.d.sync += register.eq(exact)
            terms.append(Term(register, negative, weights))
    (total,) = terms
    return total.value


def addition_levels(kernels: Kernels) -> int:
    """How many additions, one after the other, the longest of ``kernels`` takes in pairs."""
    counts = (sum(len(signed_digits(weight)) for weight in kernel) for kernel in kernels)
    return (max(counts) - 1).bit_length()


def rounded(total: Value) -> Value:
    """``total`` / 2**FRAC_BITS, rounded half to even, in one addition."""
    odd = total[FRAC_BITS]
    # Half minus one, or half where the integer part is odd.
    return (total + Cat((~odd).replicate(FRAC_BITS - 1), odd)) >> FRAC_BITS


class RowInterpolator(wiring.Component):
    """Interpolate between five lines, for one HR line: ``columns`` samples per clock.

    Latency ``delay(params)`` clocks; never stalls.

    The weights of the HR lines below the middle of an LR line are those above it in reverse. For
    these HR lines the rows come in reverse, which saves half of the sums.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream), always ready
        ``rows``: samples of the LR lines -2…2, or 2…-2 in the lower half; ``phase``: which of the r
        HR lines, counted from the nearer edge of the LR line.
    o : Out(stream), always ready
        Samples between the lines, in ``tall_values``.
    bypass : In(1), only if ``params.bypass``
        Whether the sample in the middle is repeated. Constant while a frame is in the enlarger.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        samples = params.samples(params.values, params.columns)
        i = data.StructLayout(
            {"rows": data.ArrayLayout(samples, TAPS), "phase": range(max(2, params.phases))}
        )
        o = params.samples(params.tall_values, params.columns)
        members = {
            "i": In(stream.Signature(i, always_ready=True)),
            "o": Out(stream.Signature(o, always_ready=True)),
        }
        if params.bypass:
            members["bypass"] = In(1)
        super().__init__(members)

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return addition_levels(params.row_kernels) + 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params, i = self.params, self.i.payload
        levels = addition_levels(params.row_kernels)
        phase = delayed(m, i.phase, levels)
        for column in range(params.columns):
            for c in range(params.components):
                name = f"column{column}_{c}"
                rows = [row[column][c] for row in i.rows]
                sums = [
                    weighted_sum(m, rows, kernel, levels, f"{name}_phase{n}")
                    for n, kernel in enumerate(params.row_kernels)
                ]
                chosen = sums[0]
                for n, total in enumerate(sums[1:], 1):
                    chosen = Mux(phase == n, total, chosen)
                m.d.sync += self.o.payload[column][c].eq(rounded(chosen))
                if params.bypass:
                    with m.If(self.bypass):
                        m.d.sync += self.o.payload[column][c].eq(delayed(m, rows[REACH], levels))
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(params), reset=True))
        return m


class ColumnInterpolator(wiring.Component):
    """Interpolate within a line: ``columns``·r HR samples per clock.

    Latency ``delay(params)`` clocks; never stalls.

    Parameters
    ----------
    params : ChromaParams

    Members
    -------
    i : In(stream), always ready
        Samples from two before the first of a clock to two after the last, in ``tall_values``.
    o : Out(stream), always ready
        HR samples, in ``large_values``.
    bypass : In(1), only if ``params.bypass``
        Whether the sample in the middle is repeated. Constant while a frame is in the enlarger.
    """

    def __init__(self, params: ChromaParams) -> None:
        self.params = params
        i = params.samples(params.tall_values, params.columns + TAPS - 1)
        o = params.samples(params.large_values, params.columns * params.scale)
        members = {
            "i": In(stream.Signature(i, always_ready=True)),
            "o": Out(stream.Signature(o, always_ready=True)),
        }
        if params.bypass:
            members["bypass"] = In(1)
        super().__init__(members)

    @staticmethod
    def delay(params: ChromaParams) -> int:
        """Clocks from ``i`` to ``o``."""
        return addition_levels(params.column_kernels) + 1

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        levels = addition_levels(params.column_kernels)
        for column in range(params.columns):
            for c in range(params.components):
                taps = [self.i.payload[column + tap][c] for tap in range(TAPS)]
                for phase, kernel in enumerate(params.column_kernels):
                    total = weighted_sum(m, taps, kernel, levels, f"column{column}_{c}_{phase}")
                    sample = self.o.payload[column * params.scale + phase]
                    m.d.sync += sample[c].eq(rounded(total))
                if params.bypass:
                    middle = delayed(m, taps[REACH], levels)
                    with m.If(self.bypass):
                        for phase in range(params.scale):
                            sample = self.o.payload[column * params.scale + phase]
                            m.d.sync += sample[c].eq(middle)
        m.d.comb += self.o.valid.eq(delayed(m, self.i.valid, self.delay(params), reset=True))
        return m
