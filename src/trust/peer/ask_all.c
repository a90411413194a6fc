#include "trust/peer/ask_all.h"

#include "trust/peer/pair.h"

int ask_partners(struct node *node, struct arena *a, struct partner **out, size_t *n, struct err *err)
{
    struct partner *all;
    size_t n_all;
    int r = partner_list(node->db, a, &all, &n_all, err);
    *n = 0;
    if (r < 0)
        return r;
    *out = arena_array(a, struct partner, n_all);
    for (size_t i = 0; i < n_all && *n < ASK_PARTNERS_MAX; i++)
        if (all[i].status == PARTNER_ACTIVE && all[i].address.len)
            (*out)[(*n)++] = all[i];
    return 0;
}

static void ask_one(struct node *node, const struct names *names, const struct actor *actor, const struct ask_query *query,
                    const struct http_identity *identity, struct arena *a, struct ask_answer *answer)
{
    struct asking *asking = NULL;
    struct err err = {0};
    int r = ask_open(node, names, answer->partner, identity, &asking, &err);
    if (r == 0)
        r = peer_line_sync(ask_line(asking), clock_now_ms(), &err);
    if (r == 0)
        r = ask_person(asking, actor, query, clock_now_ms(), a, &answer->result, &err);
    if (r < 0)
        answer->trouble = str_dup(a, str_from(err.text)).p;
    ask_close(asking);
}

int ask_all(struct node *node, const struct names *names, const struct actor *actor, const struct ask_query *query, const struct partner partners[],
            size_t n, struct arena *a, struct ask_answer **answers, struct err *err)
{
    struct http_identity identity = {0};
    *answers = arena_array(a, struct ask_answer, n);
    int r = n ? pair_identity(node, a, clock_now_ms(), &identity, err) : 0;
    if (r < 0 || n == 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        (*answers)[i].partner = &partners[i];
        ask_one(node, names, actor, query, &identity, a, &(*answers)[i]);
    }
    http_identity_close(&identity);
    return 0;
}
