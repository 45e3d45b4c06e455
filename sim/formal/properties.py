"""All properties of the blocks, and the clocks for which each one is checked."""

from collections.abc import Callable

from sim.formal import colour_properties, lane_properties, stream_properties
from sim.formal.harness import Property

PROPERTIES: dict[Callable[[], Property], str] = {
    stream_properties.guard: "20",
    stream_properties.guard_timeout: "20",
    stream_properties.line_buffer: "24",
    stream_properties.window: "16",
    stream_properties.gearbox: "14",
    stream_properties.line_writer: "18",
    stream_properties.line_writer_progress: "40",
    stream_properties.pixel_queue: "20",
    stream_properties.skid_buffer: "16",
    stream_properties.queue: "16",
    stream_properties.scheduler: "16",
    colour_properties.split: "12",
    colour_properties.hold: "11",
    colour_properties.chroma_lines: "15",
    colour_properties.join: "14",
    # The first input comes out after 3 or 4 clocks: earlier clocks have nothing to check.
    lane_properties.split: "3:1:4",
    lane_properties.split_coarse: "3:1:4",
    lane_properties.sort: "3:1:4",
    lane_properties.vertices_v: "4:1:5",
    lane_properties.vertices_f: "4:1:5",
    lane_properties.vertices_s: "4:1:5",
}
"""For each property the number of clocks, or skip:step:clocks, as smtbmc takes them."""
