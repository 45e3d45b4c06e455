"""SelfExSR: super-resolution from the patches of the picture itself.

Huang, Singh and Ahuja, "Single image super-resolution from transformed self-exemplars", CVPR 2015.
The picture grows in steps of 2^(1/3). In each step, every 5×5 patch of the interpolated, and so
blurred, picture is matched with patches of smaller copies that are equally blurred. A match may be
seen at an angle, rotated or scaled. The sharp version of the match replaces the patch. Overlapping
patches are averaged, and the result is corrected to agree with the LR picture.

- ``lines``: line segments and up to three vanishing points. ``planes``: the planes they span.
- ``transform``: how a patch is seen elsewhere on a plane. ``patch``: the cost of a match, from
  appearance with bias, scale and plane.
- ``patch_match``: PatchMatch over position, plane, scale, rotation and shear. ``field``: its first
  guess, and its result carried over to the next size.
- ``vote``: the average of the patches. ``back_projection``: agreement with the LR picture.
- ``synthesis``: the loop over the sizes. ``resize``: bicubic resizing to any size.

Every step of the paper is done. On Set5 at ×4 this gives 30.34 dB PSNR-Y and SSIM 0.8629; the paper
has 30.33 dB and 0.8623. ``selfexsr-fast`` takes steps of √2 and at most a third of the rounds. It
gives 30.18 dB and 0.8600 (``python -m sw compare DIR --methods selfexsr,selfexsr-fast``). Another
seed changes the mean by some hundredths of a dB. In these five pictures, the only plane found is
the one that faces the camera.

Where the paper leaves a number open, it is that of the authors' MATLAB code. The differences:

- Segments come from scikit-image's Canny and probabilistic Hough transform, and vanishing points
  from RANSAC on the segments. A point that chance explains is dropped. The authors run a program
  whose source is not public.
- A segment is evidence around it by one Gaussian of σ = 60 LR pixels. The authors apply five,
  truncated.
- A source patch that reaches beyond the border reads repeated border pixels. The authors read
  black.
- PatchMatch visits the pixels in order, forwards and backwards, so each uses the result of the one
  before. The authors move all pixels at once, in four directions, until nothing changes.
- Coordinates are scaled about the corner of the picture, and perspective is scaled with the size of
  the picture. The plane cost takes the plane of the trial at both ends. The authors' code is not
  strict in these.
- The scale may be any whole number; the steps are then as close to 2^(1/3) as possible.
"""

from functools import partial

import numpy as np

from sw.compare.methods.method import Method, Skipped
from sw.extras import explain

SEED = 2015


def enlarge(pixels: np.ndarray, scale: int, *, name: str, fast: bool) -> np.ndarray:
    """Enlarge uint8 ``pixels`` (height, width, 1 or 3), with a progress bar called ``name``.

    R, G and B are matched together. The same picture always gives the same result.
    """
    # Needs numba, which is an extra.
    from sw.compare.methods.selfexsr.synthesis import FAST, FULL, synthesize

    if scale == 1:
        return pixels.copy()
    picture = (pixels / 255).astype(np.float32)
    large = synthesize(picture, scale, FAST if fast else FULL, SEED, name)
    return np.rint(255 * large).astype(np.uint8)


def method(name: str, fast: bool) -> Method | Skipped:
    """The method ``name``, or why it cannot run here."""
    if missing := explain("numba"):
        return Skipped(name, "self-similarity", missing)
    return Method(name, "self-similarity", partial(enlarge, name=name, fast=fast))


METHODS = (method("selfexsr", fast=False), method("selfexsr-fast", fast=True))
"""The method as published, and with less effort."""
