/* comity-calendar: from, until and a file come in; what came of it and the spans go out. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "ground/ical/ical_internal.h"
#include "ground/proc/proc.h"
#include "ground/proc/sandbox.h"

#define MEMORY ((rlim_t)512 << 20)
#define SECONDS 10

static int read_all(struct buf *b, struct err *err)
{
    uint8_t piece[16384];
    for (;;) {
        const ssize_t n = read(0, piece, sizeof piece);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the calendar cannot be read");
        if (n > 0)
            buf_add_bytes(b, piece, (size_t)n);
        if (b->len > ICAL_FILE_MAX + ICAL_ASKED)
            return err_set(err, ERR_LIMIT, "the calendar is too long");
    }
}

static int write_all(bytes out, struct err *err)
{
    while (out.len > 0) {
        const ssize_t n = write(1, out.p, out.len);
        if (n < 0 && errno != EINTR)
            return err_errno(err, ERR_IO, errno, "the answer cannot be written");
        if (n > 0) {
            out.p += n;
            out.len -= (size_t)n;
        }
    }
    return 0;
}

static int shut_in(struct err *err)
{
    static const char *const reads[] = {"/usr/share/zoneinfo", NULL};
    struct sandbox can = {.reads = reads};
    struct rlimit memory = {MEMORY, MEMORY}, seconds = {SECONDS, SECONDS};
#ifdef __SANITIZE_ADDRESS__ /* which maps more than any machine has */
    memory.rlim_cur = memory.rlim_max = RLIM_INFINITY;
#endif
    if (setrlimit(RLIMIT_AS, &memory) < 0 || setrlimit(RLIMIT_CPU, &seconds) < 0)
        return err_errno(err, ERR_IO, errno, "the system makes no sandbox");
    return sandbox_enter(&can, err);
}

static int answer(struct arena *a, bytes asked, struct err *err)
{
    struct reader in = reader_new(asked);
    struct buf b = buf_new(a);
    struct ical_span *spans;
    struct err why = {0};
    size_t n;
    const int64_t from = (int64_t)reader_u64(&in), until = (int64_t)reader_u64(&in);
    if (!in.ok)
        return err_set(err, ERR_INPUT, "nothing was asked");
    const int r = ical_read(a, (bytes){asked.p + ICAL_ASKED, asked.len - ICAL_ASKED}, from, until, &spans, &n, &why);
    buf_byte(&b, r == 0 ? ICAL_SAID : r == ERR_LIMIT ? ICAL_TOO_MUCH : ICAL_NONE);
    for (size_t i = 0; r == 0 && i < n; i++) {
        buf_u64(&b, (uint64_t)spans[i].start);
        buf_u64(&b, (uint64_t)spans[i].end);
        buf_byte(&b, (uint8_t)(spans[i].local | spans[i].days << 1));
    }
    return write_all(buf_bytes(&b), err);
}

int ical_serve(void)
{
    struct err err = {0};
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    FILE *told = stderr, *nowhere = fopen("/dev/null", "w"); /* the library says there what it found in the file */
    int r = nowhere ? proc_harden(&err) : err_set(&err, ERR_IO, "/dev/null cannot be opened");
    if (r == 0)
        r = shut_in(&err);
    if (r == 0)
        stderr = nowhere;
    if (r == 0)
        r = read_all(&b, &err);
    if (r == 0)
        r = answer(a, buf_bytes(&b), &err);
    arena_free(a);
    if (r < 0)
        fprintf(told, "comity-calendar: %s\n", err.text);
    return r < 0 ? 1 : 0;
}
