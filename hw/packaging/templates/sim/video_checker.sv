// Takes beats with pauses at random and compares every bit of them with a file.
module video_checker #(
  parameter BITS = 26,                 // TDATA and the flags of a beat
  parameter BEATS = 1,                 // lines of the file
  parameter EXPECTED = "expected.hex"
) (
  input  logic            clk,
  input  logic            resetn,
  input  logic [BITS-1:0] beat,
  input  logic            valid,
  output logic            ready,
  output logic            done,            // all beats came, and no more for a while
  output logic            failed           // a beat is wrong, or there are too many
);
  localparam int QUIET = 1000;             // clocks

  logic [BITS-1:0] expected [0:BEATS-1];
  initial $readmemh(EXPECTED, expected);

  int count, quiet;                        // beats; clocks since the last one
  logic pause, is_wrong;

  random_pause #(.SEED(16'h1d0d)) random (.clk(clk), .resetn(resetn), .pause(pause));

  assign is_wrong = count < BEATS ? beat !== expected[count] : 1'b1;
  assign done = count == BEATS && quiet == QUIET;

  always @(posedge clk)
    if (!resetn) begin
      ready <= 0;
      failed <= 0;
      count <= 0;
      quiet <= 0;
    end else begin
      ready <= !pause;
      if (valid && ready) begin
        count <= count + 1;
        quiet <= 0;
        if (is_wrong) begin
          failed <= 1;
          if (count < BEATS)
            $display("beat %0d is %h; it must be %h", count, beat, expected[count]);
          else $display("beat %0d is one too many", count);
        end
      end else if (quiet < QUIET) quiet <= quiet + 1;
    end
endmodule
