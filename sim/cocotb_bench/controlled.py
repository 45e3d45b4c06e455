"""The bench of the core with registers: its video, and AXI4-Lite beside it."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator

import cocotb
import numpy as np
from cocotb.clock import Clock
from cocotb.handle import HierarchyObject
from cocotb.triggers import ClockCycles
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp

from hw.control.register_map import register_map
from hw.control.table_loader import State
from sim.cocotb_bench.frames import Frame
from sim.cocotb_bench.settings import Settings
from sim.cocotb_bench.video_ends import VideoEnds
from sw.pictures.colour_formats import repeat_format, upscale_format
from sw.tables.pack import packed
from sw.tables.spec import Upsampler

MAP = register_map()

PATIENCE = 100_000
"""Clocks in which a table gets its turn."""


class ControlledBench:
    """Send frames to a core with registers, change settings between them, compare the output.

    ``upsampler`` and ``bypass`` are what the next frame shall be enlarged with. All channels of
    AXI4-Lite pause at random, each by itself.

    Parameters
    ----------
    dut : HierarchyObject
        The top, with the ports of :class:`hw.control.core.ControlledCore`.
    settings : Settings
    idle, stall : float
        As for :class:`sim.cocotb_bench.video_ends.VideoEnds`.
    pause : float
        Probability in each clock that a channel of AXI4-Lite pauses.
    seed : int
    """

    def __init__(
        self,
        dut: HierarchyObject,
        settings: Settings,
        *,
        idle: float = 0,
        stall: float = 0,
        pause: float = 0,
        seed: int,
    ) -> None:
        self.dut, self.settings = dut, settings
        self.rng = random.Random(seed)
        self.upsampler, self.bypass = settings.upsampler, False
        cocotb.start_soon(Clock(dut.aclk, 10, "ns").start())
        self.ends = VideoEnds(dut, settings, self.rng, idle=idle, stall=stall)
        self.master = AxiLiteMaster(
            AxiLiteBus.from_prefix(dut, "s_axi_control"),
            dut.aclk,
            dut.aresetn,
            reset_active_level=False,
        )
        for side in (self.master.write_if, self.master.read_if):
            side.log.setLevel(logging.WARNING)
        write, read = self.master.write_if, self.master.read_if
        channels = write.aw_channel, write.w_channel, write.b_channel
        for channel in (*channels, read.ar_channel, read.r_channel):
            channel.set_pause_generator(self._pauses(pause))

    def _pauses(self, pause: float) -> Iterator[bool]:
        while True:
            yield self.rng.random() < pause

    async def reset(self, clocks: int = 4) -> None:
        """Hold the reset for ``clocks`` clocks; forget what was sent and received."""
        self.dut.aresetn.value = 0
        self.ends.clear()
        await ClockCycles(self.dut.aclk, clocks)
        self.dut.aresetn.value = 1
        await ClockCycles(self.dut.aclk, 2)
        self.ends.clear()
        self.bypass = False

    async def begin(self) -> None:
        """Reset, and go back to the tables of the settings if a test before has loaded others."""
        await self.reset()
        if self.settings.reload:
            await self.load(self.settings.upsampler)
            await self.wait_for_table()
            await self.reset()

    # Registers.

    async def read(self, name: str) -> dict[str, int]:
        """The fields of a register."""
        response = await self.master.read(MAP[name].offset, 4)
        assert response.resp == AxiResp.OKAY, f"reading {name} gives {response.resp}"
        value = int.from_bytes(response.data, "little")
        return {field: bits.of(value) for field, bits in MAP[name].fields.items()}

    async def write(self, name: str, **fields: int) -> None:
        """Write a register; fields that are not named become 0."""
        data = MAP[name].value(**fields).to_bytes(4, "little")
        response = await self.master.write(MAP[name].offset, data)
        assert response.resp == AxiResp.OKAY, f"writing {name} gives {response.resp}"

    async def set_bypass(self, bypass: bool) -> None:
        """Choose what the next frame is enlarged by."""
        await self.frame_entered()
        self.bypass = bypass
        await self.write("CONTROL", enable=1, bypass=bypass)

    async def load_words(self, data: bytes) -> None:
        """Start to load a table, and write its words."""
        await self.write("TABLE_CONTROL", start=1)
        offset = MAP["TABLE_DATA"].offset
        writes = [
            cocotb.start_soon(self.master.write(offset, data[n : n + 4]))
            for n in range(0, len(data), 4)
        ]
        for write in writes:
            assert (await write).resp == AxiResp.OKAY

    async def load(self, upsampler: Upsampler) -> None:
        """Load a table for the next frame."""
        await self.load_words(packed(upsampler))
        await self.frame_entered()
        await self.write("TABLE_CONTROL", commit=1)
        self.upsampler = upsampler
        status = await self.read("TABLE_STATUS")
        assert not status["refused"], status

    async def wait_for_table(self) -> None:
        """Wait until the table is in use; no frame may be incomplete."""
        for _ in range(PATIENCE // 100):
            if (await self.read("TABLE_STATUS"))["state"] == State.IDLE.value:
                return
            await ClockCycles(self.dut.aclk, 100)
        raise AssertionError("the table that was loaded got no turn")

    # Video.

    async def frame_entered(self) -> None:
        """Wait until the last frame that was sent has entered the core: its settings must stay."""
        await self.ends.source.wait()
        # All of a tiny frame can wait at the input.
        while (await self.read("STATUS"))["waits"]:
            pass

    async def send(self, frame: Frame) -> np.ndarray | None:
        """Send ``frame`` behind the one before it; returns what must come of it."""
        await self.frame_entered()
        await self.write("SIZE", width=frame.width, height=frame.height)
        self.ends.send([frame])
        if frame.pixels is None:
            return None
        colour = self.settings.colour
        if self.bypass:
            return repeat_format(frame.pixels, self.upsampler.scale, colour)
        return upscale_format(frame.pixels, self.upsampler, colour)

    async def compare(self, frame: Frame, golden: np.ndarray) -> None:
        """Compare the next frame that comes out with ``golden``, which must come of ``frame``."""
        await self.ends.compare_next(frame.pixels, golden, self.settings.upsampler)
