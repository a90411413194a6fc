#include "work/desk/hall.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ground/crypto/crypto.h"
#include "work/desk/hall_internal.h"
#include "work/desk/hall_store.h"
#include "work/desk/override.h"

#define WAIT_NS 20000000 /* for a call that another thread is drawing; */
#define WAITS 100        /* so often */
#define LAST_MS 60000    /* before a day has run as long as it may: for the draw that is on its way */
#define QUIET_MS (INT64_C(6) * 3600 * 1000)

static struct seat seat_of(const struct hall *h)
{
    struct seat s = {.day = h->book.day};
    memcpy(s.hall, h->book.hall, ID_LEN);
    return s;
}

/* --- reading on --- */

/* The lots that the event takes: of the window of its call, or of the posts of its check. */
static void give_lots(const struct hall *h, struct line_event *e, uint64_t lots[static LINE_WINDOW_MAX])
{
    const struct line_window *w = line_asked(h->line);
    if (e->kind == LINE_CALL && w && w->due < 0)
        for (unsigned i = 0; i < w->n; i++)
            lots[i] = draw_lot(&h->beta, w->tickets[i]);
    else if (e->kind == LINE_CHECK)
        for (unsigned i = 0; i < line_rule(h->line)->n_posts && i < LINE_WINDOW_MAX; i++)
            lots[i] = draw_lot(&h->beta, LINE_POST_ID(i + 1));
    else
        return;
    e->lots = lots;
}

static void note_draw(struct hall *h, const struct day_draw *d)
{
    struct draw what = {.day = h->book.day, .number = d->number, .kind = d->kind};
    memcpy(what.hall, h->book.hall, ID_LEN);
    draw_beta_of(&what, d->weak ? &d->answers.answers[0].element : &d->element, d->weak ? d->answers.holders[0] : 0, &h->beta);
    hall_seen_draw(h, d);
}

static void note_event(struct hall *h, int64_t at)
{
    h->at = at;
    h->first_at = h->first_at ? h->first_at : at;
}

static int read_record(void *arg, const struct day_record *rec, struct err *err)
{
    struct hall *h = arg;
    struct line_event e = rec->event;
    uint64_t lots[LINE_WINDOW_MAX];
    if (rec->kind == 'B') {
        h->keys = rec->begin.keys;
        return line_open(&rec->begin.rule, &h->line, err);
    }
    if (rec->kind == 'D')
        note_draw(h, &rec->draw);
    if (rec->kind == 'H')
        h->at = rec->over.line.at;
    if (rec->kind == 'H' || rec->kind == 'T')
        return hall_seen_over(h, rec, err);
    if (rec->kind != 'E')
        return 0;
    note_event(h, e.at);
    give_lots(h, &e, lots);
    return hall_seen_apply(h, &e, NULL, err);
}

int hall_follow(struct hall *h, struct err *err)
{
    if (!h->unsure)
        return day_book_follow(h->node, &h->book, read_record, h, err);
    line_close(h->line);
    h->line = NULL;
    h->at = h->first_at = 0;
    hall_seen_clear(h);
    int r = day_book_open(h->node, h->posted.id, h->book.day, read_record, h, &h->book, err);
    h->unsure = r < 0;
    return r;
}

/* --- opening --- */

struct beginning { struct hall *hall; struct hall *before; /* that handed over, or NULL */ };

static int do_begin(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct beginning *b = arg;
    const struct hall *h = b->hall;
    struct day_begin begin = {.day = h->book.day, .rule = h->posted.rule};
    struct day_book book;
    struct day_over over;
    struct arena *a = arena_new();
    memcpy(begin.hall, h->posted.id, ID_LEN);
    act->has_object = true;
    memcpy(act->object, h->posted.id, ID_LEN);
    act->detail = STR("{\"begun\":true}");
    if (b->before)
        day_goes_over(a, b->before->book.day, b->before->line, &b->before->seen.seals, &over);
    int r = day_book_begin(node, &begin, b->before ? &over : NULL, act->now_ms, &book, err);
    if (r == 0 && b->before) {
        const struct seat from = seat_of(b->before), to = seat_of(h);
        r = seat_store_over(node->db, &from, &to, act->now_ms, err);
        if (r == 0)
            r = override_over(node->db, h->posted.id, from.day, to.day, err);
    }
    arena_free(a);
    return r;
}

/* Of the day before, if it was handed over, all is read again: who is still there. */
static int begin(struct hall *h, int64_t now_ms, struct err *err)
{
    struct beginning b = {.hall = h};
    struct day_before before;
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    int r = day_book_before(h->node, h->posted.id, h->book.day, &before, err);
    if (r == 0 && before.there && before.mark.handed)
        r = hall_open(h->node, h->posted.id, before.day, now_ms, &b.before, err);
    if (r == 0)
        r = act_run(h->node, &act, do_begin, &b, err);
    hall_close(b.before);
    return r;
}

int hall_open(struct node *node, const uint8_t id[static ID_LEN], uint32_t day, int64_t now_ms, struct hall **out, struct err *err)
{
    struct hall *h = mem_calloc(1, sizeof *h);
    struct err none = {0};
    h->arena = arena_new();
    h->node = node;
    h->unsure = true;
    h->book.day = day;
    memcpy(h->book.hall, id, ID_LEN);
    int r = hall_find(node->db, id, h->arena, &h->posted, err);
    if (r == 0 && (r = hall_follow(h, &none)) == ERR_NOT_FOUND) {
        r = begin(h, now_ms, err);
        if (r == 0 || (r == ERR_EXISTS && hall_follow(h, &none) == 0)) /* another was quicker */
            r = hall_follow(h, err);
    } else if (r < 0 && none.code)
        *err = none;
    if (r < 0)
        hall_close(h);
    else
        *out = h;
    return r;
}

void hall_close(struct hall *h)
{
    if (!h)
        return;
    line_close(h->line);
    if (h->seen.a)
        arena_free(h->seen.a);
    arena_free(h->arena);
    free(h);
}

const struct line *hall_line(const struct hall *h)
{
    return h->line;
}

const struct hall_setup *hall_posted(const struct hall *h)
{
    return &h->posted;
}

uint32_t hall_day(const struct hall *h)
{
    return h->book.day;
}

const struct threshold_keys *hall_keys(const struct hall *h)
{
    return &h->keys;
}

bool hall_closed(const struct hall *h)
{
    return h->book.closed;
}

bool hall_lapsed(const struct hall *h, int64_t now_ms)
{
    return h->first_at && now_ms - h->first_at >= DAY_LONGEST_MS - LAST_MS;
}

bool hall_quiet(const struct hall *h, int64_t now_ms)
{
    return now_ms - h->at >= QUIET_MS;
}

/* --- what happens --- */

/* Within a transaction: applies it, keeps its frame. */
static int happen(struct hall *h, struct line_event *e, int64_t now_ms, struct line_outcome *o, struct err *err)
{
    struct line_outcome out;
    uint64_t lots[LINE_WINDOW_MAX];
    e->at = now_ms > h->at ? now_ms : h->at;
    if (h->first_at && e->at - h->first_at > DAY_LONGEST_MS && e->kind != LINE_CALL && e->kind != LINE_CHECK) /* what was asked before is still drawn */
        return err_set(err, ERR_DENIED, N_("this day has run for as long as one may: hand it over to the next one"));
    struct arena *a = arena_new();
    give_lots(h, e, lots);
    int r = hall_seen_apply(h, e, &out, err);
    if (e->kind == LINE_ENTER || e->kind == LINE_CALL)
        e->ticket = out.ticket;
    if (e->kind == LINE_CHECK)
        e->counter = out.counter;
    if (r == 0)
        r = day_book_add(h->node->db, &h->book, day_frame_event(a, e), err);
    note_event(h, e->at);
    if (o)
        *o = out;
    arena_free(a);
    return r;
}

/* A ticket whose post of the secondary check is still to be drawn; 0: none. */
static uint32_t awaits_check(const struct hall *h)
{
    return line_rule(h->line)->n_posts ? line_unchecked(h->line) : 0;
}

/* Holders answer once, for the records as they stand: until that draw is kept nothing else is. */
static int refuse_while_drawn(const struct hall *h, struct err *err)
{
    return !hall_settled(h) ? err_set(err, ERR_RETRY, N_("a call is being drawn at this moment: press again")) : 0;
}

/* A press of a member, as an act. */
struct press {
    struct hall *hall;
    struct line_event *events;
    size_t n;
    bool seats; /* she sits down at the counter of the first event */
    hall_given_fn given; /* of a ticket: told of it, with its document; may be NULL */
    str document;
    struct line_outcome outcome; /* of the last */
};

/* What is pressed at a counter is pressed by who sits there, or by whoever has the machine. */
static int may_press(const struct press *p, const struct actor *actor, unsigned seat, struct err *err)
{
    if (!str_eq(actor->role, STR("member")))
        return 0;
    const struct line_event *e = &p->events[0];
    const struct line_ticket *t = e->ticket ? line_ticket(p->hall->line, e->ticket) : NULL;
    unsigned counter = e->kind == LINE_CLOSE ? e->counter : 0;
    if (e->kind == LINE_NO_SHOW || e->kind == LINE_REFUSE || e->kind == LINE_END || e->kind == LINE_MISMATCH)
        counter = t ? t->counter : LINE_COUNTERS_MAX + 1;
    if (counter && counter != seat)
        return err_set(err, ERR_DENIED, N_("this ticket was not called to your counter"));
    return 0;
}

static int do_press(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct press *p = arg;
    struct hall *h = p->hall;
    const struct seat s = seat_of(h);
    unsigned seat;
    act->has_object = true;
    memcpy(act->object, h->posted.id, ID_LEN);
    act->detail = str_from(line_kind_word(p->events[0].kind));
    int r = hall_follow(h, err);
    h->unsure = true;
    if (r == 0 && h->book.closed)
        return err_set(err, ERR_DENIED, N_("the day of this hall is over"));
    if (r == 0)
        r = refuse_while_drawn(h, err);
    if (r == 0)
        r = seat_store_of(node->db, &s, act->actor->member, &seat, err);
    if (r == 0 && p->seats && seat)
        r = err_set(err, ERR_EXISTS, N_("you sit at another counter: close that one first"));
    if (r == 0 && !p->seats)
        r = may_press(p, act->actor, seat, err);
    for (size_t i = 0; r == 0 && i < p->n; i++)
        r = happen(h, &p->events[i], act->now_ms, &p->outcome, err);
    if (r == 0 && p->seats)
        r = seat_store_put(node->db, &s, p->events[0].counter, act->actor->member, act->now_ms, err);
    if (r == 0 && p->given)
        r = p->given(node, &(struct hall_given){h->posted.id, h->book.day, p->outcome.ticket, p->document}, act->now_ms, err);
    const unsigned at = p->outcome.counter;
    if (r == 0 && at >= 1 && at <= line_rule(h->line)->n_counters && line_counter(h->line, at)->state == LINE_CLOSED)
        r = seat_store_end(node->db, &s, at, act->now_ms, err);
    return r;
}

static int press(const struct hall_hand *hand, struct press *p, struct err *err)
{
    int r = ERR_RETRY;
    for (int i = 0; r == ERR_RETRY && i < WAITS; i++) {
        struct act act = {.verb = VERB_HALL, .actor = hand->actor, .now_ms = hand->now_ms};
        r = hall_follow(p->hall, err);
        if (r == 0)
            r = refuse_while_drawn(p->hall, err);
        if (r == 0) {
            r = act_run(p->hall->node, &act, do_press, p, err);
            p->hall->unsure = r < 0;
        }
        if (r == ERR_RETRY)
            nanosleep(&(struct timespec){.tv_nsec = WAIT_NS}, NULL);
    }
    return r;
}

int hall_enter(const struct hall_hand *hand, struct hall *h, unsigned lane, unsigned party, uint32_t eligible, str document, struct hall_ticket *out,
               struct err *err)
{
    uint8_t commitment[HASH_LEN];
    document = str_trim(document);
    if (document.len == 0 || document.len > HALL_DOCUMENT_MAX)
        return err_set(err, ERR_INPUT, N_("type the number of the document that the ticket is for"));
    if (lane >= line_rule(h->line)->n_lanes || party > UINT16_MAX)
        return err_set(err, ERR_INPUT, N_("there is no such lane"));
    crypto_random(out->salt, sizeof out->salt);
    draw_commitment(out->salt, str_bytes(document), commitment);
    struct line_event e = {.kind = LINE_ENTER, .lane = (uint8_t)lane, .party = (uint16_t)party, .eligible = eligible, .commitment = commitment};
    struct press p = {.hall = h, .events = &e, .n = 1, .given = hand->given, .document = document};
    int r = press(hand, &p, err);
    out->number = r == 0 ? p.outcome.ticket : 0;
    return r;
}

int hall_sit(const struct hall_hand *hand, struct hall *h, unsigned counter, struct err *err)
{
    struct line_event events[] = {{.kind = LINE_OPEN, .counter = (uint16_t)counter}, {.kind = LINE_READY, .counter = (uint16_t)counter}};
    struct press p = {.hall = h, .events = events, .n = 2, .seats = true};
    unsigned seat = 0;
    if (counter < 1 || counter > line_rule(h->line)->n_counters)
        return err_set(err, ERR_INPUT, N_("there is no such counter"));
    int r = hall_seat(h, hand->actor->member, &seat, err);
    if (r < 0 || (seat == counter && line_counter(h->line, counter)->state != LINE_CLOSING))
        return r; /* pressed twice: she sits there */
    return press(hand, &p, err);
}

int hall_seat(struct hall *h, const uint8_t member[static ID_LEN], unsigned *counter, struct err *err)
{
    const struct seat s = seat_of(h);
    return seat_store_of(h->node->db, &s, member, counter, err);
}

int hall_press(const struct hall_hand *hand, struct hall *h, const struct line_event *event, struct line_outcome *outcome, struct err *err)
{
    static const unsigned pressed = 1u << LINE_NO_SHOW | 1u << LINE_REFUSE | 1u << LINE_END | 1u << LINE_MISMATCH | 1u << LINE_CLOSE | 1u << LINE_RETURN | 1u << LINE_VOID;
    struct line_event e = *event;
    struct press p = {.hall = h, .events = &e, .n = 1};
    if (!(pressed >> e.kind & 1u))
        return err_set(err, ERR_USAGE, "nobody presses that: %s", line_kind_word(e.kind));
    int r = press(hand, &p, err);
    if (r == 0 && outcome)
        *outcome = p.outcome;
    return r;
}

/* --- calls --- */

/* A leaf is never older than a record under it, also when the clock was put back. */
static int64_t mark_ms(const struct hall *h, int64_t now_ms)
{
    return now_ms > h->at ? now_ms : h->at;
}

/* A draw on its way: what is drawn, for which records, and what came. */
struct drawing {
    struct hall *hall;
    int64_t now_ms;
    struct line_event ask, call; /* ask.kind 0: the question stands, or it is a check */
    bool drawn;
    uint8_t known[HASH_LEN];
    struct day_draw draw;
    struct draw_beta beta;
};

static bool waits(const struct hall *h, const struct override *o)
{
    const struct line_ticket *t = line_ticket(h->line, o->ticket);
    return t && t->state == LINE_WAITING && o->counter <= line_rule(h->line)->n_counters;
}

/* Where it can be called now; 0: nowhere yet. */
static unsigned free_for(const struct hall *h, const struct override *o)
{
    const unsigned lane = line_ticket(h->line, o->ticket)->lane;
    for (unsigned i = 1; i <= line_rule(h->line)->n_counters; i++) {
        const struct line_counter *c = line_counter(h->line, i);
        if (c->state == LINE_FREE && (o->counter ? o->counter == i : c->serves >> lane & 1u))
            return i;
    }
    return 0;
}

/* 1: two have agreed on a call that can be made now: it comes before any draw. */
static int goes_to_two(const struct hall *h, struct err *err)
{
    struct arena *a = arena_new();
    struct override *all;
    size_t n;
    int r = override_waiting(h->node->db, h->posted.id, h->book.day, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (waits(h, &all[i]) && free_for(h, &all[i]))
            r = 1;
    arena_free(a);
    return r;
}

static int do_ask(struct db *db, void *arg, struct err *err)
{
    struct drawing *d = arg;
    (void)db;
    int r = hall_follow(d->hall, err);
    d->hall->unsure = true;
    if (r == 0 && !line_asked(d->hall->line))
        r = goes_to_two(d->hall, err);
    if (r != 0 || line_asked(d->hall->line) || awaits_check(d->hall))
        return r < 0 ? r : 0;
    return happen(d->hall, &d->ask, d->now_ms, NULL, err);
}

struct wrong_answers { struct hall *hall; uint32_t number; unsigned holders; };

static int do_note_wrong(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct wrong_answers *w = arg;
    struct buf b = buf_new(node->arena);
    (void)err;
    act->has_object = true;
    memcpy(act->object, w->hall->posted.id, ID_LEN);
    buf_addf(&b, "{\"day\":%u,\"draw\":%u,\"wrong_answers_of\":[", w->hall->book.day, w->number);
    for (unsigned i = 1, n = 0; i <= THRESHOLD_HOLDERS_MAX; i++)
        if (w->holders >> i & 1)
            buf_addf(&b, "%s%u", n++ ? "," : "", i);
    buf_add(&b, STR("]}"));
    act->detail = buf_str(&b);
    return 0;
}

/* Who answered with something else than its share gives is left out, and named in the log: the first time of a day that this process sees it. */
static int note_wrong(struct hall *h, uint32_t number, unsigned wrong, int64_t now_ms, struct err *err)
{
    struct wrong_answers w = {h, number, wrong & ~h->wrong_noted};
    struct act act = {.verb = VERB_DESK, .actor = &act_node, .now_ms = now_ms};
    if (!w.holders)
        return 0;
    h->wrong_noted |= w.holders;
    return act_run(h->node, &act, do_note_wrong, &w, err);
}

/* Holders answer for the records as they stand. Of one answer alone the log must know those records before. */
static int gather(struct drawing *d, enum draw_kind kind, uint32_t number, const struct hall_holders *holders, struct err *err)
{
    struct hall *h = d->hall;
    struct draw what = {.day = h->book.day, .number = number, .kind = kind};
    unsigned wrong;
    memcpy(what.hall, h->book.hall, ID_LEN);
    memcpy(d->known, h->book.head, HASH_LEN);
    d->draw = (struct day_draw){.kind = kind, .number = number};
    wrong = 0;
    int r = holders->ask(holders->arg, &what, (bytes){d->known, HASH_LEN}, &d->draw.answers, err);
    if (r == 0)
        r = draw_beta(&h->keys, &what, (bytes){d->known, HASH_LEN}, &d->draw.answers, &d->beta, &wrong, err);
    if (wrong) {
        struct err why = {0};
        const int noted = note_wrong(h, number, wrong, d->now_ms, &why);
        if (noted < 0 && r == 0) {
            *err = why;
            r = noted;
        }
    }
    if (r < 0)
        return r == ERR_NOT_FOUND ? err_set(err, ERR_RETRY, N_("no key holder answers: the call waits for one, and is not made in another way")) : r;
    d->drawn = true;
    d->draw.weak = d->call.weak = d->beta.weak;
    d->draw.element = d->beta.element;
    return d->beta.weak ? day_book_mark(h->node, &h->book, NULL, mark_ms(h, d->now_ms), err) : 0;
}

static int do_call(struct db *db, void *arg, struct err *err)
{
    struct drawing *d = arg;
    struct hall *h = d->hall;
    int r = hall_follow(h, err);
    h->unsure = true;
    if (r == 0 && d->drawn && memcmp(h->book.head, d->known, HASH_LEN) != 0)
        r = err_set(err, ERR_EXISTS, "another has made this call");
    if (r == 0 && d->drawn) {
        struct arena *a = arena_new();
        r = day_book_add(db, &h->book, day_frame_draw(a, &d->draw), err);
        arena_free(a);
        note_draw(h, &d->draw);
    }
    return r < 0 ? r : happen(h, &d->call, d->now_ms, NULL, err);
}

static int kept(struct hall *h, int r)
{
    h->unsure = r < 0;
    return r;
}

/* 1: it is made; 0: there is none to make. */
static int one_call(struct hall *h, unsigned counter, const struct hall_holders *holders, int64_t now_ms, struct err *err)
{
    struct drawing d = {.hall = h, .now_ms = now_ms, .ask = {.kind = LINE_ASK, .counter = (uint16_t)counter}, .call = {.kind = LINE_CALL}};
    int r = kept(h, db_txn(h->node->db, do_ask, &d, err));
    const struct line_window *w = r == 0 ? line_asked(h->line) : NULL;
    if (r < 0 || !w)
        return r;
    d.call.counter = w->counter;
    if (w->due < 0)
        r = gather(&d, DRAW_CALL, w->call, holders, err);
    if (r == 0)
        r = kept(h, db_txn(h->node->db, do_call, &d, err));
    return r < 0 ? r : 1;
}

/* Tickets that were sent to the secondary check get its post by a draw of their own. */
static int checks(struct hall *h, const struct hall_holders *holders, int64_t now_ms, struct err *err)
{
    int r = 0;
    uint32_t i;
    while (r == 0 && !line_asked(h->line) && (i = awaits_check(h))) {
        struct drawing d = {.hall = h, .now_ms = now_ms, .call = {.kind = LINE_CHECK, .ticket = i}};
        r = gather(&d, DRAW_CALL, line_ticket(h->line, i)->check, holders, err);
        if (r == 0)
            r = kept(h, db_txn(h->node->db, do_call, &d, err));
    }
    return r;
}

/* What two have agreed on, as soon as the counter is free; nothing is left of it when the ticket does not wait any more. */
struct by_two { struct hall *hall; const struct override *what; int64_t now_ms; bool made; };

static int do_by_two(struct db *db, void *arg, struct err *err)
{
    struct by_two *b = arg;
    struct hall *h = b->hall;
    struct line_event e = {.kind = LINE_OVERRIDE, .counter = b->what->counter, .ticket = b->what->ticket, .persons = {b->what->persons[0], b->what->persons[1]}};
    b->made = false;
    int r = hall_follow(h, err);
    h->unsure = true;
    if (r < 0 || line_asked(h->line) || awaits_check(h))
        return r;
    if (!waits(h, b->what))
        return override_gone(db, b->what, err);
    e.counter = (uint16_t)free_for(h, b->what);
    if (!e.counter)
        return 0;
    b->made = true;
    r = happen(h, &e, b->now_ms, NULL, err);
    return r < 0 ? r : override_gone(db, b->what, err);
}

static int by_two(struct hall *h, int64_t now_ms, unsigned *calls, struct err *err)
{
    struct arena *a = arena_new();
    struct override *all;
    size_t n;
    int r = override_waiting(h->node->db, h->posted.id, h->book.day, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct by_two b = {.hall = h, .what = &all[i], .now_ms = now_ms};
        r = kept(h, db_txn(h->node->db, do_by_two, &b, err));
        *calls += r == 0 && b.made;
    }
    arena_free(a);
    return r;
}

int hall_serve(struct hall *h, const struct hall_holders *holders, int64_t now_ms, unsigned *calls, struct err *err)
{
    *calls = 0;
    int r = hall_follow(h, err);
    for (bool again = true; r == 0 && again;) {
        again = false;
        r = checks(h, holders, now_ms, err);
        if (r == 0)
            r = by_two(h, now_ms, calls, err);
        const struct line_window *open = line_asked(h->line);
        for (unsigned i = 1; r == 0 && i <= line_rule(h->line)->n_counters; i++) {
            if (!(open ? open->counter == i : line_may_ask(h->line, i)))
                continue;
            r = one_call(h, i, holders, now_ms, err);
            again = r > 0;
            *calls += r > 0;
            r = r > 0 ? 0 : r;
            open = NULL;
        }
    }
    return r == ERR_EXISTS ? 0 : r; /* another thread calls */
}

bool hall_settled(const struct hall *h)
{
    return !line_asked(h->line) && !awaits_check(h);
}

int hall_settle(struct hall *h, const struct hall_holders *holders, int64_t now_ms, struct err *err)
{
    int r = hall_follow(h, err);
    const struct line_window *open = r == 0 ? line_asked(h->line) : NULL;
    if (open)
        r = one_call(h, open->counter, holders, now_ms, err);
    return r < 0 ? r : checks(h, holders, now_ms, err);
}

static int mark(struct hall *h, bool closed, bool handed, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct day_over over;
    int r = ERR_EXISTS;
    for (int i = 0; r == ERR_EXISTS && i < WAITS; i++) { /* another wrote a record in between: that one belongs under the leaf too */
        r = hall_follow(h, err);
        if (r == 0 && closed)
            r = refuse_while_drawn(h, err);
        if (r < 0)
            break;
        const struct day_end end = {line_rule(h->line), handed ? &over : NULL};
        if (handed)
            day_goes_over(a, h->book.day, h->line, &h->seen.seals, &over);
        r = kept(h, day_book_mark(h->node, &h->book, closed ? &end : NULL, mark_ms(h, now_ms), err));
    }
    arena_free(a);
    return r;
}

int hall_mark(struct hall *h, bool closed, int64_t now_ms, struct err *err)
{
    return mark(h, closed, false, now_ms, err);
}

int hall_hand_over(struct hall *h, int64_t now_ms, struct err *err)
{
    return mark(h, true, true, now_ms, err);
}
