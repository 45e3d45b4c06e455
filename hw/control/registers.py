"""The register block: AXI4-Lite on one side, settings and events of the core on the other."""

from pathlib import Path

from amaranth.hdl import ClockSignal, Instance, Module, Mux, ResetSignal, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from hw.control.table_loader import Refusal, State
from hw.core_params import CoreParams
from hw.windows.guard import Error
from sw.pictures.colour_formats import CHANNELS

ADDRESS_BITS = 7

MODULE = "registers"
"""Module that PeakRDL-etana makes of registers.rdl."""

VERILOG = Path(__file__).with_name("generated") / f"{MODULE}.sv"

ERRORS = {
    Error.SIZE: ("size_error", "SIZE_ERRORS"),
    Error.LINE_EARLY: ("line_early", "LINES_EARLY"),
    Error.LINE_LATE: ("line_late", "LINES_LATE"),
    Error.FRAME_EARLY: ("frame_early", "FRAMES_EARLY"),
    Error.TIMEOUT: ("timeout", "TIMEOUTS"),
}
"""For each error, its field of EVENTS, and the register that counts it."""


class AxiLite(wiring.Signature):
    """AXI4-Lite with 32 bits of data, from the master's side.

    Parameters
    ----------
    address_bits : int
    """

    def __init__(self, address_bits: int) -> None:
        super().__init__(
            {
                "awvalid": Out(1),
                "awready": In(1),
                "awaddr": Out(address_bits),
                "awprot": Out(3),
                "wvalid": Out(1),
                "wready": In(1),
                "wdata": Out(32),
                "wstrb": Out(4),
                "bvalid": In(1),
                "bready": Out(1),
                "bresp": In(2),
                "arvalid": Out(1),
                "arready": In(1),
                "araddr": Out(address_bits),
                "arprot": Out(3),
                "rvalid": In(1),
                "rready": Out(1),
                "rdata": In(32),
                "rresp": In(2),
            }
        )


class Registers(wiring.Component):
    """The registers of registers.rdl, which docs/registers.md describes.

    The module itself is Verilog, generated from that file: :data:`VERILOG`. So this component runs
    in Verilator, and not in Amaranth's simulator.

    A write in every second clock, a read in every second clock; a response waits for its ready.

    Parameters
    ----------
    params : CoreParams
    length, shape : int
        Of the packed tables that the core takes; 0 if it takes none.

    Members
    -------
    axi : In(AxiLite)
    interrupt : Out(1)
        An event has happened whose interrupt is enabled.
    enable, bypass : Out(1)
        Settings for the frames from now on.
    width, height : Out(16)
        Size of the frames from now on, in LR pixels.
    busy, bypassed, waits : In(1)
        Status.
    error : In(Error)
        Events, for one clock.
    frame_done : In(1)
        The last beat of a frame has left the core: for one clock.
    start, commit, word_valid : Out(1)
        Loading of a table: for one clock.
    word : Out(32)
    state, refused, words, loaded, refusing, checksum
        As :class:`hw.control.table_loader.TableLoader` has them.
    """

    def __init__(self, params: CoreParams, *, length: int = 0, shape: int = 0) -> None:
        self.params, self.length, self.shape = params, length, shape
        super().__init__(
            {
                "axi": In(AxiLite(ADDRESS_BITS)),
                "interrupt": Out(1),
                "enable": Out(1),
                "bypass": Out(1),
                "width": Out(16),
                "height": Out(16),
                "busy": In(1),
                "bypassed": In(1),
                "waits": In(1),
                "error": In(Error),
                "frame_done": In(1),
                "start": Out(1),
                "commit": Out(1),
                "word": Out(32),
                "word_valid": Out(1),
                "state": In(State),
                "refused": In(Refusal),
                "words": In(24),
                "loaded": In(1),
                "refusing": In(1),
                "checksum": In(32),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        params = self.params
        # Clocks since the last frame was done, and of the last frame.
        passed, clocks = Signal(32), Signal(32)
        with m.If(self.frame_done):
            m.d.sync += [clocks.eq(passed), passed.eq(1)]
        with m.Else():
            m.d.sync += passed.eq(Mux(passed.all(), passed, passed + 1))
        word_written = Signal()
        m.d.sync += self.word_valid.eq(word_written)  # the word follows a clock later

        capabilities = {
            "scale": params.upsampler.scale,
            "colour": list(CHANNELS).index(params.colour),
            "sample_bits": params.sample_bits,
            "input_beat": params.input_pixels_per_beat,
            "output_beat": params.pixels_per_beat,
            "reload": int(params.reload),
        }
        inputs = {f"capabilities_{name}": value for name, value in capabilities.items()}
        inputs |= {
            "max_size_width": params.max_width,
            "max_size_height": params.max_height,
            "status_busy": self.busy,
            "status_bypassed": self.bypassed,
            "status_waits": self.waits,
            "frames_count_incr": self.frame_done,
            "frame_clocks_clocks": clocks,
            "events_frame_done": self.frame_done,
            "events_table_loaded": self.loaded,
            "events_table_refused": self.refusing,
            "table_status_state": self.state,
            "table_status_refused": self.refused,
            "table_status_words": self.words,
            "table_length_words": self.length,
            "table_shape_digest": self.shape,
            "table_checksum_checksum": self.checksum,
        }
        for flag, (event, counter) in ERRORS.items():
            happens = (self.error & flag).as_value().any()
            inputs |= {f"events_{event}": happens, f"{counter.lower()}_count_incr": happens}
        outputs = {
            "control_enable": self.enable,
            "control_bypass": self.bypass,
            "size_width": self.width,
            "size_height": self.height,
            "events_intr": self.interrupt,
            "table_control_start": self.start,
            "table_control_commit": self.commit,
            "table_data_word": self.word,
            "table_data_word_swmod": word_written,
        }
        ports = {f"i_hwif_in_{name}": value for name, value in inputs.items()}
        ports |= {f"o_hwif_out_{name}": value for name, value in outputs.items()}
        for name, member in AxiLite(ADDRESS_BITS).members.items():
            direction = "i" if member.flow == Out else "o"
            ports[f"{direction}_s_axil_{name}"] = getattr(self.axi, name)
        m.submodules.block = Instance(MODULE, i_clk=ClockSignal(), i_rst_n=~ResetSignal(), **ports)
        return m
