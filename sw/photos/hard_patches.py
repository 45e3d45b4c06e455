"""Draw hard patches more often than easy ones.

A patch is hard if the method gains little over bicubic enlargement there. At first all patches have
the same probability. After each round the gains of the drawn patches go into a histogram, and the
value of a patch in bin i is the area of the histogram from bin i up: the smaller the gain, the
larger the value. The drawn patches then share their total probability in proportion to their
values.
"""

import numpy as np


def patch_values(gains: np.ndarray, bins: int) -> np.ndarray:
    """Value of each patch: Σ width·frequency over the bin of its gain and the bins above.

    Parameters
    ----------
    gains : ndarray of float, shape (k,)
        For each patch, the PSNR of the method minus that of bicubic, in dB.
    bins : int
        Number of bins of the histogram, which spans the gains.

    Returns
    -------
    ndarray of float64, shape (k,)
        Positive; larger for smaller gains.
    """
    counts, edges = np.histogram(gains, bins)
    area = np.diff(edges) * counts / len(gains)
    area_from_bin_up = np.cumsum(area[::-1])[::-1]
    # The largest gain is equal to the last edge, and belongs to the last bin.
    gain_bin = np.clip(np.searchsorted(edges, gains, "right") - 1, 0, bins - 1)
    return area_from_bin_up[gain_bin]


class PatchSampler:
    """Probabilities of patches, which move to the hard ones round by round.

    Parameters
    ----------
    count : int
        Number of patches.
    bins : int
        Number of bins of the histogram of gains.
    """

    def __init__(self, count: int, bins: int = 20) -> None:
        self.bins = bins
        self.probability = np.full(count, 1 / count)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Indices of ``count`` different patches; fewer if there are not so many."""
        # The value of a patch can be so small beside the others that its probability rounds to 0.
        count = min(count, np.count_nonzero(self.probability))
        return rng.choice(len(self.probability), count, replace=False, p=self.probability)

    def update(self, drawn: np.ndarray, gains: np.ndarray) -> None:
        """Share the total probability of the patches ``drawn``, all different, by their gains."""
        value = patch_values(gains, self.bins)
        total = self.probability[drawn].sum()
        self.probability[drawn] = total * value / value.sum()
