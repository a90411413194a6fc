/* A day's frames as bytes, and back. */
#include "work/desk/day.h"

#include <assert.h>
#include <string.h>

#include "work/desk/day_internal.h"

/* --- the chain --- */

void day_start(uint8_t head[static HASH_LEN])
{
    crypto_sha256(head, str_bytes(STR(DAY_MAGIC)));
}

void day_chain(uint8_t head[static HASH_LEN], bytes frame)
{
    const bytes parts[] = {{head, HASH_LEN}, frame};
    crypto_sha256_parts(head, parts, 2);
}

/* --- writing --- */

struct buf day_frame_start(struct arena *a, char kind)
{
    struct buf b = buf_new(a);
    buf_u16(&b, 0);
    buf_byte(&b, kind);
    return b;
}

bytes day_frame_finish(struct buf *b)
{
    assert(b->len >= 3 && b->len - 2 <= UINT16_MAX);
    put_u16be((uint8_t *)b->p, (uint16_t)(b->len - 2));
    return buf_bytes(b);
}

static void add_bytes(struct buf *b, bytes value)
{
    buf_u16(b, (uint16_t)value.len);
    buf_add_bytes(b, value.p, value.len);
}

static void add_rule(struct buf *b, const struct line_rule *rule)
{
    buf_u16(b, rule->window);
    buf_u16(b, rule->cap);
    buf_u16(b, rule->tries);
    buf_byte(b, (char)rule->n_lanes);
    buf_byte(b, (char)rule->n_counters);
    buf_byte(b, (char)rule->n_posts);
    for (unsigned i = 0; i < rule->n_lanes; i++) {
        buf_u16(b, rule->lanes[i].weight);
        buf_u32(b, rule->lanes[i].needs);
    }
    for (unsigned i = 0; i < rule->n_counters; i++)
        buf_u64(b, rule->serves[i]);
}

void day_rule_digest(const struct line_rule *rule, uint8_t out[static HASH_LEN])
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    buf_add(&b, STR("comity-desk-rule 1\n"));
    add_rule(&b, rule);
    crypto_sha256(out, buf_bytes(&b));
    arena_free(a);
}

bytes day_frame_begin(struct arena *a, const struct day_begin *begin)
{
    struct buf b = day_frame_start(a, 'B');
    uint8_t keys[THRESHOLD_KEYS_MAX];
    buf_add_bytes(&b, begin->hall, ID_LEN);
    buf_u32(&b, begin->day);
    add_rule(&b, &begin->rule);
    add_bytes(&b, (bytes){keys, threshold_keys_write(&begin->keys, keys)});
    return day_frame_finish(&b);
}

/* Which fields an event of each kind has, in this order: ticket, counter, lane, party, eligible, document, serves, weak, 2 persons. */
static const char *const event_fields[LINE_KINDS] = {
    [LINE_ENTER] = "tlped", [LINE_OPEN] = "c",   [LINE_READY] = "c",  [LINE_ASK] = "c",      [LINE_CALL] = "ctw",
    [LINE_NO_SHOW] = "t",    [LINE_REFUSE] = "t", [LINE_RETURN] = "t", [LINE_END] = "t",      [LINE_VOID] = "t",
    [LINE_MISMATCH] = "t",   [LINE_CHECK] = "tcw", [LINE_OVERRIDE] = "ct2", [LINE_CLOSE] = "c", [LINE_POST] = "cs2",
};

bytes day_frame_event(struct arena *a, const struct line_event *e)
{
    static const uint8_t none[LINE_COMMITMENT_LEN];
    struct buf b = day_frame_start(a, 'E');
    buf_byte(&b, (char)e->kind);
    buf_u64(&b, (uint64_t)e->at);
    for (const char *f = event_fields[e->kind]; *f; f++)
        switch (*f) {
        case 't': buf_u32(&b, e->ticket); break;
        case 'c': buf_u16(&b, e->counter); break;
        case 'l': buf_byte(&b, (char)e->lane); break;
        case 'p': buf_u16(&b, e->party); break;
        case 'e': buf_u32(&b, e->eligible); break;
        case 'd': buf_add_bytes(&b, e->commitment ? e->commitment : none, LINE_COMMITMENT_LEN); break;
        case 's': buf_u64(&b, e->serves); break;
        case 'w': buf_byte(&b, e->weak); break;
        default:
            buf_u64(&b, e->persons[0]);
            buf_u64(&b, e->persons[1]);
        }
    return day_frame_finish(&b);
}

bytes day_frame_draw(struct arena *a, const struct day_draw *d)
{
    struct buf b = day_frame_start(a, 'D');
    buf_byte(&b, (char)d->kind);
    buf_u32(&b, d->number);
    buf_byte(&b, d->weak);
    buf_byte(&b, (char)d->answers.n);
    for (size_t i = 0; i < d->answers.n; i++) {
        buf_byte(&b, (char)d->answers.holders[i]);
        buf_add_bytes(&b, &d->answers.answers[i], THRESHOLD_ANSWER_LEN);
    }
    if (!d->weak)
        buf_add_bytes(&b, d->element.b, OPRF_POINT_LEN);
    return day_frame_finish(&b);
}

bytes day_frame_leaf(struct arena *a, char kind, const struct day_leaf *l)
{
    struct buf b = day_frame_start(a, kind);
    buf_u64(&b, l->index);
    add_bytes(&b, l->leaf);
    add_bytes(&b, l->opening);
    buf_byte(&b, (char)l->path.n);
    buf_add_bytes(&b, l->path.hashes, l->path.n * HASH_LEN);
    return day_frame_finish(&b);
}

bytes day_frame_end(struct arena *a, str checkpoint)
{
    struct buf b = day_frame_start(a, 'Z');
    buf_add(&b, checkpoint);
    return day_frame_finish(&b);
}

/* --- reading --- */

static bool read_flag(struct reader *in)
{
    uint8_t v = reader_u8(in);
    in->ok = in->ok && v <= 1;
    return v == 1;
}

static int read_begin(struct reader *in, struct day_record *out, struct err *err)
{
    struct day_begin *b = &out->begin;
    struct line_rule *rule = &b->rule;
    bytes hall = reader_take(in, ID_LEN);
    *b = (struct day_begin){.day = reader_u32(in)};
    rule->window = reader_u16(in);
    rule->cap = reader_u16(in);
    rule->tries = reader_u16(in);
    rule->n_lanes = reader_u8(in);
    rule->n_counters = reader_u8(in);
    rule->n_posts = reader_u8(in);
    if (!in->ok || rule->n_lanes > LINE_LANES_MAX || rule->n_counters > LINE_COUNTERS_MAX || rule->window == 0 || rule->cap == 0 || rule->tries == 0)
        return err_set(err, ERR_INPUT, "the rule of the day is not written as rules are");
    for (unsigned i = 0; i < rule->n_lanes; i++) {
        rule->lanes[i].weight = reader_u16(in);
        rule->lanes[i].needs = reader_u32(in);
        in->ok = in->ok && rule->lanes[i].weight > 0;
    }
    for (unsigned i = 0; i < rule->n_counters; i++)
        rule->serves[i] = reader_u64(in);
    bytes keys = reader_take(in, reader_u16(in));
    if (!in->ok)
        return 0;
    memcpy(b->hall, hall.p, ID_LEN);
    return threshold_keys_read(keys, &b->keys, err);
}

static int read_event(struct reader *in, struct day_record *out, struct err *err)
{
    struct line_event *e = &out->event;
    const uint8_t kind = reader_u8(in);
    (void)err;
    if (kind >= LINE_KINDS) {
        in->ok = false;
        return 0;
    }
    *e = (struct line_event){.kind = (enum line_kind)kind, .at = (int64_t)reader_u64(in)};
    for (const char *f = event_fields[kind]; *f; f++)
        switch (*f) {
        case 't': e->ticket = reader_u32(in); break;
        case 'c': e->counter = reader_u16(in); break;
        case 'l': e->lane = reader_u8(in); break;
        case 'p': e->party = reader_u16(in); break;
        case 'e': e->eligible = reader_u32(in); break;
        case 'd': e->commitment = reader_take(in, LINE_COMMITMENT_LEN).p; break;
        case 's': e->serves = reader_u64(in); break;
        case 'w': e->weak = read_flag(in); break;
        default:
            e->persons[0] = reader_u64(in);
            e->persons[1] = reader_u64(in);
        }
    return 0;
}

static int read_draw(struct reader *in, struct day_record *out, struct err *err)
{
    struct day_draw *d = &out->draw;
    const uint8_t kind = reader_u8(in);
    (void)err;
    *d = (struct day_draw){.kind = (enum draw_kind)kind, .number = reader_u32(in), .weak = read_flag(in)};
    d->answers.n = reader_u8(in);
    if (kind < DRAW_CALL || kind >= DRAW_KINDS || d->answers.n < 1 || d->answers.n > THRESHOLD_HOLDERS_MAX)
        in->ok = false;
    for (size_t i = 0; in->ok && i < d->answers.n; i++) {
        d->answers.holders[i] = reader_u8(in);
        bytes answer = reader_take(in, THRESHOLD_ANSWER_LEN);
        if (in->ok)
            memcpy(&d->answers.answers[i], answer.p, THRESHOLD_ANSWER_LEN);
        if (i > 0 && d->answers.holders[i] <= d->answers.holders[i - 1])
            in->ok = false; /* by their numbers, each once */
    }
    bytes element = d->weak ? (bytes){0} : reader_take(in, OPRF_POINT_LEN);
    if (in->ok && !d->weak)
        memcpy(d->element.b, element.p, OPRF_POINT_LEN);
    return 0;
}

static int read_leaf(struct reader *in, struct arena *a, struct day_record *out)
{
    struct day_leaf *l = &out->leaf;
    *l = (struct day_leaf){.index = reader_u64(in)};
    l->leaf = reader_take(in, reader_u16(in));
    l->opening = reader_take(in, reader_u16(in));
    l->path.n = reader_u8(in);
    bytes hashes = reader_take(in, l->path.n * HASH_LEN);
    if (!in->ok || l->path.n > MERKLE_PROOF_MAX || l->index > INT64_MAX || l->leaf.len > DAY_LEAF_MAX || l->opening.len > DAY_OPENING_MAX) {
        in->ok = false;
        return 0;
    }
    l->path.hashes = arena_array(a, struct merkle_hash, l->path.n);
    if (l->path.n)
        memcpy(l->path.hashes, hashes.p, hashes.len);
    return 0;
}

/* --- all of it --- */

int day_next(struct reader *in, struct arena *a, struct day_record *out, bool *there, struct err *err)
{
    const uint8_t *begins = in->p;
    *there = in->p < in->end;
    if (!*there)
        return 0;
    bytes body = reader_take(in, reader_u16(in));
    struct reader r = reader_new(body);
    int result = 0;
    out->kind = (char)reader_u8(&r);
    if (!in->ok || !r.ok)
        return err_set(err, ERR_INPUT, "the record is cut off, or empty");
    out->frame = (bytes){begins, (size_t)(in->p - begins)};
    switch (out->kind) {
    case 'B': result = read_begin(&r, out, err); break;
    case 'E': result = read_event(&r, out, err); break;
    case 'D': result = read_draw(&r, out, err); break;
    case 'H':
    case 'T': result = day_over_read(&r, out, err); break;
    case 'K':
    case 'P':
    case 'R':
    case 'L': result = read_leaf(&r, a, out); break;
    case 'Z': out->checkpoint = bytes_str(reader_take(&r, (size_t)(r.end - r.p))); break;
    default: r.ok = false;
    }
    return result == 0 && !reader_done(&r) ? err_set(err, ERR_INPUT, "the record is not written as records of a day are") : result;
}
