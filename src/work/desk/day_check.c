/* A day, recomputed by a stranger: record after record through the chain and the line, then all proofs at once, then the log. Whatever is found
 * first in the day is what is told: a proof that fails goes before a later record that does not follow. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ground/json/json.h"
#include "trust/witness/cosign.h"
#include "work/desk/day.h"

#define NONCE_LEN 32
#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define OTHER_DRAWS_MAX 4096 /* of a day, beside those of the line */

/* One draw of the day, and what is to be checked of it later. */
struct drawn {
    struct draw draw;
    uint8_t known[HASH_LEN];
    struct day_draw said;
    struct draw_beta beta;
    uint64_t record;
};

/* What became of a number that the line gave out. */
enum { NUMBER_UNKNOWN, NUMBER_WAITS /* for its draw */, NUMBER_DRAWN };
struct number { uint8_t state; uint32_t drawn; };

struct leaf_place { struct day_leaf leaf; uint64_t record; };

struct day_checking {
    struct arena *a, *piece;
    const struct day_trust *trust;
    struct day_found *out;
    struct err *err;
    struct day_begin begin;
    struct line *line;
    bool begun, keys_there, ended;
    struct day_mark before;    /* how the day before ended, of the record P */
    bool before_there, posted; /* posted: a record R, of this rule */
    struct day_coming coming;
    bool came;                 /* all who come over are there */
    struct day_seals seals;
    uint8_t head[HASH_LEN];
    uint64_t frames;      /* read, of any kind */
    uint64_t records;     /* in the chain */
    uint64_t marked;      /* of them, before the last leaf */
    int64_t oldest_ms, newest_ms; /* events since the last leaf; none: oldest_ms < 0 */
    struct drawn **drawn; /* in order */
    size_t n_drawn, room_drawn;
    struct number *numbers;
    size_t n_numbers, room_numbers;
    struct leaf_place *leaves;
    size_t n_leaves, room_leaves;
    struct day_leaf end;
    str checkpoint;
};

/* --- leaves --- */

/* nonce, role, name, purpose, reference, detail: what a leaf commits to. */
static int detail_of(struct day_checking *c, const struct day_leaf *l, bytes *detail, int64_t *time_ms)
{
    const struct json *leaf;
    uint8_t said[HASH_LEN], is[HASH_LEN];
    str verb;
    struct reader in = reader_new(l->opening);
    int r = json_parse(c->piece, "the leaf", l->leaf, DAY_LEAF_MAX, &leaf, c->err);
    if (r == 0)
        r = json_get_str(leaf, "verb", 40, &verb, c->err);
    if (r == 0)
        r = json_get_hex(leaf, "commitment", said, HASH_LEN, c->err);
    if (r == 0)
        r = json_get_time(leaf, "time", time_ms, c->err);
    if (r < 0)
        return r;
    (void)reader_take(&in, NONCE_LEN);
    for (int i = 0; i < 5; i++)
        *detail = reader_take(&in, reader_u32(&in));
    crypto_sha256(is, l->opening);
    if (!str_eq(verb, STR("desk")) || !reader_done(&in) || memcmp(said, is, HASH_LEN) != 0)
        return err_set(c->err, ERR_CRYPTO, "this leaf of the log is not the desk's, or commits to something else");
    return 0;
}

static void keep_leaf(struct day_checking *c, const struct day_leaf *l)
{
    arena_one_more(c->a, c->leaves, c->n_leaves, c->room_leaves);
    struct leaf_place *place = &c->leaves[c->n_leaves++];
    *place = (struct leaf_place){.leaf = *l, .record = c->frames};
    place->leaf.path.hashes = arena_array(c->a, struct merkle_hash, l->path.n);
    if (l->path.n)
        memcpy(place->leaf.path.hashes, l->path.hashes, l->path.n * HASH_LEN);
}

static int begins(struct day_checking *c, bool over);
static int closes(struct day_checking *c, const struct day_mark *mark);
static void expect(struct day_checking *c, uint32_t number);

static int take_keys(struct day_checking *c, const struct day_record *rec)
{
    struct day_keys keys;
    bytes detail;
    int r = detail_of(c, &rec->leaf, &detail, &c->out->keys_ms);
    if (r == 0)
        r = day_keys_read(c->piece, detail, &keys, c->err);
    if (r < 0)
        return r;
    if (c->keys_there || c->records != 1)
        return err_set(c->err, ERR_INPUT, "the leaf of the keys stands behind the begin of the day, once");
    if (memcmp(keys.hall, c->begin.hall, ID_LEN) != 0 || c->begin.day < keys.from_day || c->begin.day > keys.until_day ||
        memcmp(&keys.keys, &c->begin.keys, sizeof keys.keys) != 0)
        return err_set(c->err, ERR_CRYPTO, "the log holds other keys for this hall and day");
    c->keys_there = true;
    c->out->keys_leaf = c->out->last_leaf = rec->leaf.index;
    keep_leaf(c, &rec->leaf);
    return 0;
}

/* How the day before ended, and with which rule. */
static int take_before(struct day_checking *c, const struct day_record *rec)
{
    int64_t time_ms;
    bytes detail;
    int r = detail_of(c, &rec->leaf, &detail, &time_ms);
    if (r == 0)
        r = day_mark_read(c->piece, detail, &c->before, c->err);
    if (r < 0)
        return r;
    if (!c->keys_there || c->before_there || c->records != 1)
        return err_set(c->err, ERR_INPUT, "the last leaf of the day before stands behind the one of the keys, once");
    if (memcmp(c->before.hall, c->begin.hall, ID_LEN) != 0 || c->before.day >= c->begin.day || !c->before.closed)
        return err_set(c->err, ERR_CRYPTO, "the leaf of the day before is of another hall, of a later day, or of one that goes on");
    c->before_there = true;
    c->out->before = c->before.day;
    keep_leaf(c, &rec->leaf);
    if (rec->leaf.index > c->out->last_leaf)
        c->out->last_leaf = rec->leaf.index;
    return 0;
}

/* Two agreed on this rule. */
static int take_posted(struct day_checking *c, const struct day_record *rec)
{
    struct day_posted posted;
    uint8_t rule[HASH_LEN];
    bytes detail;
    int r = detail_of(c, &rec->leaf, &detail, &c->out->rule_ms);
    if (r == 0)
        r = day_posted_read(c->piece, detail, &posted, c->err);
    if (r < 0)
        return r;
    day_rule_digest(&c->begin.rule, rule);
    if (!c->keys_there || c->before_there || c->posted || c->records != 1)
        return err_set(c->err, ERR_INPUT, "the leaf of a rule stands behind the one of the keys, once");
    if (memcmp(posted.hall, c->begin.hall, ID_LEN) != 0 || memcmp(posted.rule, rule, HASH_LEN) != 0 || !posted.persons[0] || !posted.persons[1] ||
        posted.persons[0] == posted.persons[1])
        return err_set(c->err, ERR_CRYPTO, "the leaf of a rule is of another one, or not by two persons");
    c->posted = true;
    keep_leaf(c, &rec->leaf);
    if (rec->leaf.index > c->out->last_leaf)
        c->out->last_leaf = rec->leaf.index;
    return 0;
}

/* Before anything happens: who was handed over is there, nobody else, and a rule that is new was posted by two. over: it is one of those records. */
static int begins(struct day_checking *c, bool over)
{
    uint8_t rule[HASH_LEN];
    if (c->before_there && c->before.handed && !c->came && !over)
        return err_set(c->err, ERR_CRYPTO, "who was still there on the day before is missing");
    if (over && (!c->before_there || !c->before.handed || c->came))
        return err_set(c->err, ERR_CRYPTO, "somebody comes over whom the day before did not hand over");
    day_rule_digest(&c->begin.rule, rule);
    c->out->new_rule = c->before_there && c->before.ruled && memcmp(rule, c->before.rule, HASH_LEN) != 0;
    if (c->out->new_rule != c->posted)
        return err_set(c->err, ERR_CRYPTO, c->posted ? "a rule was posted that is no new one" : "the rule is another than the day before's, and no two posted it");
    return 0;
}

static int take_over(struct day_checking *c, const struct day_record *rec)
{
    uint8_t digest[HASH_LEN];
    bool ready;
    int r = begins(c, true);
    if (r == 0)
        r = day_comes_over(c->a, &c->coming, rec, c->line, &ready, c->err);
    if (r < 0 || !ready)
        return r;
    day_over_digest(&c->coming.over, digest);
    if (c->coming.over.day != c->before.day || memcmp(digest, c->before.over, HASH_LEN) != 0)
        return err_set(c->err, ERR_CRYPTO, "who comes over is not whom the log says that the day before handed over");
    c->came = c->out->came_over = true;
    for (uint32_t i = 0; i < c->coming.n; i++) {
        const struct line_ticket *t = &c->coming.tickets[i];
        day_seal(c->a, &c->seals, t->id, c->coming.digests[i]);
        if (t->state == LINE_SECONDARY)
            expect(c, line_ticket(c->line, t->id)->check);
    }
    return 0;
}

/* The leaf that closes a day says which rule it had, and who goes over: as they follow from the records. */
static int closes(struct day_checking *c, const struct day_mark *mark)
{
    struct day_over over;
    uint8_t digest[HASH_LEN];
    day_rule_digest(&c->begin.rule, digest);
    if (mark->ruled && memcmp(digest, mark->rule, HASH_LEN) != 0)
        return err_set(c->err, ERR_CRYPTO, "the log says that the day had another rule");
    c->out->handed = mark->handed;
    if (!mark->handed)
        return 0;
    if (line_asked(c->line))
        return err_set(c->err, ERR_CORRUPT, "the day was closed while a call was open");
    day_goes_over(c->piece, c->begin.day, c->line, &c->seals, &over);
    day_over_digest(&over, digest);
    c->out->goes_over = over.line.n;
    return memcmp(digest, mark->over, HASH_LEN) == 0 ? 0 : err_set(c->err, ERR_CRYPTO, "who goes over into the next day is not who is still there");
}

static int take_leaf(struct day_checking *c, const struct day_record *rec)
{
    struct day_mark mark;
    int64_t time_ms;
    bytes detail;
    int r = detail_of(c, &rec->leaf, &detail, &time_ms);
    if (r == 0)
        r = day_mark_read(c->piece, detail, &mark, c->err);
    if (r < 0)
        return r;
    if (begins(c, false) < 0)
        return c->err->code;
    if (!c->keys_there || rec->leaf.index <= c->out->last_leaf || c->out->closed)
        return err_set(c->err, ERR_INPUT, "leaves stand in the order of the log, behind the one of the keys, and the last one closes the day");
    if (memcmp(mark.hall, c->begin.hall, ID_LEN) != 0 || mark.day != c->begin.day || mark.records != (int64_t)c->records ||
        memcmp(mark.head, c->head, HASH_LEN) != 0)
        return err_set(c->err, ERR_CRYPTO, "the log commits to other records than these");
    if (c->oldest_ms >= 0 && c->newest_ms > time_ms)
        return err_set(c->err, ERR_CRYPTO, "the leaf is older than a record before it");
    if (time_ms - c->out->keys_ms < DAY_KEYS_AHEAD_MS)
        return err_set(c->err, ERR_CRYPTO, "the keys were in the log less than 24 hours before");
    if (c->oldest_ms >= 0 && time_ms - c->oldest_ms > DAY_LEAF_LATEST_MS) {
        c->out->late += c->records - c->marked;
        c->out->late_ms = time_ms - c->oldest_ms > c->out->late_ms ? time_ms - c->oldest_ms : c->out->late_ms;
    }
    if (mark.closed && closes(c, &mark) < 0)
        return c->err->code;
    c->marked = c->records;
    c->oldest_ms = -1;
    c->out->last_leaf = rec->leaf.index;
    c->out->closed = mark.closed;
    c->out->leaves++;
    keep_leaf(c, &rec->leaf);
    return 0;
}

/* --- draws --- */

static struct number *number_of(struct day_checking *c, uint32_t number)
{
    return number < c->n_numbers ? &c->numbers[number] : NULL;
}

/* The line gave out a number: its draw may come now, and not before. Numbers come one by one. */
static void expect(struct day_checking *c, uint32_t number)
{
    while (c->n_numbers <= number) {
        arena_one_more(c->a, c->numbers, c->n_numbers, c->room_numbers);
        c->numbers[c->n_numbers++] = (struct number){0};
    }
    c->numbers[number].state = NUMBER_WAITS;
}

/* Of the other kinds each number once. */
static bool drawn_before(const struct day_checking *c, const struct day_draw *d)
{
    for (size_t i = 0; i < c->n_drawn; i++)
        if (c->drawn[i]->said.kind == d->kind && c->drawn[i]->said.number == d->number)
            return true;
    return false;
}

static int take_draw(struct day_checking *c, const struct day_record *rec)
{
    const struct day_draw *d = &rec->draw;
    struct number *number = d->kind == DRAW_CALL ? number_of(c, d->number) : NULL;
    if (d->kind == DRAW_CALL && (!number || number->state != NUMBER_WAITS))
        return err_set(c->err, ERR_CRYPTO, "draw %" PRIu32 ": nothing waits for it: it was drawn before its time, again, or without need", d->number);
    if (d->kind != DRAW_CALL && (c->out->draws > OTHER_DRAWS_MAX + c->n_numbers || drawn_before(c, d)))
        return err_set(c->err, ERR_CRYPTO, "draw %" PRIu32 " was drawn again", d->number);
    if (d->weak ? d->answers.n != 1 || c->begin.keys.needed < 2 : d->answers.n < c->begin.keys.needed)
        return err_set(c->err, ERR_CRYPTO, "draw %" PRIu32 ": it takes %u answers, or one and the mark that it is weak", d->number, (unsigned)c->begin.keys.needed);
    if (d->weak && c->marked != c->records)
        return err_set(c->err, ERR_CRYPTO, "draw %" PRIu32 " is weak, and what was known before it is not in the log", d->number);
    arena_one_more(c->a, c->drawn, c->n_drawn, c->room_drawn);
    struct drawn *drawn = c->drawn[c->n_drawn++] = arena_new_of(c->a, struct drawn);
    *drawn = (struct drawn){.draw = {.day = c->begin.day, .number = d->number, .kind = d->kind}, .said = *d, .record = c->frames};
    memcpy(drawn->draw.hall, c->begin.hall, ID_LEN);
    memcpy(drawn->known, c->head, HASH_LEN);
    draw_beta_of(&drawn->draw, d->weak ? &d->answers.answers[0].element : &d->element, d->weak ? d->answers.holders[0] : 0, &drawn->beta);
    if (number)
        *number = (struct number){NUMBER_DRAWN, (uint32_t)c->n_drawn - 1};
    c->out->draws++;
    c->out->weak += d->weak;
    for (size_t i = 0; i < d->answers.n; i++)
        if (d->answers.holders[i] >= 1 && d->answers.holders[i] <= THRESHOLD_HOLDERS_MAX)
            c->out->answers[d->answers.holders[i] - 1]++;
    return 0;
}

/* --- events --- */

/* The lots of n ids, if their number was drawn; weak must be what the record says. */
static int lots_of(struct day_checking *c, uint32_t number, const struct line_window *w, unsigned posts, struct line_event *e, uint64_t lots[])
{
    const struct number *found = number_of(c, number);
    if (!found || found->state != NUMBER_DRAWN)
        return err_set(c->err, ERR_CRYPTO, "there was no draw for it");
    const struct draw_beta *beta = &c->drawn[found->drawn]->beta;
    for (unsigned i = 0; i < (w ? w->n : posts); i++)
        lots[i] = draw_lot(beta, w ? w->tickets[i] : LINE_POST_ID(i + 1));
    if (e->weak != beta->weak)
        return err_set(c->err, ERR_CRYPTO, "it says that its draw is %s, and it is %s", e->weak ? "weak" : "not weak", beta->weak ? "weak" : "not");
    e->lots = lots;
    return 0;
}

static int take_event(struct day_checking *c, const struct day_record *rec)
{
    struct line_event e = rec->event;
    const struct line_window *w = line_asked(c->line);
    struct line_outcome o;
    uint64_t lots[LINE_WINDOW_MAX];
    int r = 0;
    if (c->out->closed || !c->keys_there)
        return err_set(c->err, ERR_INPUT, "something happened %s", c->out->closed ? "after the day was closed" : "before the keys were there");
    if (c->out->first_ms == 0 && begins(c, false) < 0)
        return c->err->code;
    if (c->out->first_ms == 0 && (e.at < ((int64_t)c->begin.day - 1) * DAY_MS || e.at >= ((int64_t)c->begin.day + 2) * DAY_MS))
        return err_set(c->err, ERR_INPUT, "something happened on another day");
    if (c->out->first_ms && e.at - c->out->first_ms > DAY_LONGEST_MS && e.kind != LINE_CALL && e.kind != LINE_CHECK) /* what was asked before is still drawn */
        return err_set(c->err, ERR_INPUT, "something happened more than %d hours after the day began", (int)(DAY_LONGEST_MS / 3600000));
    if (c->out->first_ms == 0 && c->posted && e.at < c->out->rule_ms)
        return err_set(c->err, ERR_CRYPTO, "the rule was posted after the day began with it");
    if (c->out->first_ms == 0 && e.at - c->out->keys_ms < DAY_KEYS_AHEAD_MS)
        return err_set(c->err, ERR_CRYPTO, "the keys were in the log less than 24 hours before");
    if (e.kind == LINE_CALL && w && w->due < 0)
        r = lots_of(c, w->call, w, 0, &e, lots);
    else if (e.kind == LINE_CALL && e.weak)
        r = err_set(c->err, ERR_CRYPTO, "it says that its draw is weak, and nothing was drawn: one was due");
    else if (e.kind == LINE_CHECK && line_ticket(c->line, e.ticket))
        r = lots_of(c, line_ticket(c->line, e.ticket)->check, NULL, c->begin.rule.n_posts, &e, lots);
    if (r == 0)
        r = line_apply(c->line, &e, &o, c->err);
    if (r < 0)
        return r;
    if (e.kind == LINE_ENTER)
        day_seal(c->a, &c->seals, o.ticket, e.commitment);
    if (e.kind == LINE_ASK && line_asked(c->line)->due < 0)
        expect(c, line_asked(c->line)->call);
    if ((e.kind == LINE_NO_SHOW || e.kind == LINE_REFUSE) && o.counter >= 1 && o.counter <= LINE_COUNTERS_MAX)
        c->out->nothing[o.counter - 1]++;
    if (o.ticket && o.ticket_state == LINE_SECONDARY)
        expect(c, line_ticket(c->line, o.ticket)->check);
    if (c->out->first_ms == 0)
        c->out->first_ms = e.at;
    c->out->last_ms = e.at;
    if (c->oldest_ms < 0)
        c->oldest_ms = e.at;
    c->newest_ms = e.at;
    return 0;
}

static int take_begin(struct day_checking *c, const struct day_record *rec)
{
    if (c->begun)
        return err_set(c->err, ERR_INPUT, "a day begins once");
    c->begin = rec->begin;
    c->begun = true;
    memcpy(c->out->hall, c->begin.hall, ID_LEN);
    c->out->day = c->begin.day;
    c->out->keys = c->begin.keys;
    return line_open(&c->begin.rule, &c->line, c->err);
}

static int take_end(struct day_checking *c, const struct day_record *rec)
{
    const struct line_window *w = line_asked(c->line);
    if (c->marked != c->records || c->out->leaves == 0)
        return err_set(c->err, ERR_INPUT, "records stand behind the last leaf");
    if (c->out->closed && w)
        return err_set(c->err, ERR_CORRUPT, "the day was closed while call %" PRIu32 " was open", w->call);
    c->checkpoint = rec->checkpoint;
    c->ended = true;
    return 0;
}

/* --- all of it --- */

static const struct taking { char kind; bool chained; int (*take)(struct day_checking *c, const struct day_record *rec); } takings[] = {
    {'B', true, take_begin}, {'H', true, take_over}, {'T', true, take_over}, {'P', false, take_before}, {'R', false, take_posted}, {'E', true, take_event}, {'D', true, take_draw}, {'K', false, take_keys}, {'L', false, take_leaf}, {'Z', false, take_end},
};

static int take(struct day_checking *c, const struct day_record *rec)
{
    const struct taking *t = takings;
    while (t->kind != rec->kind)
        t++;
    if (!c->begun && rec->kind != 'B')
        return err_set(c->err, ERR_INPUT, "a day begins with its rule and its keys");
    if (t->chained && rec->kind != 'B' && !c->keys_there)
        return err_set(c->err, ERR_INPUT, "the leaf of the keys is missing");
    if (t->take == take_begin || !t->chained) {
        if (t->chained) {
            day_chain(c->head, rec->frame);
            c->records++;
        }
        return t->take(c, rec);
    }
    int r = t->take(c, rec); /* a draw is about the head before it */
    day_chain(c->head, rec->frame);
    c->records++;
    return r;
}

/* Where it was: by the call, if there is one. */
static int at_record(struct day_checking *c, const struct day_record *rec)
{
    const struct line_window *w = c->line ? line_asked(c->line) : NULL;
    if (rec->kind == 'E' && rec->event.kind == LINE_CALL && w)
        return err_prefix(c->err, "call %" PRIu32 " (record %" PRIu64 ")", w->call, c->frames);
    if (rec->kind == 'E')
        return err_prefix(c->err, "record %" PRIu64 " (%s)", c->frames, line_kind_word(rec->event.kind));
    return err_prefix(c->err, "record %" PRIu64, c->frames);
}

static int walk(struct day_checking *c, bytes file)
{
    struct reader in = reader_new(file);
    struct day_record rec = {0};
    bool there = true;
    bytes magic = reader_take(&in, sizeof DAY_MAGIC - 1);
    if (!in.ok || !str_eq(bytes_str(magic), STR(DAY_MAGIC)))
        return err_set(c->err, ERR_INPUT, "this is no day of a desk");
    day_start(c->head);
    for (;;) {
        arena_reset(c->piece);
        rec.kind = 0;
        c->frames++;
        int r = day_next(&in, c->piece, &rec, &there, c->err);
        if (r == 0 && !there)
            break;
        if (r == 0 && c->ended)
            r = err_set(c->err, ERR_INPUT, "something stands behind the end");
        if (r == 0)
            r = take(c, &rec);
        if (r < 0)
            return at_record(c, &rec);
    }
    return c->ended ? 0 : err_set(c->err, ERR_INPUT, "the day is cut off: its end is missing");
}

/* All proofs of what was walked; the first that fails. */
static int check_draws(struct day_checking *c)
{
    const size_t n = c->n_drawn;
    struct threshold_claim *claims = arena_array(c->a, struct threshold_claim, n);
    uint8_t (*alphas)[DRAW_ALPHA_LEN] = arena_calloc(c->a, n, DRAW_ALPHA_LEN);
    for (size_t i = 0; i < n; i++) {
        struct drawn *d = c->drawn[i];
        draw_alpha(&d->draw, alphas[i]);
        claims[i] = (struct threshold_claim){.alpha = {alphas[i], DRAW_ALPHA_LEN}, .context = {d->known, HASH_LEN}, .n = d->said.answers.n,
                                             .holders = d->said.answers.holders, .answers = d->said.answers.answers,
                                             .element = d->said.weak ? NULL : &d->said.element};
    }
    size_t good = threshold_check_many(&c->begin.keys, claims, n);
    if (good == n)
        return 0;
    const struct drawn *bad = c->drawn[good];
    err_set(c->err, ERR_CRYPTO, "the answers of its key holders do not hold for the records before it, window included");
    return bad->draw.kind == DRAW_CALL ? err_prefix(c->err, "call %" PRIu32 " (record %" PRIu64 ")", bad->draw.number, bad->record)
                                       : err_prefix(c->err, "record %" PRIu64, bad->record);
}

/* The log's signature, and those of the witnesses that were named: each of them, and nobody else's, since what is not checked could be changed. */
static int check_cosignatures(struct day_checking *c, const struct note *note)
{
    const struct day_trust *t = c->trust;
    if (note->n > 1 && t->n_witnesses == 0)
        return err_set(c->err, ERR_INPUT, "witnesses cosigned the head of the log: give their keys, or have the day written without");
    for (size_t i = 0; i < note->n; i++) {
        bool named = note->signatures[i].key_id == t->log->key_id && str_eq(note->signatures[i].name, t->log->name);
        for (size_t k = 0; k < t->n_witnesses; k++)
            named |= note->signatures[i].key_id == t->witnesses[k].key_id && str_eq(note->signatures[i].name, t->witnesses[k].name);
        for (size_t k = 0; k < i; k++)
            named &= note->signatures[i].key_id != note->signatures[k].key_id || !str_eq(note->signatures[i].name, note->signatures[k].name);
        if (!named)
            return err_set(c->err, ERR_INPUT, "under the head of the log stands a signature of nobody who was named, or one twice");
    }
    int r = 0;
    for (size_t k = 0; r == 0 && k < t->n_witnesses; k++) {
        uint64_t seconds;
        r = cosignature_verify(c->a, note, &t->witnesses[k], &seconds, c->err);
        c->out->witnesses += r == 0;
        if (r == 0 && seconds > c->out->seconds)
            c->out->seconds = seconds;
    }
    return r;
}

static int check_log(struct day_checking *c)
{
    struct checkpoint head;
    struct note note;
    struct merkle_hash hash;
    int r = note_parse(c->a, c->checkpoint, &note, c->err);
    if (r == 0)
        r = check_cosignatures(c, &note);
    if (r == 0)
        r = checkpoint_open(c->a, c->checkpoint, c->trust->log, &head, c->err);
    for (size_t i = 0; r == 0 && i < c->n_leaves; i++) {
        const struct day_leaf *l = &c->leaves[i].leaf;
        merkle_leaf(&hash, l->leaf);
        r = merkle_verify_inclusion(l->index, head.size, &hash, &l->path, &head.root, c->err);
        if (r < 0)
            r = err_prefix(c->err, "record %" PRIu64 ": leaf %" PRIu64 " is not in the log", c->leaves[i].record, l->index);
    }
    return r;
}

static void tell_draws(const struct day_checking *c)
{
    for (size_t i = 0; c->trust->each && i < c->n_drawn; i++) {
        const struct drawn *d = c->drawn[i];
        struct day_drawn told = {.kind = d->draw.kind, .number = d->draw.number, .weak = d->said.weak};
        for (size_t k = 0; k < d->said.answers.n; k++)
            told.holders |= UINT32_C(1) << d->said.answers.holders[k];
        memcpy(told.known, d->known, HASH_LEN);
        c->trust->each(c->trust->arg, &told);
    }
}

int day_check(bytes file, const struct note_verifier *log, struct day_found *out, struct err *err)
{
    return day_check_by(file, &(struct day_trust){.log = log}, out, err);
}

int day_check_by(bytes file, const struct day_trust *trust, struct day_found *out, struct err *err)
{
    struct err walked = {0};
    struct day_checking c = {.a = arena_new(), .piece = arena_new(), .trust = trust, .out = out, .err = &walked, .oldest_ms = -1};
    memset(out, 0, sizeof *out);
    int first = walk(&c, file);
    c.err = err;
    int r = check_draws(&c); /* what was drawn before stands before what was found */
    if (r == 0 && first < 0)
        r = err_set(err, walked.code, "%s", walked.text);
    if (r == 0)
        r = check_log(&c);
    if (r == 0)
        tell_draws(&c);
    out->records = c.records;
    if (c.line)
        out->totals = *line_totals(c.line);
    line_close(c.line);
    arena_free(c.piece);
    arena_free(c.a);
    return r;
}
