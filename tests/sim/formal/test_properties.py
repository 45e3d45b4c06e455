import pytest

from hw.lookup.sort import Sort
from hw.lookup.split import Split
from hw.lookup.vertices import Vertices
from hw.windows.guard import FrameGuard
from sim.commands import formal
from sim.formal import lane_properties, stream_properties
from sim.formal.properties import PROPERTIES

QUICK = [
    stream_properties.guard,
    stream_properties.gearbox,
    stream_properties.scheduler,
    stream_properties.line_writer_progress,
    lane_properties.sort,
]


@pytest.mark.parametrize("make", QUICK, ids=lambda make: make.__name__)
def test_property_holds(make):
    assert formal.check(make, PROPERTIES[make]) is None


def test_a_block_that_breaks_a_rule_is_found(monkeypatch):
    """A guard that withdraws what it offers: the checker must say so."""
    honest = FrameGuard.elaborate

    def hasty(self, platform):
        m = honest(self, platform)
        m.d.sync += self.o.valid.eq(~self.o.valid)
        return m

    monkeypatch.setattr(FrameGuard, "elaborate", hasty)
    said = formal.check(stream_properties.guard, PROPERTIES[stream_properties.guard])
    assert "Assert failed" in said
    assert "Status: FAILED" in said


@pytest.mark.parametrize(
    ("block", "field", "make"),
    [
        (Split, "fraction", lane_properties.split),
        (Sort, "fraction", lane_properties.sort),
        (Vertices, "weight", lane_properties.vertices_v),
    ],
    ids=["split", "sort", "vertices"],
)
def test_lanes_that_give_zeros_are_found(block, field, make, monkeypatch):
    """Also tells that the clocks suffice for something to come out."""
    honest = block.elaborate

    def wrong(self, platform):
        m = honest(self, platform)
        m.d.comb += self.o.payload[field][0].eq(0)
        return m

    monkeypatch.setattr(block, "elaborate", wrong)
    assert formal.check(make, PROPERTIES[make])
