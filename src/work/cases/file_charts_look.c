/* file_charts_look: the look at a file for one of its pictures. */
#include <string.h>

#include "work/cases/file_charts.h"

#define PLACES_MAX 50 /* files of one person that are counted */

struct look {
    struct arena *arena;
    const uint8_t *file;
    str picture;
    struct casefile *out;
    size_t **elsewhere;
};

/* In how many other files the person is known where the member has a part. Only ids are read. */
static int count_elsewhere(struct node *node, const struct look *l, const struct act *act, unsigned roles, const struct vault_id *identity, size_t *count,
                           struct err *err)
{
    struct record_place places[PLACES_MAX];
    size_t n;
    int r = record_places(node->db, identity, places, PLACES_MAX, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        unsigned relation = 0, state = 0;
        if (memcmp(places[i].file, l->file, ID_LEN) == 0)
            continue;
        r = access_relation(node->db, places[i].file, act->actor->member, roles, act->now_ms, &relation, &state, err);
        *count += r == 0 && (relation & RELATION_PART) != 0;
    }
    return r;
}

static int do_look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct look *l = arg;
    struct casefile *f = l->out;
    unsigned roles;
    memcpy(f->id, l->file, ID_LEN);
    act->detail = str_printf(l->arena, "{\"picture\":\"%.*s\"}", STR_ARG(l->picture));
    int r = access_standing(node->db, act->actor->member, &roles, err);
    if (r == 0)
        r = access_relation(node->db, l->file, act->actor->member, roles, act->now_ms, &f->relation, &f->state, err);
    if (r == 0)
        r = records_of(node, l->file, l->arena, &f->records, &f->n, err);
    if (r == 0 && f->n == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such case"));
    *l->elsewhere = arena_array(l->arena, size_t, r == 0 ? f->n : 0);
    for (size_t i = 0; r == 0 && i < f->n; i++)
        if (f->records[i].has_identity)
            r = count_elsewhere(node, l, act, roles, &f->records[i].identity, &(*l->elsewhere)[i], err);
    return r;
}

int file_charts_look(const struct casework *w, const uint8_t file[static ID_LEN], str picture, struct arena *a, struct casefile *out,
                     size_t **elsewhere, struct err *err)
{
    struct look l = {a, file, picture, out, elsewhere};
    struct act act = {.verb = VERB_FILE_LOOK, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms,
                      .has_file = true, .has_object = true};
    memcpy(act.file, file, ID_LEN);
    memcpy(act.object, file, ID_LEN);
    memset(out, 0, sizeof *out);
    int r = act_run(w->node, &act, do_look, &l, err);
    out->withheld = act.withheld;
    return r;
}
