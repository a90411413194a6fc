#include "work/shield/check.h"

#include <string.h>

#include "ground/json/json.h"
#include "trust/act/past.h"
#include "work/shield/own.h"
#include "work/shield/shield_store.h"

#define PURPOSE "non-punishment"
#define KEPT_VERSION 1
#define RETRY_MAX_MS (INT64_C(3600) * 1000)

static const uint8_t ours[ID_LEN];

/* A partner in one check. */
struct asked {
    struct shield_answer_row row;
    const struct partner *partner; /* NULL: ourselves, or it cannot be asked now */
    bool wanted;                   /* it is to be asked, or its maps to be searched again */
    bytes kept;                    /* outputs of its last answer, and of whom: from the vault */
    bool answered, anew, presumes; /* what came of it now; anew: outputs are new */
    struct ask_result result;
    uint8_t maps[HASH_LEN];
};

struct checking {
    const struct shield_asker *s;
    const uint8_t *id;
    struct arena *a;
    int64_t now_ms;
    struct shield_row row;
    struct record person, allegation;
    struct identity who;
    bytes who_bytes;
    struct asked *asked;
    size_t n;
    const struct partner *partners; /* whom it may concern now */
    size_t n_partners;
    struct shield_outcome *out;
};

/* --- what is kept of an answer --- */

static bytes pack(struct arena *a, bytes who, const struct ask_result *result)
{
    struct buf b = buf_new(a);
    buf_byte(&b, KEPT_VERSION);
    buf_u32(&b, (uint32_t)who.len);
    buf_add_bytes(&b, who.p, who.len);
    buf_byte(&b, (char)result->keys);
    buf_add_bytes(&b, result->outputs, result->keys * sizeof result->outputs[0]);
    return buf_bytes(&b);
}

/* False when it is of somebody who is described otherwise by now. */
static bool unpack(struct arena *a, bytes kept, bytes who, oprf_output **outputs, size_t *n)
{
    struct reader r = reader_new(kept);
    bool known = reader_u8(&r) == KEPT_VERSION;
    bytes of = reader_take(&r, reader_u32(&r));
    *n = reader_u8(&r);
    bytes all = reader_take(&r, *n * sizeof **outputs);
    if (!known || !reader_done(&r) || of.len != who.len || memcmp(of.p, who.p, of.len) != 0)
        return false;
    *outputs = arena_array(a, oprf_output, *n);
    memcpy(*outputs, all.p, all.len);
    return true;
}

static int keep(struct node *node, struct checking *c, struct asked *x, struct err *err)
{
    if (x->row.has_kept) {
        int r = vault_erase(node->vault, node->db, VAULT_QUESTION, &x->row.kept, err);
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
    }
    bytes content = pack(c->a, c->who_bytes, &x->result);
    int r = vault_put(node->vault, node->db, VAULT_QUESTION, content, NULL, &x->row.kept, NULL, err);
    x->row.has_kept = r == 0;
    x->row.epoch = x->result.epoch;
    return r;
}

/* --- what follows --- */

/* Whoever answers for the case has something to do. */
static int add_task(struct node *node, struct checking *c, const uint8_t by[static ID_LEN], struct err *err)
{
    struct record task = {.unit = FIELD_OF_TASK, .has_about = true};
    struct access_part *parts;
    size_t n;
    int r = access_parts(node->db, c->row.file, c->now_ms, c->a, &parts, &n, err);
    for (size_t i = 0; r == 0 && i < n && !task.has_assignee; i++)
        if (parts[i].relation == RELATION_LEAD) {
            task.has_assignee = true;
            memcpy(task.assignee, parts[i].member, ID_LEN);
        }
    memcpy(task.file, c->row.file, ID_LEN);
    memcpy(task.about, c->row.person, ID_LEN);
    record_add(c->a, &task, "cmt_TaskWhat", STR("Case stopped until a prosecutor has decided: she may be a victim"));
    record_add(c->a, &task, "cmt_TaskClock", STR("Days3"));
    task.due_ms = casefile_task_due(&task, c->now_ms);
    return r == 0 ? record_insert(node, c->a, &task, c->now_ms, by, err) : r;
}

static bool can_be_asked(const struct checking *c, const uint8_t partner[static ID_LEN])
{
    for (size_t i = 0; i < c->n_partners; i++)
        if (memcmp(c->partners[i].id, partner, ID_LEN) == 0)
            return true;
    return false;
}

static struct shield_answers add_up(const struct checking *c)
{
    struct shield_answers all = {0};
    for (size_t i = 0; i < c->n; i++) {
        const struct shield_answer_row *row = &c->asked[i].row;
        all.unanswered += row->answer == SHIELD_NOT_YET && can_be_asked(c, row->partner);
        all.presumed = all.presumed || row->answer == SHIELD_PRESUMED;
        all.since_ruling = all.since_ruling || (row->answer == SHIELD_PRESUMED && row->presumed_ms > c->row.ruled_ms);
    }
    return all;
}

/* From the answers as they stand now: the state, the stop, the task. A stop for a presumption is lifted by a decision only. */
static int settle(struct node *node, struct act *act, struct checking *c, struct err *err)
{
    const struct shield_answers answers = add_up(c);
    enum allegation_state before = c->row.state, now = before == ALLEGATION_STOPPED ? before : shield_next(c->row.ruled, &answers);
    struct access_stop stop = {.since_ms = c->now_ms};
    int r = 0;
    *c->out = (struct shield_outcome){before, now, answers.unanswered};
    memcpy(stop.file, c->row.file, ID_LEN);
    memcpy(stop.about, c->row.id, ID_LEN);
    c->row.state = now;
    if (!shield_stops(now)) {
        c->row.open_ms = 0;
        c->row.level = 0;
    } else if (!shield_stops(before)) {
        c->row.open_ms = c->now_ms;
    }
    r = shield_row_put(node->db, &c->row, err);
    if (r == 0)
        r = shield_stops(now) ? access_stop_put(node->db, &stop, err) : access_stop_lift(node->db, c->row.file, c->row.id, err);
    if (r == 0 && now == ALLEGATION_STOPPED && before != ALLEGATION_STOPPED)
        r = add_task(node, c, act->actor->member, err);
    act->detail = str_printf(c->a, "{\"state\":%d,\"unanswered\":%zu}", (int)now, answers.unanswered);
    return r;
}

static void said(struct checking *c, struct shield_answer_row *row, bool presumes)
{
    row->tried_ms = c->now_ms;
    if (presumes && row->answer != SHIELD_PRESUMED)
        row->presumed_ms = c->now_ms;
    if (presumes || row->answer != SHIELD_PRESUMED || c->row.ruled) { /* what was said once holds until somebody has decided */
        row->answer = presumes ? SHIELD_PRESUMED : SHIELD_NO;
        row->presumed_ms = presumes ? row->presumed_ms : 0;
    }
}

/* --- before: who is asked about whom, and our own records --- */

/* The rows that there are, and one for each partner that came since. */
static int load_answers(struct node *node, struct checking *c, struct err *err)
{
    struct shield_answer_row *rows;
    size_t n;
    int r = shield_answers_of(node->db, c->id, c->a, &rows, &n, err);
    if (r < 0)
        return r;
    struct asked *asked = arena_array(c->a, struct asked, n + c->n_partners + 1);
    for (size_t i = 0; i < n; i++)
        asked[i].row = rows[i];
    for (size_t k = 0; k < c->n_partners; k++) {
        size_t i = 0;
        while (i < n && memcmp(asked[i].row.partner, c->partners[k].id, ID_LEN) != 0)
            i++;
        if (i == n)
            memcpy(asked[n++].row.partner, c->partners[k].id, ID_LEN);
        asked[i].partner = &c->partners[k];
    }
    c->asked = asked;
    c->n = n;
    return 0;
}

static int open_kept(struct node *node, struct checking *c, struct err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        struct asked *x = &c->asked[i];
        int r = x->row.has_kept ? vault_get(node->vault, node->db, VAULT_QUESTION, &x->row.kept, c->a, &x->kept, err) : 0;
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
    }
    return 0;
}

static int load(struct node *node, struct checking *c, struct err *err)
{
    int r = shield_row_get(node->db, c->id, &c->row, err);
    if (r == 0)
        r = record_get(node, c->row.file, c->row.person, c->a, &c->person, err);
    if (r == 0)
        r = record_get(node, c->row.file, c->row.id, c->a, &c->allegation, err);
    if (r < 0)
        return r;
    c->who = record_identity(c->a, &c->person);
    c->who.presumed = false; /* what we think of her is not part of whom we ask about */
    c->who_bytes = identity_encode(c->a, &c->who);
    return load_answers(node, c, err);
}

static int begin(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct checking *c = arg;
    bool presumed;
    int64_t size;
    int r = load(node, c, err);
    act->has_object = true;
    memcpy(act->object, c->id, ID_LEN);
    if (r == 0)
        r = open_kept(node, c, err);
    if (r == 0)
        r = log_size(node->log, node->db, &size, err);
    if (r == 0)
        r = shield_own(node, c->s->names, &c->person, c->a, &presumed, err);
    if (r < 0)
        return r;
    c->row.own_leaf = size;
    for (size_t i = 0; r == 0 && i < c->n; i++)
        if (memcmp(c->asked[i].row.partner, ours, ID_LEN) == 0) {
            said(c, &c->asked[i].row, presumed);
            r = shield_answer_put(node->db, c->id, &c->asked[i].row, err);
        }
    return r == 0 ? settle(node, act, c, err) : r;
}

/* --- the questions --- */

static void maps_digest(const struct peer_line *l, uint8_t out[static HASH_LEN])
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    buf_u32(&b, l->statement.epoch);
    for (size_t i = 0; i < l->statement.n_maps; i++)
        buf_add_bytes(&b, l->statement.maps[i].digest, HASH_LEN);
    crypto_sha256(out, buf_bytes(&b));
    arena_free(a);
}

static bool presumes(const struct ask_result *result)
{
    for (size_t i = 0; i < result->n_hits; i++)
        if (result->hits[i].presumed) /* a possible one too: doubt speaks for her */
            return true;
    return false;
}

static int question(struct checking *c, struct asking *asking, struct asked *x, struct err *err)
{
    const struct ask_query query = {.who = &c->who, .person = c->person.has_identity ? &c->person.identity : NULL, .purpose = STR(PURPOSE),
                                    .reference = record_text(&c->allegation, "all_Reference"), .keep = true};
    oprf_output *outputs;
    size_t n;
    struct err old = {0};
    if (x->kept.len && x->row.answer != SHIELD_NOT_YET && unpack(c->a, x->kept, c->who_bytes, &outputs, &n) &&
        ask_again(asking, &c->who, x->row.epoch, outputs, n, c->a, &x->result, &old) == 0)
        return 0;
    int r = ask_person(asking, c->s->actor, &query, clock_now_ms(), c->a, &x->result, err);
    x->anew = r == 0;
    return r;
}

/* What goes wrong is that partner's trouble: it has not answered. */
static void ask_one(struct checking *c, struct asked *x)
{
    struct asking *asking = NULL;
    struct err trouble = {0};
    int r = ask_open(c->s->node, c->s->names, x->partner, c->s->identity, &asking, &trouble);
    if (r == 0)
        r = peer_line_sync(ask_line(asking), clock_now_ms(), &trouble);
    if (r == 0)
        maps_digest(ask_line(asking), x->maps);
    bool same = r == 0 && x->row.answer != SHIELD_NOT_YET && memcmp(x->maps, x->row.maps, HASH_LEN) == 0;
    if (r == 0 && !same)
        r = question(c, asking, x, &trouble);
    x->answered = r == 0 && !same;
    x->presumes = x->answered && presumes(&x->result);
    ask_close(asking);
}

/* --- behind: what they said --- */

static int take(struct node *node, struct checking *c, struct asked *x, const struct asked *came, struct err *err)
{
    int r = 0;
    x->row.tried_ms = c->now_ms;
    if (came->answered) {
        said(c, &x->row, came->presumes);
        memcpy(x->row.maps, came->maps, HASH_LEN);
        x->result = came->result;
        r = came->anew ? keep(node, c, x, err) : 0;
    }
    return r == 0 ? shield_answer_put(node->db, c->id, &x->row, err) : r;
}

static int finish(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct checking *c = arg;
    struct asked *came = c->asked;
    size_t n_came = c->n;
    act->has_object = true;
    memcpy(act->object, c->id, ID_LEN);
    int r = shield_row_get(node->db, c->id, &c->row, err);
    if (r == 0)
        r = load_answers(node, c, err);
    for (size_t i = 0; r == 0 && i < n_came; i++)
        for (size_t k = 0; r == 0 && k < c->n; k++)
            if (came[i].wanted && memcmp(came[i].row.partner, c->asked[k].row.partner, ID_LEN) == 0)
                r = take(node, c, &c->asked[k], &came[i], err);
    if (r == 0)
        r = settle(node, act, c, err);
    c->asked = came; /* the act may run once more */
    c->n = n_came;
    return r;
}

static int run(struct checking *c, act_fn fn, struct err *err)
{
    struct act act = {.verb = VERB_ALLEGATION_CHECK, .actor = c->s->actor, .purpose = STR(PURPOSE), .now_ms = c->now_ms, .has_file = true};
    memcpy(act.file, c->row.file, ID_LEN);
    return act_run(c->s->node, &act, fn, c, err);
}

/* wanted: of each partner, whether it has something new; NULL: all are asked. */
static int check(const struct shield_asker *s, const uint8_t id[static ID_LEN], const struct partner *partners, size_t n, const bool *wanted, int64_t now_ms,
                 struct shield_outcome *out, struct err *err)
{
    struct checking c = {.s = s, .id = id, .a = arena_new(), .now_ms = now_ms, .partners = partners, .n_partners = n, .out = out};
    size_t asked = 0;
    int r = shield_row_get(s->node->db, id, &c.row, err);
    if (r == 0)
        r = run(&c, begin, err);
    for (size_t i = 0; r == 0 && i < c.n && !(s->stopping && s->stopping(s->stopping_arg)); i++) {
        struct asked *x = &c.asked[i];
        x->wanted = x->partner && (!wanted || wanted[x->partner - partners]) && c.row.ruled != ALLEGATION_ENDED;
        if (x->wanted)
            ask_one(&c, x);
        asked += x->wanted;
    }
    if (r == 0 && asked)
        r = run(&c, finish, err);
    for (size_t i = 0; i < c.n; i++) {
        if (c.asked[i].result.outputs)
            crypto_wipe(c.asked[i].result.outputs, c.asked[i].result.keys * sizeof(oprf_output));
        if (c.asked[i].kept.len)
            crypto_wipe((void *)c.asked[i].kept.p, c.asked[i].kept.len);
    }
    arena_free(c.a);
    return r;
}

int shield_check(const struct shield_asker *s, const uint8_t allegation[static ID_LEN], int64_t now_ms, struct shield_outcome *out, struct err *err)
{
    struct arena *a = arena_new();
    struct partner *partners;
    size_t n;
    int r = ask_partners(s->node, a, &partners, &n, err);
    if (r == 0)
        r = check(s, allegation, partners, n, NULL, now_ms, out, err);
    arena_free(a);
    return r;
}

/* --- by the clock --- */

/* What is known of a partner's maps at this look. */
struct reach { bool ready; uint32_t epoch; uint8_t maps[HASH_LEN]; };

static void reach_out(const struct shield_asker *s, const struct partner *partner, int64_t now_ms, struct reach *out)
{
    struct peer_line *line = NULL;
    struct err away = {0};
    out->ready = peer_line_open(s->node, partner, s->identity, names_ruleset(s->names), &line, &away) == 0 && peer_line_sync(line, now_ms, &away) == 0;
    if (out->ready) {
        out->epoch = line->statement.epoch;
        maps_digest(line, out->maps);
    }
    peer_line_close(line);
}

/* Longer and longer, from a minute to an hour. */
static bool may_try(const struct shield_row *row, const struct shield_answer_row *answer, int64_t now_ms)
{
    int64_t wait = (answer->tried_ms - row->laid_ms) / 2;
    wait = wait < SHIELD_RETRY_MS ? SHIELD_RETRY_MS : wait > RETRY_MAX_MS ? RETRY_MAX_MS : wait;
    return now_ms - answer->tried_ms >= wait || answer->tried_ms > now_ms;
}

struct watching {
    const struct shield_asker *s;
    int64_t now_ms, changed_leaf, own_gap_ms;
    struct partner *partners;
    size_t n_partners;
    struct reach *reach;
};

/* Is there something new for this one, and at whom? */
static int something_new(const struct watching *w, const struct shield_row *row, struct arena *a, bool *wanted, bool *any, struct err *err)
{
    struct shield_answer_row *answers;
    size_t n;
    int r = shield_answers_of(w->s->node->db, row->id, a, &answers, &n, err);
    *any = false;
    for (size_t k = 0; r == 0 && k < w->n_partners; k++) {
        const struct shield_answer_row *answer = NULL;
        for (size_t i = 0; i < n; i++)
            if (memcmp(answers[i].partner, w->partners[k].id, ID_LEN) == 0)
                answer = &answers[i];
        wanted[k] = w->reach[k].ready && (!answer || (answer->answer == SHIELD_NOT_YET ? may_try(row, answer, w->now_ms)
                                                      : memcmp(answer->maps, w->reach[k].maps, HASH_LEN) != 0));
        *any = *any || wanted[k];
    }
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(answers[i].partner, ours, ID_LEN) == 0)
            *any = *any || (w->changed_leaf >= row->own_leaf && w->now_ms - answers[i].tried_ms >= w->own_gap_ms);
    return r;
}

static int own_changes(struct node *node, int64_t *leaf, struct err *err)
{
    static const enum verb changing[] = {VERB_IMPORT, VERB_FILE_NEW, VERB_FILE_WRITE, VERB_DECISION};
    int64_t newest, at_ms;
    int r = 0;
    *leaf = -1;
    for (size_t i = 0; r == 0 && i < sizeof changing / sizeof changing[0]; i++) {
        r = past_newest(node->db, verbs[changing[i]].name, &newest, &at_ms, err);
        if (r == 0 && newest > *leaf)
            *leaf = newest;
    }
    return r;
}

static int watch_all(struct watching *w, const struct shield_row *rows, size_t n, struct arena *a, size_t *n_checked, struct err *err)
{
    bool *wanted = arena_array(a, bool, w->n_partners + 1), any;
    struct shield_outcome outcome;
    struct access_file file;
    int r = 0;
    w->reach = arena_array(a, struct reach, w->n_partners + 1);
    for (size_t k = 0; k < w->n_partners; k++)
        reach_out(w->s, &w->partners[k], w->now_ms, &w->reach[k]);
    for (size_t i = 0; r == 0 && i < n && !(w->s->stopping && w->s->stopping(w->s->stopping_arg)); i++) {
        struct err gone = {0};
        if (access_file_get(w->s->node->db, rows[i].file, &file, &gone) < 0 || file.state != FILE_OPEN)
            continue;
        r = something_new(w, &rows[i], a, wanted, &any, err);
        if (r == 0 && any) {
            r = check(w->s, rows[i].id, w->partners, w->n_partners, wanted, w->now_ms, &outcome, err);
            ++*n_checked;
        }
    }
    return r;
}

int shield_watch(const struct shield_asker *s, int64_t now_ms, size_t *n_checked, struct err *err)
{
    struct arena *a = arena_new();
    struct watching w = {.s = s, .now_ms = now_ms};
    struct shield_row *rows;
    size_t n;
    *n_checked = 0;
    int r = shield_rows(s->node->db, NULL, a, &rows, &n, err);
    if (r == 0 && n) {
        w.own_gap_ms = (int64_t)n * 10000; /* so that all of them together leave a leaf each ten seconds at most */
        r = own_changes(s->node, &w.changed_leaf, err);
        if (r == 0)
            r = ask_partners(s->node, a, &w.partners, &w.n_partners, err);
        if (r == 0)
            r = watch_all(&w, rows, n, a, n_checked, err);
    }
    arena_free(a);
    return r;
}
