"""All stages of a chain fitted together, by gradient descent on random crops.

The forward pass is that of the golden model, with rounded entries and rounded maps; the gradient
passes straight through both roundings. Adam moves real entries, with a step size that falls as a
cosine. Flat fields are kept in every step: the sums of :mod:`sw.tables.flat_sums` are restored
after it, and entries are rounded with these sums.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from sw.photos.crops import RandomCrops, crop_weight
from sw.schedule import cosine_rate
from sw.tables.spec import Upsampler
from sw.tune.chain import Chain

LAST_RATE = 0.001
"""Step size at the end, as a share of the first one."""

MEAN_SHARE = 0.1
"""Share of a crop's mean error that enters the gradient. A mean error, however small, moves all
entries of all tables in one direction by a whole step of Adam. They overshoot together, and the
result would end a grey level too dark or too bright."""

BETAS = 0.9, 0.99
"""Decay of Adam's means of the gradient and of its square."""

EPSILON = 1e-5
"""Adam's: an entry moves less if its gradient (grey levels² per unit) is usually below this."""

NOISE = 2.0
"""Standard deviation of the entries that inner maps start with, in units of an entry."""


@dataclass
class Adam:
    """Adam's state.

    Parameters
    ----------
    vector : ndarray of float32
        Entries of the chain, real numbers; changed in place.
    mean, square : ndarray of float32
        Running means of their gradient and of its square.
    step : int
        Steps done.
    """

    vector: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    step: int = 0

    @classmethod
    def start(cls, vector: np.ndarray) -> "Adam":
        """The state at ``vector``, before the first step."""
        return cls(vector, np.zeros_like(vector), np.zeros_like(vector))

    def advance(self, gradient: np.ndarray, rate: float) -> None:
        """Do one step, of about ``rate`` for each entry; entries stay in the range of an int8."""
        self.step += 1
        for moment, value, beta in zip(
            (self.mean, self.square), (gradient, gradient**2), BETAS, strict=True
        ):
            moment += np.float32(1 - beta) * (value - moment)
        mean = self.mean / np.float32(1 - BETAS[0] ** self.step)
        square = self.square / np.float32(1 - BETAS[1] ** self.step)
        self.vector -= np.float32(rate) * mean / (np.sqrt(square) + np.float32(EPSILON))
        np.clip(self.vector, -128, 127, out=self.vector)


def noise(chain: Chain, seed: int) -> np.ndarray:
    """Entries to start from: 0 for the first map of each stage, noise for its other maps.

    Without the noise all maps of a stage would get the same gradients and stay equal.
    """
    rng, vector = np.random.default_rng(seed), np.zeros(chain.size, np.float32)
    for group in chain.all_groups():
        block = vector[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
        for t, table in enumerate(group.tables):
            if table.target > 0:
                block[:, t] = rng.normal(0, NOISE, block[:, t].shape)
    return vector


class Tuning:
    """The tuning of a chain on random crops.

    Parameters
    ----------
    chain : Chain
    crops : RandomCrops
    adam : Adam
        Entries and steps done so far; :meth:`advance` changes it.
    steps, batch : int
        Steps in all, and crops in each step.
    rate : float
        First step of an entry, in units of an entry.
    seed : int
        Each step draws its crops from the seed and its own number, so that a resumed tuning draws
        the same ones.

    Attributes
    ----------
    margin : int
        LR pixels along the borders of a crop whose error is ignored. A crop must have others.
    """

    def __init__(
        self,
        chain: Chain,
        crops: RandomCrops,
        adam: Adam,
        *,
        steps: int,
        batch: int,
        rate: float,
        seed: int,
    ) -> None:
        self.chain, self.crops, self.adam = chain, crops, adam
        self.steps, self.batch, self.rate, self.seed = steps, batch, rate, seed
        # Near the border, look-ups reach beyond the crop and read padding instead of neighbours.
        self.margin = chain.upsampler.reach
        self.pool = ThreadPoolExecutor()

    @property
    def step(self) -> int:
        """Steps done so far."""
        return self.adam.step

    def advance(self) -> float:
        """Do one step; returns the mean squared error of its crops before it, in grey levels²."""
        step = self.step
        rng = np.random.default_rng([self.seed, step])
        crops = [self.crops.draw(rng) for _ in range(self.batch)]
        entries = self.chain.flat.rounded(self.adam.vector)
        results = list(self.pool.map(lambda crop: self._gradient(*crop, entries), crops))
        gradient = sum(gradient for gradient, _ in results) / len(results)
        self.adam.advance(gradient, cosine_rate(self.rate, LAST_RATE, step / self.steps))
        self.chain.flat.project(self.adam.vector)
        return float(np.mean([error for _, error in results]))

    def rounded(self) -> Upsampler:
        """The upsampler with the present entries."""
        return self.chain.rounded(self.adam.vector)

    def _gradient(self, lr: np.ndarray, hr: np.ndarray, entries: np.ndarray) -> tuple:
        """Gradient of the entries for one crop, and its mean squared error."""
        result, traces = self.chain.forward(np.ascontiguousarray(lr), entries)
        edge = self.margin * (len(hr) // len(lr))
        inner = slice(edge, -edge), slice(edge, -edge)
        error = np.zeros(hr.shape, np.float32)
        error[inner] = result[inner].astype(np.float32) - hr[inner]
        count = error[inner].size
        squares = float(np.vdot(error, error)) / count
        error[inner] -= np.float32(1 - MEAN_SHARE) * error[inner].mean()
        weighted = error * np.float32(2 * crop_weight(lr, hr) / count)
        gradient, _ = self.chain.backward(weighted, entries, traces)
        return gradient, squares
