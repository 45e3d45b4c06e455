"""The quick properties hold, and properties of blocks that are broken on purpose fail."""

import pytest

from hw.colour.hold import HoldLines
from hw.colour.join import Join
from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from hw.windows.guard import FrameGuard
from sim.commands import formal
from sim.formal import colour_properties, lane_properties, stream_properties
from sim.formal.properties import PROPERTIES

QUICK = [
    stream_properties.guard,
    stream_properties.guard_timeout,
    stream_properties.gearbox,
    stream_properties.scheduler,
    stream_properties.line_writer_progress,
    colour_properties.join,
    colour_properties.split,
    lane_properties.sort,
]


@pytest.mark.parametrize("make", QUICK, ids=lambda make: make.__name__)
def test_property_holds(make):
    assert formal.check(make, PROPERTIES[make]) is None


def test_fails_if_a_block_withdraws_an_offered_payload(monkeypatch):
    right = FrameGuard.elaborate

    def wrong(self, platform):
        m = right(self, platform)
        m.d.sync += self.o.valid.eq(~self.o.valid)
        return m

    monkeypatch.setattr(FrameGuard, "elaborate", wrong)
    failure = formal.check(stream_properties.guard, PROPERTIES[stream_properties.guard])
    assert "Assert failed" in failure
    assert "Status: FAILED" in failure


def test_fails_if_the_timeout_comes_a_clock_late(monkeypatch):
    right = FrameGuard.elaborate

    def late(self, platform):
        self.frame_timeout += 1
        return right(self, platform)

    monkeypatch.setattr(FrameGuard, "elaborate", late)
    make = stream_properties.guard_timeout
    assert "Assert failed" in formal.check(make, PROPERTIES[make])


def test_fails_if_the_join_drops_a_beat_of_chroma(monkeypatch):
    right = Join.elaborate

    def wrong(self, platform):
        m = right(self, platform)
        m.d.comb += self.chroma.ready.eq(self.luma.valid)  # also while the join is full
        return m

    monkeypatch.setattr(Join, "elaborate", wrong)
    failure = formal.check(colour_properties.join, PROPERTIES[colour_properties.join])
    assert "Assert failed" in failure


def test_fails_if_a_line_goes_before_the_next_is_in(monkeypatch):
    right = HoldLines.elaborate

    def early(self, platform):
        self.lines -= 1
        return right(self, platform)

    monkeypatch.setattr(HoldLines, "elaborate", early)
    failure = formal.check(colour_properties.hold, PROPERTIES[colour_properties.hold])
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
    assert formal.check(make, PROPERTIES[make])
