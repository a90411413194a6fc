#include "ground/ical/ical_internal.h"
#include "ground/proc/helper.h"

static const struct helper_program program = {"comity-calendar", "COMITY_CALENDAR"};

static int ask(bytes asked, struct buf *said, struct err *err)
{
    struct helper *h = NULL;
    uint8_t piece[16384];
    size_t got;
    int r = helper_open(&program, &h, err);
    while (r == 0 && (r = helper_step(h, &asked, true, piece, sizeof piece, &got, err)) == 0) {
        buf_add_bytes(said, piece, got);
        if (said->len > 1 + (size_t)ICAL_SPANS_MAX * ICAL_SPAN)
            r = err_set(err, ERR_IO, "%s says more than it can", program.name);
    }
    helper_close(h);
    return r < 0 ? r : 0;
}

int ical_busy(struct arena *a, bytes file, int64_t from, int64_t until, struct ical_span **out, size_t *n, struct err *err)
{
    struct buf asked = buf_new(a), said = buf_new(a);
    *out = NULL;
    *n = 0;
    if (file.len > ICAL_FILE_MAX)
        return err_set(err, ERR_LIMIT, N_("a calendar file is at most one million characters"));
    buf_u64(&asked, (uint64_t)from);
    buf_u64(&asked, (uint64_t)until);
    buf_add_bytes(&asked, file.p, file.len);
    int r = ask(buf_bytes(&asked), &said, err);
    if (r < 0)
        return r;
    struct reader in = reader_new(buf_bytes(&said));
    const unsigned what = reader_u8(&in);
    if (what == ICAL_NONE)
        return err_set(err, ERR_INPUT, N_("this file is no calendar (iCalendar)"));
    if (what == ICAL_TOO_MUCH)
        return err_set(err, ERR_LIMIT, N_("this calendar has more than 5000 events in these weeks"));
    const size_t most = (said.len - (said.len > 0)) / ICAL_SPAN;
    *out = arena_array(a, struct ical_span, most);
    for (; what == ICAL_SAID && in.ok && *n < most; ++*n) {
        struct ical_span *s = &(*out)[*n];
        s->start = (int64_t)reader_u64(&in);
        s->end = (int64_t)reader_u64(&in);
        const unsigned flags = reader_u8(&in);
        s->local = flags & 1;
        s->days = flags >> 1 & 1;
        if (s->end <= s->start || s->start >= until || s->end <= from)
            in.ok = false;
    }
    return what == ICAL_SAID && reader_done(&in) ? 0 : err_set(err, ERR_IO, "%s answered something that is no answer", program.name);
}
