// Clock and reset of the bench in Verilator.
#include "Vbench.h"
#include "verilated.h"

int main(int argc, char** argv) {
    VerilatedContext context;
    context.commandArgs(argc, argv);
    Vbench bench{&context};
    for (unsigned half = 0; !context.gotFinish(); ++half) {
        bench.resetn = half >= 8;
        bench.clk = half % 2;
        bench.eval();
    }
    bench.final();
    return 0;
}
