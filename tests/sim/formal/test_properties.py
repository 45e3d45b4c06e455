"""The quick properties hold, and properties of blocks that are broken on purpose fail."""

import pytest
from amaranth.hdl import Assert, Signal

from hw.colour.hold import HoldLines
from hw.colour.join import Join
from hw.control.frame_gate import FrameGate
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from hw.output import line_writer
from hw.pipeline import credit_available
from hw.windows import line_buffer
from hw.windows.guard import FrameGuard
from sim.formal import (
    colour_properties,
    control_properties,
    engines,
    lane_properties,
    stage_properties,
    stream_properties,
)
from sim.formal.engines import find_abc
from sim.formal.harness import module
from sim.formal.properties import PROPERTIES

QUICK = [
    stream_properties.guard,
    stream_properties.guard_timeout,
    stream_properties.gearbox,
    stream_properties.input_gearbox,
    stream_properties.skid_buffer,
    stream_properties.queue,
    stream_properties.credit,
    stream_properties.scheduler,
    stream_properties.line_buffer,
    stream_properties.line_writer_progress,
    control_properties.frame_gate,
    control_properties.frame_gate_settings,
    colour_properties.join,
    colour_properties.split,
    colour_properties.two_ways,
    lane_properties.sort,
]


@pytest.mark.parametrize("make", QUICK, ids=lambda make: make.__name__)
def test_property_holds(make):
    strength, failure = PROPERTIES[make].run(make, find_abc())
    assert failure is None
    assert strength == "proved" or PROPERTIES[make].method == "bounded" or not find_abc()


needs_abc = pytest.mark.skipif(not find_abc(), reason="ABC is not installed (berkeley-abc)")


@pytest.mark.long
@needs_abc
def test_without_abc_a_property_holds_for_a_number_of_clocks():
    make = stream_properties.queue
    assert PROPERTIES[make].run(make, None) == ("holds for 16 clocks", None)


@pytest.mark.parametrize(
    ("make", "output"),
    [(control_properties.frame_gate, "busy"), (control_properties.frame_gate_settings, "o")],
)
def test_fails_if_the_frame_gate_is_never_busy_or_always_open(make, output, monkeypatch):
    class Wrong(FrameGate):
        def elaborate(self, platform):
            m = super().elaborate(platform)
            wrong = {"busy": self.busy.eq(0), "o": self.o.valid.eq(self.i.valid)}
            m.d.comb += wrong[output]
            return m

    monkeypatch.setattr(control_properties, "FrameGate", Wrong)
    assert "Assert failed" in failure_of(make)


@needs_abc
def test_two_ways_wait_for_each_other_if_one_has_too_little_room():
    failure = engines.unbounded(colour_properties.two_ways(room=3), find_abc())
    assert "was asserted in frame" in failure


def test_pixels_are_still_in_a_stage_after_fewer_clocks():
    """So the clocks that are checked are enough for pixels to come out."""
    failure = engines.bounded(stage_properties.progress(clocks=16), "20")
    assert "Status: FAILED" in failure


def test_fails_if_a_credit_is_given_twice(monkeypatch):
    def wrong(m, total, taken, freed):
        return credit_available(m, total + 1, taken, freed)

    monkeypatch.setattr(stream_properties, "credit_available", wrong)
    assert "Assert failed" in failure_of(stream_properties.credit)


@needs_abc
def test_fails_if_the_line_buffer_takes_more_than_its_queue_has_space_for(monkeypatch):
    def wrong(m, total, taken, freed):
        return credit_available(m, total + 1, taken, freed)

    monkeypatch.setattr(line_buffer, "credit_available", wrong)
    failure = engines.unbounded(stream_properties.line_buffer(), find_abc())
    assert "was asserted in frame" in failure


def test_fails_if_the_line_writer_gives_a_credit_too_many(monkeypatch):
    def wrong(m, total, taken, freed):
        return credit_available(m, total + 1, taken, freed)

    monkeypatch.setattr(line_writer, "credit_available", wrong)
    failure = engines.bounded(stream_properties.line_writer_short_lines(), "24")
    assert "Assert failed" in failure


def test_induction_needs_more_than_the_clocks_from_reset():
    def counter():
        """Holds for 200 clocks and then no more."""
        m = module()
        count = Signal(8)
        m.d.sync += count.eq(count + 1)
        m.d.comb += Assert(count != 200)
        return m, []

    assert engines.bounded(counter(), "20") is None
    assert "Status: FAILED" in engines.induction(counter(), "20")


def failure_of(make):
    """The end of the checker's log."""
    return PROPERTIES[make].run(make, find_abc())[1]


def test_fails_if_a_block_withdraws_an_offered_payload(monkeypatch):
    right = FrameGuard.elaborate

    def wrong(self, platform):
        m = right(self, platform)
        m.d.sync += self.o.valid.eq(~self.o.valid)
        return m

    monkeypatch.setattr(FrameGuard, "elaborate", wrong)
    failure = failure_of(stream_properties.guard)
    assert "Assert failed" in failure
    assert "Status: FAILED" in failure


def test_fails_if_the_timeout_comes_a_clock_late(monkeypatch):
    right = FrameGuard.elaborate

    def late(self, platform):
        self.frame_timeout += 1
        return right(self, platform)

    monkeypatch.setattr(FrameGuard, "elaborate", late)
    make = stream_properties.guard_timeout
    assert "Assert failed" in failure_of(make)


def test_fails_if_the_join_drops_a_beat_of_chroma(monkeypatch):
    right = Join.elaborate

    def wrong(self, platform):
        m = right(self, platform)
        m.d.comb += self.chroma.ready.eq(self.luma.valid)  # also while the join is full
        return m

    monkeypatch.setattr(Join, "elaborate", wrong)
    failure = failure_of(colour_properties.join)
    assert "Assert failed" in failure


def test_fails_if_a_line_goes_before_the_next_is_in(monkeypatch):
    right = HoldLines.elaborate

    def early(self, platform):
        self.lines -= 1
        return right(self, platform)

    monkeypatch.setattr(HoldLines, "elaborate", early)
    failure = failure_of(colour_properties.hold)
    assert "Assert failed" in failure


@pytest.mark.parametrize(
    ("block", "field", "make"),
    [
        (Split, "fraction", lane_properties.split),
        (Sort, "fraction", lane_properties.sort),
        (Vertices, "weight", lane_properties.vertices_v),
    ],
    ids=["split", "sort", "vertices"],
)
def test_fails_if_a_field_of_the_output_is_always_0(block, field, make, monkeypatch):
    """Shows too that the checked clocks are enough for an output to come."""
    right = block.elaborate

    def wrong(self, platform):
        m = right(self, platform)
        m.d.comb += self.o.payload[field][0].eq(0)
        return m

    monkeypatch.setattr(block, "elaborate", wrong)
    assert failure_of(make)
