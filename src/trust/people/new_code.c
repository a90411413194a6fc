/* new_code: see new_code.h. */
#include "trust/people/new_code.h"

#include <string.h>

#include "trust/people/people_internal.h"

#define CODE_GROUPS 4
#define CODE_GROUP 5

/* Crockford's letters: none that is taken for another when it is read out. */
static const char code_letters[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* --- codes --- */

/* Letters and digits only, in capitals, and what is mistaken for another as that other. */
static size_t code_normal(str code, char out[static MEMBER_CODE_LEN])
{
    size_t n = 0;
    for (size_t i = 0; i < code.len && n + 1 < MEMBER_CODE_LEN; i++) {
        char c = code.p[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        c = c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c;
        if (strchr(code_letters, c))
            out[n++] = c;
    }
    return n;
}

static int code_hash(const struct node *node, const uint8_t member[static ID_LEN], str code, uint8_t out[static HASH_LEN], struct err *err)
{
    char plain[MEMBER_CODE_LEN];
    size_t n = code_normal(code, plain);
    return people_mac(node, "code", (bytes){member, ID_LEN}, (bytes){(const uint8_t *)plain, n}, out, err);
}

static void make_code(char code[static MEMBER_CODE_LEN])
{
    uint8_t random[CODE_GROUPS * CODE_GROUP];
    size_t at = 0;
    crypto_random(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++) {
        if (i > 0 && i % CODE_GROUP == 0)
            code[at++] = '-';
        code[at++] = code_letters[random[i] & 31];
    }
    code[at] = '\0';
}

int people_code_give(struct node *node, const uint8_t member[static ID_LEN], int64_t now_ms, char code[static MEMBER_CODE_LEN], struct err *err)
{
    uint8_t hash[HASH_LEN];
    make_code(code);
    int r = code_hash(node, member, str_from(code), hash, err);
    return r < 0 ? r : people_store_code_put(node->db, member, hash, now_ms + MEMBER_CODE_MS, err);
}

int people_code_check(struct node *node, const uint8_t member[static ID_LEN], str code, int64_t now_ms, bool *holds, struct err *err)
{
    uint8_t given[HASH_LEN], kept[HASH_LEN];
    int64_t until = 0;
    *holds = false;
    int r = code_hash(node, member, code, given, err);
    if (r == 0)
        r = people_store_code_get(node->db, member, kept, &until, err);
    if (r > 0)
        *holds = crypto_equal(given, kept, HASH_LEN) && now_ms < until;
    return r < 0 ? r : 0;
}

/* --- a new one --- */

struct making {
    uint8_t member[ID_LEN];
    char *code;                    /* NULL: it is made when whoever asked takes it */
    const struct approval *agreed; /* NULL: one is enough */
};

static int takes_two(const struct act *act, unsigned roles, struct err *err)
{
    bool alone = act->verb == VERB_MEMBER && str_eq(act->actor->role, STR("member"));
    return alone && roles & ROLES_OF_TRUST
               ? err_set(err, ERR_DENIED, N_("a new code for a member is made by two persons, but for an officer in a hall"))
               : 0;
}

/* Who made it and who agreed, for her to read. */
static int note(struct node *node, const struct act *act, const struct making *m, struct err *err)
{
    struct new_code row = {.at_ms = act->now_ms, .has_maker = str_eq(act->actor->role, STR("member")), .has_second = m->agreed != NULL, .waits = m->agreed != NULL};
    crypto_random(row.id, ID_LEN);
    memcpy(row.member, m->member, ID_LEN);
    memcpy(row.maker, act->actor->member, ID_LEN);
    if (m->agreed) {
        memcpy(row.id, m->agreed->id, ID_LEN);
        memcpy(row.second, m->agreed->second, ID_LEN);
    }
    return new_code_store_put(node->db, &row, err);
}

static int do_code(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct making *m = arg;
    struct people_row row;
    struct access_member standing;
    int r = people_is_own(act->actor, m->member) ? err_set(err, ERR_DENIED, N_("nobody makes a code for herself: another administrator does")) : 0;
    if (r == 0)
        r = people_find(node, m->member, &row, &standing, err);
    if (r == 0)
        r = takes_two(act, standing.roles, err);
    if (r == 0 && standing.state == MEMBER_LEFT)
        r = err_set(err, ERR_USAGE, N_("this member has left: add her anew"));
    if (r == 0)
        r = people_forget_secrets(node, &row, err);
    if (r == 0)
        r = people_store_code_drop(node->db, row.id, err);
    standing.state = MEMBER_INVITED;
    if (r == 0)
        r = access_member_put(node->db, &standing, err);
    if (r == 0 && m->code)
        r = people_code_give(node, row.id, act->now_ms, m->code, err);
    if (r == 0)
        r = note(node, act, m, err);
    people_name_object(act, m->member, act->verb == VERB_CODE && !m->agreed ? "new code, by whoever runs the machine" : "new code");
    return r;
}

int member_code(struct node *node, const struct actor *actor, int64_t now_ms, const uint8_t id[static ID_LEN], char code[static MEMBER_CODE_LEN],
                uint8_t *request, struct err *err)
{
    struct making m = {.code = code};
    struct access_member standing = {0};
    struct act act = {.verb = VERB_CODE, .actor = actor, .now_ms = now_ms, .arguments = {m.member, ID_LEN}};
    memcpy(m.member, id, ID_LEN);
    if (people_is_own(actor, id))
        return err_set(err, ERR_DENIED, N_("nobody makes a code for herself: another administrator does"));
    int r = access_member_get(node->db, id, &standing, err);
    if (r < 0)
        return r;
    if (str_eq(actor->role, STR("member")) && !(standing.roles & ROLES_OF_TRUST))
        act.verb = VERB_MEMBER;
    r = act_run(node, &act, do_code, &m, err);
    if (r == ERR_PARKED && request)
        memcpy(request, act.approval, ID_LEN);
    return r;
}

int member_code_asked(const struct approval *what, uint8_t id[static ID_LEN], struct err *err)
{
    if (what->arguments.len != ID_LEN)
        return err_set(err, ERR_CORRUPT, N_("what was asked of a second person is damaged"));
    memcpy(id, what->arguments.p, ID_LEN);
    return 0;
}

int member_code_run(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct making m = {.agreed = arg};
    int r = member_code_asked(m.agreed, m.member, err);
    if (r == 0 && memcmp(m.agreed->second, m.member, ID_LEN) == 0)
        r = err_set(err, ERR_DENIED, N_("nobody agrees to a code of her own: somebody else does"));
    return r < 0 ? r : do_code(node, act, &m, err);
}

struct taking {
    uint8_t request[ID_LEN];
    char *code;
};

static int do_take(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct taking *t = arg;
    struct new_code c;
    struct access_member standing;
    int r = new_code_get(node->db, t->request, &c, err);
    if (r == 0 || (r > 0 && (!c.has_maker || !people_is_own(act->actor, c.maker))))
        return err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r > 0)
        r = access_member_get(node->db, c.member, &standing, err);
    if (r == 0 && (standing.state != MEMBER_INVITED || act->now_ms >= c.at_ms + APPROVAL_FETCH_MS))
        r = err_set(err, ERR_DENIED, N_("this code can be shown no more: ask for another"));
    if (r == 0)
        r = new_code_store_shown(node->db, t->request, err);
    if (r == 0)
        return err_set(err, ERR_DENIED, N_("this code was shown already, and is shown only once: ask for another"));
    people_name_object(act, c.member, "new code shown");
    return r < 0 ? r : people_code_give(node, c.member, act->now_ms, t->code, err);
}

int member_code_take(struct node *node, const struct actor *actor, const uint8_t request[static ID_LEN], int64_t now_ms, char code[static MEMBER_CODE_LEN],
                     struct err *err)
{
    struct taking t = {.code = code};
    struct act act = {.verb = VERB_FETCH, .actor = actor, .now_ms = now_ms};
    memcpy(t.request, request, ID_LEN);
    return act_run(node, &act, do_take, &t, err);
}
