"""Choose the products that are built from additions because the part has too few multipliers."""

from pathlib import Path

from hw.core_params import CoreParams

TECHMAP = Path(__file__).with_name("soft_product.v")
"""Techmap of a product without a multiplier."""


def soft_products(params: CoreParams, multipliers: int) -> list[str]:
    """Yosys selections of the products that do not fit into ``multipliers``.

    The products of a lane are treated alike: the first lanes get multipliers, the others do not.
    """
    soft = []
    for s, stage in enumerate(params.stages):
        for n, group in enumerate(stage.groups):
            for lane in range(group.lanes):
                if group.products <= multipliers:
                    multipliers -= group.products
                else:
                    soft.append(f"*stage{s}.lanes{n}.weigh{lane}/t:$mul")
    return soft
