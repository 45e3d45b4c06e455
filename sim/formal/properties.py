"""All properties of the blocks, and how far each is checked."""

from collections.abc import Callable

from sim.formal import lane_properties, stream_properties
from sim.formal.harness import Property

PROPERTIES: dict[Callable[[], Property], str] = {
    stream_properties.guard: "20",
    stream_properties.line_buffer: "24",
    stream_properties.window: "16",
    stream_properties.gearbox: "14",
    stream_properties.line_writer: "18",
    stream_properties.line_writer_progress: "40",
    stream_properties.pixel_queue: "20",
    stream_properties.between: "16",
    stream_properties.scheduler: "16",
    # What goes in first comes out after 3 or 4 clocks: those before have nothing to check.
    lane_properties.split: "3:1:4",
    lane_properties.split_coarse: "3:1:4",
    lane_properties.sort: "3:1:4",
    lane_properties.select_v: "4:1:5",
    lane_properties.select_f: "4:1:5",
    lane_properties.select_s: "4:1:5",
}
"""What is checked, and for how many clocks, or skip:step:clocks, as smtbmc takes them."""
