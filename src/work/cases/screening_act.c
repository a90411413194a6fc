#include "work/cases/screening_act.h"

#include <string.h>

struct keeping {
    struct arena *a;
    struct record *fresh;
    struct casefile_indexing indexing; /* of a decision: the person's status is part of what partners may ask for */
};

static int run(const struct casework *w, enum verb verb, const uint8_t file[static ID_LEN], enum field_unit unit, act_fn fn, struct keeping *k,
               struct err *err)
{
    struct act act = {.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, file, ID_LEN);
    memcpy(k->fresh->file, file, ID_LEN);
    k->fresh->unit = unit;
    return act_run(w->node, &act, fn, k, err);
}

static int keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct keeping *k = arg;
    int r = record_insert(node, k->a, k->fresh, act->now_ms, act->actor->member, err);
    act->has_object = true;
    memcpy(act->object, k->fresh->id, ID_LEN);
    return r;
}

int screening_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *screening, struct err *err)
{
    struct keeping k = {.a = a, .fresh = screening};
    return run(w, VERB_SCREENING, file, FIELD_OF_SCREENING, keep, &k, err);
}

/* The person's next version, in which the two fields are what was decided. */
static int follow(struct node *node, struct act *act, struct keeping *k, str status, struct err *err)
{
    const struct record *d = k->fresh;
    const struct field *shown[] = {field_find(STR("vic_TraffickingStatus")), field_find(STR("vic_TraffickingStatusDecisionMakingOrg"))};
    const struct record_value values[] = {{shown[0], status, 0}, {shown[1], record_text(d, "cmt_DecisionOrg"), 0}};
    struct record_conflict conflicts[2];
    struct record person, merged;
    bool changed;
    int r = record_get(node, d->file, d->about, k->a, &person, err);
    if (r < 0)
        return r;
    const struct record_typed typed = {.shown = shown, .n_shown = 2, .values = values, .n = values[1].text.len ? 2 : 1, .base = person.version, .overwrite = true};
    (void)record_merge(k->a, &person, &typed, conflicts, &merged, &changed);
    return changed ? casefile_person_replace(node, k->a, act->now_ms, act->actor->member, &person, &merged, &k->indexing, err) : 0;
}

static int decide(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct keeping *k = arg;
    str status = screening_status(record_text(k->fresh, "cmt_Decision"));
    casefile_indexing_again(&k->indexing);
    int r = keep(node, act, k, err);
    return r < 0 || status.len == 0 ? r : follow(node, act, k, status, err);
}

int decision_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *decision, struct err *err)
{
    static const char *const needed[] = {"cmt_Decision", "cmt_DecidedBy", "cmt_DecisionOrgName"};
    struct keeping k = {.a = a, .fresh = decision};
    bool whole = decision->has_about;
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        whole = whole && record_text(decision, needed[i]).len;
    if (!whole)
        return err_set(err, ERR_USAGE, N_("say what was decided, by whom, and for which organisation"));
    int r = casefile_indexing_new(w, a, 1, &k.indexing, err);
    if (r < 0)
        return r;
    r = run(w, VERB_DECISION, file, FIELD_OF_DECISION, decide, &k, err);
    casefile_indexing_end(w, a, &k.indexing, r == 0);
    return r;
}
