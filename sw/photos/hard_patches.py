"""Draw patches in proportion to how hard they are.

A patch on which the method gains little over bicubic enlargement is hard. Patches start out alike.
After each round the gains of the patches drawn are sorted into a histogram, and a patch in bin i
is worth the part of the histogram's area that lies in bins i and above: the less it gained, the
more. The probability that the drawn patches held together is shared out anew in proportion.
"""

import numpy as np


def values(gains: np.ndarray, bins: int) -> np.ndarray:
    """What each patch is worth: Σ width·frequency over its gain's bin and those above.

    Parameters
    ----------
    gains : ndarray of float, shape (k,)
        PSNR over bicubic's, in dB.
    bins : int
        Of the histogram, which spans the gains.

    Returns
    -------
    ndarray of float64, shape (k,)
        Positive, and larger for smaller gains.
    """
    counts, edges = np.histogram(gains, bins)
    area = np.diff(edges) * counts / len(gains)
    from_above = np.cumsum(area[::-1])[::-1]
    # The largest gain lies on the last edge and belongs to the last bin.
    bin_of = np.clip(np.searchsorted(edges, gains, "right") - 1, 0, bins - 1)
    return from_above[bin_of]


class PatchSampler:
    """Probabilities of patches, moved towards the hard ones round by round.

    Parameters
    ----------
    count : int
        Patches there are.
    bins : int
        Of the histogram of gains.
    """

    def __init__(self, count: int, bins: int = 20) -> None:
        self.bins = bins
        self.probability = np.full(count, 1 / count)

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Indices of ``count`` different patches, or of all of them if they are fewer."""
        # A patch of probability 0, whose worth has vanished beside the others', is never drawn.
        count = min(count, np.count_nonzero(self.probability))
        return rng.choice(len(self.probability), count, replace=False, p=self.probability)

    def update(self, drawn: np.ndarray, gains: np.ndarray) -> None:
        """Share out the probability of the patches ``drawn`` (different ones) by their gains."""
        worth = values(gains, self.bins)
        held = self.probability[drawn].sum()
        self.probability[drawn] = held * worth / worth.sum()
