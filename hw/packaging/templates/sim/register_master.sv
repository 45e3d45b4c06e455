// Drives the registers of the core by AXI4-Lite, one access at a time.
//
// It enables the interrupt for errors, then the core. Before each frame it writes the size and lets
// the source begin; then it waits until the core has counted the frame. When all beats have come, it
// reads that there was no error.
module register_master #(
  parameter ADDRESS_BITS = 7,
  // Offsets of the registers, and the bits of the errors in EVENTS.
  parameter CONTROL = 0,
  parameter SIZE = 0,
  parameter FRAME_COUNT = 0,
  parameter EVENTS = 0,
  parameter INTERRUPT_ENABLE = 0,
  parameter ERRORS = 0
) (
  input  logic clk,
  input  logic resetn,

  input  logic        waiting,             // a frame of the next size waits in the source
  input  logic [15:0] next_width,
  input  logic [15:0] next_height,
  output logic        start,

  input  logic is_complete,                // all beats have come
  output logic done,
  output logic failed,
  input  logic interrupt,

  output logic                    awvalid,
  input  logic                    awready,
  output logic [ADDRESS_BITS-1:0] awaddr,
  output logic [2:0]              awprot,
  output logic                    wvalid,
  input  logic                    wready,
  output logic [31:0]             wdata,
  output logic [3:0]              wstrb,
  input  logic                    bvalid,
  output logic                    bready,
  input  logic [1:0]              bresp,
  output logic                    arvalid,
  input  logic                    arready,
  output logic [ADDRESS_BITS-1:0] araddr,
  output logic [2:0]              arprot,
  input  logic                    rvalid,
  output logic                    rready,
  input  logic [31:0]             rdata,
  input  logic [1:0]              rresp
);
  typedef enum logic [2:0] {
    ENABLE_INTERRUPT, ENABLE_CORE, WAIT, WRITE_SIZE, START, READ_COUNT, READ_EVENTS, DONE
  } step_t;
  step_t step;

  logic busy;                              // an access is under way
  logic writes, reads;                     // what the step does
  logic [ADDRESS_BITS-1:0] address;
  logic [31:0] frames;                     // frames that have begun

  always_comb begin
    writes = 0;
    reads = 0;
    address = 0;
    wdata = 0;
    case (step)
      ENABLE_INTERRUPT: begin writes = 1; address = ADDRESS_BITS'(INTERRUPT_ENABLE); wdata = ERRORS; end
      ENABLE_CORE: begin writes = 1; address = ADDRESS_BITS'(CONTROL); wdata = 1; end
      WRITE_SIZE: begin writes = 1; address = ADDRESS_BITS'(SIZE); wdata = {next_height, next_width}; end
      READ_COUNT: begin reads = 1; address = ADDRESS_BITS'(FRAME_COUNT); end
      READ_EVENTS: begin reads = 1; address = ADDRESS_BITS'(EVENTS); end
      default: ;
    endcase
  end

  assign awaddr = address;
  assign araddr = address;
  assign awprot = 0;
  assign arprot = 0;
  assign wstrb = '1;
  assign bready = busy;
  assign rready = busy;
  assign start = step == START && waiting;
  assign done = step == DONE;

  always_ff @(posedge clk)
    if (!resetn) begin
      step <= ENABLE_INTERRUPT;
      busy <= 0;
      awvalid <= 0;
      wvalid <= 0;
      arvalid <= 0;
      failed <= 0;
      frames <= 0;
    end else begin
      if (awready) awvalid <= 0;
      if (wready) wvalid <= 0;
      if (arready) arvalid <= 0;
      if ((writes || reads) && !busy) begin
        busy <= 1;
        awvalid <= writes;
        wvalid <= writes;
        arvalid <= reads;
      end
      if (busy && (bvalid || rvalid)) begin
        busy <= 0;
        case (step)
          ENABLE_INTERRUPT: step <= ENABLE_CORE;
          ENABLE_CORE: step <= WAIT;
          WRITE_SIZE: step <= START;
          READ_COUNT: if (rdata == frames) step <= WAIT;
          default: step <= DONE;
        endcase
      end
      if (step == WAIT && is_complete) step <= READ_EVENTS;
      else if (step == WAIT && waiting) step <= WRITE_SIZE;
      if (step == START && !waiting) begin
        step <= READ_COUNT;
        frames <= frames + 1;
      end

      if (interrupt) failed <= 1;
      if (busy && bvalid && bresp != 0) failed <= 1;
      if (busy && rvalid && rresp != 0) failed <= 1;
      if (busy && rvalid && step == READ_EVENTS && (rdata & ERRORS) != 0) failed <= 1;
    end
endmodule
