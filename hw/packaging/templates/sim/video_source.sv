// Test pattern as AXI4-Stream video: frames of the sizes in a file, with pauses at random.
//
// Before the first pixel of a frame the source waits for `start`. While it waits with no pixel on
// offer, `waiting` is high; `next_width` and `next_height` are the size of the frame to come.
// `width` and `height` are the size of the frame whose pixel is on offer.
module video_source #(
  parameter SAMPLE_BITS = 8,
  parameter CHANNELS = 3,             // samples in a pixel
  parameter PIXELS = 1,               // pixels in a beat, the leftmost in the low bits
  parameter DATA_BITS = 24,
  parameter FRAMES = 1,
  parameter SIZES = "sizes.hex"    // a line for each frame: width * 65536 + height
) (
  input  logic clk,
  input  logic resetn,

  output logic        waiting,
  output logic [15:0] next_width,
  output logic [15:0] next_height,
  input  logic        start,

  output logic [15:0]          width,
  output logic [15:0]          height,
  output logic [DATA_BITS-1:0] tdata,
  output logic                 tvalid,
  input  logic                 tready,
  output logic                 tuser,     // first beat of a frame
  output logic                 tlast      // last beat of a line
);
  logic [31:0] sizes [0:FRAMES-1];
  initial $readmemh(SIZES, sizes);

  // Ramps in squares of 4 by 4 pixels; every second square is inverted.
  function automatic logic [SAMPLE_BITS-1:0] sample(input int f, input int row, input int column,
                                                    input int channel);
    logic [SAMPLE_BITS-1:0] ramp;
    ramp = SAMPLE_BITS'(53 * f + 11 * row + 7 * column + 37 * channel);
    sample = row[2] ^ column[2] ? ~ramp : ramp;
  endfunction

  // The beat to offer next.
  int frame, y, x;
  logic more, first, line_last, frame_last, take, pause;
  logic [PIXELS*CHANNELS*SAMPLE_BITS-1:0] samples;

  assign more = frame < FRAMES;
  assign {next_width, next_height} = more ? sizes[frame] : 0;
  assign first = y == 0 && x == 0;
  assign line_last = x + PIXELS >= int'(next_width);
  assign frame_last = line_last && y + 1 == int'(next_height);
  assign waiting = more && first && !tvalid;
  assign take = more && !pause && (start || !first);

  for (genvar p = 0; p < PIXELS; p++) begin : pixel
    for (genvar c = 0; c < CHANNELS; c++) begin : channel
      assign samples[SAMPLE_BITS*(CHANNELS*p+c) +: SAMPLE_BITS] =
        x + p < int'(next_width) ? sample(frame, y, x + p, c) : '0;
    end
  end

  random_pause #(.SEED(16'hace1)) random (.clk(clk), .resetn(resetn), .pause(pause));

  always_ff @(posedge clk)
    if (!resetn) begin
      tvalid <= 0;
      frame <= 0;
      y <= 0;
      x <= 0;
    end else if (!tvalid || tready) begin
      tvalid <= take;
      if (take) begin
        tdata <= DATA_BITS'(samples);
        tuser <= first;
        tlast <= line_last;
        width <= next_width;
        height <= next_height;
        x <= line_last ? 0 : x + PIXELS;
        if (line_last) y <= frame_last ? 0 : y + 1;
        if (frame_last) frame <= frame + 1;
      end
    end
endmodule
