// The bench with a clock and a reset, for simulators that have delays.
module clocked_bench;
  logic clk, resetn;

  initial begin
    clk = 0;
    forever #5 clk = !clk;
  end
  initial begin
    resetn = 0;
    repeat (4) @(negedge clk);
    resetn = 1;
  end

  bench bench_ (.clk(clk), .resetn(resetn));
endmodule
