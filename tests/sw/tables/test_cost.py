import pytest

from sw.tables import cost
from sw.tables.design import parse
from sw.tables.files import LUTS, load
from tables import make_upsampler


def shares(upsampler):
    return cost.shares(cost.stage_costs(upsampler), cost.PARTS["ecp5-85f"])


MAPS = "x1 S+D | S+D | S+D | S+D ; x2 S+S@1+S@2+S@3+S@4 ; x2 S:7"


@pytest.mark.parametrize(
    ("design", "lookups"),
    [("x4 S", 4), ("x2 S ; x2 S", 20), ("x1 S+D | S ; x2 S + S@1 + S@2 ; x3 S+D", 8 + 12 + 32)],
)
def test_lookups_count_the_same_place_once(design, lookups):
    assert cost.lookups_per_pixel(parse(design)) == lookups
    assert cost.lookups_per_pixel(parse(design), 3) == 3 * lookups


def test_cost_of_a_chain_by_hand():
    first, second, third = cost.stage_costs(parse(MAPS))
    maps = 4 * 3 * cost.MAP_LUTS  # four maps more than one, out of the first stage into the second
    around_plain, around_second = cost.PLAIN_LUTS[3] + maps, cost.ENLARGING_LUTS[3] + maps
    # 12 look-ups for each pixel in 4 clocks; 9×9×3 rows of 4 bytes fit the widest block RAM, one
    # for each of 4 banks and each lane. D reaches 2 pixels: 4 lines of 24 bits. Two of an entry's
    # four numbers share a product.
    assert first == cost.StageCost(2, 3, 24, 6, 0, around_plain, 2 * 3 * 4 * 2)
    # Five maps of two lines each, 14 block RAMs; two pairs of lines of 1920 pixels, 11.
    assert second == cost.StageCost(5, 3, 60, 25, 0, around_second, 5 * 3 * 4 * 2)
    # Four times the pixels; 88 rows of 32 bits, two block RAMs for each of 4 banks and 6 pairs.
    assert third == cost.StageCost(1, 12, 48, 28, 0, cost.ENLARGING_LUTS[3], 96)


def test_cost_of_one_colour_by_hand():
    first, second, third = cost.stage_costs(parse(MAPS), colours=1)
    maps = 4 * cost.MAP_LUTS
    # 4 look-ups in 4 clocks; 4 lines of 8 bits and 960 pixels in two block RAMs of 1024×18.
    assert first == cost.StageCost(2, 1, 2 * 4, 2, 0, cost.PLAIN_LUTS[1] + maps, 2 * 4 * 2)
    # Five maps of two lines each, five block RAMs; two pairs of lines of 1920 pixels, four.
    assert second == cost.StageCost(5, 1, 5 * 4, 9, 0, cost.ENLARGING_LUTS[1] + maps, 5 * 4 * 2)
    # Two block RAMs for each of 4 banks and 2 pairs of lanes; lines of 1920 and 3840 pixels.
    assert third == cost.StageCost(1, 4, 16, 2 + 8, 0, cost.ENLARGING_LUTS[1], 4 * 4 * 2)


def test_lines_of_the_estimate():
    design = parse("x2 S ; x2 S")
    head, *stages, chroma, share = cost.as_lines(design, luma=True)
    assert head.startswith("estimated cost in luma at 960×540, 60 frames a second, 124.4 MHz, not")
    assert [line.split(",")[0].strip() for line in stages] == [
        "stage 1: 1 × 1 lanes",
        "stage 2: 1 × 4 lanes",
    ]
    of_chroma = cost.standard_chroma(design)
    assert chroma == f"  chroma: {of_chroma.luts} LUT4, lines in 15 block RAMs"
    part = cost.PARTS["ecp5-85f"]
    assert share.strip() == cost.share_line(cost.stage_costs(design, 1), part, of_chroma)
    alone = cost.shares(cost.stage_costs(design, 1), part)
    together = cost.shares(cost.stage_costs(design, 1), part, of_chroma)
    assert together["LUT4"] - alone["LUT4"] == pytest.approx(of_chroma.luts / part.luts)
    assert together["block RAMs"] - alone["block RAMs"] == pytest.approx(15 / part.block_rams)
    assert len(cost.as_lines(design)) == 4


def test_few_rows_are_luts():
    # 5×5×5 entries in 4 banks of 32 rows: 2 LUT4 a bit, for 3 lanes and 4 numbers.
    (first, _) = cost.stage_costs(parse("x2 S:5 ; x2 S"))
    assert (first.table_block_rams, first.table_luts) == (0, 3 * 4 * 32 * 2)


def test_a_pair_of_lanes_shares_a_deep_copy():
    # 6561 entries of 1 byte in 5 banks of some 1300 rows: 2048×9 with two ports, or one each.
    (stage, *_) = cost.stage_costs(parse("x1 S2 ; x2 S@1"))
    assert (stage.lanes, stage.table_block_rams) == (3, 2 * 5)


def test_verdicts():
    assert cost.as_lines(make_upsampler("S", 4))[-1].endswith("does not fit")
    assert cost.as_lines(parse("x2 S ; x2 S"))[-1].endswith("fits with 15 % to spare")
    assert cost.as_lines(parse(MAPS.replace(":7", "")))[-1].endswith("less than 15 % to spare")


def test_products_without_a_multiplier_are_lut4():
    few, many = (shares(parse(design)) for design in ("x2 S ; x2 S", MAPS))
    assert few["multipliers"] == pytest.approx(120 / 156)
    assert many["multipliers"] == 132 / 156
    lanes = 2 * 3 + 5 * 3 + 12
    luts = lanes * cost.LANE_LUTS + (48 + 120 + 96 - 132) * cost.PRODUCT_LUTS
    around = cost.PLAIN_LUTS[3] + 2 * cost.ENLARGING_LUTS[3] + 2 * 3 * 4 * cost.MAP_LUTS
    assert many["LUT4"] == pytest.approx((luts + around) / 83640)


def test_long_fractions_have_a_product_for_each_number():
    long, short = (
        cost.stage_costs(parse("x1 S ; x2 S | S ; x2 S + S@1", frac_bits=bits)) for bits in (8, 5)
    )
    # One, eight and four numbers.
    assert [stage.products // stage.lanes for stage in long] == [4, 32, 32]
    assert [stage.products // stage.lanes for stage in short] == [4, 16, 16]


def test_pico_fits_with_room():
    assert max(shares(load(LUTS / "pico.npz")).values()) <= 0.85
