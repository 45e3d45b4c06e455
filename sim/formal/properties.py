"""All properties of the blocks, and how each one is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.formal import (
    colour_properties,
    control_properties,
    engines,
    lane_properties,
    stage_properties,
    stream_properties,
)
from sim.formal.harness import Property


@dataclass(frozen=True)
class Check:
    """How a property is checked.

    Parameters
    ----------
    method : str
        ``"bounded"``, ``"induction"`` or ``"pdr"``. A pipeline without feedback holds by induction
        as soon as its latency has passed. PDR finds the states of a controller that are never left.
        Bounded are blocks whose memories are too many bits for either.
    clocks : str
        For smtbmc: a number, or skip:step:clocks.
    long : bool
        Whether it takes minutes.
    """

    method: str
    clocks: str
    long: bool = False

    def run(self, make: Callable[[], Property], abc: str | None) -> tuple[str, str | None]:
        """Check a property.

        Without ``abc``, the path of that program, PDR is replaced by a bounded check.

        Returns
        -------
        strength : str
            "proved", or "holds for N clocks".
        failure : str or None
            None if the property holds, else the end of the log with the assertion that fails.
        """
        bounded = f"holds for {self.clocks.rpartition(':')[2]} clocks"
        if self.method == "induction":
            return "proved", engines.induction(make(), self.clocks)
        if self.method == "pdr" and abc:
            failure = engines.unbounded(make(), abc)
            # ABC counts the assertions; smtbmc names the one that fails, if it fails early.
            return "proved", failure and (engines.bounded(make(), self.clocks) or failure)
        return bounded, engines.bounded(make(), self.clocks)


PROPERTIES: dict[Callable[[], Property], Check] = {
    stream_properties.guard: Check("pdr", "20"),
    stream_properties.guard_timeout: Check("pdr", "20"),
    stream_properties.line_buffer: Check("pdr", "24"),
    stream_properties.line_buffer_payload: Check("bounded", "24"),
    stream_properties.window: Check("pdr", "16"),
    stream_properties.gearbox: Check("pdr", "14"),
    stream_properties.input_gearbox: Check("pdr", "14"),
    stream_properties.line_writer: Check("bounded", "18"),
    stream_properties.line_writer_short_lines: Check("pdr", "24"),
    stream_properties.line_writer_progress: Check("pdr", "40"),
    stream_properties.pixel_queue: Check("pdr", "20"),
    stream_properties.skid_buffer: Check("pdr", "16"),
    stream_properties.queue: Check("pdr", "16"),
    stream_properties.credit: Check("pdr", "16"),
    stream_properties.scheduler: Check("pdr", "16"),
    stage_properties.progress: Check("bounded", "42", long=True),
    control_properties.frame_gate: Check("pdr", "20"),
    control_properties.frame_gate_settings: Check("pdr", "20"),
    colour_properties.split: Check("pdr", "12"),
    colour_properties.hold: Check("bounded", "11"),
    colour_properties.chroma_lines: Check("bounded", "15"),
    colour_properties.join: Check("pdr", "14"),
    colour_properties.two_ways: Check("pdr", "20"),
    lane_properties.split: Check("induction", "6"),
    lane_properties.split_coarse: Check("induction", "6"),
    lane_properties.sort: Check("induction", "6"),
    lane_properties.vertices_v: Check("induction", "6"),
    lane_properties.vertices_f: Check("induction", "6"),
    lane_properties.vertices_s: Check("induction", "5", long=True),
}
