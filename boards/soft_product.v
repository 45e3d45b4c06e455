// A product of a signed number and one from 0 as a chain of additions, for want of multipliers.
(* techmap_celltype = "$mul" *)
module soft_product(A, B, Y);
  parameter A_SIGNED = 0, B_SIGNED = 0, A_WIDTH = 2, B_WIDTH = 3, Y_WIDTH = 4;
  parameter _TECHMAP_CONSTMSK_B_ = 0, _TECHMAP_CONSTVAL_B_ = 0;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  // The sign of B is known to be 0. Each row adds A at its place; what is above is its sign.
  localparam ROWS = B_WIDTH - 1, WIDTH = A_WIDTH + 1;
  wire _TECHMAP_FAIL_ = !A_SIGNED || !B_SIGNED || Y_WIDTH != A_WIDTH + ROWS ||
    !_TECHMAP_CONSTMSK_B_[ROWS] || _TECHMAP_CONSTVAL_B_[ROWS];
  wire [WIDTH-1:0] a = {A[A_WIDTH-1], A};
  wire [ROWS*WIDTH-1:0] sums;  // of each row and those before it, from its place on
  assign sums[WIDTH-1:0] = a & {WIDTH{B[0]}};
  assign Y[0] = sums[0];
  genvar i;
  generate
    for (i = 1; i < ROWS; i = i + 1) begin : row
      wire [WIDTH-1:0] before = {sums[i*WIDTH-1], sums[(i-1)*WIDTH+1 +: WIDTH-1]};
      wire [WIDTH-1:0] differ, carry;
      \$alu #(
        .A_SIGNED(0), .B_SIGNED(0), .A_WIDTH(WIDTH), .B_WIDTH(WIDTH), .Y_WIDTH(WIDTH)
      ) add (
        .A(before), .B(a & {WIDTH{B[i]}}), .BI(1'b0), .CI(1'b0),
        .X(differ), .Y(sums[i*WIDTH +: WIDTH]), .CO(carry)
      );
      assign Y[i] = sums[i*WIDTH];
    end
  endgenerate
  assign Y[Y_WIDTH-1:ROWS] = sums[(ROWS-1)*WIDTH+1 +: A_WIDTH];
endmodule
