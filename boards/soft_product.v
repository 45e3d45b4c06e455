// A product of a signed number and one from 0 as additions, for want of multipliers.
//
// Two rows of the product are added in the carry cells themselves, whose LUTs do the gating as
// well: a & b is added to c & d. What comes out is added up two by two.
(* techmap_celltype = "$mul" *)
module soft_product(A, B, Y);
  parameter A_SIGNED = 0, B_SIGNED = 0, A_WIDTH = 2, B_WIDTH = 3, Y_WIDTH = 4;
  parameter _TECHMAP_CONSTMSK_B_ = 0, _TECHMAP_CONSTVAL_B_ = 0;
  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  // The sign of B is known to be 0.
  localparam ROWS = B_WIDTH - 1, PAIRS = (ROWS + 1) / 2, WIDTH = (A_WIDTH + 3) / 2 * 2;
  wire _TECHMAP_FAIL_ = !A_SIGNED || !B_SIGNED || ROWS < 1 || PAIRS > 5 ||
    !_TECHMAP_CONSTMSK_B_[ROWS] || _TECHMAP_CONSTVAL_B_[ROWS];
  wire [WIDTH-1:0] a = {{(WIDTH-A_WIDTH){A[A_WIDTH-1]}}, A};
  wire [ROWS:0] b = {1'b0, B[ROWS-1:0]};
  wire [5*WIDTH-1:0] sums;
  genvar n, i;
  generate
    for (n = 0; n < 5; n = n + 1) begin : pair
      if (n >= PAIRS) assign sums[n*WIDTH +: WIDTH] = 0;
      else begin
        wire [WIDTH-1:0] low = a, high = a << 1;
        wire [WIDTH:0] carry;
        assign carry[0] = 1'b0;
        for (i = 0; i < WIDTH; i = i + 2) begin : cell
          CCU2C #(.INIT0(16'h7888), .INIT1(16'h7888), .INJECT1_0("NO"), .INJECT1_1("NO")) add (
            .A0(low[i]), .B0(b[2*n]), .C0(high[i]), .D0(b[2*n+1]), .S0(sums[n*WIDTH+i]),
            .A1(low[i+1]), .B1(b[2*n]), .C1(high[i+1]), .D1(b[2*n+1]), .S1(sums[n*WIDTH+i+1]),
            .CIN(carry[i]), .COUT(carry[i+2])
          );
        end
      end
    end
  endgenerate
  localparam ALL = A_WIDTH + 10;
  wire signed [ALL-1:0] p0 = $signed(sums[0*WIDTH +: WIDTH]);
  wire signed [ALL-1:0] p1 = $signed(sums[1*WIDTH +: WIDTH]);
  wire signed [ALL-1:0] p2 = $signed(sums[2*WIDTH +: WIDTH]);
  wire signed [ALL-1:0] p3 = $signed(sums[3*WIDTH +: WIDTH]);
  wire signed [ALL-1:0] p4 = $signed(sums[4*WIDTH +: WIDTH]);
  wire signed [ALL-1:0] product = ((p0 + (p1 <<< 2)) + ((p2 + (p3 <<< 2)) <<< 4)) + (p4 <<< 8);
  assign Y = product;
endmodule
