"""When beats move through a stage."""

import numpy as np

from hw.layouts import pixels_layout
from hw.params import StageParams
from hw.pipeline import SkidBuffer
from hw.stage import UpsamplerStage
from hw.timing.history import LONG_AGO, History, paced
from hw.timing.writers import CREDIT_DELAY, LineWriterTiming, PixelQueueTiming, Take
from hw.windows.line_buffer import QUEUED, LineBuffer

SHORT = 2
"""Beats in the longest lines in which the line buffer waits until a beat has left its pipeline."""

PIPELINE = 3
"""Clocks of that pipeline."""


class StageTiming:
    """Clocks of a stage, and of the skid buffer before it, for frames of one size, back to back.

    A block that never stalls adds its latency. In the other blocks a beat waits for the beat before
    it or for a credit: it moves in the latest of several clocks. All beats of a line, or of a piece
    of it, are computed together. That is possible because no block slows down a line by itself:
    where a beat waits for space in a queue, the beats before it wait too, at the pace of the block
    that is slow.

    Parameters
    ----------
    params : StageParams
    beats, height : int
        Beats in an input line, and lines of a frame.
    take : callable, optional
        ``take`` of the following stage. Without one, the output is always taken.
    """

    def __init__(
        self, params: StageParams, beats: int, height: int, take: Take | None = None
    ) -> None:
        self.beats, self.height = beats, height
        self.reach, self.reach_beats, self.steps = params.reach, params.reach_beats, params.steps
        writer = PixelQueueTiming if params.has_pixel_queue else LineWriterTiming
        self.writer = writer(params, beats, take)
        self.skid_delay = SkidBuffer.delay(pixels_layout(params))
        self.line_buffer_delay = LineBuffer.delay(params)
        self.blocks_delay = UpsamplerStage.blocks_delay(params) + params.steps - 1
        self.column = 0  # of the next beat at the line buffer
        self.passes = 0  # of the line buffer in this frame
        self.is_short = False  # the line before had at most SHORT beats
        self.first = History()  # beats, taken by the line buffer
        self.windowed = History(QUEUED)  # beats, taken by the window
        self.beats_windowed = self.windows = 0  # in this frame
        self.free = History()  # the first clock in which the window can take a beat or start

    def take(self, offered: np.ndarray) -> np.ndarray:
        """Clocks in which the line buffer takes input beats.

        Parameters
        ----------
        offered : ndarray of int
            Clocks in which the beats reach the skid buffer before the stage, if it has space.
        """
        earliest, taken = offered + self.skid_delay, []
        while len(earliest):
            piece = earliest[: self.beats - self.column]
            earliest = earliest[len(piece) :]
            taken.append(self._pass(piece))
            while self.passes >= self.height:
                self._pass(np.full(self.beats, LONG_AGO))  # after the last line, without input
        return np.concatenate(taken)

    def _pass(self, earliest: np.ndarray) -> np.ndarray:
        """Clocks in which the line buffer takes beats of one pass, with or without input."""
        count = 1 if self.is_short else len(earliest)
        taken = [
            self._line_buffer(earliest[start : start + count])
            for start in range(0, len(earliest), count)
        ]
        self.column += len(earliest)
        if self.column == self.beats:
            self.column, self.passes = 0, self.passes + 1
            self.is_short = self.beats <= SHORT
            if self.passes == self.height + self.reach:
                self._end_frame()
        return np.concatenate(taken)

    def _line_buffer(self, earliest: np.ndarray) -> np.ndarray:
        """Clocks in which the line buffer takes beats; behind it is the queue for the window."""
        first = paced(earliest, self.first.last + (PIPELINE if self.is_short else 1))
        if self.passes >= self.reach:
            space = self.windowed.before(QUEUED, len(first)) + CREDIT_DELAY
            first = paced(np.maximum(first, space), LONG_AGO)
            windowed = self._window(first + self.line_buffer_delay)
            # The queue is long enough that what it delays here is not late for the window.
            space = self.windowed.shifted(QUEUED, windowed) + CREDIT_DELAY
            first = paced(np.maximum(first, space), LONG_AGO)
            self.windowed.add(windowed)
        self.first.add(first)
        return first

    def _window(self, offered: np.ndarray) -> np.ndarray:
        """Clocks in which the window takes beats.

        From beat ``reach_beats`` on, each completes a window.
        """
        ahead = min(max(self.reach_beats - self.beats_windowed, 0), len(offered))
        taken = paced(offered[:ahead], self.free.last)
        self.free.add(taken[-1:] + 1)
        self.beats_windowed += len(offered)
        return np.concatenate((taken, self._schedule(offered[ahead:])))

    def _end_frame(self) -> None:
        """Shift out the last windows of the frame, without input."""
        missing = max(self.reach_beats - self.beats_windowed, 0)
        self.free.add(self.free.clocks + missing)
        self._schedule(np.full(self.beats * self.height - self.windows, LONG_AGO))
        self.passes = self.beats_windowed = self.windows = 0

    def _schedule(self, offered: np.ndarray) -> np.ndarray:
        """Clocks in which windows start that are complete in the clocks ``offered``."""
        steps, parts = self.steps, [np.empty(0, int)]
        while len(offered):
            count = min(self.writer.piece, self.beats - self.windows % self.beats)
            piece, offered = offered[:count], offered[count:]
            earliest = np.maximum(piece, self.writer.credits(len(piece)))
            started = paced(earliest, self.free.last, steps)
            self.free.add(started[-1:] + steps)
            self.windows += len(piece)
            self.writer.write(started + self.blocks_delay)
            parts.append(started)
        return np.concatenate(parts)

    # What later clocks depend on, to recognise that lines or frames repeat.

    def histories(self) -> list[History]:
        """Clocks of all events that later ones can wait for."""
        owners = vars(self).values(), vars(self.writer).values()
        return [value for values in owners for value in values if isinstance(value, History)]

    def counts(self) -> tuple:
        """All but clocks that decides what the next line does, while a frame comes in."""
        return (
            min(self.passes, self.reach),
            min(self.beats_windowed, self.reach_beats),
            (self.column, self.windows % self.beats, self.is_short),
            self.writer.counts(),
        )

    def skip(self, lines: int) -> None:
        """Count input lines that do what the line before them did."""
        self.passes += lines
        self.beats_windowed += lines * self.beats
        self.windows += lines * self.beats
