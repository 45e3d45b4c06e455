// A Verilated board with a host on its serial line and a monitor on its TMDS pairs, called from
// Python by ctypes.
//
// The monitor aligns words to the clock pair, as a real one does, and decodes them by DVI 1.0.

#include <cstdint>

#include "Vboard.h"
#include "verilated.h"

// The layout must be that of sim.bench.board_bench._Run.
struct Run {
    // The host: bytes to send, in bits of clocks_num / clocks_den pixel clocks.
    const uint8_t* send;
    uint64_t send_count, sent;
    uint64_t clocks_num, clocks_den;
    uint64_t idle;  // pixel clocks to wait before the next byte
    // Answers of the board.
    uint8_t answers[64];
    uint64_t answer_count;
    // Words of the monitor, one per pixel clock: RGB in the low 24 bits, then the flags below.
    uint32_t* seen;
    uint64_t capacity, count;
    uint64_t misplaced;  // words on the clock pair that were not ten bits long
    uint32_t buttons, leds, leds_ever;
};

namespace {

constexpr uint32_t ACTIVE = 1 << 24, HSYNC = 1 << 25, VSYNC = 1 << 26, WRONG = 1 << 27;

// Half periods of 371.25, 74.25 and 61.875 MHz, in a unit that makes all of them integers.
constexpr uint64_t SHIFT = 40, PIXEL = 200, CORE = 240;

constexpr uint32_t CONTROL[4] = {0x354, 0x0AB, 0x154, 0x2AB};

struct Channel {
    bool active;
    uint32_t value;
};

Channel decode(uint32_t word) {
    for (uint32_t n = 0; n < 4; n++) {
        if (word == CONTROL[n]) return {false, n};
    }
    const uint32_t bits = word >> 9 & 1 ? ~word & 0xFF : word & 0xFF;
    const uint32_t crossed = bits ^ bits << 1;
    return {true, (word >> 8 & 1 ? crossed : crossed ^ 0xFE) & 0xFF};
}

struct Monitor {
    uint32_t bits[3]{};
    uint32_t length = 0;
    bool last_clock = false;

    // Take one bit of each pair: blue, green, red, clock.
    void take(uint32_t pairs, Run* run) {
        const bool clock = pairs >> 3 & 1;
        if (clock && !last_clock) {
            if (length == 10) {
                emit(run);
            } else {
                run->misplaced++;
            }
            length = 0;
        }
        last_clock = clock;
        if (length < 10) {
            for (int n = 0; n < 3; n++) {
                bits[n] = (bits[n] & ~(1u << length)) | (pairs >> n & 1) << length;
            }
        }
        length++;
    }

    void emit(Run* run) {
        if (run->count >= run->capacity) return;
        const Channel blue = decode(bits[0]), green = decode(bits[1]), red = decode(bits[2]);
        uint32_t word = 0;
        if (blue.active) {
            word = ACTIVE | red.value | green.value << 8 | blue.value << 16;
        } else {
            word = (blue.value & 1 ? HSYNC : 0) | (blue.value & 2 ? VSYNC : 0);
            if (green.value || red.value) word |= WRONG;
        }
        if (blue.active != green.active || blue.active != red.active) word |= WRONG;
        run->seen[run->count++] = word;
    }
};

struct Host {
    uint64_t phase = 0;
    int left = 0;  // bits of the current byte still to send
    uint32_t bits = 1;
    uint64_t sample_phase = 0;
    int got = -1;  // bits of the current answer so far; -1 between answers
    uint32_t answer = 0;

    bool line(Run* run) {
        if (left == 0) {
            if (run->idle) {
                run->idle--;
                return true;
            }
            if (run->sent == run->send_count) return true;
            bits = 0x200u | run->send[run->sent++] << 1;
            left = 10;
            phase = 0;
        }
        const bool level = bits & 1;
        phase += run->clocks_den;
        if (phase >= run->clocks_num) {
            phase -= run->clocks_num;
            bits >>= 1;
            left--;
        }
        return level;
    }

    void listen(bool level, Run* run) {
        if (got < 0) {
            if (level) return;
            got = 0;
            answer = 0;
            sample_phase = run->clocks_num / 2;
        }
        sample_phase += run->clocks_den;
        if (sample_phase < run->clocks_num) return;
        sample_phase -= run->clocks_num;
        answer |= uint32_t(level) << got++;
        if (got == 10) {
            // A byte without a stop bit is stored as 0, which is no valid answer.
            const bool framed = answer >> 9 & 1 && !(answer & 1);
            if (run->answer_count < sizeof run->answers) {
                run->answers[run->answer_count++] = framed ? answer >> 1 & 0xFF : 0;
            }
            got = -1;
        }
    }
};

}  // namespace

extern "C" {

struct Bench {
    VerilatedContext context;
    Vboard top{&context};
    Monitor monitor;
    Host host;
    uint64_t now = 0, resets = 8;
};

Bench* board_open() {
    Bench* bench = new Bench;
    bench->top.eval();  // $readmemh reads from the working folder now
    return bench;
}

void board_close(Bench* bench) { delete bench; }

// Run for `clocks` pixel clocks, or until `seen` is full, or until `answers` answers have come.
void board_run(Bench* bench, Run* run, uint64_t clocks, uint64_t answers) {
    Vboard& top = bench->top;
    uint64_t done = 0;
    while (done < clocks && run->count < run->capacity && run->answer_count < answers) {
        // The next edge of any clock; every edge of the pixel clock is one of the shift clock too.
        const uint64_t shift = (bench->now / SHIFT + 1) * SHIFT;
        const uint64_t core = (bench->now / CORE + 1) * CORE;
        bench->now = shift < core ? shift : core;
        const bool shift_edge = bench->now % SHIFT == 0;
        const bool rising = shift_edge && bench->now / SHIFT % 2;
        const bool pixel_edge = bench->now % PIXEL == 0;
        const bool pixel_rising = pixel_edge && bench->now / PIXEL % 2;
        if (pixel_rising) {
            const bool reset = bench->resets > 0;
            if (reset) bench->resets--;
            top.rst = top.core_rst = top.shift_rst = reset;
            top.locked = 1;
            top.buttons = run->buttons;
            if (!reset) {
                top.rx = bench->host.line(run);
                bench->host.listen(top.tx, run);
            } else {
                top.rx = 1;
            }
            run->leds = top.leds;
            run->leds_ever |= top.leds;
            done++;
        }
        if (rising && bench->resets == 0) {
            // Blue, green, red, clock, two bits each: first half, then second half.
            for (int half = 0; half < 2; half++) {
                uint32_t pairs = 0;
                for (int n = 0; n < 4; n++) pairs |= (top.tmds >> (2 * n + half) & 1) << n;
                bench->monitor.take(pairs, run);
            }
        }
        if (shift_edge) top.shift_clk = rising;
        if (pixel_edge) top.clk = pixel_rising;
        if (bench->now % CORE == 0) top.core_clk = bench->now / CORE % 2;
        top.eval();
    }
}

}  // extern "C"
