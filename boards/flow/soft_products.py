"""Which products become additions because the part has no multipliers left for them."""

from pathlib import Path

from hw.core_params import CoreParams

TECHMAP = Path(__file__).with_name("soft_product.v")
"""What a product becomes that has no multiplier."""


def soft_products(params: CoreParams, multipliers: int) -> list[str]:
    """Yosys's selections of the products of ``params`` that ``multipliers`` do not suffice for.

    The products of a lane stay together; the first lanes have multipliers.
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
