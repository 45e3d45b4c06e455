"""SelfExSR: a picture enlarged by its own patches, seen from nearer, at an angle or turned.

Huang, Singh and Ahuja, "Single image super-resolution from transformed self-exemplars", CVPR 2015.
The picture is enlarged in steps of 2^(1/3). In each, every 5×5 patch of the slightly enlarged and
so blurred picture looks for one like it in smaller, equally blurred copies; what was there before
the blur goes in its place. The mean of all patches is made to agree with the LR picture.

- selfexsr_lines: segments and up to three vanishing points; selfexsr_planes: the planes they span.
- selfexsr_transform, selfexsr_patch: patches seen at an angle, what a match costs: appearance with
  bias, scale, plane. selfexsr_match: PatchMatch over position, plane, scale, turn and shear.
- selfexsr_vote: the mean of the patches. selfexsr_back_projection: agreement with the LR picture.
- selfexsr_synthesis: the loop over sizes. selfexsr_field, selfexsr_resize: from one to the next.

No step of the pipeline is left out. On Set5 at ×4 this gives 30.34 dB PSNR-Y and SSIM 0.8629, where
30.33 dB and 0.8623 are published; ``selfexsr-fast``, with steps of √2 and a third of the rounds or
less, gives 30.18 dB and 0.8600 (``python -m sw compare DIR --methods selfexsr,selfexsr-fast``).
Another seed changes the mean by some hundredths of a dB. No plane is found in these five pictures
but the one that faces the camera.

It differs from the paper, or from the authors' MATLAB code where the paper leaves a number open:

- Segments are from scikit-image's Canny and probabilistic Hough, vanishing points from RANSAC on
  them, kept if chance does not explain them; the authors run a program without its source.
- Segments are evidence by one Gaussian of σ = 60 LR pixels, where theirs has five, cut short.
- Sources that reach over the border are read as if it went on, where theirs are black there.
- PatchMatch goes through the pixels in order, forwards and backwards, each making use of the one
  before; the authors move all at once, in four directions, until nothing changes.
- Coordinates are scaled about the picture's corner, perspective with the size of the picture, and
  the plane cost is that of the plane tried at both ends; their code is not strict in these.
- Any whole scale goes, with the steps nearest to 2^(1/3) that lead there.
"""

from functools import partial
from importlib.util import find_spec

import numpy as np

from sw.compare.methods.method import Method, Skipped

SEED = 2015


def enlarge(pixels: np.ndarray, scale: int, *, name: str, fast: bool) -> np.ndarray:
    """Enlarge uint8 ``pixels`` (height, width, 1 or 3), with a progress bar called ``name``.

    R, G and B are matched and made together. The same picture always gives the same result.
    """
    from sw.compare.methods.selfexsr.synthesis import FAST, FULL, synthesize

    if scale == 1:
        return pixels.copy()
    picture = (pixels / 255).astype(np.float32)
    made = synthesize(picture, scale, FAST if fast else FULL, SEED, name)
    return np.rint(255 * made).astype(np.uint8)


def method(name: str, fast: bool) -> Method | Skipped:
    """The method, or why it cannot run."""
    if not find_spec("numba"):
        return Skipped(
            name, "self-similarity", "needs numba; install the extra with: pip install -e '.[fit]'"
        )
    return Method(name, "self-similarity", partial(enlarge, name=name, fast=fast))


METHODS = (method("selfexsr", fast=False), method("selfexsr-fast", fast=True))
"""In full, and with less effort."""
