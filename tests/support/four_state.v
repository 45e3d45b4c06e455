// Send beats through the module `TOP in four states, and write the beats that come out.
//
// Before the reset, which is one clock long, all inputs are X, and so are registers and memories.
// Behind it an input is X whenever it means nothing. No output that means something may be X.
`timescale 1ns/1ps
module bench;
  parameter IN_BITS = 24, OUT_BITS = 96, BEATS = 1;
  localparam PATIENCE = 3000;

  reg [33+IN_BITS:0] beats [0:BEATS-1];  // TUSER, TLAST, width, height, data
  reg clk = 0, taken = 0, resetn = 1'bx, in_valid = 1'bx, in_user = 1'bx, in_last = 1'bx, out_ready = 1'bx;
  reg [IN_BITS-1:0] in_data = {IN_BITS{1'bx}};
  reg [15:0] width = 16'bx, height = 16'bx;
  wire in_ready, out_valid, out_user, out_last;
  wire [OUT_BITS-1:0] out_data;
  wire [4:0] error;
  integer sent = 0, quiet = 0, clocks = 0, wrong = 0, seed = 1, file;

  `TOP dut (
    .aclk(clk), .aresetn(resetn), .width(width), .height(height), .error(error),
    .s_axis_video_tdata(in_data), .s_axis_video_tvalid(in_valid), .s_axis_video_tready(in_ready),
    .s_axis_video_tuser(in_user), .s_axis_video_tlast(in_last),
    .m_axis_video_tdata(out_data), .m_axis_video_tvalid(out_valid),
    .m_axis_video_tready(out_ready), .m_axis_video_tuser(out_user), .m_axis_video_tlast(out_last)
  );

  task tick;
    begin
      #4;  // a moment before the edge
      if (resetn === 1'b1) begin
        clocks = clocks + 1;
        if (^{in_ready, out_valid, error} === 1'bx) begin
          wrong = wrong + 1;
          if (wrong < 5) $display("X: clock %0d: ready %b, valid %b, error %b", clocks, in_ready,
                                  out_valid, error);
        end
        if (out_valid === 1'b1 && ^{out_data, out_user, out_last} === 1'bx) begin
          wrong = wrong + 1;
          if (wrong < 5) $display("X: clock %0d: data %h, user %b, last %b", clocks, out_data,
                                  out_user, out_last);
        end
        quiet = quiet + 1;
        if (out_valid === 1'b1 && out_ready === 1'b1) begin
          $fdisplay(file, "%b %b %h", out_user, out_last, out_data);
          quiet = 0;
        end
        if (in_valid === 1'b1 && in_ready === 1'b1) begin
          taken = 1;
          quiet = 0;
        end
      end
      #1 clk = 1;
      #5 clk = 0;
      if (taken) begin
        sent = sent + 1;
        in_valid = 0;
      end
      taken = 0;
    end
  endtask

  initial begin
    $readmemh("beats.hex", beats);
    file = $fopen("out.txt", "w");
    repeat (3) tick;
    resetn = 0;
    tick;
    resetn = 1;
    in_valid = 0;
    while (quiet < PATIENCE) begin
      if (in_valid === 1'b0 && sent < BEATS && $random(seed) % 3 != 0) in_valid = 1;
      if (in_valid === 1'b1) {in_user, in_last, width, height, in_data} = beats[sent];
      else {in_user, in_last, width, height, in_data} = {34+IN_BITS{1'bx}};
      // The sizes mean something with the first pixel of a frame alone.
      if (in_user !== 1'b1) {width, height} = {32{1'bx}};
      out_ready = $random(seed) % 4 != 0;
      tick;
    end
    $display("%0d clocks, %0d of %0d beats sent, %0d times X", clocks, sent, BEATS, wrong);
    $fclose(file);
    $finish;
  end
endmodule
