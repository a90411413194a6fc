/* The hall's side: carries the set-up, asks for draws. */
#include "work/desk/holders.h"

#include <stdlib.h>
#include <string.h>

#include "trust/peer/call.h"
#include "work/desk/holders_internal.h"

#define SETUP_PATIENCE_MS 20000
#define NEWEST 16
#define MS INT64_C(1000000) /* ns */

/* --- allowing --- */

static int do_allow(struct node *node, struct act *act, void *arg, struct err *err)
{
    act->has_object = true;
    memcpy(act->object, arg, ID_LEN);
    act->detail = STR("holds shares of the draw for this partner's halls");
    return holders_store_allow(node->db, arg, act->now_ms, err);
}

int holders_allow(struct node *node, const struct actor *actor, const uint8_t partner[static ID_LEN], int64_t now_ms, struct err *err)
{
    uint8_t id[ID_LEN];
    struct act act = {.verb = VERB_KEYS, .actor = actor, .now_ms = now_ms};
    memcpy(id, partner, ID_LEN);
    return act_run(node, &act, do_allow, id, err);
}

/* --- making keys --- */

struct making { struct node *node; const struct http_identity *identity; struct arena *a; struct talk *t; int64_t now_ms; };

/* What a holder elsewhere says in a round. */
static int hear_from(struct making *m, unsigned i, unsigned round, bytes *heard, struct err *err)
{
    struct partner p;
    struct http_client *client;
    int r = partner_by_id(m->node->db, m->a, m->t->what.agencies[i], &p, err);
    if (r == 0)
        r = http_client_open(p.address.p, p.tls_pin, m->identity, &client, err);
    if (r < 0)
        return r;
    r = peer_call(client, &p, m->a, "/v1/desk/setup", talk_write(m->a, m->t, round), TALK_SAID_MAX + SIGNATURE_LEN, SETUP_PATIENCE_MS, heard, err);
    http_client_close(client);
    return r < 0 ? err_prefix(err, "holder %u (%.*s)", i + 1, STR_ARG(p.name)) : 0;
}

/* One holder's part of a round: said and signed. */
static int one_says(struct making *m, unsigned i, unsigned round, struct err *err)
{
    uint8_t own[TALK_SAID_MAX];
    bytes heard = {0};
    size_t len = talk_said_len(&m->t->what, round);
    if (i == 0) {
        int r = holders_step(m->node, m->t, round, m->now_ms, own, &len, m->t->signatures[round][0], err);
        return r < 0 ? r : talk_take(m->t, round, 0, (bytes){own, len}, err);
    }
    int r = hear_from(m, i, round, &heard, err);
    if (r == 0 && heard.len != len + SIGNATURE_LEN)
        r = err_set(err, ERR_PEER, "holder %u answers something that is no part of a set-up", i + 1);
    if (r == 0)
        r = holders_signed(m->node, &m->t->what, round, i, (bytes){heard.p, len}, heard.p + len, err);
    if (r < 0)
        return r;
    memcpy(m->t->signatures[round][i], heard.p + len, SIGNATURE_LEN);
    return talk_take(m->t, round, i, (bytes){heard.p, len}, err);
}

/* --- a complaint --- */

static str name_of(struct making *m, unsigned i)
{
    struct partner p;
    struct err nobody = {0};
    return i == 1 ? m->node->agency.name : partner_by_id(m->node->db, m->a, m->t->what.agencies[i - 1], &p, &nobody) == 0 ? p.name : STR("?");
}

/* Who is complained of opens that share. Who cannot be reached may be asked again; who will not is at fault. */
static int have_opened(struct making *m, unsigned holder, bool *silent, struct err *err)
{
    int r = 0;
    *silent = false;
    for (unsigned d = 1; r == 0 && d <= m->t->what.setup.holders; d++)
        if (talk_complained_of(m->t, d) && (r = one_says(m, d - 1, TALK_OPEN, err)) < 0 && r != ERR_IO) {
            *silent = true;
            r = holders_judged(m->node, m->t, d, holder, d, true, m->now_ms, err);
            return r < 0 ? r : err_set(err, ERR_CRYPTO, "holder %u (%.*s) does not open a share that is complained of: make the keys with another in its place", d,
                                       STR_ARG(name_of(m, d)));
        }
    return r;
}

static int settle_complaint(struct making *m, unsigned dealer, unsigned holder, struct err *err)
{
    uint8_t own[TALK_SAID_MAX], unused[SIGNATURE_LEN];
    size_t len;
    bool silent;
    int r = have_opened(m, holder, &silent, err);
    if (r == 0)
        r = holders_step(m->node, m->t, TALK_JUDGE, m->now_ms, own, &len, unused, err);
    if (r < 0)
        return r;
    for (unsigned i = 1; i < m->t->what.setup.holders; i++) { /* each has what it needs to judge; who is away has it from the others' logs */
        struct err away = {0};
        bytes heard;
        if (hear_from(m, i, TALK_JUDGE, &heard, &away) == 0 && (heard.len != 1 || heard.p[0] != own[0]))
            return err_set(err, ERR_CRYPTO, "holder %u judges otherwise than this node: compare the messages, which are signed", i + 1);
    }
    const unsigned fault = own[0];
    return err_set(err, ERR_CRYPTO, "holder %u (%.*s) is at fault: %s. That is in the log of each. Make the keys with another in its place, or with it and a reason", fault,
                   STR_ARG(name_of(m, fault)), fault == dealer ? "a share that it sealed does not fit what it is committed to" : "it complained of a share that fits");
}

/* --- who takes part --- */

static int do_forgive(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct fault_row *f = arg;
    act->has_object = true;
    memcpy(act->object, f->hall, ID_LEN);
    act->detail = STR("a holder that was at fault may hold shares of this hall again");
    return holders_store_forgive(node->db, f->hall, f->agency, act->now_ms, err);
}

int holders_forgive(struct node *node, const struct actor *actor, const uint8_t hall[static ID_LEN], const uint8_t agency[static ID_LEN], str reason,
                    int64_t now_ms, struct err *err)
{
    struct fault_row f = {{0}, {0}, {0}};
    struct act act = {.verb = VERB_KEYS, .actor = actor, .reference = str_trim(reason), .now_ms = now_ms};
    if (act.reference.len == 0)
        return err_set(err, ERR_INPUT, "say why who was at fault may take part again");
    memcpy(f.hall, hall, ID_LEN);
    memcpy(f.agency, agency, ID_LEN);
    return act_run(node, &act, do_forgive, &f, err);
}

static int may_take_part(struct making *m, struct err *err)
{
    int r = 0;
    for (unsigned i = 0; r == 0 && i < m->t->what.setup.holders; i++) {
        bool at_fault;
        r = holders_store_at_fault(m->node->db, m->t->what.hall, m->t->what.agencies[i], &at_fault, err);
        if (r == 0 && at_fault)
            r = err_set(err, ERR_DENIED, "holder %u (%.*s) was at fault when keys of this hall were made: take another, or say why it takes part again", i + 1,
                        STR_ARG(name_of(m, i + 1)));
    }
    return r;
}

/* The others first: the hall's log has keys that all have agreed on. */
static int agree(struct making *m, struct err *err)
{
    uint8_t own[TALK_SAID_MAX], unused[SIGNATURE_LEN];
    struct threshold_keys keys;
    unsigned dealer, holder;
    size_t len = 0;
    int r = setup_finish(&m->t->what.setup, m->t->offers, m->t->deals, m->t->words, &keys, &dealer, &holder, err);
    if (r == ERR_CRYPTO && talk_complaint(m->t, &dealer, &holder))
        return settle_complaint(m, dealer, holder, err);
    for (unsigned i = 1; r == 0 && i < m->t->what.setup.holders; i++) {
        uint8_t expected[THRESHOLD_KEYS_MAX];
        bytes heard = {0};
        r = hear_from(m, i, TALK_KEYS, &heard, err);
        if (r == 0 && (heard.len != threshold_keys_write(&keys, expected) || memcmp(heard.p, expected, heard.len) != 0))
            r = err_set(err, ERR_CRYPTO, "holder %u sees other keys", i + 1);
    }
    return r < 0 ? r : holders_step(m->node, m->t, TALK_KEYS, m->now_ms, own, &len, unused, err);
}

int holders_make(struct node *node, const struct http_identity *identity, const struct holders_what *what, int64_t now_ms, struct err *err)
{
    struct making m = {.node = node, .identity = identity, .a = arena_new(), .now_ms = now_ms};
    uint8_t own[ID_LEN];
    int r = setup_valid(&what->setup, err);
    holders_own_id(node, own);
    if (r == 0 && memcmp(own, what->agencies[0], ID_LEN) != 0)
        r = err_set(err, ERR_USAGE, "the first holder of a hall's keys is the hall's own agency");
    m.t = arena_new_of(m.a, struct talk);
    m.t->what = *what;
    if (r == 0)
        r = may_take_part(&m, err);
    for (unsigned round = TALK_OFFER; r == 0 && round < TALK_KEYS; round++)
        for (unsigned i = 0; r == 0 && i < what->setup.holders; i++)
            r = one_says(&m, i, round, err);
    if (r == 0)
        r = agree(&m, err);
    arena_free(m.a);
    return r;
}

/* --- asking --- */

struct holders {
    struct arena *a, *each;
    struct node *node;
    struct share_row row;
    struct holders_what what;
    const struct http_identity *identity;
    struct other { struct arena *a; struct partner partner; struct http_client *client; int64_t away_until_ns; } others[THRESHOLD_HOLDERS_MAX]; /* by holder - 1 */
};

static void hang_up(struct other *o)
{
    if (o->client)
        http_client_close(o->client);
    o->client = NULL;
    if (o->a)
        arena_free(o->a);
    o->a = NULL;
}

/* Anew after each time that it was away: it may have another address, or other keys. */
static int call_up(struct holders *h, unsigned i, struct err *err)
{
    struct other *o = &h->others[i];
    hang_up(o);
    o->a = arena_new();
    int r = partner_by_id(h->node->db, o->a, h->what.agencies[i], &o->partner, err);
    if (r == 0 && o->partner.address.len && o->partner.status == PARTNER_ACTIVE)
        r = http_client_open(o->partner.address.p, o->partner.tls_pin, h->identity, &o->client, err);
    return r;
}

static bool fits(const struct share_row *row, const struct threshold_keys *keys)
{
    uint8_t written[THRESHOLD_KEYS_MAX];
    return !keys || (row->keys.len == threshold_keys_write(keys, written) && memcmp(row->keys.p, written, row->keys.len) == 0);
}

static int find_row(struct node *node, struct arena *a, const uint8_t hall[ID_LEN], uint32_t day, const struct threshold_keys *keys, struct share_row *row,
                    struct holders_what *what, struct err *err)
{
    struct share_row *rows;
    size_t n;
    int r = holders_store_of_hall(node->db, hall, NEWEST, a, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct reader in = reader_new(rows[i].about);
        if ((r = talk_about_read(&in, what, err)) == 0 && day >= what->from_day && day <= what->until_day && fits(&rows[i], keys)) {
            *row = rows[i];
            return 0;
        }
    }
    return r < 0 ? r : err_set(err, ERR_NOT_FOUND, "no keys were made that draw for this hall on this day");
}

int holders_who(struct node *node, const uint8_t hall[static ID_LEN], uint32_t day, const struct threshold_keys *keys, struct holders_what *out,
                struct err *err)
{
    struct arena *a = arena_new();
    struct share_row row;
    int r = find_row(node, a, hall, day, keys, &row, out, err);
    arena_free(a);
    return r;
}

int holders_open(struct node *node, const struct http_identity *identity, const uint8_t hall[static ID_LEN], uint32_t day, struct holders **out, struct err *err)
{
    return holders_of_keys(node, identity, hall, day, NULL, out, err);
}

int holders_of_keys(struct node *node, const struct http_identity *identity, const uint8_t hall[static ID_LEN], uint32_t day,
                    const struct threshold_keys *keys, struct holders **out, struct err *err)
{
    struct holders *h = mem_calloc(1, sizeof *h);
    h->a = arena_new();
    h->each = arena_new();
    h->node = node;
    h->identity = identity;
    int r = find_row(node, h->a, hall, day, keys, &h->row, &h->what, err);
    for (unsigned i = 0; r == 0 && i < h->what.setup.holders; i++)
        if (i + 1 != h->row.me)
            r = call_up(h, i, err);
    if (r < 0)
        holders_close(h);
    else
        *out = h;
    return r;
}

void holders_close(struct holders *h)
{
    if (!h)
        return;
    for (unsigned i = 0; i < THRESHOLD_HOLDERS_MAX; i++)
        hang_up(&h->others[i]);
    arena_free(h->each);
    arena_free(h->a);
    free(h);
}

/* False: away, or it does not answer for these records. */
static bool ask_other(struct holders *h, unsigned i, bytes body, int64_t until_ns, struct threshold_answer *out)
{
    struct other *o = &h->others[i];
    struct err why = {0};
    bytes heard = {0};
    const int64_t now = clock_monotonic_ns(), left = (until_ns - now) / MS;
    if (now < o->away_until_ns || (!o->client && call_up(h, i, &why) < 0))
        return false;
    arena_reset(h->each);
    int r = o->client ? peer_call(o->client, &o->partner, h->each, "/v1/desk/answer", body, sizeof *out, (unsigned)(left > HOLDERS_LEAST_MS ? left : HOLDERS_LEAST_MS), &heard, &why)
                      : ERR_IO;
    if (r == ERR_IO) {
        hang_up(o);
        o->away_until_ns = clock_monotonic_ns() + HOLDERS_AWAY_MS * MS;
    }
    if (r < 0 || heard.len != sizeof *out)
        return false;
    memcpy(out, heard.p, sizeof *out);
    return true;
}

int holders_ask(void *arg, const struct draw *draw, bytes known, struct draw_answers *answers, struct err *err)
{
    struct holders *h = arg;
    uint8_t body[ASKED_LEN];
    const int64_t until_ns = clock_monotonic_ns() + HOLDERS_PATIENCE_MS * MS;
    if (known.len != HASH_LEN || memcmp(draw->hall, h->row.hall, ID_LEN) != 0)
        return err_set(err, ERR_USAGE, "holders of this hall answer for its records");
    memcpy(body, h->row.setup, ID_LEN);
    put_u32be(body + ID_LEN, draw->day);
    body[ID_LEN + 4] = (uint8_t)draw->kind;
    put_u32be(body + ID_LEN + 5, draw->number);
    memcpy(body + ID_LEN + 9, known.p, HASH_LEN);
    *answers = (struct draw_answers){0};
    for (unsigned i = 0; i < h->what.setup.holders; i++) {
        struct threshold_answer *answer = &answers->answers[answers->n];
        bool came = i + 1 == h->row.me ? holders_answer_own(h->node, &h->row, draw, known, answer, err) == 0
                                       : ask_other(h, i, (bytes){body, sizeof body}, until_ns, answer);
        if (came)
            answers->holders[answers->n++] = (uint8_t)(i + 1);
    }
    return 0;
}
