// Verdict of the example system: prints one line, and stops with an error if a pixel is wrong or
// missing. Verilator runs this module with main.cpp; other simulators take clocked_bench.sv.
module bench (
  input logic clk,
  input logic resetn
);
  localparam MOST_CLOCKS = 100000;  // without a beat at the output

  logic done, failed, moves;
  int idle, frames, pixels;

  example_system example (
    .clk(clk), .resetn(resetn), .done(done), .failed(failed), .moves(moves), .frames(frames),
    .pixels(pixels)
  );

  always @(posedge clk)
    if (!resetn) idle <= 0;
    else begin
      idle <= moves ? 0 : idle + 1;
      if (failed) $fatal(1, "FAIL: the core differs from the model");
      if (idle == MOST_CLOCKS) $fatal(1, "FAIL: the output has stopped");
      if (done) begin
        $display("PASS: %0d frames, %0d pixels, all as the model says", frames, pixels);
        $finish;
      end
    end
endmodule
