/* session: see session.h. */
#include "trust/people/session.h"

#include <string.h>

#include "trust/people/people_internal.h"

#define TOKEN_BYTES 32
#define AGENT_MAX 100
#define SEEN_EVERY_MS 60000
#define CSRF_HALF 16

static void token_text(char out[static SESSION_TOKEN_LEN], const uint8_t *random)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        out[2 * i] = digits[random[i] >> 4];
        out[2 * i + 1] = digits[random[i] & 15];
    }
    out[2 * TOKEN_BYTES] = '\0';
}

static int token_hash(const struct node *node, str token, uint8_t out[static HASH_LEN], struct err *err)
{
    return people_mac(node, "session", str_bytes(token), (bytes){0}, out, err);
}

int people_session_start(struct node *node, const uint8_t member[static ID_LEN], bool enrolling, const struct signin_from *from,
                         char token[static SESSION_TOKEN_LEN], struct err *err)
{
    struct people_session s = {.enrolling = enrolling, .started_ms = from->now_ms, .seen_ms = from->now_ms, .proved_ms = from->now_ms, .has_agent = from->agent.len > 0};
    uint8_t random[TOKEN_BYTES];
    crypto_random(random, sizeof random);
    token_text(token, random);
    crypto_random(s.id, ID_LEN);
    memcpy(s.member, member, ID_LEN);
    int r = token_hash(node, str_from(token), s.token, err);
    if (r == 0 && s.has_agent)
        r = vault_put(node->vault, node->db, VAULT_PEOPLE, str_bytes(str_slice(from->agent, 0, AGENT_MAX)), NULL, &s.agent, NULL, err);
    return r < 0 ? r : people_store_session_put(node->db, &s, err);
}

static int over(struct err *err)
{
    return err_set(err, ERR_DENIED, N_("your session is over: sign in again"));
}

int people_session_proved(struct node *node, const struct session *s, int64_t now_ms, struct err *err)
{
    int r = people_store_session_proved(node->db, s->id, now_ms, err);
    return r < 0 ? r : r == 0 ? over(err) : 0;
}

static bool is_over(const struct people_session *s, int64_t now_ms)
{
    return now_ms - s->seen_ms >= SESSION_IDLE_MS || now_ms - s->started_ms >= SESSION_ABSOLUTE_MS;
}

static void fill(const struct people_session *row, struct session *out)
{
    *out = (struct session){.enrolling = row->enrolling, .started_ms = row->started_ms, .seen_ms = row->seen_ms, .proved_ms = row->proved_ms};
    memcpy(out->id, row->id, ID_LEN);
    memcpy(out->member, row->member, ID_LEN);
}

int session_resume(struct node *node, str token, int64_t now_ms, struct session *out, struct err *err)
{
    struct people_session row = {0};
    unsigned roles = 0;
    uint8_t hash[HASH_LEN];
    if (token.len != SESSION_TOKEN_LEN - 1)
        return over(err);
    int r = token_hash(node, token, hash, err);
    if (r == 0)
        r = people_store_session_get(node->db, hash, &row, err);
    if (r == 0 || (r > 0 && is_over(&row, now_ms)))
        return over(err);
    if (r > 0)
        r = access_standing(node->db, row.member, &roles, err);
    if (r == 0 && !(row.enrolling ? roles & ROLE_MEMBER : roles & ROLES_OF_MEMBERS))
        return over(err);
    if (r < 0)
        return r;
    struct err busy; /* another writer is in the way: then the next request notes it */
    if (now_ms - row.seen_ms >= SEEN_EVERY_MS)
        (void)!people_store_session_seen(node->db, hash, now_ms, &busy);
    fill(&row, out);
    out->roles = roles & ROLES_OF_MEMBERS;
    return 0;
}

/* --- ending --- */

static int drop(struct node *node, const struct people_session *row, struct err *err)
{
    int r = row->has_agent ? vault_erase(node->vault, node->db, VAULT_PEOPLE, &row->agent, err) : 0;
    return r < 0 ? r : people_store_session_drop(node->db, row->id, err);
}

struct ending { const uint8_t *member, *id; };

static int do_end(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct ending *e = arg;
    struct arena *a = arena_new();
    struct people_session *all;
    size_t n = 0, at = 0;
    int r = people_store_sessions(node->db, e->member, a, &all, &n, err);
    while (r == 0 && at < n && memcmp(all[at].id, e->id, ID_LEN) != 0)
        at++;
    if (r == 0 && at == n)
        r = err_set(err, ERR_NOT_FOUND, N_("that session is over already"));
    if (r == 0)
        r = drop(node, &all[at], err);
    act->has_object = true;
    memcpy(act->object, e->member, ID_LEN);
    arena_free(a);
    return r;
}

static int end(struct node *node, const struct session *s, const uint8_t *id, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct actor actor = member_actor(a, s->member);
    struct act act = {.verb = VERB_SIGN_OUT, .actor = &actor, .now_ms = now_ms};
    struct ending e = {s->member, id};
    int r = act_run(node, &act, do_end, &e, err);
    arena_free(a);
    return r;
}

int session_end(struct node *node, const struct session *s, int64_t now_ms, struct err *err)
{
    return end(node, s, s->id, now_ms, err);
}

int session_end_own(struct node *node, const struct session *s, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    return end(node, s, id, now_ms, err);
}

int session_list_own(struct node *node, const struct session *s, int64_t now_ms, struct arena *a, struct session **out, size_t *n,
                     struct err *err)
{
    struct people_session *all;
    size_t all_n = 0;
    int r = people_store_sessions(node->db, s->member, a, &all, &all_n, err);
    *out = arena_array(a, struct session, all_n);
    *n = 0;
    for (size_t i = 0; r == 0 && i < all_n; i++) {
        bytes agent = {0};
        if (is_over(&all[i], now_ms))
            continue;
        if (all[i].has_agent)
            r = vault_get(node->vault, node->db, VAULT_PEOPLE, &all[i].agent, a, &agent, err);
        fill(&all[i], &(*out)[*n]);
        (*out)[(*n)++].agent = agent.p ? bytes_str(agent) : STR("");
    }
    return r;
}

/* No act: nothing of a person's doing. */
static int tidy(struct db *db, void *arg, struct err *err)
{
    struct { struct node *node; int64_t now_ms; } *t = arg;
    struct arena *a = arena_new();
    struct people_session *all;
    size_t n = 0;
    int r = people_store_sessions_over(db, t->now_ms - SESSION_IDLE_MS, t->now_ms - SESSION_ABSOLUTE_MS, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = drop(t->node, &all[i], err);
    if (r == 0)
        r = people_store_attempts_drop(db, NULL, t->now_ms - SIGNIN_WINDOW_MS, err);
    if (r == 0)
        r = passkey_store_tidy(db, t->now_ms, err);
    arena_free(a);
    return r;
}

int session_tidy(struct node *node, int64_t now_ms, struct err *err)
{
    struct { struct node *node; int64_t now_ms; } t = {node, now_ms};
    return db_txn(node->db, tidy, &t, err);
}

/* --- forms --- */

static int csrf_mac(const struct node *node, const struct session *s, uint8_t out[static HASH_LEN], struct err *err)
{
    return people_mac(node, "form", (bytes){s->id, ID_LEN}, (bytes){0}, out, err);
}

int session_csrf(const struct node *node, const struct session *s, char token[static SESSION_CSRF_LEN], struct err *err)
{
    uint8_t mac[HASH_LEN], masked[2 * CSRF_HALF];
    int r = csrf_mac(node, s, mac, err);
    if (r < 0)
        return r;
    crypto_random(masked, CSRF_HALF);
    for (size_t i = 0; i < CSRF_HALF; i++)
        masked[CSRF_HALF + i] = masked[i] ^ mac[i];
    token_text(token, masked);
    return 0;
}

int session_csrf_check(const struct node *node, const struct session *s, str token, struct err *err)
{
    uint8_t mac[HASH_LEN], masked[2 * CSRF_HALF];
    int r = csrf_mac(node, s, mac, err);
    if (r < 0)
        return r;
    bool holds = hex_decode_into(token, masked, sizeof masked);
    for (size_t i = 0; i < CSRF_HALF; i++)
        masked[CSRF_HALF + i] ^= masked[i];
    if (!holds || !crypto_equal(masked + CSRF_HALF, mac, CSRF_HALF))
        return err_set(err, ERR_DENIED, N_("this form is from another session: go back, load the page anew, and send it again"));
    return 0;
}

/* --- tickets --- */

static int ticket_mac(const struct node *node, const struct session *s, const char *what, const uint8_t thing[static ID_LEN], uint8_t out[static HASH_LEN],
                      struct err *err)
{
    uint8_t both[2 * ID_LEN];
    memcpy(both, s->id, ID_LEN);
    memcpy(both + ID_LEN, thing, ID_LEN);
    return people_mac(node, "ticket", str_bytes(str_from(what)), (bytes){both, sizeof both}, out, err);
}

int session_ticket(const struct node *node, const struct session *s, const char *what, const uint8_t thing[static ID_LEN], char token[static SESSION_TICKET_LEN],
                   struct err *err)
{
    uint8_t mac[HASH_LEN];
    int r = ticket_mac(node, s, what, thing, mac, err);
    if (r == 0)
        token_text(token, mac);
    return r;
}

int session_ticket_check(const struct node *node, const struct session *s, const char *what, const uint8_t thing[static ID_LEN], str token, struct err *err)
{
    uint8_t mac[HASH_LEN], given[HASH_LEN];
    int r = ticket_mac(node, s, what, thing, mac, err);
    if (r < 0)
        return r;
    return hex_decode_into(token, given, sizeof given) && crypto_equal(mac, given, HASH_LEN) ? 0 : err_set(err, ERR_DENIED, N_("say first why you look"));
}
