#include "trust/peer/directory.h"

#include <string.h>

#include "trust/log/note.h"
#include "trust/peer/directory_store.h"

/* --- acts on one partner --- */

struct change {
    const struct partner *partner;
    str reference;
    const struct wire_card *card;
    enum partner_status status;
    int64_t revoked_index, now_ms;
    struct arena *arena;
    const char *words;
    int (*change)(struct node *node, const struct change *c, struct partner *p, struct err *err);
};

static int do_change(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct change *c = arg;
    struct partner p;
    int r = partner_by_id(node->db, c->arena, c->partner->id, &p, err);
    if (r == 0)
        r = c->change(node, c, &p, err);
    if (r == 0)
        r = partner_put(node->db, &p, err);
    act->has_object = true;
    memcpy(act->object, c->partner->id, ID_LEN);
    act->detail = str_printf(c->arena, "partner %.*s: %s", STR_ARG(c->partner->name), c->words);
    return r;
}

static int run_change(struct node *node, const struct actor *actor, enum verb verb, struct change *c, struct err *err)
{
    struct act act = {.verb = verb, .actor = actor, .reference = c->reference, .now_ms = c->now_ms};
    c->arena = arena_new();
    int r = act_run(node, &act, do_change, c, err);
    arena_free(c->arena);
    return r;
}

static int set_status(struct node *node, const struct change *c, struct partner *p, struct err *err)
{
    (void)node;
    if (p->status == PARTNER_REVOKED)
        return err_set(err, ERR_DENIED, "%.*s has lost its key: it can only be paired anew", STR_ARG(p->name));
    if (p->status == c->status)
        return err_set(err, ERR_EXISTS, "%.*s is %s already", STR_ARG(p->name), c->status == PARTNER_ACTIVE ? "active" : "suspended");
    p->status = c->status;
    p->status_ms = c->now_ms;
    return 0;
}

int directory_suspend(struct node *node, const struct actor *actor, const struct partner *partner, bool suspend, str reference,
                      int64_t now_ms, struct err *err)
{
    struct change c = {.partner = partner, .reference = reference, .status = suspend ? PARTNER_SUSPENDED : PARTNER_ACTIVE, .now_ms = now_ms,
                       .words = suspend ? "suspended" : "taken up again", .change = set_status};
    return run_change(node, actor, VERB_PARTNER, &c, err);
}

static int set_revoked(struct node *node, const struct change *c, struct partner *p, struct err *err)
{
    (void)node;
    if (p->status == PARTNER_REVOKED && p->revoked_index <= c->revoked_index)
        return err_set(err, ERR_EXISTS, "the key of %.*s is revoked from leaf %lld on already", STR_ARG(p->name), (long long)p->revoked_index);
    if (p->status != PARTNER_REVOKED)
        p->status_ms = c->now_ms;
    p->status = PARTNER_REVOKED;
    p->revoked_index = c->revoked_index;
    return 0;
}

int directory_revoke(struct node *node, const struct actor *actor, const struct partner *partner, int64_t index, str reference, int64_t now_ms,
                     struct err *err)
{
    if (index < 0)
        return err_set(err, ERR_USAGE, "a leaf is counted from 0");
    struct change c = {.partner = partner, .reference = reference, .revoked_index = index, .now_ms = now_ms, .words = "its key is revoked",
                       .change = set_revoked};
    return run_change(node, actor, VERB_PARTNER, &c, err);
}

int directory_key_stands(const struct partner *partner, int64_t index, struct err *err)
{
    if (partner->status != PARTNER_REVOKED || index < partner->revoked_index)
        return 0;
    return err_set(err, ERR_CRYPTO, "the agency key of %.*s is revoked from leaf %lld of its log on, and this is leaf %lld", STR_ARG(partner->name),
                   (long long)partner->revoked_index, (long long)index);
}

/* --- keys --- */

static bool lasting_keys_same(const struct partner *p, const struct wire_card *card)
{
    return memcmp(p->tls_pin, card->tls_pin, HASH_LEN) == 0 && str_eq(p->log_key, card->log_key) &&
           (p->witness_key.len == 0 || str_eq(p->witness_key, card->witness_key));
}

static int take_letter_key(struct node *node, const struct change *c, struct partner *p, struct err *err)
{
    (void)node;
    (void)err;
    p->letter_key_until_ms = c->card->letter_key_until_ms;
    memcpy(p->letter_key, c->card->letter_key, sizeof p->letter_key);
    if (p->witness_key.len == 0) /* paired before there were any */
        p->witness_key = c->card->witness_key;
    return 0;
}

struct announcing { const struct partner *partner; str card; int64_t now_ms; };

static int keep_announced(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct announcing *x = arg;
    act->has_object = true;
    memcpy(act->object, x->partner->id, ID_LEN);
    act->detail = STR("a partner announced other keys");
    return directory_store_announce(node->db, x->partner->id, x->card, x->now_ms, err);
}

/* A card of this very partner, whose keys a node can use. */
static int read_card(const struct partner *partner, bytes text, struct arena *a, struct wire_card *card, struct err *err)
{
    struct note_verifier verifier;
    int r = wire_card_read(a, text, card, err);
    if (r < 0)
        return r;
    if (memcmp(card->agency_key, partner->agency_key, SIGN_PUBLIC_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "these keys are signed by another agency than %.*s", STR_ARG(partner->name));
    if (note_verifier_parse(card->log_key, &verifier, err) < 0 || note_witness_parse(card->witness_key, &verifier, err) < 0)
        return err_prefix(err, "the keys of %.*s", STR_ARG(partner->name));
    return 0;
}

int directory_keys_take(struct node *node, const struct partner *partner, bytes text, int64_t now_ms, struct arena *a,
                        enum directory_keys *outcome, struct err *err)
{
    struct wire_card card, before;
    *outcome = DIRECTORY_KEYS_SAME;
    int r = read_card(partner, text, a, &card, err);
    if (r < 0)
        return r;
    if (lasting_keys_same(partner, &card)) {
        if (card.letter_key_until_ms == 0 || card.letter_key_until_ms < partner->letter_key_until_ms ||
            (memcmp(card.letter_key, partner->letter_key, sizeof card.letter_key) == 0 &&
             card.letter_key_until_ms == partner->letter_key_until_ms && partner->witness_key.len > 0))
            return 0;
        struct change c = {.partner = partner, .card = &card, .now_ms = now_ms, .words = "a new letter key", .change = take_letter_key};
        *outcome = DIRECTORY_KEYS_REFRESHED;
        return run_change(node, &act_node, VERB_KEYS, &c, err);
    }
    if ((r = directory_announced(node->db, partner, a, &before, err)) < 0)
        return r;
    *outcome = DIRECTORY_KEYS_ANNOUNCED;
    if (r > 0 && before.created_ms >= card.created_ms)
        return 0;
    struct announcing x = {partner, wire_card_write(a, &card), now_ms};
    struct act act = {.verb = VERB_KEYS, .actor = &act_node, .now_ms = now_ms};
    return act_run(node, &act, keep_announced, &x, err);
}

/* The fingerprint is of what stands in a card; this is the card's lasting part as we know it. */
void directory_fingerprint(struct arena *a, const struct partner *partner, struct wire_fingerprint *out)
{
    struct wire_card card = {.agency = partner->agency, .country = partner->country, .kind = partner->kind, .log_key = partner->log_key,
                             .witness_key = partner->witness_key};
    memcpy(card.agency_key, partner->agency_key, SIGN_PUBLIC_LEN);
    memcpy(card.tls_pin, partner->tls_pin, HASH_LEN);
    wire_fingerprint(a, &card, out);
}

int directory_announced(struct db *db, const struct partner *partner, struct arena *a, struct wire_card *card, struct err *err)
{
    str text;
    int r = directory_store_announced(db, partner->id, a, &text, err);
    if (r > 0 && wire_card_read(a, str_bytes(text), card, err) < 0)
        return err_prefix(err, "what %.*s announced", STR_ARG(partner->name));
    return r;
}

static int take_all_keys(struct node *node, const struct change *c, struct partner *p, struct err *err)
{
    memcpy(p->tls_pin, c->card->tls_pin, HASH_LEN);
    p->log_key = c->card->log_key;
    p->witness_key = c->card->witness_key;
    if (c->card->letter_key_until_ms >= p->letter_key_until_ms)
        (void)take_letter_key(node, c, p, err);
    return directory_store_announce(node->db, p->id, (str){0}, c->now_ms, err);
}

int directory_confirm(struct node *node, const struct actor *actor, const struct partner *partner, const struct wire_card *card,
                      str reference, int64_t now_ms, struct err *err)
{
    if (memcmp(card->agency_key, partner->agency_key, SIGN_PUBLIC_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "these keys are signed by another agency than %.*s", STR_ARG(partner->name));
    struct change c = {.partner = partner, .reference = reference, .card = card, .now_ms = now_ms, .words = "its new keys were confirmed",
                       .change = take_all_keys};
    return run_change(node, actor, VERB_PARTNER, &c, err);
}
