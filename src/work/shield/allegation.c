#include "work/shield/allegation.h"

#include <string.h>

#include "ground/json/json.h"
#include "ground/text/when.h"
#include "trust/peer/ask_all.h"
#include "work/shield/shield_store.h"

struct on_file {
    const struct casework *w;
    const uint8_t *file, *allegation;
    struct arena *a;
    struct record *fresh; /* what is written */
};

static int run(enum verb verb, struct on_file *q, act_fn fn, struct err *err)
{
    const struct casework *w = q->w;
    struct act act = {.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, q->file, ID_LEN);
    return act_run(w->node, &act, fn, q, err);
}

static int find(struct node *node, struct act *act, const struct on_file *q, struct shield_row *row, struct err *err)
{
    act->has_object = true;
    memcpy(act->object, q->allegation, ID_LEN);
    int r = shield_row_get(node->db, q->allegation, row, err);
    return r == 0 && memcmp(row->file, q->file, ID_LEN) != 0 ? err_set(err, ERR_NOT_FOUND, N_("there is no such offence in this case")) : r;
}

/* --- laying --- */

/* Whoever has an address is asked; nothing is known of them yet. And of ourselves. */
static int note_whom_to_ask(struct node *node, struct arena *a, const struct shield_row *row, struct err *err)
{
    struct partner *partners;
    size_t n;
    const struct shield_answer_row own = {.tried_ms = 0};
    int r = ask_partners(node, a, &partners, &n, err);
    if (r == 0)
        r = shield_answer_put(node->db, row->id, &own, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct shield_answer_row answer = {.tried_ms = row->laid_ms};
        memcpy(answer.partner, partners[i].id, ID_LEN);
        r = shield_answer_put(node->db, row->id, &answer, err);
    }
    return r;
}

static int lay(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_file *q = arg;
    struct record *fresh = q->fresh;
    struct shield_row row = {.state = ALLEGATION_ASKING, .laid_ms = act->now_ms, .open_ms = act->now_ms, .own_leaf = -1}, *rows;
    size_t n;
    int r = shield_rows(node->db, q->file, q->a, &rows, &n, err);
    if (r == 0 && n >= ALLEGATIONS_MAX)
        r = err_set(err, ERR_LIMIT, N_("a case holds at most %d offences: open another case"), ALLEGATIONS_MAX);
    memset(fresh->id, 0, ID_LEN);
    if (r == 0)
        r = record_insert(node, q->a, fresh, act->now_ms, act->actor->member, err);
    if (r < 0)
        return r;
    act->has_object = true;
    memcpy(act->object, fresh->id, ID_LEN);
    memcpy(row.id, fresh->id, ID_LEN);
    memcpy(row.file, q->file, ID_LEN);
    memcpy(row.person, fresh->about, ID_LEN);
    memcpy(row.laid_by, act->actor->member, ID_LEN);
    struct access_stop stop = {.since_ms = act->now_ms};
    memcpy(stop.file, row.file, ID_LEN);
    memcpy(stop.about, row.id, ID_LEN);
    r = shield_row_put(node->db, &row, err);
    if (r == 0)
        r = access_stop_put(node->db, &stop, err);
    if (r == 0)
        r = note_whom_to_ask(node, q->a, &row, err);
    return r == 0 ? record_touch(node->db, q->file, act->now_ms, err) : r;
}

int allegation_lay(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *allegation, struct err *err)
{
    static const struct { const char *field, *missing; } needed[] = {
        {"all_Offence", N_("say what she is said to have done")}, {"all_Kind", N_("choose the kind of offence")},
        {"all_Country", N_("say whose country's law it is")}, {"all_LaidBy", N_("say who lays it to her")},
    };
    struct on_file q = {.w = w, .file = file, .a = a, .fresh = allegation};
    if (!allegation->has_about)
        return err_set(err, ERR_INPUT, N_("say which person of the case it is laid to"));
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (record_text(allegation, needed[i].field).len == 0)
            return err_set(err, ERR_INPUT, "%s", needed[i].missing);
    if (record_text(allegation, "all_Reference").len == 0)
        record_add(a, allegation, "all_Reference", w->reference); /* partners are asked under it, also by the clock */
    allegation->unit = FIELD_OF_ALLEGATION;
    memcpy(allegation->file, file, ID_LEN);
    return run(VERB_ALLEGE, &q, lay, err);
}

/* --- deciding --- */

static int lift(struct node *node, const struct shield_row *row, struct err *err)
{
    return access_stop_lift(node->db, row->file, row->id, err);
}

static int rule(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_file *q = arg;
    struct record *fresh = q->fresh, allegation;
    struct shield_row row;
    unsigned roles;
    int r = find(node, act, q, &row, err);
    if (r == 0)
        r = record_get(node, q->file, q->allegation, q->a, &allegation, err);
    if (r == 0)
        r = access_standing(node->db, act->actor->member, &roles, err);
    if (r == 0)
        r = shield_rule(row.state, roles, memcmp(row.laid_by, act->actor->member, ID_LEN) == 0, record_text(&allegation, "all_Country"), fresh, err);
    if (r < 0)
        return r;
    memset(fresh->id, 0, ID_LEN);
    fresh->has_about = true;
    memcpy(fresh->about, row.person, ID_LEN);
    r = record_insert(node, q->a, fresh, act->now_ms, act->actor->member, err);
    if (r < 0)
        return r;
    row.ruled = row.state = shield_ruled(record_text(fresh, "rul_Outcome"));
    row.ruled_ms = act->now_ms;
    row.open_ms = 0;
    row.level = 0;
    row.has_ruling = true;
    memcpy(row.ruling, fresh->id, ID_LEN);
    act->detail = str_printf(q->a, "{\"state\":%d}", (int)row.state);
    r = shield_row_put(node->db, &row, err);
    if (r == 0)
        r = lift(node, &row, err);
    return r == 0 ? record_touch(node->db, q->file, act->now_ms, err) : r;
}

int allegation_rule(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t allegation[static ID_LEN],
                    struct record *ruling, struct err *err)
{
    struct on_file q = {.w = w, .file = file, .allegation = allegation, .a = a, .fresh = ruling};
    ruling->unit = FIELD_OF_RULING;
    memcpy(ruling->file, file, ID_LEN);
    if (!record_text(ruling, "rul_Allegation").len)
        record_add(a, ruling, "rul_Allegation", hex_encode(a, (bytes){allegation, ID_LEN}));
    return run(VERB_RULE, &q, rule, err);
}

/* --- a step --- */

static int proceed(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const struct { const char *purpose, *field; } steps[] = {{"charge", "all_Charged"}, {"detention", "all_Detained"}, {"removal", "all_Removed"}};
    struct on_file *q = arg;
    struct shield_row row;
    struct record stored, merged;
    struct record_conflict conflicts[1];
    bool changed;
    char today[DATE_TEXT_MAX];
    const struct field *shown[1] = {NULL};
    int r = find(node, act, q, &row, err);
    if (r == 0)
        r = shield_allows(row.state, act->purpose, err);
    if (r == 0)
        r = shield_may(node, q->file, NULL, act->purpose, err);
    if (r == 0)
        r = record_get(node, q->file, q->allegation, q->a, &stored, err);
    for (size_t i = 0; r == 0 && i < sizeof steps / sizeof steps[0]; i++)
        if (str_eq(act->purpose, str_from(steps[i].purpose)))
            shown[0] = field_find(str_from(steps[i].field));
    if (r == 0 && !shown[0])
        r = err_set(err, ERR_USAGE, N_("say which step is taken: charge, detention or removal"));
    if (r < 0)
        return r;
    date_format(today, when_day_in(node->time_zone, act->now_ms));
    const struct record_value value = {shown[0], str_dup(q->a, str_from(today)), 0};
    const struct record_typed typed = {.shown = shown, .n_shown = 1, .values = &value, .n = 1, .base = stored.version, .overwrite = true};
    (void)record_merge(q->a, &stored, &typed, conflicts, &merged, &changed);
    r = changed ? record_replace(node, q->a, &stored, &merged, act->now_ms, act->actor->member, err) : 0;
    return r == 0 ? record_touch(node->db, q->file, act->now_ms, err) : r;
}

int allegation_proceed(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t allegation[static ID_LEN],
                       struct err *err)
{
    struct on_file q = {.w = w, .file = file, .allegation = allegation, .a = a};
    return run(VERB_PROCEED, &q, proceed, err);
}

/* What stands still refuses first; what was decided in her favour only where nothing else is laid to her. */
static int may(const struct shield_row *rows, size_t n, const uint8_t *person, str purpose, struct err *err)
{
    size_t laid = 0, ended = 0;
    for (size_t i = 0; i < n; i++) {
        if (person && memcmp(rows[i].person, person, ID_LEN) != 0)
            continue;
        laid++;
        ended += rows[i].state == ALLEGATION_ENDED;
        if (shield_stops(rows[i].state))
            return shield_allows(rows[i].state, purpose, err);
    }
    if (laid == 0)
        return err_set(err, ERR_DENIED, N_("lay the offence first: then the partners are asked whether she is presumed a victim"));
    return ended == laid ? shield_allows(ALLEGATION_ENDED, purpose, err) : 0;
}

int shield_may(struct node *node, const uint8_t file[static ID_LEN], const uint8_t *person, str purpose, struct err *err)
{
    const struct access_purpose *known = access_purpose(purpose);
    struct shield_row *rows;
    size_t n;
    if (!known || !known->against)
        return 0;
    struct arena *a = arena_new();
    int r = shield_rows(node->db, file, a, &rows, &n, err);
    if (r == 0)
        r = may(rows, n, person, purpose, err);
    arena_free(a);
    return r;
}

/* --- how it stands --- */

static int stand(struct node *node, struct arena *a, const struct shield_row *row, struct allegation_standing *out, struct err *err)
{
    static const uint8_t ours[ID_LEN];
    struct shield_answer_row *answers;
    size_t n;
    *out = (struct allegation_standing){.state = row->state, .laid_ms = row->laid_ms, .open_ms = row->open_ms, .ruled_ms = row->ruled_ms,
                                        .has_ruling = row->has_ruling};
    memcpy(out->id, row->id, ID_LEN);
    memcpy(out->person, row->person, ID_LEN);
    memcpy(out->laid_by, row->laid_by, ID_LEN);
    memcpy(out->ruling, row->ruling, ID_LEN);
    int r = shield_answers_of(node->db, row->id, a, &answers, &n, err);
    if (r < 0)
        return r;
    out->presuming = arena_alloc(a, (n + 1) * sizeof *out->presuming);
    for (size_t i = 0; i < n; i++) {
        bool own = memcmp(answers[i].partner, ours, ID_LEN) == 0;
        out->asked += !own;
        out->unanswered += !own && answers[i].answer == SHIELD_NOT_YET;
        if (answers[i].answer != SHIELD_PRESUMED)
            continue;
        memcpy(out->presuming[out->n_presuming].partner, answers[i].partner, ID_LEN);
        out->presuming[out->n_presuming++].since_ms = answers[i].presumed_ms;
    }
    return 0;
}

int allegations_of(struct node *node, const uint8_t file[static ID_LEN], struct arena *a, struct allegation_standing **out, size_t *n, struct err *err)
{
    struct shield_row *rows;
    int r = shield_rows(node->db, file, a, &rows, n, err);
    if (r < 0)
        return r;
    *out = arena_array(a, struct allegation_standing, *n);
    for (size_t i = 0; r == 0 && i < *n; i++)
        r = stand(node, a, &rows[i], &(*out)[i], err);
    return r;
}

int shield_open(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct arena *a, struct shield_open **out, size_t *n, struct err *err)
{
    return shield_open_since(db, whose, now_ms, a, out, n, err);
}

int shield_count(struct db *db, const struct shield_whose *whose, int64_t now_ms, struct shield_count *out, struct err *err)
{
    struct arena *a = arena_new();
    struct shield_open *since;
    size_t n;
    *out = (struct shield_count){0};
    int r = shield_open_since(db, whose, now_ms, a, &since, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        out->overdue += shield_level(since[i].since_ms, now_ms) > 0;
    if (r == 0 && n) {
        out->open = (int64_t)n;
        out->oldest_ms = now_ms - since[0].since_ms;
        out->median_ms = now_ms - (n % 2 ? since[n / 2].since_ms : (since[n / 2 - 1].since_ms + since[n / 2].since_ms) / 2);
    }
    arena_free(a);
    return r;
}
