"""Simulation models of ECP5's block RAM and multiplier; Yosys has none.

They have the modes that this project uses: words of 9, 18 and 36 bits, ports that read before they
write, products with and without registers at the inputs and at the output. Other modes of a block
RAM instantiate a module that does not exist, so that the build fails.
"""


def block_ram() -> str:
    """DP16KD: 1024 rows of 18 bits, ports A and B; with 36-bit words A writes and B reads."""
    buses = ("DI", 18), ("AD", 14), ("DO", 18)
    ports = [
        f"{'output' if name == 'DO' else 'input'} {name}{port}{bit}"
        for port in "AB"
        for name, bits in buses
        for bit in range(bits)
    ]
    single = ("CE", "OCE", "CLK", "WE", "RST", "CS0", "CS1", "CS2")
    controls = [f"input {name[:2]}{port}{name[2:]}" for port in "AB" for name in single[5:]]
    controls += [f"input {name}{port}" for port in "AB" for name in single[:5]]
    initial = [f"INITVAL_{n:02X}" for n in range(64)]
    text = [*(f"REGMODE_{port}" for port in "AB"), "GSR", "RESETMODE"]
    text += ["ASYNC_RESET_RELEASE", "CLKAMUX", "CLKBMUX"]
    text += [f"{name}_{port}" for port in "AB" for name in ("CSDECODE", "WRITEMODE")]
    bus = {
        f"{name}{port}": "{" + ", ".join(f"{name}{port}{b}" for b in reversed(range(bits))) + "}"
        for port in "AB"
        for name, bits in buses
    }
    words = "".join(
        f"    for (i = 0; i < 16; i = i + 1) rows[{16 * n} + i] = {name}[20 * i +: 18];\n"
        for n, name in enumerate(initial)
    )
    return f"""
module DP16KD({", ".join(ports + controls)});
  parameter DATA_WIDTH_A = 18, DATA_WIDTH_B = 18, {", ".join(f"{name} = 0" for name in text)};
  parameter [319:0] {", ".join(f"{name} = 0" for name in initial)};
  localparam WIDE = DATA_WIDTH_A == 36, WIDE_READ = DATA_WIDTH_B == 36;
  reg [17:0] rows [0:1023];
  integer i;
  initial begin
{words}  end
  generate
    if (DATA_WIDTH_A < 9 || DATA_WIDTH_B < 9 || CLKAMUX == "INV" || CLKBMUX == "INV")
      unknown_block_ram_mode no();
  endgenerate
  wire [17:0] dia = {bus["DIA"]}, dib = {bus["DIB"]};
  wire [13:0] ada = {bus["ADA"]}, adb = {bus["ADB"]};
  wire [9:0] rowa = WIDE ? {{ada[13:5], 1'b0}} : ada[13:4], rowb = adb[13:4];
  reg [17:0] qa = 0, qb = 0, held_a = 0, held_b = 0;
{_port("A", "a")}
{_port("B", "b")}
  always @(posedge CLKA) if (CEA && WEA && WIDE) begin
    if (ADA2) rows[rowa + 1][8:0] <= dib[8:0];
    if (ADA3) rows[rowa + 1][17:9] <= dib[17:9];
  end
  wire clock_a = WIDE_READ ? CLKB : CLKA, enable_a = WIDE_READ ? OCEB : OCEA;
  always @(posedge clock_a) if (enable_a) held_a <= qa;
  always @(posedge CLKB) if (OCEB) held_b <= qb;
  always @(posedge clock_a)
    if (WIDE_READ) begin
      if (CEB) qa <= rows[{{adb[13:5], 1'b0}}];
    end else if (CEA) qa <= DATA_WIDTH_A == 9 ? rows[rowa] >> (ada[3] ? 9 : 0) : rows[rowa];
  always @(posedge CLKB)
    if (CEB) qb <= WIDE_READ ? rows[{{adb[13:5], 1'b1}}] :
      DATA_WIDTH_B == 9 ? rows[rowb] >> (adb[3] ? 9 : 0) : rows[rowb];
  assign {bus["DOA"]} = REGMODE_A == "OUTREG" ? held_a : qa;
  assign {bus["DOB"]} = REGMODE_B == "OUTREG" ? held_b : qb;
endmodule
"""


def _port(upper: str, lower: str) -> str:
    """The write logic of a port; the low address bits select a byte or enable both bytes."""
    name = f"DATA_WIDTH_{upper}"
    row, word = f"rows[row{lower}]", f"di{lower}"
    return f"""  always @(posedge CLK{upper}) if (CE{upper} && WE{upper}) begin
    if ({name} == 9) begin
      if (ad{lower}[3]) {row}[17:9] <= {word}[8:0]; else {row}[8:0] <= {word}[8:0];
    end else begin
      if (ad{lower}[0]) {row}[8:0] <= {word}[8:0];
      if (ad{lower}[1]) {row}[17:9] <= {word}[17:9];
    end
  end"""


def multiplier() -> str:
    """MULT18X18D: signed or unsigned, with or without registers at inputs and output."""
    operands = {name: [f"{name}{bit}" for bit in range(18)] for name in "ABC"}
    inputs = [*operands["A"], *operands["B"], *operands["C"], "SIGNEDA", "SIGNEDB"]
    inputs += ["SOURCEA", "SOURCEB", "CLK0", "CE0", "RST0"]
    outputs = [f"P{bit}" for bit in range(36)]
    registers = ", ".join(
        f'REG_{which}_CLK = "NONE", REG_{which}_CE = "CE0", REG_{which}_RST = "RST0"'
        for which in ("INPUTA", "INPUTB", "OUTPUT")
    )
    a, b = (", ".join(reversed(operands[name])) for name in "AB")
    return f"""
module MULT18X18D(input {", ".join(inputs)}, output {", ".join(outputs)});
  parameter {registers};
  wire signed [18:0] a = REG_INPUTA_CLK == "CLK0" ? held_a : {{SIGNEDA & A17, {a}}};
  wire signed [18:0] b = REG_INPUTB_CLK == "CLK0" ? held_b : {{SIGNEDB & B17, {b}}};
  reg signed [18:0] held_a = 0, held_b = 0;
  always @(posedge CLK0) if (CE0) held_a <= {{SIGNEDA & A17, {a}}};
  always @(posedge CLK0) if (CE0) held_b <= {{SIGNEDB & B17, {b}}};
  wire signed [35:0] product = a * b;
  reg [35:0] held = 0;
  always @(posedge CLK0) if (CE0) held <= product;
  assign {{{", ".join(reversed(outputs))}}} = REG_OUTPUT_CLK == "CLK0" ? held : product;
endmodule
"""
