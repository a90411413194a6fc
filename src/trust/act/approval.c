/* What takes two persons: see approval.h. */
#include <string.h>

#include "trust/act/act_internal.h"

const char *approval_state_words(enum approval_state state)
{
    static const char *const words[] = {[APPROVAL_WAITS] = N_("waits for a second person"), [APPROVAL_DONE] = N_("agreed and done"),
                                        [APPROVAL_REFUSED] = N_("refused"), [APPROVAL_RETRACTED] = N_("taken back"),
                                        [APPROVAL_OVER] = N_("over: nobody agreed in time")};
    return words[state];
}

/* --- what is sealed --- */

static void add_field(struct buf *b, bytes s)
{
    buf_u32(b, (uint32_t)s.len);
    buf_add_bytes(b, s.p, s.len);
}

static bytes take_field(struct reader *r, struct arena *a)
{
    return bytes_dup(a, reader_take(r, reader_u32(r)));
}

static int has_room(struct node *node, const struct act *act, struct err *err)
{
    int64_t to_decide, own;
    int r = approval_count(node->db, act->actor->member, 0, act->now_ms, &to_decide, &own, err);
    if (r == 0 && own >= APPROVALS_OWN_MAX)
        r = err_set(err, ERR_LIMIT, N_("50 requests of yours wait for a second person: take one back, or wait until some are decided"));
    return r;
}

int approval_park(struct node *node, struct act *act, struct arena *a, struct err *err)
{
    struct approval_row row = {.head = {.verb = act->verb, .state = APPROVAL_WAITS, .asked_ms = act->now_ms, .until_ms = act->now_ms + APPROVAL_MS,
                                        .has_file = act->has_file}};
    struct buf b = buf_new(a);
    crypto_random(row.head.id, ID_LEN);
    memcpy(row.head.first, act->actor->member, ID_LEN);
    memcpy(row.head.file, act->file, ID_LEN);
    add_field(&b, str_bytes(act->actor->name));
    add_field(&b, str_bytes(act->purpose));
    add_field(&b, str_bytes(act->reference));
    add_field(&b, act->arguments);
    int r = has_room(node, act, err);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_APPROVAL, buf_bytes(&b), NULL, &row.asked, NULL, err);
    if (r == 0)
        r = approval_store_put(node->db, &row, err);
    memcpy(act->approval, row.head.id, ID_LEN);
    memcpy(act->object, row.head.id, ID_LEN);
    act->has_object = true;
    return r;
}

/* The sealed half of a row; name: of the first as an actor. */
static int unseal(struct node *node, const struct approval_row *row, struct arena *a, struct approval *out, str *name, struct err *err)
{
    bytes content, reason = {0};
    int r = vault_get(node->vault, node->db, VAULT_APPROVAL, &row->asked, a, &content, err);
    if (r == 0 && row->has_answer)
        r = vault_get(node->vault, node->db, VAULT_APPROVAL, &row->answer, a, &reason, err);
    if (r < 0)
        return r;
    struct reader in = reader_new(content);
    *out = row->head;
    *name = bytes_str(take_field(&in, a));
    out->purpose = bytes_str(take_field(&in, a));
    out->reference = bytes_str(take_field(&in, a));
    out->arguments = take_field(&in, a);
    out->reason = bytes_str(reason);
    return reader_done(&in) ? 0 : err_set(err, ERR_CORRUPT, N_("what was asked of a second person is damaged"));
}

/* --- deciding --- */

static int still_waits(const struct approval *head, int64_t now_ms, struct err *err)
{
    if (head->state != APPROVAL_WAITS)
        return err_set(err, ERR_EXISTS, N_("this has been decided already"));
    if (now_ms >= head->until_ms)
        return err_set(err, ERR_EXISTS, N_("this is over: nobody agreed within 72 hours. It can be asked again"));
    return 0;
}

struct decision {
    uint8_t id[ID_LEN];
    enum approval_state state;
    str reason;
};

/* Of a second person: agrees or refuses. */
static int decide(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct decision *d = arg;
    struct approval_row row;
    unsigned roles = 0;
    int r = approval_store_get(node->db, d->id, &row, err);
    if (r == 0)
        r = still_waits(&row.head, act->now_ms, err);
    if (r == 0)
        r = access_standing(node->db, act->actor->member, &roles, err);
    if (r == 0)
        r = access_second(&verbs[row.head.verb].rule, roles, memcmp(row.head.first, act->actor->member, ID_LEN) == 0, err);
    if (r == 0 && d->reason.len) {
        row.has_answer = true;
        r = vault_put(node->vault, node->db, VAULT_APPROVAL, str_bytes(d->reason), NULL, &row.answer, NULL, err);
    }
    row.head.state = d->state;
    row.head.ended_ms = act->now_ms;
    memcpy(row.head.second, act->actor->member, ID_LEN);
    if (r == 0)
        r = approval_store_end(node->db, &row, err);
    if (r == 0)
        return err_set(err, ERR_EXISTS, N_("this has been decided already"));
    act->has_object = true;
    memcpy(act->object, d->id, ID_LEN);
    return r < 0 ? r : 0;
}

int approval_holds(struct node *node, const struct act *act, struct err *err)
{
    struct approval_row row;
    int r = approval_store_get(node->db, act->approval, &row, err);
    if (r < 0)
        return r;
    bool same = row.head.state == APPROVAL_DONE && row.head.ended_ms == act->now_ms && row.head.verb == act->verb &&
                memcmp(row.head.first, act->actor->member, ID_LEN) == 0 && row.head.has_file == act->has_file &&
                (!act->has_file || memcmp(row.head.file, act->file, ID_LEN) == 0);
    return same ? 0 : err_set(err, ERR_DENIED, N_("this is not what was agreed to"));
}

static const struct approval_kind *kind_of(const struct approval_kind *kinds, enum verb verb)
{
    for (; kinds->run; kinds++)
        if (kinds->verb == verb)
            return kinds;
    return NULL;
}

/* What was asked, for whoever is going to do it: outside of the act, since it is never changed. */
static int load(struct node *node, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a, struct approval *out, struct actor *first,
                struct err *err)
{
    struct approval_row row;
    *first = (struct actor){.role = STR("member"), .proved_ms = now_ms}; /* she proved who she is when she asked */
    int r = approval_store_get(node->db, id, &row, err);
    if (r == 0)
        r = still_waits(&row.head, now_ms, err);
    if (r == 0)
        r = unseal(node, &row, a, out, &first->name, err);
    memcpy(first->member, row.head.first, ID_LEN);
    return r;
}

int approval_agree(struct node *node, const struct approval_kind *kinds, const struct actor *second, const uint8_t id[static ID_LEN], int64_t now_ms,
                   struct err *err)
{
    struct arena *a = arena_new();
    struct approval what = {0};
    struct decision d = {.state = APPROVAL_DONE};
    struct actor first;
    size_t failed;
    memcpy(d.id, id, ID_LEN);
    int r = load(node, id, now_ms, a, &what, &first, err);
    const struct approval_kind *kind = r == 0 ? kind_of(kinds, what.verb) : NULL;
    if (r == 0 && !kind)
        r = err_set(err, ERR_USAGE, N_("nothing here can do this: ask whoever runs this node"));
    if (r < 0)
        goto out;
    memcpy(what.second, second->member, ID_LEN);
    struct act agree = {.verb = VERB_AGREE, .actor = second, .now_ms = now_ms};
    struct act deed = {.verb = what.verb, .actor = &first, .purpose = what.purpose, .reference = what.reference, .now_ms = now_ms,
                       .has_file = what.has_file, .arguments = what.arguments, .agreed = true};
    memcpy(deed.file, what.file, ID_LEN);
    memcpy(deed.approval, id, ID_LEN);
    struct act of_node = {.verb = kind->node_verb, .actor = &act_node, .now_ms = now_ms};
    struct act_step steps[] = {{&agree, decide, &d}, {&deed, kind->run, &what}, {&of_node, kind->node_run, &what}};
    r = act_run_group(node, steps, kind->node_run ? 3 : 2, &failed, err);
    if (r == 0 && kind->after)
        r = kind->after(node, &what, err);
out:
    arena_free(a);
    return r;
}

int approval_refuse(struct node *node, const struct actor *second, const uint8_t id[static ID_LEN], str reason, int64_t now_ms, struct err *err)
{
    struct decision d = {.state = APPROVAL_REFUSED, .reason = reason};
    struct act act = {.verb = VERB_REFUSE, .actor = second, .now_ms = now_ms};
    memcpy(d.id, id, ID_LEN);
    if (reason.len == 0 || reason.len > APPROVAL_REASON_MAX)
        return err_set(err, ERR_INPUT, N_("say in a few words why"));
    return act_run(node, &act, decide, &d, err);
}

static int retract(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct approval_row row;
    int r = approval_store_get(node->db, arg, &row, err);
    if (r == 0 && memcmp(row.head.first, act->actor->member, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r == 0)
        r = still_waits(&row.head, act->now_ms, err);
    row.head.state = APPROVAL_RETRACTED;
    row.head.ended_ms = act->now_ms;
    if (r == 0)
        r = approval_store_end(node->db, &row, err);
    if (r == 0)
        return err_set(err, ERR_EXISTS, N_("this has been decided already"));
    act->has_object = true;
    memcpy(act->object, row.head.id, ID_LEN);
    return r < 0 ? r : 0;
}

int approval_retract(struct node *node, const struct actor *first, const uint8_t id[static ID_LEN], int64_t now_ms, struct err *err)
{
    uint8_t own[ID_LEN];
    struct act act = {.verb = VERB_RETRACT, .actor = first, .now_ms = now_ms};
    memcpy(own, id, ID_LEN);
    return act_run(node, &act, retract, own, err);
}

/* --- looking --- */

struct looking {
    uint8_t id[ID_LEN];
    struct arena *a;
    struct approval *all;
    size_t n;
    bool may_agree;
};

/* Over is what nobody decided in time. */
static void age(struct approval *one, int64_t now_ms)
{
    if (one->state == APPROVAL_WAITS && now_ms >= one->until_ms)
        one->state = APPROVAL_OVER;
}

static int fetch(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct approval_row row;
    str name;
    int r = approval_store_get(node->db, l->id, &row, err);
    if (r == 0 && memcmp(row.head.first, act->actor->member, ID_LEN) != 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    if (r == 0 && (row.head.state != APPROVAL_DONE || act->now_ms >= row.head.ended_ms + APPROVAL_FETCH_MS))
        r = err_set(err, ERR_DENIED, N_("a second person must have agreed within the last 24 hours"));
    if (r == 0)
        r = unseal(node, &row, l->a, l->all, &name, err);
    act->has_object = true;
    memcpy(act->object, l->id, ID_LEN);
    return r;
}

int approval_fetch(struct node *node, const struct actor *first, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a, struct approval *out,
                   struct err *err)
{
    struct looking l = {.a = a, .all = out};
    struct act act = {.verb = VERB_FETCH, .actor = first, .now_ms = now_ms};
    memcpy(l.id, id, ID_LEN);
    return act_run(node, &act, fetch, &l, err);
}

static int list(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct approval_row *rows;
    size_t n;
    unsigned roles;
    str name;
    l->n = 0;
    int r = approval_store_list(node->db, act->actor->member, act->now_ms, l->a, &rows, &n, err);
    if (r == 0)
        r = access_standing(node->db, act->actor->member, &roles, err);
    l->all = arena_array(l->a, struct approval, r == 0 ? n : 0);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (memcmp(rows[i].head.first, act->actor->member, ID_LEN) != 0 && !(verbs[rows[i].head.verb].rule.two & roles))
            continue;
        r = unseal(node, &rows[i], l->a, &l->all[l->n], &name, err);
        age(&l->all[l->n++], act->now_ms);
    }
    return r;
}

int approval_list(struct node *node, const struct actor *actor, int64_t now_ms, struct arena *a, struct approval **out, size_t *n, struct err *err)
{
    struct looking l = {.a = a};
    struct act act = {.verb = VERB_APPROVALS, .actor = actor, .now_ms = now_ms};
    int r = act_run(node, &act, list, &l, err);
    *out = l.all;
    *n = l.n;
    return r;
}

static int look(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct looking *l = arg;
    struct approval_row row;
    struct err no = {0};
    unsigned roles = 0;
    str name;
    int r = approval_store_get(node->db, l->id, &row, err);
    if (r == 0)
        r = access_standing(node->db, act->actor->member, &roles, err);
    if (r < 0)
        return r;
    bool first = memcmp(row.head.first, act->actor->member, ID_LEN) == 0;
    l->may_agree = access_second(&verbs[row.head.verb].rule, roles, first, &no) == 0;
    if (!first && !l->may_agree)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such request"));
    r = unseal(node, &row, l->a, l->all, &name, err);
    age(l->all, act->now_ms);
    l->may_agree = l->may_agree && l->all->state == APPROVAL_WAITS;
    act->has_object = true;
    memcpy(act->object, l->id, ID_LEN);
    return r;
}

int approval_look(struct node *node, const struct actor *actor, const uint8_t id[static ID_LEN], int64_t now_ms, struct arena *a, struct approval *out,
                  bool *may_agree, struct err *err)
{
    struct looking l = {.a = a, .all = out};
    struct act act = {.verb = VERB_APPROVALS, .actor = actor, .now_ms = now_ms};
    memcpy(l.id, id, ID_LEN);
    int r = act_run(node, &act, look, &l, err);
    *may_agree = l.may_agree;
    return r;
}
