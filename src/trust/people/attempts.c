/* attempts: what did not succeed, by login name and by address, so that nobody can try for long. See signin.h. */
#include <string.h>

#include "trust/people/people_internal.h"

int people_knock_of(struct node *node, const struct signin_from *from, str login, struct people_knock *k, struct err *err)
{
    struct arena *a = arena_new();
    k->named = login.len > 0;
    int r = people_mac(node, "attempts of a name", str_bytes(str_lower_ascii(a, login)), (bytes){0}, k->login, err);
    if (r == 0)
        r = people_mac(node, "attempts of an address", str_bytes(from->address), (bytes){0}, k->address, err);
    arena_free(a);
    return r;
}

static int check_one(struct node *node, const uint8_t who[static HASH_LEN], int64_t limit, int64_t now_ms, struct err *err)
{
    int64_t n, first_ms;
    int r = people_store_attempts(node->db, who, now_ms - SIGNIN_WINDOW_MS, &n, &first_ms, err);
    if (r < 0 || n < limit)
        return r;
    return err_set(err, ERR_LIMIT, first_ms + SIGNIN_WINDOW_MS - now_ms > 60000 * 5 ? N_("too many attempts: come again in 15 minutes")
                                                                                   : N_("too many attempts: come again in 5 minutes"));
}

int people_knock_check(struct node *node, const struct people_knock *k, int64_t now_ms, struct err *err)
{
    int r = k->named ? check_one(node, k->login, SIGNIN_PER_LOGIN, now_ms, err) : 0;
    return r < 0 ? r : check_one(node, k->address, SIGNIN_PER_ADDRESS, now_ms, err);
}

struct failure { const struct people_knock *knock; const uint8_t *member; str detail; };

static int do_fail(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct failure *f = arg;
    int r = f->knock->named ? people_store_attempt(node->db, f->knock->login, act->now_ms, err) : 0;
    if (r == 0)
        r = people_store_attempt(node->db, f->knock->address, act->now_ms, err);
    if (f->member) {
        act->has_object = true;
        memcpy(act->object, f->member, ID_LEN);
    }
    act->detail = f->detail;
    return r;
}

int people_knock_failed(struct node *node, const struct signin_from *from, const struct people_knock *knock, const uint8_t *member, str detail,
                        struct err *err)
{
    struct act act = {.verb = VERB_SIGN_IN_FAILED, .actor = &act_node, .now_ms = from->now_ms};
    struct failure f = {knock, member, detail};
    return act_run(node, &act, do_fail, &f, err);
}
