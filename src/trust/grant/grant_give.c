/* The giving side: a grant and its letter go out, are taken back, are passed on. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/grant/grant_internal.h"

static bool no_id(const uint8_t id[static ID_LEN])
{
    static const uint8_t none[ID_LEN];
    return memcmp(id, none, ID_LEN) == 0;
}

void grant_new_id(int64_t now_ms, uint8_t id[static ID_LEN])
{
    uint8_t random[10];
    crypto_random(random, sizeof random);
    wire_uuid7(id, now_ms, random);
}

/* Fills what the issuer does not choose, and signs. What a holder's node would refuse is not given. */
static int sign(struct node *node, const struct act *act, const struct partner *to, struct grant *g, struct arena *a, struct err *err)
{
    struct grant back;
    if (no_id(g->object))
        return err_set(err, ERR_USAGE, "a grant is for one letter: its id is missing");
    if (no_id(g->id))
        grant_new_id(act->now_ms, g->id);
    g->issued_ms = act->now_ms;
    grant_self(node, g->issuer);
    memcpy(g->holder, to->id, ID_LEN);
    if (!g->has_parent)
        memcpy(g->owner, g->issuer, ID_LEN);
    if (g->purpose.len == 0)
        g->purpose = act->purpose;
    int r = keyring_sign(node->keys, KEYRING_AGENCY, grant_canonical(a, g), g->signature, err);
    if (r == 0 && grant_read(a, str_bytes(grant_write(a, g)), &back, err) < 0)
        r = err_set(err, ERR_USAGE, "a partner would refuse this: %s", str_printf(a, "%s", err->text).p);
    return r;
}

/* Puts it at the end of the chain above it, keeps both, and sends them. */
static int store_and_send(struct node *node, const struct act *act, const struct partner *to, const struct grant *g, struct grant_chain *chain,
                          struct grant_row *row, struct arena *a, struct err *err)
{
    struct letter letter = {.kind = "grant", .purpose = g->purpose, .type = STR("application/json")};
    uint8_t id[ID_LEN];
    if (chain->n == GRANT_CHAIN_MAX)
        return err_set(err, ERR_LIMIT, "%d agencies hold it one behind the other already: no more", GRANT_CHAIN_MAX);
    chain->grants[chain->n] = *g;
    keyring_public(node->keys, KEYRING_AGENCY, chain->keys[chain->n]);
    chain->n++;
    row->papers = grant_chain_write(a, chain);
    row->expires_ms = g->expires_ms;
    int r = grant_store_put(node->db, row, err);
    letter.payload = str_bytes(row->papers);
    return r < 0 ? r : letter_send(node, to, &letter, act->now_ms, id, err);
}

/* chain: of the grant above it, or empty. */
static int give(struct node *node, const struct act *act, const struct partner *to, struct grant *g, struct grant_chain *chain, struct arena *a,
                struct err *err)
{
    struct grant_row row = {.ours = true, .seen = true, .state = GRANT_LIVE};
    g->version = 1;
    int r = sign(node, act, to, g, a, err);
    if (r < 0)
        return r;
    if (g->has_parent) {
        row.has_parent = true;
        memcpy(row.parent_issuer, chain->grants[chain->n - 1].issuer, ID_LEN);
        memcpy(row.parent, g->parent, ID_LEN);
    }
    memcpy(row.issuer, g->issuer, ID_LEN);
    memcpy(row.id, g->id, ID_LEN);
    memcpy(row.holder, g->holder, ID_LEN);
    memcpy(row.object, g->object, ID_LEN);
    return store_and_send(node, act, to, g, chain, &row, a, err);
}

int grant_give(struct node *node, const struct act *act, const struct partner *to, struct grant *g, struct err *err)
{
    if (g->has_parent)
        return err_set(err, ERR_USAGE, "what was received is passed on (grant_forward), not given");
    struct arena *a = arena_new();
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    int r = give(node, act, to, g, chain, a, err);
    arena_free(a);
    return r;
}

/* --- fields --- */

static bool listed(str fields, str name)
{
    str one;
    while (str_split(&fields, ',', &one))
        if (str_eq(one, name))
            return true;
    return false;
}

/* What of a JSON object the fields name; *left_out: how many members they do not. ERR_USAGE: it is no object. */
static int cut(struct arena *a, str fields, bytes payload, bytes *out, size_t *left_out, struct err *err)
{
    const struct json *in;
    struct json *o = json_object_new(a);
    if (json_parse(a, "letter", payload, LETTER_INLINE_MAX, &in, err) < 0)
        return err->code;
    if (json_kind(in) != JSON_IS_OBJECT)
        return err_set(err, ERR_USAGE, "the letter has no fields that could be named: give all of it, or none");
    *left_out = 0;
    for (size_t i = 0; i < json_count(in); i++) {
        if (listed(fields, json_key(in, i)))
            json_put_copy(o, str_c(a, json_key(in, i)), json_at(in, i));
        else
            ++*left_out;
    }
    *out = str_bytes(json_write(a, o, JSON_ONE_LINE));
    return 0;
}

static bool is_json(str type)
{
    return str_eq(type, STR("application/json"));
}

static bool all(str fields)
{
    return str_eq(fields, STR("all"));
}

/* The first giver says which fields there are: a payload with others is a slip. */
static int check_fields(struct arena *a, const struct letter *l, const struct grant *g, struct err *err)
{
    bytes kept;
    size_t left_out = 0;
    if (all(g->fields) || l->file || !is_json(l->type))
        return 0;
    int r = cut(a, g->fields, l->payload, &kept, &left_out, err);
    if (r == 0 && left_out > 0)
        r = err_set(err, ERR_USAGE, "the letter has %zu fields that the grant does not name", left_out);
    return r;
}

int grant_send(struct node *node, const struct act *act, const struct partner *to, const struct letter *l, struct grant *g,
               uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct letter letter = *l;
    uint8_t object[ID_LEN];
    int r = check_fields(a, l, g, err);
    if (r < 0)
        goto out;
    if (l->file && (!l->grant || memcmp(l->grant, g->id, ID_LEN) != 0)) {
        r = err_set(err, ERR_USAGE, "the file was sealed under another grant");
        goto out;
    }
    if (l->file || l->id)
        memcpy(object, l->file ? l->file->id : l->id, ID_LEN);
    else
        grant_new_id(act->now_ms, object);
    memcpy(g->object, object, ID_LEN);
    if ((r = grant_give(node, act, to, g, err)) < 0)
        goto out;
    letter.id = object;
    letter.grant = g->id;
    letter.purpose = g->purpose;
    r = letter_send(node, to, &letter, act->now_ms, id, err);
out:
    arena_free(a);
    return r;
}

/* --- changing and taking back --- */

/* One of ours, or ERR_NOT_FOUND. */
static int find_ours(struct node *node, struct arena *a, const uint8_t id[static ID_LEN], struct grant_row *row, struct err *err)
{
    uint8_t self[ID_LEN];
    grant_self(node, self);
    int r = grant_store_find(node->db, a, self, id, row, err);
    return r < 0 ? r : r > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "this node gave no grant with this id: `comity grants DIR` lists them");
}

/* The chain above one of ours, as it is now; empty for an owner's. ERR_DENIED: it has ended. */
static int chain_above(struct node *node, struct arena *a, const struct grant_row *row, int64_t now_ms, struct grant_chain *chain, struct err *err)
{
    struct grant_row parent;
    const struct grant *g;
    *chain = (struct grant_chain){0};
    if (!row->has_parent)
        return 0;
    int r = grant_store_find(node->db, a, row->parent_issuer, row->parent, &parent, err);
    if (r < 0)
        return r;
    if (r == 0 || parent.state != GRANT_LIVE || now_ms >= parent.expires_ms)
        return err_set(err, ERR_DENIED, "the grant on which this one rests has ended");
    return grant_of_row(a, &parent, chain, &g, err);
}

static int change(struct node *node, struct arena *a, const struct act *act, const uint8_t id[static ID_LEN], const struct grant *terms,
                  struct err *err)
{
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    struct grant_row row;
    struct partner to;
    const struct grant *before;
    int r = find_ours(node, a, id, &row, err);
    if (r < 0 || (r = grant_of_row(a, &row, chain, &before, err)) < 0)
        return r;
    if (row.state != GRANT_LIVE || act->now_ms >= row.expires_ms || row.stated_ms)
        return err_set(err, ERR_DENIED, "the grant has ended: what ended is given anew, with its letter");
    struct grant g = *before;
    g.version++;
    g.handling = terms->handling;
    g.handling_words = terms->handling_words;
    g.source = terms->source;
    g.information = terms->information;
    g.tlp = terms->tlp;
    g.expires_ms = terms->expires_ms;
    if ((r = partner_by_id(node->db, a, row.holder, &to, err)) < 0 || (r = chain_above(node, a, &row, act->now_ms, chain, err)) < 0)
        return r;
    if (g.has_parent && (r = grant_narrower(&g, &chain->grants[chain->n - 1], err)) < 0)
        return r;
    if ((r = sign(node, act, &to, &g, a, err)) < 0)
        return r;
    return store_and_send(node, act, &to, &g, chain, &row, a, err);
}

int grant_change(struct node *node, const struct act *act, const uint8_t id[static ID_LEN], const struct grant *terms, struct err *err)
{
    struct arena *a = arena_new();
    int r = change(node, a, act, id, terms, err);
    arena_free(a);
    return r;
}

int grant_withdraw(struct node *node, const struct act *act, const uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row row;
    int r = find_ours(node, a, id, &row, err);
    if (r == 0) {
        grant_ask_back(&row, act->now_ms);
        r = grant_store_put(node->db, &row, err);
    }
    if (r == 0)
        r = grant_send_due(node, act->now_ms, err);
    arena_free(a);
    return r;
}

int grant_withdraw_object(struct node *node, const struct act *act, const uint8_t object[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct grant_row *rows;
    size_t n;
    int r = grant_store_rows(node->db, a, GRANT_ALL, NULL, &rows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].ours && rows[i].state == GRANT_LIVE && memcmp(rows[i].object, object, ID_LEN) == 0)
            r = grant_withdraw(node, act, rows[i].id, err);
    arena_free(a);
    return r;
}

/* --- passing on --- */

/* What the one who passes on leaves empty is as it came. */
static void inherit(struct grant *child, const struct grant *parent)
{
    child->has_parent = true;
    memcpy(child->parent, parent->id, ID_LEN);
    memcpy(child->owner, parent->owner, ID_LEN);
    memcpy(child->issuer, parent->holder, ID_LEN);
    if (child->purpose.len == 0)
        child->purpose = parent->purpose;
    if (child->fields.len == 0)
        child->fields = parent->fields;
    if (child->handling_words.len == 0 && child->handling == parent->handling)
        child->handling_words = parent->handling_words;
    if (!child->source)
        child->source = parent->source;
    if (!child->information)
        child->information = parent->information;
    if (!child->expires_ms)
        child->expires_ms = parent->expires_ms;
}

/* The held grant, with its chain; it may be passed on now. */
static int forwardable(struct node *node, struct arena *a, const struct act *act, const uint8_t letter[static ID_LEN], struct grant_chain *chain,
                       struct err *err)
{
    struct grant_row *rows, *children;
    const struct grant *g;
    size_t n, n_children, at = 0;
    int r = grant_may(node, letter, GRANT_FORWARD, act->purpose, act->now_ms, err);
    if (r < 0 || (r = grant_store_rows(node->db, a, GRANT_OF_OBJECT, &(struct grant_key){.id = letter}, &rows, &n, err)) < 0)
        return r;
    while (at < n && rows[at].letter != GRANT_LETTER_HERE)
        at++;
    if (at == n)
        return err_set(err, ERR_NOT_FOUND, "the letter is not here");
    const struct grant_key key = {.issuer = rows[at].issuer, .id = rows[at].id};
    if ((r = grant_store_rows(node->db, a, GRANT_PASSED_ON, &key, &children, &n_children, err)) < 0)
        return r;
    if (n_children >= GRANT_PASSED_MAX)
        return err_set(err, ERR_LIMIT, "the letter was passed on %d times already: no more", GRANT_PASSED_MAX);
    return grant_of_row(a, &rows[at], chain, &g, err);
}

/* The letter as it goes on: sealed before, or its payload, without the fields that are left out. */
static int content_of(struct node *node, struct arena *a, const uint8_t letter[static ID_LEN], const struct grant *parent, const struct grant *child,
                      const struct post_file *file, struct letter *out, struct err *err)
{
    struct letter_content content;
    bytes payload = {0};
    size_t left_out;
    bool whole = str_eq(child->fields, parent->fields);
    int r = post_content(node, letter, a, &content, err);
    if (r < 0)
        return r;
    if (content.payload_size > GRANT_INLINE_MAX && !file)
        return err_set(err, ERR_USAGE, "a letter this large is sealed before it is passed on");
    if (!whole && (file || !is_json(content.type)))
        return err_set(err, ERR_USAGE, "only letters of type application/json, of up to %d bytes, can be passed on in part", GRANT_INLINE_MAX);
    if (!file)
        r = post_read(node, letter, a, &content, &payload, err);
    if (r == 0 && !whole)
        r = cut(a, child->fields, payload, &payload, &left_out, err);
    *out = (struct letter){.kind = str_c(a, content.kind), .name = content.name, .type = content.type, .payload = payload, .file = file};
    return r;
}

int grant_forward(struct node *node, const struct act *act, const uint8_t letter[static ID_LEN], const struct partner *to,
                  const struct post_file *file, struct grant *child, uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct grant_chain *chain = arena_new_of(a, struct grant_chain);
    struct letter anew;
    struct grant g;
    int r = forwardable(node, a, act, letter, chain, err);
    if (r < 0)
        goto out;
    const struct grant *parent = &chain->grants[chain->n - 1];
    g = *child; /* its words may come to lie in this arena, the caller's stay the caller's */
    inherit(&g, parent);
    if ((r = grant_narrower(&g, parent, err)) < 0 || (r = content_of(node, a, letter, parent, &g, file, &anew, err)) < 0)
        goto out;
    if (file)
        memcpy(id, file->id, ID_LEN);
    else
        grant_new_id(act->now_ms, id);
    memcpy(g.object, id, ID_LEN);
    if ((r = give(node, act, to, &g, chain, a, err)) < 0)
        goto out;
    memcpy(child->id, g.id, ID_LEN);
    anew.purpose = g.purpose;
    anew.reference = act->reference;
    anew.id = id;
    anew.grant = g.id;
    r = letter_send(node, to, &anew, act->now_ms, id, err);
out:
    arena_free(a);
    return r;
}
