/* Signing in with a passkey, and proving again who one is with it: see signin.h. */
#include <string.h>

#include "trust/people/people_internal.h"

struct entry {
    const struct signin_from *from;
    const struct passkey_answer *answer;
    const struct session *session; /* she proves herself again in this one; NULL: one begins */
    struct people_passkey row;
    struct webauthn_proof proof;
    char *token;
};

static int do_enter(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct entry *e = arg;
    int r = people_challenge_use(node, e->answer->challenge, err);
    if (r == 0)
        r = people_passkey_used(node, &e->row, e->proof.sign_count, act->now_ms, err);
    if (r == 0)
        r = e->session ? people_session_proved(node, e->session, act->now_ms, err)
                       : people_session_start(node, e->row.member, false, e->from, e->token, err);
    act->has_object = true;
    memcpy(act->object, e->row.member, ID_LEN);
    act->detail = STR("passkey");
    return r;
}

/* Whether the answer is a member's who may sign in, and of whom. *found: the row is one of a member. 0, or what does not hold. */
static int look(struct node *node, struct entry *e, const struct webauthn_site *site, bool *found, struct err *err)
{
    const struct passkey_answer *answer = e->answer;
    struct arena *a = arena_new();
    struct webauthn_credential credential;
    unsigned roles = 0;
    str name;
    int r = people_challenge_check(node, e->session ? PASSKEY_PROVE : PASSKEY_SIGN_IN, e->session, answer->challenge, e->from->now_ms, err);
    if (r == 0)
        r = people_passkey_find(node, answer->credential, &e->row, err);
    *found = r > 0;
    if (r == 0 && !*found)
        r = err_set(err, ERR_DENIED, N_("this passkey is not known here: try another, or sign in with your password"));
    if (*found)
        r = access_standing(node->db, e->row.member, &roles, err);
    bool hers = e->session && answer->user.len == 0 ? true /* where the credential was named, an authenticator need not say whose it is */
                : answer->user.len == ID_LEN && memcmp(answer->user.p, e->row.member, ID_LEN) == 0;
    if (r == 0 && (!(roles & ROLES_OF_MEMBERS) || !hers || (e->session && memcmp(e->session->member, e->row.member, ID_LEN) != 0)))
        r = err_set(err, ERR_DENIED, N_("this passkey is not known here: try another, or sign in with your password"));
    if (r == 0)
        r = people_passkey_get(node, &e->row, a, &credential, &name, err);
    if (r == 0) {
        const struct webauthn_assertion assertion = {answer->client_data, answer->authenticator_data, answer->signature};
        r = webauthn_asserted(site, answer->challenge, &credential, &assertion, a, &e->proof, err);
    }
    arena_free(a);
    return r;
}

static int run(struct node *node, struct entry *e, struct err *err)
{
    struct arena *a = arena_new();
    struct actor actor = member_actor(a, e->row.member);
    struct act act = {.verb = e->session ? VERB_PROVE : VERB_SIGN_IN, .actor = &actor, .now_ms = e->from->now_ms};
    int r = act_run(node, &act, do_enter, e, err);
    arena_free(a);
    return r;
}

static int enter(struct node *node, struct entry *e, str login, const struct webauthn_site *site, struct err *err)
{
    struct people_knock knock;
    bool found = false;
    int r = people_knock_of(node, e->from, login, &knock, err);
    if (r == 0)
        r = people_knock_check(node, &knock, e->from->now_ms, err);
    if (r < 0)
        return r;
    r = look(node, e, site, &found, err);
    if (r == 0)
        r = run(node, e, err);
    if (r == ERR_DENIED || r == ERR_INPUT) {
        struct err counting = {0};
        int counted = people_knock_failed(node, e->from, &knock, found ? e->row.member : NULL,
                                          e->proof.copied ? STR("the count of a passkey went backwards: there may be a copy of it") : STR("passkey"), &counting);
        if (counted < 0) {
            *err = counting;
            r = counted;
        }
    }
    return r;
}

int signin_passkey(struct node *node, const struct signin_from *from, const struct webauthn_site *site, const struct passkey_answer *answer,
                   char token[static SESSION_TOKEN_LEN], struct err *err)
{
    struct entry e = {.from = from, .answer = answer, .token = token};
    return enter(node, &e, STR(""), site, err);
}

int signin_prove_passkey(struct node *node, const struct signin_from *from, const struct session *s, const struct webauthn_site *site,
                         const struct passkey_answer *answer, struct err *err)
{
    struct arena *a = arena_new();
    struct member m;
    struct entry e = {.from = from, .answer = answer, .session = s};
    int r = member_get(node, s->member, a, &m, err);
    if (r == 0)
        r = enter(node, &e, m.login, site, err);
    arena_free(a);
    return r;
}
