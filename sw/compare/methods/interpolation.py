"""Interpolation with a fixed kernel: nearest, bilinear, bicubic and Lanczos."""

from sw.compare.methods.method import Method
from sw.pictures.interpolation import BASELINES, lanczos

METHODS = tuple(
    Method(name, "interpolation", enlarge)
    for name, enlarge in {**BASELINES, "lanczos": lanczos}.items()
)
"""The interpolations, the simplest first."""
