"""Import of Matplotlib, which is an optional extra."""

from types import ModuleType


def pyplot() -> ModuleType:
    """Matplotlib's pyplot, set up to draw into files."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    return plt
