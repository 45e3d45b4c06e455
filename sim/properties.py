"""All properties of the blocks, and how far each is checked."""

from collections.abc import Callable

from sim import lane_properties, stream_properties
from sim.checked import Property

PROPERTIES: dict[Callable[[], Property], str] = {
    stream_properties.guard: "20",
    stream_properties.line_buffer: "24",
    stream_properties.window: "16",
    stream_properties.gearbox: "14",
    stream_properties.line_writer: "18",
    stream_properties.line_writer_progress: "40",
    stream_properties.pixel_queue: "24",
    stream_properties.scheduler: "16",
    # Taps pass through in 3 clocks: the clocks before that have nothing to check.
    lane_properties.split: "2:1:3",
    lane_properties.sort: "3:1:4",
    lane_properties.select_v: "3:1:4",
    lane_properties.select_f: "3:1:4",
    lane_properties.select_s: "3:1:4",
}
"""What is checked, and for how many clocks, or skip:step:clocks, as smtbmc takes them."""
