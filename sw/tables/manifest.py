"""Manifests: the JSON beside a table file that records how the table was fitted and its scores."""

import hashlib
import json
import platform
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sw.errors import BadInput
from sw.output import whole_file


def manifest_path(table: Path) -> Path:
    """Path of the manifest of the table file ``table``."""
    return table.with_suffix(".json")


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def data_entry(folder: Path, files: Sequence[Path]) -> dict:
    """Record of the photographs: count, bytes, and a digest over their names and contents."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n".encode())
    return {
        "folder": str(folder),
        "files": len(files),
        "bytes": sum(path.stat().st_size for path in files),
        "sha256": digest.hexdigest(),
    }


def versions(*more: str) -> dict[str, str]:
    """Versions of Python and of the packages that results depend on, ``more`` included.

    Packages of extras that are not installed are left out.
    """
    found = {"python": platform.python_version()}
    for name in ("numpy", "pillow", "scikit-image", *more):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def write(table: Path, content: dict) -> None:
    """Write ``content``, with the digest of ``table`` added, as the manifest of ``table``."""
    with whole_file(manifest_path(table)) as file:
        file.write((json.dumps({**content, "sha256": sha256(table)}, indent=2) + "\n").encode())


def read(table: Path) -> dict | None:
    """Read the manifest of the table file ``table``; None if there is none.

    Raises
    ------
    BadInput
        If the manifest is not a JSON object, or belongs to another table file.
    """
    path = manifest_path(table)
    if not path.is_file():
        return None
    try:
        content = json.loads(path.read_bytes())
        digest = content.get("sha256")
    except (ValueError, AttributeError, RecursionError) as error:
        raise BadInput(f"{path}: damaged; it must be a JSON object") from error
    if digest != sha256(table):
        raise BadInput(f"{path}: is the manifest of another table file than {table}")
    return content
