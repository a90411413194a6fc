/* decoy: see decoy.h. */
#include "work/cases/decoy.h"

#include "trust/match/search.h"

struct making {
    struct casefile_indexing indexing;
    struct identity who;
    bytes content;
    str words;
};

static int do_make(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct making *m = arg;
    struct vault_id id;
    casefile_indexing_again(&m->indexing);
    int r = vault_put(node->vault, node->db, VAULT_IDENTITY, m->content, NULL, &id, NULL, err);
    if (r == 0)
        r = search_writer_add(m->indexing.writer, &m->who, &id, err);
    return r < 0 ? r : canary_put(node, act, id.b, m->words, err);
}

int decoy_make(const struct casework *w, const struct record *person, str words, struct arena *a, struct err *err)
{
    struct making m = {.who = record_identity(a, person), .words = words};
    struct act act = {.verb = VERB_DECOY, .actor = w->actor, .now_ms = w->now_ms};
    if (identity_is_empty(&m.who))
        return err_set(err, ERR_USAGE, N_("write a name, a document or a telephone number: nobody would find this record"));
    m.content = identity_encode(a, &m.who);
    int r = casefile_indexing_new(w, a, 1, &m.indexing, err);
    if (r < 0)
        return r;
    r = act_run(w->node, &act, do_make, &m, err);
    casefile_indexing_end(w, a, &m.indexing, r == 0);
    return r;
}
