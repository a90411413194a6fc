/* draws: a table of calls for the watch, and one of hours for the simulator: whatever stands in them, what is read of it holds together, and can be
 * examined. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ground/crypto/crypto.h"
#include "work/desk/hours.h"
#include "work/watch/draws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void draws(bytes table)
{
    struct arena *a = arena_new();
    struct draws *d = draws_new();
    struct err err = {0}, none = {0};
    const struct err *first = &none;
    if (draws_read_bytes(d, table, &err) < 0 && !err.text[0])
        abort();
    const struct watch_log log = draws_log(d);
    for (size_t i = 0; i < log.n; i++) {
        const struct watch_call *c = &log.calls[i];
        if (c->of >= log.n_codes || c->drawn >= log.n_codes || c->family >= log.n_families || c->first + c->n > log.n_could)
            abort();
        for (size_t k = 0; k < c->n; k++)
            if (log.could[c->first + k].who >= log.n_codes || !(log.could[c->first + k].weight > 0))
                abort();
    }
    if (draws_bad(d, &first) > 0 && !first->text[0])
        abort();
    if (log.n > 0 && log.n < 200) {
        const struct watch_result *r = watch_examine(a, &log, WATCH_LEVEL, WATCH_SHOWN);
        for (size_t i = 0; i < r->n; i++)
            for (size_t k = 0; k < r->families[i].n; k++)
                if (!(r->families[i].findings[k].p >= 0 && r->families[i].findings[k].p <= 1))
                    abort();
    }
    draws_free(d);
    arena_free(a);
}

static void hours(bytes table)
{
    struct arena *a = arena_new();
    struct sim_hour *found;
    struct err err = {0};
    size_t n, left_out;
    char path[40];
    int fd = memfd_create("hours", MFD_CLOEXEC);
    if (fd < 0 || write(fd, table.p, table.len) != (ssize_t)table.len)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (hours_read(path, 3, a, &found, &n, &left_out, &err) < 0 ? !err.text[0] : n == 0 || n % 24 || n > 72)
        abort();
    close(fd);
    arena_free(a);
    struct sim_hour day[SIM_CLOCK] = {0};
    if (hours_read_lines((str){(const char *)table.p, table.len}, day))
        for (size_t i = 0; i < SIM_CLOCK; i++)
            if (!(day[i].arrivals >= 0 && day[i].arrivals <= HOURS_PEOPLE_MAX && day[i].counters <= LINE_COUNTERS_MAX))
                abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < 1 || crypto_open(NULL) < 0)
        return 0;
    (data[0] & 1 ? draws : hours)((bytes){data + 1, len - 1});
    return 0;
}
