"""Choose the products to build from additions, because the part has too few multipliers."""

from pathlib import Path

from hw.core_params import CoreParams

TECHMAP = Path(__file__).with_name("soft_product.v")
"""Yosys techmap: a product built from additions."""


def soft_products(params: CoreParams, multipliers: int) -> list[str]:
    """Yosys selections of the products to build from additions.

    ``multipliers`` are the most multipliers to use. A lane gets multipliers for all its
    products if enough are left, and for none if not; the first lanes come first.
    """
    selections = []
    for s, stage in enumerate(params.stages):
        for n, group in enumerate(stage.groups):
            for lane in range(group.lanes):
                if group.products <= multipliers:
                    multipliers -= group.products
                else:
                    selections.append(f"*stage{s}.lanes{n}.weigh{lane}/t:$mul")
    return selections
