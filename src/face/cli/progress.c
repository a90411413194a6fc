#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "face/cli/cli.h"

#define REDRAW_NS 100000000 /* ten times a second */
#define NS_PER_SECOND 1e9

struct progress {
    const char *what, *unit;
    int64_t total;
    int64_t started, drawn; /* clock_monotonic_ns */
    bool terminal, on_screen;
};

struct progress *progress_start(struct arena *a, const char *what, int64_t total, const char *unit)
{
    struct progress *p = arena_new_of(a, struct progress);
    p->what = what;
    p->unit = unit;
    p->total = total;
    p->started = clock_monotonic_ns();
    p->terminal = isatty(STDERR_FILENO);
    return p;
}

void progress_total(struct progress *p, int64_t total)
{
    p->total = total;
}

/* 1234567 as "1,234,567" */
static void grouped(char *out, size_t size, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    size_t o = 0;
    for (int i = 0; i < len && o + 2 < size; i++) {
        if (i && (len - i) % 3 == 0)
            out[o++] = ',';
        out[o++] = digits[i];
    }
    out[o] = 0;
}

static void time_left(char *out, size_t size, double seconds)
{
    if (seconds < 90)
        snprintf(out, size, "%.0f s left", seconds);
    else if (seconds < 5400)
        snprintf(out, size, "%.0f min left", seconds / 60);
    else
        snprintf(out, size, "%.1f h left", seconds / 3600);
}

void progress_at(struct progress *p, int64_t done)
{
    int64_t now = p->terminal ? clock_monotonic_ns() : 0;
    if (!p->terminal || now - (p->on_screen ? p->drawn : p->started) < REDRAW_NS)
        return;
    double seconds = (double)(now - p->started) / NS_PER_SECOND, rate = (double)done / seconds;
    char at[32], per_second[32], left[32] = "";
    grouped(per_second, sizeof per_second, (int64_t)rate);
    if (p->total > 0) {
        snprintf(at, sizeof at, "%3.0f %%", 100.0 * (double)done / (double)p->total);
        if (done > 0)
            time_left(left, sizeof left, (double)(p->total - done) / rate);
    } else {
        grouped(at, sizeof at, done);
    }
    fprintf(stderr, "\r\033[K%s  %s  %s %s/s  %s", p->what, at, per_second, p->unit, left);
    fflush(stderr);
    p->drawn = now;
    p->on_screen = true;
}

void progress_end(struct progress *p)
{
    if (!p->on_screen)
        return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    p->on_screen = false;
}
