"""When a bench resets a block or a core."""


def timeline(clocks, longest, between=0):
    """For each clock of a test: clocks since the last reset, or None in a reset; and which input.

    First ``clocks`` without a reset for each of two inputs, then a reset after 1 clock, another one
    after 2, and so on, 1 to ``longest`` clocks long. The two inputs take turns, so that memories
    hold what does not belong to the present one. With ``between``, the other input goes in for so
    many clocks behind each of these, and a reset of one clock is before it.
    """
    line = [(time, which) for which in (0, 1) for time in (None, *range(clocks))]
    for phase in range(1, clocks):
        line += [(time, phase % 2) for time in (*[None] * (1 + phase % longest), *range(phase))]
        if between:
            line += [(time, (phase + 1) % 2) for time in (None, *range(between))]
    return line
