// Product of a signed or unsigned number and a number that is not negative, built from additions.
//
// The LUTs of a carry cell gate two rows of the product and add them: (a & b) + (c & d). If the
// number of rows is odd, the last row is added to the sum of the others.
(* techmap_celltype = "$mul" *)
module soft_product(A, B, Y);
  parameter A_SIGNED = 0, B_SIGNED = 0, A_WIDTH = 2, B_WIDTH = 3, Y_WIDTH = 4;
  parameter _TECHMAP_CONSTMSK_B_ = 0, _TECHMAP_CONSTVAL_B_ = 0;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  // With a signed A, B has a sign bit too, which is constant 0.
  localparam ROWS = B_SIGNED ? B_WIDTH - 1 : B_WIDTH, PAIRS = ROWS / 2;
  localparam WIDTH = (A_WIDTH + 3) / 2 * 2, ALL = A_WIDTH + ROWS + 1;
  wire _TECHMAP_FAIL_ = A_SIGNED != B_SIGNED || ROWS < 2 || ROWS > 11 ||
    (B_SIGNED && (!_TECHMAP_CONSTMSK_B_[B_WIDTH-1] || _TECHMAP_CONSTVAL_B_[B_WIDTH-1]));
  wire sign = A_SIGNED ? A[A_WIDTH-1] : 1'b0;
  wire [WIDTH-1:0] a = {{(WIDTH-A_WIDTH){sign}}, A};
  wire [5*WIDTH-1:0] sums;
  genvar n;
  generate
    for (n = 0; n < 5; n = n + 1) begin : pair
      if (n < PAIRS)
        gated_sum #(.WIDTH(WIDTH)) add (
          .A(a), .B(B[2*n]), .C({a[WIDTH-2:0], 1'b0}), .D(B[2*n+1]), .Y(sums[n*WIDTH +: WIDTH])
        );
      else
        assign sums[n*WIDTH +: WIDTH] = 0;
    end
  endgenerate
  // From here all sums have the width of the product; a sum of two rows has the sign of a.
  wire signed [ALL-1:0] p0 = $signed({A_SIGNED && sums[1*WIDTH-1], sums[0*WIDTH +: WIDTH]});
  wire signed [ALL-1:0] p1 = $signed({A_SIGNED && sums[2*WIDTH-1], sums[1*WIDTH +: WIDTH]});
  wire signed [ALL-1:0] p2 = $signed({A_SIGNED && sums[3*WIDTH-1], sums[2*WIDTH +: WIDTH]});
  wire signed [ALL-1:0] p3 = $signed({A_SIGNED && sums[4*WIDTH-1], sums[3*WIDTH +: WIDTH]});
  wire signed [ALL-1:0] p4 = $signed({A_SIGNED && sums[5*WIDTH-1], sums[4*WIDTH +: WIDTH]});
  wire [ALL-1:0] even = ((p0 + (p1 <<< 2)) + ((p2 + (p3 <<< 2)) <<< 4)) + (p4 <<< 8);
  wire [ALL-1:0] product;
  generate
    if (ROWS % 2) begin
      localparam UPPER = ALL - 2*PAIRS, EVEN = (UPPER + 1) / 2 * 2;
      wire [EVEN-1:0] upper;
      gated_sum #(.WIDTH(EVEN)) add (
        .A({{(EVEN-A_WIDTH){sign}}, A}), .B(B[ROWS-1]),
        .C({1'b0, even[ALL-1:2*PAIRS]}), .D(1'b1), .Y(upper)
      );
      assign product = {upper[UPPER-1:0], even[2*PAIRS-1:0]};
    end else
      assign product = even;
  endgenerate
  assign Y = $signed(product);
endmodule

// (A if B) + (C if D).
module gated_sum #(parameter WIDTH = 2) (
  input [WIDTH-1:0] A, input B, input [WIDTH-1:0] C, input D, output [WIDTH-1:0] Y
);
  wire [WIDTH:0] carry;
  assign carry[0] = 1'b0;
  genvar i;
  generate
    for (i = 0; i < WIDTH; i = i + 2) begin : cell
      CCU2C #(.INIT0(16'h7888), .INIT1(16'h7888), .INJECT1_0("NO"), .INJECT1_1("NO")) add (
        .A0(A[i]), .B0(B), .C0(C[i]), .D0(D), .S0(Y[i]),
        .A1(A[i+1]), .B1(B), .C1(C[i+1]), .D1(D), .S1(Y[i+1]),
        .CIN(carry[i]), .COUT(carry[i+2])
      );
    end
  endgenerate
endmodule
