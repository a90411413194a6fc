#include "trust/act/act_internal.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#define NONCE_LEN 32

struct running {
    struct node *node;
    struct act *act;
    act_fn fn;
    void *arg;
    struct arena *arena;
    const char *refusal; /* NULL: the act is done; else only the refusal is logged */
};

int act_pseudonym(const struct node *node, const struct actor *actor, uint8_t out[static ACT_PSEUDONYM_LEN], struct err *err)
{
    const bytes parts[] = {str_bytes(actor->role), {(const uint8_t *)"\0", 1}, str_bytes(actor->name)};
    return keyring_mac_parts(node->keys, KEYRING_MAC_PSEUDONYM, parts, 3, out, ACT_PSEUDONYM_LEN, err);
}

static void add_field(struct buf *b, str s)
{
    buf_u32(b, (uint32_t)s.len);
    buf_add(b, s);
}

/* nonce || length-prefixed fields: what the leaf commits to. Erasing it makes the leaf meaningless. */
static bytes sealed_detail(const struct running *r)
{
    uint8_t nonce[NONCE_LEN];
    crypto_random(nonce, sizeof nonce);
    struct buf b = buf_new(r->arena);
    buf_add_bytes(&b, nonce, sizeof nonce);
    add_field(&b, r->act->actor->role);
    add_field(&b, r->act->actor->name);
    add_field(&b, r->act->purpose);
    add_field(&b, r->act->reference);
    add_field(&b, r->refusal ? str_from(r->refusal) : r->act->detail);
    return buf_bytes(&b);
}

static int write_leaf(const struct running *r, struct db *db, struct err *err)
{
    struct act *act = r->act;
    bytes detail = sealed_detail(r);
    struct act_link link = {.at_ms = act->now_ms};
    int result = vault_put(r->node->vault, db, VAULT_ACT_DETAIL, detail, NULL, &link.detail, NULL, err);
    if (result == 0)
        result = act_pseudonym(r->node, act->actor, link.actor, err);
    if (result < 0)
        return result;
    const uint8_t *object = act->has_object && !r->refusal ? act->object : NULL;
    struct log_entry entry = {
        .time_ms = act->now_ms,
        .actor = hex_encode(r->arena, (bytes){link.actor, ACT_PSEUDONYM_LEN}),
        .verb = str_printf(r->arena, "%s%s", verbs[act->verb].name, r->refusal ? ".refused" : act->parked ? ".asked" : ""),
        .object = object ? hex_encode(r->arena, (bytes){object, ID_LEN}) : STR(""),
        .purpose = access_purpose(act->purpose) ? act->purpose : STR(""),
    };
    crypto_sha256(entry.commitment, detail);
    if ((result = log_append(r->node->log, db, &entry, &act->leaf_index, err)) < 0)
        return result;
    link.leaf = act->leaf_index;
    link.object = object;
    link.verb = entry.verb;
    return act_store_link(db, &link, err);
}

/* What it reads knows for what purpose it is read. */
static int do_it(const struct running *r, struct err *err)
{
    struct act *outer = r->node->acting;
    r->node->acting = r->act;
    r->act->withheld = 0;
    int result = r->fn(r->node, r->act, r->arg, err);
    r->node->acting = outer;
    return result;
}

static int run(struct db *db, void *arg, struct err *err)
{
    struct running *r = arg;
    int result = 0;
    if (r->refusal)
        return write_leaf(r, db, err);
    if (r->act->agreed)
        result = approval_holds(r->node, r->act, err);
    if (result == 0 && r->act->parked)
        result = approval_park(r->node, r->act, r->arena, err);
    else if (result == 0 && r->fn)
        result = do_it(r, err);
    return result < 0 ? result : write_leaf(r, db, err);
}

/* Logs that the act was refused, and says so. Always an error. */
static int refuse(struct node *node, struct act *act, int code, const char *reason, struct err *err)
{
    struct running r = {.node = node, .act = act, .arena = arena_new(), .refusal = reason};
    if (db_txn(node->db, run, &r, err) < 0)
        err_prefix(err, "refused, and the refusal could not be logged");
    else
        err_set(err, code, "%s: %s", verbs[act->verb].name, reason);
    arena_free(r.arena);
    return code;
}

struct group {
    struct node *node;
    struct act_step *steps;
    size_t n, at; /* at: the step that is running */
    struct arena *arena;
    struct err denied;    /* why the step may not be */
    struct err read_only; /* why nothing may be changed now */
};

/* What the actor may do at this moment: a member's roles as they stand in the database. */
static int roles_of(struct db *db, const struct actor *actor, unsigned *roles, struct err *err)
{
    if (str_eq(actor->role, STR("member")))
        return access_standing(db, actor->member, roles, err);
    *roles = access_role_bit(actor->role);
    *roles &= ~(unsigned)ROLES_OF_MEMBERS; /* those are given to members only */
    return 0;
}

/* 0, or the refusal's code with at and denied filled. All are decided before any is done. */
static int decide(struct group *g, struct db *db, struct err *err)
{
    int result = 0;
    g->denied.code = 0;
    for (g->at = 0; result == 0 && g->at < g->n; g->at += result == 0) {
        struct act *act = g->steps[g->at].act;
        struct access_asker asker = {.proved_ms = act->actor->proved_ms, .now_ms = act->now_ms};
        result = roles_of(db, act->actor, &asker.roles, err);
        if (result == 0 && act->has_file)
            result = access_relation(db, act->file, act->actor->member, asker.roles, act->now_ms, &asker.relation, &asker.state, err);
        if (result == 0 && act->has_file)
            result = access_stopped(db, act->file, &asker.stopped, err);
        if (result == 0)
            result = access_decide(&verbs[act->verb].rule, &asker, act->purpose, act->reference, &g->denied);
        act->parked = result == 0 && !act->agreed && access_needs_second(&verbs[act->verb].rule, asker.roles);
        if (act->parked && g->n > 1)
            result = err_set(err, ERR_USAGE, "%s: what takes two persons is asked for by itself", verbs[act->verb].name);
    }
    return result;
}

/* 0, or ERR_DENIED with at and read_only filled. */
static int check_read_only(struct group *g, struct err *err)
{
    bool refuse = false;
    int result = 0;
    for (g->at = 0; g->at < g->n && !verbs[g->steps[g->at].act->verb].changes;)
        g->at++;
    g->read_only.code = 0;
    if (g->at < g->n)
        result = act_read_only(g->node, g->steps[g->at].act->now_ms, &refuse, &g->read_only, err);
    return result == 0 && refuse ? ERR_DENIED : result;
}

static int run_group(struct db *db, void *arg, struct err *err)
{
    struct group *g = arg;
    int checked = decide(g, db, err);
    if (checked == 0)
        checked = check_read_only(g, err);
    if (checked < 0)
        return checked;
    for (g->at = 0; g->at < g->n; g->at++) {
        struct act_step *s = &g->steps[g->at];
        struct running r = {.node = g->node, .act = s->act, .fn = s->fn, .arg = s->arg, .arena = g->arena};
        int result = run(db, &r, err);
        if (result < 0)
            return result;
        arena_reset(g->arena);
    }
    return 0;
}

int act_run_group(struct node *node, struct act_step steps[], size_t n, size_t *failed, struct err *err)
{
    if (n == 0)
        return 0;
    struct group g = {.node = node, .steps = steps, .n = n, .arena = arena_new()};
    int result = db_txn(node->db, run_group, &g, err);
    *failed = g.at;
    arena_free(g.arena);
    if (g.denied.code)
        return refuse(node, steps[g.at].act, g.denied.code, g.denied.text, err);
    if (g.read_only.code) {
        struct act *act = steps[g.at].act;
        result = refuse(node, act, str_eq(act->actor->role, STR("partner")) ? ERR_RETRY : ERR_DENIED, g.read_only.text, err);
    }
    return result;
}

int act_run(struct node *node, struct act *act, act_fn fn, void *arg, struct err *err)
{
    struct act_step step = {act, fn, arg};
    size_t failed;
    int result = act_run_group(node, &step, 1, &failed, err);
    return result == 0 && act->parked ? err_set(err, ERR_PARKED, "%s: this waits for a second person", verbs[act->verb].name) : result;
}

int act_forget(struct node *node, const uint8_t object[static ID_LEN], int64_t *n, struct err *err)
{
    struct vault_id detail;
    int64_t erased = 0;
    int result;
    while ((result = act_store_unlink_one(node->db, object, &detail, err)) > 0) {
        result = vault_erase(node->vault, node->db, VAULT_ACT_DETAIL, &detail, err);
        if (result < 0)
            return result;
        erased++;
    }
    if (n)
        *n = erased;
    return result;
}

const struct actor act_node = {.name = STR("node"), .role = STR("node")};

struct actor act_operator(struct arena *a)
{
    struct passwd entry, *found = NULL;
    char *text = arena_alloc(a, 4096);
    if (getpwuid_r(getuid(), &entry, text, 4096, &found) != 0 || !found)
        return (struct actor){.name = str_printf(a, "uid %lu", (unsigned long)getuid()), .role = STR("operator")};
    return (struct actor){.name = str_dup(a, str_from(found->pw_name)), .role = STR("operator")};
}
