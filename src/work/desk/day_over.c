/* Who goes over from one day into the next: as records, as one digest that the leaf at the end commits to, and back onto a line. */
#include <string.h>

#include "work/desk/day_internal.h"

#define OVER_MAGIC "comity-desk-over 1\n"

/* --- digests of documents --- */

void day_seal(struct arena *a, struct day_seals *s, uint32_t ticket, const uint8_t *digest)
{
    arena_one_more(a, s->all, s->n, s->room);
    struct day_seal *one = &s->all[s->n++];
    *one = (struct day_seal){.ticket = ticket};
    if (digest)
        memcpy(one->digest, digest, HASH_LEN);
}

const uint8_t *day_sealed(const struct day_seals *s, uint32_t ticket)
{
    for (size_t i = s->n; i > 0; i--) /* those that are looked for came last, mostly */
        if (s->all[i - 1].ticket == ticket)
            return s->all[i - 1].digest;
    return NULL;
}

void day_goes_over(struct arena *a, uint32_t day, const struct line *line, const struct day_seals *seals, struct day_over *out)
{
    *out = (struct day_over){.day = day};
    line_over(line, a, &out->line);
    uint8_t (*digests)[HASH_LEN] = arena_calloc(a, out->line.n + 1, HASH_LEN);
    for (uint32_t i = 0; i < out->line.n; i++) {
        const uint8_t *digest = day_sealed(seals, out->line.tickets[i].id);
        if (digest)
            memcpy(digests[i], digest, HASH_LEN);
    }
    out->digests = (const uint8_t (*)[HASH_LEN])digests;
}

/* --- records --- */

bytes day_frame_over(struct arena *a, const struct day_over *o)
{
    struct buf b = day_frame_start(a, 'H');
    buf_u32(&b, o->day);
    buf_u64(&b, (uint64_t)o->line.at);
    buf_u32(&b, o->line.last);
    buf_u32(&b, o->line.n);
    buf_byte(&b, (char)o->line.n_counters);
    buf_add_bytes(&b, o->line.counters, o->line.n_counters);
    return day_frame_finish(&b);
}

bytes day_frame_over_ticket(struct arena *a, const struct line_ticket *t, const uint8_t digest[static HASH_LEN])
{
    struct buf b = day_frame_start(a, 'T');
    buf_u32(&b, t->id);
    buf_byte(&b, (char)t->lane);
    buf_byte(&b, (char)t->state);
    buf_byte(&b, (char)t->tries);
    buf_u16(&b, t->overtaken);
    buf_u16(&b, t->party);
    buf_u16(&b, t->counter);
    buf_u64(&b, (uint64_t)t->entered);
    buf_u64(&b, (uint64_t)t->called);
    buf_add_bytes(&b, digest, HASH_LEN);
    return day_frame_finish(&b);
}

void day_over_digest(const struct day_over *o, uint8_t out[static HASH_LEN])
{
    struct arena *a = arena_new();
    crypto_sha256(out, str_bytes(STR(OVER_MAGIC)));
    day_chain(out, day_frame_over(a, o));
    for (uint32_t i = 0; i < o->line.n; i++) {
        arena_reset(a);
        day_chain(out, day_frame_over_ticket(a, &o->line.tickets[i], o->digests[i]));
    }
    arena_free(a);
}

int day_over_read(struct reader *in, struct day_record *out, struct err *err)
{
    struct line_over *over = &out->over.line;
    struct line_ticket *t = &out->ticket;
    (void)err;
    if (out->kind == 'T') {
        *t = (struct line_ticket){.id = reader_u32(in), .lane = reader_u8(in)};
        t->state = reader_u8(in);
        t->tries = reader_u8(in);
        t->overtaken = reader_u16(in);
        t->party = reader_u16(in);
        t->counter = reader_u16(in);
        t->entered = (int64_t)reader_u64(in);
        t->called = (int64_t)reader_u64(in);
        out->digest = reader_take(in, HASH_LEN).p;
        return 0;
    }
    out->over = (struct day_over){.day = reader_u32(in)};
    over->at = (int64_t)reader_u64(in);
    over->last = reader_u32(in);
    over->n = reader_u32(in);
    over->n_counters = reader_u8(in);
    in->ok = in->ok && over->n_counters <= LINE_COUNTERS_MAX && over->n <= INT32_MAX && over->last <= INT32_MAX;
    const bytes states = reader_take(in, in->ok ? over->n_counters : 0);
    if (in->ok && over->n_counters)
        memcpy(over->counters, states.p, states.len);
    return 0;
}

/* --- onto a line --- */

int day_comes_over(struct arena *a, struct day_coming *c, const struct day_record *rec, struct line *line, bool *ready, struct err *err)
{
    *ready = false;
    if (rec->kind == 'H' ? c->open : !c->open || c->n == c->over.line.n)
        return err_set(err, ERR_INPUT, "who comes over from the day before stands at the begin of the day, once");
    if (rec->kind == 'H') {
        c->over = rec->over;
        c->open = true;
    } else {
        if ((c->n & (c->n - 1)) == 0) { /* room grows with what came, not with what was said */
            struct line_ticket *tickets = arena_array(a, struct line_ticket, c->n ? 2 * c->n : 1);
            uint8_t (*digests)[HASH_LEN] = arena_calloc(a, c->n ? 2 * c->n : 1, HASH_LEN);
            if (c->n) {
                memcpy(tickets, c->tickets, c->n * sizeof *tickets);
                memcpy(digests, c->digests, c->n * sizeof *digests);
            }
            c->tickets = tickets;
            c->digests = digests;
        }
        c->tickets[c->n] = rec->ticket;
        memcpy(c->digests[c->n++], rec->digest, HASH_LEN);
    }
    if (c->n < c->over.line.n)
        return 0;
    c->over.line.tickets = c->tickets;
    c->over.digests = (const uint8_t (*)[HASH_LEN])c->digests;
    *ready = true;
    return line_come_over(line, &c->over.line, err);
}
