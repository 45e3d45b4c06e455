"""When the line writer and the pixel queue give their beats."""

from collections.abc import Callable

import numpy as np

from hw.output.gearbox import Gearbox
from hw.output.line_writer import LINES, QUEUED
from hw.output.pixel_queue import PixelQueue
from hw.params import StageParams
from hw.stage import UpsamplerStage
from hw.timing.history import LONG_AGO, History, paced

CREDIT_DELAY = 2
"""Clocks until a freed credit can be taken, see :func:`hw.pipeline.credit_available`."""

RETURN_DELAY = 1 + CREDIT_DELAY
"""The same for a credit that goes from the writer to the window, with a register for the way."""

SKID_BEATS = 2
"""Beats that a skid buffer holds."""

FIFO_DELAY = 2
"""Clocks from the input of a ``SyncFIFOBuffered`` to its output."""

MEMORY_DELAY = 2
"""Clocks from the address of the line writer's memories to the queue of words."""

MOST_PIECES = 128
"""Pieces of a line that a pixel queue computes one after the other, so that it takes no minutes."""

Take = Callable[[np.ndarray], np.ndarray]
"""The clocks in which the following stage takes beats, from those in which they are offered."""


class WriterTiming:
    """What both writers have: output beats, which the following stage may delay.

    Parameters
    ----------
    take : callable, optional
        :meth:`hw.timing.stage.StageTiming.take` of the following stage. Without one, the output is
        always taken.
    """

    def __init__(self, take: Take | None) -> None:
        self.take = take
        self.given, self.taken = History(), History(SKID_BEATS)  # output beats
        self.start: int | None = None  # clock of the first output beat of the frame

    def give(self, offered: np.ndarray) -> np.ndarray:
        """Clocks in which output beats go out that could go out in the clocks ``offered``."""
        given = paced(offered, self.given.last + 1)
        if self.take:
            taken = self.take(given)
            given = paced(np.maximum(given, self.taken.shifted(SKID_BEATS, taken) + 1), LONG_AGO)
            self.taken.add(taken)
        self.given.add(given)
        if self.start is None:
            self.start = int(given[0])
        return given

    def counts(self) -> tuple[int, ...]:
        """All but clocks that later clocks depend on."""
        return ()


class LineWriterTiming(WriterTiming):
    """When a line writer and its gearbox give their beats.

    Parameters
    ----------
    params : StageParams
    beats : int
        Beats in an input line.
    take : callable, optional
        As for :class:`WriterTiming`.
    """

    def __init__(self, params: StageParams, beats: int, take: Take | None) -> None:
        super().__init__(take)
        self.beats = self.piece = beats
        self.gearbox_delay = Gearbox.delay(params)
        self.word_beats = params.word_columns // params.columns
        self.words = -(-beats // self.word_beats)  # in a line
        word_pixels, beat_pixels = params.word_columns * params.scale, params.pixels_per_beat
        beats_out = -(-beats * params.columns * params.scale // beat_pixels)
        # For each output beat, the word that completes it. For each word, the beat that must go
        # out before the gearbox has space for it; -1 is the last beat of the line before.
        rows = np.arange(params.scale)[:, None]
        words = -(-(np.arange(beats_out) + 1) * beat_pixels // word_pixels) - 1
        self.completing = (rows * self.words + np.minimum(words, self.words - 1)).ravel()
        before = np.arange(self.words) * word_pixels // beat_pixels - 1
        self.making_space = (rows * beats_out + before).ravel()

        self.column = 0  # of the next block
        self.open_words = 0  # that have blocks, or credits, and are not freed yet
        self.freed = History(params.ring_words)
        self.entered = History(LINES)  # lines, in the register in front of the reader
        self.read = History()  # words
        self.unqueued = History(QUEUED)  # words, from the queue into the gearbox

    def credits(self, count: int) -> np.ndarray:
        """The clock from which each of the next ``count`` beats of windows has its credit."""
        earliest = np.full(count, LONG_AGO)
        opening = earliest[-self.column % self.word_beats :: self.word_beats]
        opening[:] = self.freed.before(len(self.freed.clocks) - self.open_words, len(opening))
        self.open_words += len(opening)
        if self.column == 0:
            popped = self.entered.before(LINES, 1)[0] + 1
            earliest[0] = max(earliest[0], popped)
        return earliest + RETURN_DELAY

    def counts(self) -> tuple[int, ...]:
        """All but clocks that later clocks depend on."""
        return self.column, self.open_words

    def write(self, complete: np.ndarray) -> None:
        """Take blocks, complete in these clocks; give the output of a line that is complete."""
        self.column += len(complete)
        if self.column == self.beats:
            self.column = 0
            self._read_line(int(complete[-1]))

    def _read_line(self, complete: int) -> None:
        entered = max(complete + FIFO_DELAY, self.read.last, self.entered.last + 2)
        space = self.unqueued.before(QUEUED, len(self.making_space)) + CREDIT_DELAY
        read = paced(np.maximum(space, entered + 1), self.read.last + 1)
        queued = read + MEMORY_DELAY + FIFO_DELAY
        last_given = self.given.last
        given = self.give(queued[self.completing] + self.gearbox_delay)
        space = np.append(given, last_given)[self.making_space]
        unqueued = paced(np.maximum(queued, space), self.unqueued.last + 1)
        # The words of this line leave the queue later than assumed above if the output stalls.
        space = self.unqueued.shifted(QUEUED, unqueued) + CREDIT_DELAY
        read = paced(np.maximum(read, space), LONG_AGO)
        self.unqueued.add(unqueued)
        self.read.add(read)
        self.freed.add(read[-self.words :])
        self.open_words -= self.words
        self.entered.add(np.array([entered]))


class PixelQueueTiming(WriterTiming):
    """When a pixel queue gives its beats; parameters as for :class:`LineWriterTiming`."""

    def __init__(self, params: StageParams, beats: int, take: Take | None) -> None:
        super().__init__(take)
        clocks = UpsamplerStage.blocks_delay(params) + params.steps
        self.depth = PixelQueue.depth_for(params, clocks)
        # Beats of windows that are computed together. They get their credits without a wait for
        # the output of this piece, which is right for pieces of up to `depth`.
        self.piece = max(self.depth, -(-beats // MOST_PIECES))
        self.sent = History(self.depth)

    def credits(self, count: int) -> np.ndarray:
        """The clock from which each of the next ``count`` beats of windows has its credit."""
        return self.sent.before(self.depth, count) + RETURN_DELAY

    def write(self, complete: np.ndarray) -> None:
        """Take pixels, complete in these clocks, and give them."""
        given = self.give(complete + FIFO_DELAY)
        self.sent.add(given)
