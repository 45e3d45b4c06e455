"""All stages of a chain fitted together, by gradients on random crops.

The chain runs as the golden model does, its entries rounded and its maps too; the gradient passes
straight through both. Adam moves real entries, with a step that falls as a cosine.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import cos, pi

import numpy as np

from sw.errors import BadInput
from sw.photos.random_crops import RandomCrops, crop_weight
from sw.tables.spec import Upsampler
from sw.tune.chain import Chain

LAST_RATE = 0.001
"""Of the first one's."""

MEAN_SHARE = 0.1
"""How much of a crop's mean error is learnt from. It moves all entries of all tables one way, by a
step each, however small it is: they overshoot together, and end a grey level too dark or bright."""

BETAS = 0.9, 0.99
EPSILON = 1e-5
"""An entry whose gradient (grey levels² for a grey level) is usually below this moves less."""

NOISE = 2.0
"""Standard deviation, in their units, with which entries of inner maps start."""


@dataclass
class Adam:
    """Entries on their way: means of their gradient and its square, and steps that are done."""

    vector: np.ndarray
    mean: np.ndarray
    square: np.ndarray
    step: int = 0

    @classmethod
    def start(cls, vector: np.ndarray) -> "Adam":
        """At ``vector``, with no step done."""
        return cls(vector, np.zeros_like(vector), np.zeros_like(vector))

    def advance(self, gradient: np.ndarray, rate: float) -> None:
        """One step, of about ``rate`` for each entry, within the range of an int8."""
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
    """A start: 0, and noise for maps but the first, whose gradients would else be alike."""
    rng, vector = np.random.default_rng(seed), np.zeros(chain.size, np.float32)
    for group in (group for groups in chain.groups for group in groups):
        block = vector[group.where].reshape(group.tables[0].rows, len(group.tables), -1)
        for t, table in enumerate(group.tables):
            if table.target > 0:
                block[:, t] = rng.normal(0, NOISE, block[:, t].shape)
    return vector


class Tuning:
    """Entries of a chain, and the photographs that move them.

    Parameters
    ----------
    chain : Chain
    crops : RandomCrops
    adam : Adam
        Where the entries are.
    steps, batch : int
        Steps in all, crops in each.
    rate : float
        First step of an entry, in its units.
    seed : int

    Raises
    ------
    BadInput
        If all of a crop lies within reach of its border.
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
        # Pixels that see beyond the crop have the wrong neighbours there.
        stages = chain.upsampler.stages
        reach, at = 0.0, 1
        for stage in stages:
            reach += stage.reach / at
            at *= stage.scale
        self.margin = int(np.ceil(reach))
        if crops.size <= 2 * self.margin:
            raise BadInput(f"--crop {crops.size}: more than {2 * self.margin} is accepted")
        self.pool = ThreadPoolExecutor()

    def advance(self) -> float:
        """One step; returns the mean squared error of its crops before it, in grey levels²."""
        step = self.adam.step
        rng = np.random.default_rng([self.seed, step])
        crops = [self.crops.draw(rng) for _ in range(self.batch)]
        entries = np.rint(self.adam.vector)
        results = list(self.pool.map(lambda crop: self._one(*crop, entries), crops))
        gradient = sum(each for each, _ in results) / len(results)
        fall = (1 + cos(pi * step / self.steps)) / 2
        rate = self.rate * (LAST_RATE + (1 - LAST_RATE) * fall)
        self.adam.advance(gradient, rate)
        return float(np.mean([error for _, error in results]))

    def rounded(self) -> Upsampler:
        """The upsampler as it is now."""
        return self.chain.rounded(self.adam.vector)

    def _one(self, lr: np.ndarray, hr: np.ndarray, entries: np.ndarray) -> tuple:
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
