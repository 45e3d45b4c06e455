"""The parts of `tune` that take long, each with a progress bar."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from sw.commands.fit_output import SAVE_SECONDS
from sw.photos.crops import RandomCrops
from sw.progress import progress_bar
from sw.scores import Validation
from sw.tables.spec import Upsampler

if TYPE_CHECKING:  # needs the extra
    from sw.tune.chain import Chain
    from sw.tune.torch_tuning import TorchTuning
    from sw.tune.tuning import Tuning


def start(chain: "Chain", seed: int, known: Upsampler | None) -> np.ndarray:
    """Entries that a design starts with, those of ``known`` where it has the same tables."""
    from sw.tune.grow import grow
    from sw.tune.tuning import noise

    vector = noise(chain, seed)
    if known:
        found = grow(chain, vector, known)
        count = sum(len(stage.tables) for stage in chain.upsampler.stages)
        tqdm.write(f"{found} of {count} tables start with the entries of --init")
    return vector


def stage_by_stage(chain: "Chain", vector: np.ndarray, crops: RandomCrops, seed: int) -> np.ndarray:
    """Entries of the stages fitted one after the other, with a bar."""
    from sw.tune.stage_by_stage import fit_stages, iterations

    with progress_bar(total=iterations(chain), desc="stages", unit="iteration") as bar:
        return fit_stages(chain, vector, crops, seed, bar.update)


def descend(
    tuning: "Tuning | TorchTuning", save: Callable[[], None], validation: Validation | None
) -> None:
    """Do the steps that are left, with a bar; save the state now and then and at the end."""
    saved, errors = time.monotonic(), []
    with progress_bar(total=tuning.steps, initial=tuning.step, unit="step") as bar:
        while tuning.step < tuning.steps:
            errors.append(tuning.advance())
            bar.update()
            if time.monotonic() - saved > SAVE_SECONDS:
                save()
                progress = f"mse {np.mean(errors):.2f}"
                if validation:
                    progress += f", validation {validation.psnr_y(tuning.rounded()):.3f} dB"
                bar.set_postfix_str(progress)
                saved, errors = time.monotonic(), []
    save()


def settled(tuning: "Tuning | TorchTuning", count: int) -> Upsampler:
    """The upsampler with its last stage improved over ``count`` crops, with a bar."""
    from sw.tune.last_stage import PASSES, settle

    with progress_bar(total=1 + PASSES, desc="last stage", unit="pass") as bar:

        def after(error: float) -> None:
            bar.update()
            bar.set_postfix_str(f"weighted mse {error:.3f}")

        vector = settle(
            tuning.chain,
            tuning.adam.vector,
            tuning.crops,
            count=count,
            margin=tuning.margin,
            seed=tuning.seed,
            after=after,
        )
    return tuning.chain.rounded(vector)
