"""The library that draws figures, which is an extra."""

from types import ModuleType

from sw.errors import BadInput


def pyplot() -> ModuleType:
    """Matplotlib's pyplot, drawing into files.

    Raises
    ------
    BadInput
        If the extra is missing.
    """
    try:
        import matplotlib as mpl
    except ModuleNotFoundError as error:
        raise BadInput(
            f"pictures need {error.name}; install the extra with: pip install -e '.[train]'"
        ) from error
    mpl.use("Agg")
    from matplotlib import pyplot as plt

    return plt
