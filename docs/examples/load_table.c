/* Load a packed table into the core from Linux, through a UIO device.
 *
 *   cc -I hw/control/generated docs/examples/load_table.c -o load_table
 *   ./load_table /dev/uio0 compact.bin
 *
 * "python -m sw pack" makes the file. The next frame that enters the core is enlarged with it.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "srlut_registers.h"

#define FIELD(value, name) (((value) & SRLUT_REGISTERS__##name##_bm) >> SRLUT_REGISTERS__##name##_bp)

enum { ATTEMPTS = 1000000 };

static const char *const REASONS[] = {
    "it was not", "its length is wrong", "it is no packed table", "it is for other tables",
    "its checksum is wrong",
};

/* Wait until TABLE_STATUS.state is 0, idle; return whether it is. */
static int becomes_idle(volatile srlut_registers_t *core)
{
    for (int n = 0; n < ATTEMPTS; n++)
        if (FIELD(core->TABLE_STATUS, TABLE_STATUS__STATE) == 0)
            return 1;
    return 0;
}

/* Write the words of a packed table. NULL, or why the table is not in use. */
static const char *load_table(volatile srlut_registers_t *core, const uint32_t *words, size_t count)
{
    if (core->ID != SRLUT_REGISTERS__ID__ID_reset)
        return "the device is no core";
    if (!FIELD(core->CAPABILITIES, CAPABILITIES__RELOAD))
        return "the core was built without --reload";
    /* While another table is copied, a start has no effect. */
    if (!becomes_idle(core))
        return "another table has not got its turn";
    core->TABLE_CONTROL = SRLUT_REGISTERS__TABLE_CONTROL__START_bm;
    for (size_t n = 0; n < count; n++)
        core->TABLE_DATA = words[n];
    core->TABLE_CONTROL = SRLUT_REGISTERS__TABLE_CONTROL__COMMIT_bm;
    uint32_t refused = FIELD(core->TABLE_STATUS, TABLE_STATUS__REFUSED);
    if (refused)
        return REASONS[refused < 5 ? refused : 0];
    /* The table waits until the frames before it have left the core, then it is copied. */
    if (!becomes_idle(core))
        return "a frame that was begun does not end";
    if (core->TABLE_CHECKSUM != words[count - 1])
        return "another table is in use";
    return NULL;
}

static uint32_t *read_words(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    uint32_t *words = size > 0 ? malloc(size) : NULL;
    if (words && fread(words, 1, size, file) != (size_t)size) {
        free(words);
        words = NULL;
    }
    fclose(file);
    *count = size / sizeof *words;
    return words;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s DEVICE TABLE.bin\n", argv[0]);
        return 2;
    }
    size_t count;
    uint32_t *words = read_words(argv[2], &count);
    if (!words || !count) {
        fprintf(stderr, "%s: cannot be read\n", argv[2]);
        return 2;
    }
    int device = open(argv[1], O_RDWR);
    void *core = mmap(NULL, sizeof(srlut_registers_t), PROT_READ | PROT_WRITE, MAP_SHARED, device, 0);
    if (device < 0 || core == MAP_FAILED) {
        fprintf(stderr, "%s: cannot be mapped into memory\n", argv[1]);
        return 2;
    }
    const char *reason = load_table(core, words, count);
    if (reason) {
        fprintf(stderr, "%s: the table is not in use: %s\n", argv[2], reason);
        return 1;
    }
    printf("%s: %zu words loaded\n", argv[2], count);
    return 0;
}
