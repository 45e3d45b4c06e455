"""Import of Matplotlib, which is an optional extra."""

from types import ModuleType

from sw.errors import BadInput


def pyplot() -> ModuleType:
    """Matplotlib's pyplot, set up to draw into files.

    Raises
    ------
    BadInput
        If Matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError as error:
        raise BadInput(
            f"figures need {error.name}; install the extra with: pip install -e '.[train]'"
        ) from error
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    return plt
