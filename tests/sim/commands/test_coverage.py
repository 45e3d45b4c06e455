"""``python -m sim coverage``: its reader of coverage files and its random traffic."""

from cores import make_core
from sim.commands.coverage import Point, points, random_traffic


def test_points_of_a_coverage_file(tmp_path):
    path = tmp_path / "coverage.dat"
    fields = "\x01f\x02a.v\x01l\x0212\x01page\x02v_toggle/srlut.guard\x01o\x02x:0->1"
    path.write_text(f"# SystemC::Coverage-3\nC '{fields}' 7\n", newline="\n")
    assert points(path) == [Point("srlut.guard", "toggle", "line 12 x:0->1", 7)]


def test_random_traffic_is_seeded_and_has_a_wrong_width():
    params = make_core(max_width=33, max_height=9)
    beats, traffic = random_traffic(3, params)
    again, same = random_traffic(3, params)
    assert (beats.flags == again.flags).all()
    assert traffic == same
    assert beats.width.max() == 34
