#include "work/cases/release.h"

#include <string.h>

#include "ground/text/when.h"
#include "work/cases/release_store.h"

static const char *const needed[] = {"rel_Purpose", "rel_Basis", "rel_Proof", "rel_Reasons"};

static size_t count(const struct record *r)
{
    const struct field *records = field_find(STR("rel_Records"));
    size_t n = 0;
    str text;
    while (record_nth(r, records, n, &text))
        n++;
    return n;
}

static int check(const struct record *r, struct err *err)
{
    const struct access_purpose *purpose = access_purpose(record_text(r, "rel_Purpose"));
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (record_text(r, needed[i]).len == 0)
            return err_set(err, ERR_INPUT, N_("say for what it is released, by what right, how that is proved, and why it is needed"));
    if (!purpose || !purpose->against)
        return err_set(err, ERR_INPUT, N_("only for a charge, a detention or a removal is a release needed"));
    size_t n = count(r);
    if (n == 0)
        return err_set(err, ERR_INPUT, N_("choose what is released"));
    return n <= RELEASE_RECORDS_MAX ? 0 : err_set(err, ERR_LIMIT, N_("at most %d records can be released at once"), RELEASE_RECORDS_MAX);
}

int release_ask(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const struct record *release,
                uint8_t approval[static ID_LEN], struct err *err)
{
    struct act act = {.verb = VERB_RELEASE, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true,
                      .has_object = true, .arguments = record_encode(a, release)};
    memcpy(act.file, file, ID_LEN);
    memcpy(act.object, file, ID_LEN);
    int r = check(release, err);
    if (r == 0)
        r = act_run(w->node, &act, NULL, NULL, err);
    memcpy(approval, act.approval, ID_LEN);
    return r;
}

int release_asked(const struct approval *what, struct arena *a, struct record *out, struct err *err)
{
    *out = (struct record){.unit = FIELD_OF_RELEASE};
    int r = record_decode(a, what->arguments, out, err);
    return r < 0 ? r : check(out, err);
}

int release_run(struct node *node, struct act *act, void *approval, struct err *err)
{
    const struct approval *what = approval;
    const struct field *records = field_find(STR("rel_Records"));
    struct arena *a = arena_new();
    struct record fresh;
    uint8_t id[ID_LEN];
    str text, purpose = STR("");
    int r = release_asked(what, a, &fresh, err);
    if (r == 0) {
        memcpy(fresh.file, what->file, ID_LEN);
        record_add(a, &fresh, "rel_Agreed", hex_encode(a, (bytes){what->id, ID_LEN}));
        purpose = record_text(&fresh, "rel_Purpose");
        r = record_insert(node, a, &fresh, act->now_ms, act->actor->member, err);
    }
    for (size_t i = 0; r == 0 && record_nth(&fresh, records, i, &text); i++)
        r = hex_decode_into(text, id, ID_LEN) ? release_store_add(node->db, what->file, id, purpose, fresh.id, err)
                                              : err_set(err, ERR_INPUT, N_("choose what is released"));
    if (r == 0)
        r = record_touch(node->db, what->file, act->now_ms, err);
    act->has_object = true;
    memcpy(act->object, fresh.id, ID_LEN);
    arena_free(a);
    return r;
}

struct ending { const uint8_t *file, *id; str why; struct arena *a; };

static int end(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct ending *e = arg;
    char today[DATE_TEXT_MAX];
    struct record stored, merged;
    int r = record_get(node, e->file, e->id, e->a, &stored, err);
    if (r == 0 && stored.unit != FIELD_OF_RELEASE)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such release in this case"));
    if (r == 0 && record_text(&stored, "rel_EndedOn").len)
        r = err_set(err, ERR_DENIED, N_("this was taken back before"));
    if (r < 0)
        return r;
    date_format(today, when_day_in(node->time_zone, act->now_ms));
    const struct field *shown[] = {field_find(STR("rel_EndedOn")), field_find(STR("rel_EndedWhy"))};
    const struct record_value values[] = {{shown[0], str_dup(e->a, str_from(today)), 0}, {shown[1], e->why, 0}};
    const struct record_typed typed = {.shown = shown, .n_shown = 2, .values = values, .n = 2, .base = stored.version};
    struct record_conflict conflicts[2];
    bool changed;
    (void)record_merge(e->a, &stored, &typed, conflicts, &merged, &changed);
    r = record_replace(node, e->a, &stored, &merged, act->now_ms, act->actor->member, err);
    if (r == 0)
        r = release_store_end(node->db, e->file, e->id, err);
    return r == 0 ? record_touch(node->db, e->file, act->now_ms, err) : r;
}

int release_end(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t release[static ID_LEN], str why,
                struct err *err)
{
    struct ending e = {file, release, why, a};
    struct act act = {.verb = VERB_RELEASE_END, .actor = w->actor, .purpose = w->purpose, .reference = why, .now_ms = w->now_ms, .has_file = true,
                      .has_object = true};
    memcpy(act.file, file, ID_LEN);
    memcpy(act.object, release, ID_LEN);
    return why.len ? act_run(w->node, &act, end, &e, err) : err_set(err, ERR_INPUT, N_("say why it is taken back"));
}
