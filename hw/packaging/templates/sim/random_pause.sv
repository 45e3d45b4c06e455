// A bit that is high in about half of the clocks, from a linear-feedback shift register.
module random_pause #(
  parameter SEED = 16'h1  // not 0
) (
  input  logic clk,
  input  logic resetn,
  output logic pause
);
  logic [15:0] state;

  // x^16 + x^14 + x^13 + x^11 + 1: the period is 65535 clocks.
  always_ff @(posedge clk)
    if (!resetn) state <= SEED;
    else state <= {state[14:0], state[15] ^ state[13] ^ state[12] ^ state[10]};

  assign pause = state[0];
endmodule
