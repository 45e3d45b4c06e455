// The Verilated core with a source and a sink of AXI4-Stream video, called from Python by ctypes.
//
// Python passes arrays of beats and calls srlut_run() for many clocks at a time.

#include <cstdint>
#include <cstring>

#include "Vsrlut.h"
#include "verilated.h"
#if defined(COVERAGE)
#include "verilated_cov.h"
#endif

#if defined(TRACE_FST)
#include "verilated_fst_c.h"
using Waves = VerilatedFstC;
#elif defined(TRACE_VCD)
#include "verilated_vcd_c.h"
using Waves = VerilatedVcdC;
#endif

namespace {

#if defined(TKEEP)
constexpr unsigned KEEP_BYTES = (OUT_BYTES + 7) / 8;  // a bit for each byte of a beat
#else
constexpr unsigned KEEP_BYTES = 0;
#endif

struct Random {  // xorshift64*: the same sequence on every machine
    uint64_t state;
    uint64_t next() {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        return state * 0x2545F4914F6CDD1DULL;
    }
    bool chance(uint32_t threshold) { return uint32_t(next() >> 32) < threshold; }
};

}  // namespace

// The layout must be that of sim.bench.verilated._Run.
struct Run {
    // Input, for each beat: the bytes of its pixels, TUSER | TLAST << 1, and the size inputs.
    const uint8_t* in_data;
    const uint8_t* in_flags;
    const uint16_t* in_width;
    const uint16_t* in_height;
    uint64_t in_count;
    // Output, for each beat: data bytes, TUSER | TLAST << 1, TKEEP if there is one, and the clock.
    uint8_t* out_data;
    uint8_t* out_flags;
    uint8_t* out_keep;
    uint64_t* out_clock;
    uint64_t out_capacity;
    // Probability of an idle clock at the source and of a stall at the sink, times 2**32.
    uint32_t idle, stall;
    // State and results.
    uint64_t clock, in_taken, out_taken, first_in_clock, quiet, errors[5];
    uint64_t violations;  // beats that were withdrawn or changed while they were stalled
};

extern "C" {

struct Core {
    VerilatedContext context;
    Vsrlut top{&context};
    Random source{}, sink{}, noise{1};
    bool offering = false;
    bool stalled = false;  // the core offered a beat that was not taken
    uint8_t stalled_flags = 0;
    uint8_t stalled_keep[KEEP_BYTES + 1]{};
    uint8_t stalled_data[OUT_BYTES]{};
#if defined(TRACE_FST) || defined(TRACE_VCD)
    Waves waves;
#endif

    void eval() {
        top.eval();
        context.timeInc(5);
#if defined(TRACE_FST) || defined(TRACE_VCD)
        waves.dump(context.time());
#endif
    }
};

void srlut_reset(Core* core, uint64_t clocks) {
    Vsrlut& top = core->top;
    core->offering = core->stalled = false;
    top.aresetn = 0;
    top.s_axis_video_tvalid = 0;
    top.m_axis_video_tready = 0;
    for (uint64_t n = 0; n < clocks; n++) {
        top.aclk = 0;
        core->eval();
        top.aclk = 1;
        core->eval();
    }
    top.aresetn = 1;
}

Core* srlut_open(uint64_t seed, const char* waves) {
    Core* core = new Core;
#if defined(TRACE_FST) || defined(TRACE_VCD)
    core->context.traceEverOn(true);
    core->top.trace(&core->waves, 99);
    core->waves.open(waves);
#else
    (void)waves;
#endif
    core->source.state = seed * 2 + 1;
    core->sink.state = (seed * 2 + 1) ^ 0x9E3779B97F4A7C15ULL;
    srlut_reset(core, 4);
    return core;
}

void srlut_close(Core* core, const char* coverage) {
    core->top.final();
#if defined(COVERAGE)
    core->context.coveragep()->write(coverage);
#else
    (void)coverage;
#endif
#if defined(TRACE_FST) || defined(TRACE_VCD)
    core->waves.close();
#endif
    delete core;
}

// Run for `clocks` clocks, or until no beat has moved for `patience` clocks.
void srlut_run(Core* core, Run* run, uint64_t clocks, uint64_t patience) {
    Vsrlut& top = core->top;
    for (uint64_t n = 0; n < clocks && run->quiet < patience; n++) {
        top.aclk = 0;
        // An offered beat stays until it is taken.
        if (!core->offering && run->in_taken < run->in_count) {
            core->offering = !core->source.chance(run->idle);
        }
        top.s_axis_video_tvalid = core->offering;
        if (core->offering) {
            const uint64_t i = run->in_taken;
            memcpy(&top.s_axis_video_tdata, run->in_data + i * IN_BYTES, IN_BYTES);
            top.s_axis_video_tuser = run->in_flags[i] & 1;
            top.s_axis_video_tlast = run->in_flags[i] >> 1;
            top.width = run->in_width[i];
            top.height = run->in_height[i];
        } else {  // without TVALID the other inputs may have any value
            const uint64_t noise = core->noise.next();
            for (unsigned byte = 0; byte < IN_BYTES; byte++) {
                reinterpret_cast<uint8_t*>(&top.s_axis_video_tdata)[byte] = noise >> 8 * (byte % 3);
            }
            top.s_axis_video_tuser = noise >> 24 & 1;
            top.s_axis_video_tlast = noise >> 25 & 1;
            top.width = noise >> 32;
            top.height = noise >> 48;
        }
        const bool room = run->out_taken < run->out_capacity;
        top.m_axis_video_tready = room && !core->sink.chance(run->stall);
        core->eval();

        bool moved = false;
        if (core->offering && top.s_axis_video_tready) {
            if (run->in_taken == 0) run->first_in_clock = run->clock;
            run->in_taken++;
            core->offering = false;
            moved = true;
        }
        const uint8_t flags = top.m_axis_video_tuser | top.m_axis_video_tlast << 1;
        uint8_t keep[KEEP_BYTES + 1]{};
#if defined(TKEEP)
        memcpy(keep, &top.m_axis_video_tkeep, KEEP_BYTES);
#endif
        if (core->stalled &&
            (!top.m_axis_video_tvalid || flags != core->stalled_flags ||
             memcmp(keep, core->stalled_keep, KEEP_BYTES) ||
             memcmp(&top.m_axis_video_tdata, core->stalled_data, OUT_BYTES))) {
            run->violations++;
        }
        core->stalled = top.m_axis_video_tvalid && !top.m_axis_video_tready;
        if (core->stalled) {
            core->stalled_flags = flags;
            memcpy(core->stalled_keep, keep, KEEP_BYTES);
            memcpy(core->stalled_data, &top.m_axis_video_tdata, OUT_BYTES);
        }
        if (top.m_axis_video_tvalid && top.m_axis_video_tready) {
            const uint64_t o = run->out_taken++;
            memcpy(run->out_data + o * OUT_BYTES, &top.m_axis_video_tdata, OUT_BYTES);
            run->out_flags[o] = flags;
            memcpy(run->out_keep + o * KEEP_BYTES, keep, KEEP_BYTES);
            run->out_clock[o] = run->clock;
            moved = true;
        }
        for (int bit = 0; bit < 5; bit++) run->errors[bit] += top.error >> bit & 1;
        run->quiet = moved ? 0 : run->quiet + 1;
        top.aclk = 1;
        core->eval();
        run->clock++;
    }
}

}  // extern "C"
