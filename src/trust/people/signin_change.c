/* A member changes her password: with the one she has and six digits, as for proving who she is. Her other sessions end. */
#include <string.h>

#include "trust/people/people_internal.h"

struct changing {
    const struct session *session;
    const char *hash;
    struct people_secret secret;
};

static int end_others(struct node *node, const struct session *s, struct err *err)
{
    struct arena *a = arena_new();
    struct people_session *all;
    size_t n;
    int r = people_store_sessions(node->db, s->member, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (memcmp(all[i].id, s->id, ID_LEN) != 0) {
            r = all[i].has_agent ? vault_erase(node->vault, node->db, VAULT_PEOPLE, &all[i].agent, err) : 0;
            if (r == 0)
                r = people_store_session_drop(node->db, all[i].id, err);
        }
    arena_free(a);
    return r < 0 ? r : 0;
}

static int do_change(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct changing *c = arg;
    struct people_row row;
    act->detail = STR("password changed");
    act->has_object = true;
    memcpy(act->object, c->session->member, ID_LEN);
    int r = people_store_get(node->db, c->session->member, &row, err);
    if (r == 0 || (r > 0 && !row.has_secret))
        return err_set(err, ERR_NOT_FOUND, N_("there is no such member"));
    if (r > 0)
        r = people_secret_get(node, &row, &c->secret, err);
    if (r == 0) {
        memcpy(c->secret.hash, c->hash, PASSWORD_HASH_LEN);
        r = people_secret_put(node, &row, &c->secret, err);
    }
    return r == 0 ? end_others(node, c->session, err) : r;
}

int signin_password_change(struct node *node, const struct signin_from *from, const struct session *s, str now, str code, str password, struct err *err)
{
    struct arena *a = arena_new();
    struct member m;
    char hash[PASSWORD_HASH_LEN] = "";
    int r = member_get(node, s->member, a, &m, err);
    if (r == 0)
        r = signin_password_check(password, m.login, m.name, err);
    if (r == 0)
        r = signin_prove(node, from, s, now, code, err);
    if (r == 0)
        r = password_hash(password, hash, err);
    if (r == 0) {
        struct changing c = {.session = s, .hash = hash};
        struct actor actor = member_actor(a, s->member);
        struct act act = {.verb = VERB_ENROL, .actor = &actor, .now_ms = from->now_ms};
        actor.proved_ms = from->now_ms; /* just now */
        r = act_run(node, &act, do_change, &c, err);
        crypto_wipe(&c.secret, sizeof c.secret);
    }
    crypto_wipe(hash, sizeof hash);
    arena_free(a);
    return r;
}
