"""The files of a comparison: figures, plot and page."""

from pathlib import Path

from sw.compare import results
from sw.compare.comparison import Comparison
from sw.compare.plot.svg import as_svg
from sw.compare.report import page, quality_plot
from sw.compare.report.crops import Crops
from sw.errors import BadInput
from sw.output import whole_file
from sw.tables import manifest


def write_files(folder: Path, comparison: Comparison, crops: Crops, command: str) -> None:
    """Write the files into ``folder``, which is made if missing; each is whole or absent.

    Parameters
    ----------
    folder : Path
    comparison : Comparison
    crops : Crops
        What the viewer of the page shows.
    command : str
        The command line, which the page and ``results.json`` state.

    Raises
    ------
    BadInput
        If a file cannot be written.
    """
    origin = {"command": command, "versions": manifest.versions()}
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise BadInput(f"{folder}: cannot be made ({error.strerror})") from error
    files = {
        "results.csv": results.as_csv(comparison),
        "results.json": results.as_json(comparison, origin),
        "quality.svg": as_svg(quality_plot.draw(comparison, results.set_names(comparison)[0])),
        "index.html": page.as_html(comparison, crops, origin),
    }
    for name, text in files.items():
        with whole_file(folder / name) as file:
            # Names of files need not be UTF-8.
            file.write(text.encode(errors="backslashreplace"))
