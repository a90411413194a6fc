#include "trust/peer/pair.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "trust/log/note.h"

/* DIR/tls.key: MAGIC, then the PEM sealed by the key ring: whoever has the disk cannot pose as this node. */
#define MAGIC "comity transport key 1\n"
#define TRANSPORT_KEY_MAX 65536
static const bytes key_ad = {(const uint8_t *)MAGIC, sizeof MAGIC - 1};

static int write_key(const struct node *node, struct arena *a, const char *path, bytes pem, struct err *err)
{
    size_t len = key_ad.len + KEYRING_WRAPPED_LEN + pem.len + SEAL_OVERHEAD;
    uint8_t *file = arena_alloc(a, len);
    memcpy(file, key_ad.p, key_ad.len);
    int r = keyring_seal(node->keys, pem, key_ad, file + key_ad.len, file + key_ad.len + KEYRING_WRAPPED_LEN, err);
    return r < 0 ? r : file_write(path, (bytes){file, len}, FILE_MODE_PRIVATE, err);
}

static int open_key(const struct node *node, struct arena *a, const char *path, bytes file, bytes *pem, struct err *err)
{
    size_t head = key_ad.len + KEYRING_WRAPPED_LEN;
    if (file.len <= head + SEAL_OVERHEAD || memcmp(file.p, key_ad.p, key_ad.len) != 0)
        return err_set(err, ERR_CORRUPT, "%s: this is not a transport key: restore it from the backup, or make another with comity keys DIR rotate "
                       "--transport", path);
    bytes sealed = {file.p + head, file.len - head};
    uint8_t *plain = arena_alloc(a, sealed.len - SEAL_OVERHEAD + 1); /* and a NUL behind it */
    int r = keyring_unseal(node->keys, (bytes){file.p + key_ad.len, KEYRING_WRAPPED_LEN}, sealed, key_ad, plain, err);
    *pem = (bytes){plain, sealed.len - SEAL_OVERHEAD};
    return r < 0 ? err_prefix(err, "%s", path) : 0;
}

int pair_identity(const struct node *node, struct arena *a, int64_t now_ms, struct http_identity *out, struct err *err)
{
    const char *key = node_path(node, a, "tls.key"), *cert = node_path(node, a, "tls.crt");
    bytes file, key_pem, cert_pem;
    int r = file_read(a, key, TRANSPORT_KEY_MAX, &file, err);
    if (r == ERR_NOT_FOUND) {
        /* the key last: where there is a key there is its certificate */
        if ((r = http_identity_make(a, now_ms, &key_pem, &cert_pem, err)) == 0 && (r = file_write(cert, cert_pem, FILE_MODE_PUBLIC, err)) == 0)
            r = write_key(node, a, key, key_pem, err);
    } else if (r == 0 && str_starts(bytes_str(file), STR("-----BEGIN"))) {
        key_pem = file; /* brought from elsewhere, bare: sealed from now on */
        r = write_key(node, a, key, key_pem, err);
    } else if (r == 0) {
        r = open_key(node, a, key, file, &key_pem, err);
    }
    return r < 0 ? r : http_identity_load(a, key_pem, cert, out, err);
}

int pair_identity_replace(const struct node *node, struct arena *a, int64_t now_ms, struct http_identity *out, struct err *err)
{
    const char *key = node_path(node, a, "tls.key");
    if (unlink(key) < 0 && errno != ENOENT)
        return err_errno(err, ERR_IO, errno, "%s cannot be removed", key);
    int r = file_sync_dir(node->dir, err);
    return r < 0 ? r : pair_identity(node, a, now_ms, out, err); /* cut short here, the next start makes it */
}

static int address_ok(str address, struct err *err)
{
    str host = address, port = {0};
    for (size_t i = address.len; i > 0 && !port.p; i--)
        if (address.p[i - 1] == ':') {
            host = str_slice(address, 0, i - 1);
            port = str_slice(address, i, address.len);
        }
    int64_t number;
    bool ok = port.p && host.len > 0 && str_to_int(port, 1, 65535, &number) && address.len <= PARTNER_ADDRESS_MAX;
    for (size_t i = 0; ok && i < address.len; i++) /* it becomes part of a URL */
        ok = (address.p[i] >= 'a' && address.p[i] <= 'z') || (address.p[i] >= 'A' && address.p[i] <= 'Z') ||
             (address.p[i] >= '0' && address.p[i] <= '9') || (address.p[i] != 0 && strchr(".-:[]_", address.p[i]) != NULL);
    if (!ok)
        return err_set(err, ERR_USAGE, "the address must be HOST:PORT, as partners reach this node");
    if (str_eq(host, STR("0.0.0.0")) || str_eq(host, STR("[::]")))
        return err_set(err, ERR_USAGE, "this node listens on every address: say with --address HOST:PORT where partners reach it");
    return 0;
}

int pair_card(struct node *node, str address, const struct pair_letter_key *letter, int64_t now_ms, struct arena *a, struct wire_card *card,
              struct err *err)
{
    uint8_t witness[SIGN_PUBLIC_LEN];
    struct http_identity identity;
    int r = address.len > 0 ? address_ok(address, err) : 0;
    if (r == 0)
        r = pair_identity(node, a, now_ms, &identity, err);
    if (r < 0)
        return r;
    *card = (struct wire_card){.agency = node->agency.name, .country = node->agency.country, .kind = node->agency.kind,
                               .address = address, .log_key = log_vkey(node->log, a), .created_ms = now_ms};
    keyring_public(node->keys, KEYRING_AGENCY, card->agency_key);
    keyring_public(node->keys, KEYRING_WITNESS, witness);
    str log_name = card->log_key, rest = card->log_key;
    (void)str_split(&rest, '+', &log_name);
    card->witness_key = note_witness_vkey(a, str_printf(a, "%.*s/witness", STR_ARG(log_name)), witness);
    if (letter) {
        memcpy(card->letter_key, letter->public_key, sizeof card->letter_key);
        card->letter_key_until_ms = letter->until_ms;
    }
    memcpy(card->tls_pin, identity.pin, HASH_LEN);
    return keyring_sign(node->keys, KEYRING_AGENCY, wire_card_canonical(a, card), card->signature, err);
}

int pair_invite(struct node *node, const struct actor *actor, str address, const struct pair_letter_key *letter, int64_t now_ms,
                struct arena *a, struct wire_card *card, struct err *err)
{
    int r = pair_card(node, address, letter, now_ms, a, card, err);
    if (r < 0)
        return r;
    struct act act = {.verb = VERB_PAIR, .actor = actor, .now_ms = now_ms, .detail = STR("an invitation was made")};
    return act_run(node, &act, NULL, NULL, err);
}

/* --- accepting --- */

struct accepting {
    const struct wire_card *card;
    const struct pair_terms *terms;
    int64_t now_ms;
    struct arena *arena;
    struct partner *out;
};

/* An agency is known by its name and country to people, by its key to the node: the two must not come apart. */
static int check_known(const struct accepting *x, const struct partner *known, size_t n, const struct partner **same, struct err *err)
{
    uint8_t id[ID_LEN];
    partner_id(x->card->agency_key, id);
    for (size_t i = 0; i < n; i++) {
        const struct partner *p = &known[i];
        bool same_id = memcmp(p->id, id, ID_LEN) == 0, same_pin = memcmp(p->tls_pin, x->card->tls_pin, HASH_LEN) == 0;
        bool same_name = str_eq_nocase(p->agency, x->card->agency) && str_eq(p->country, x->card->country);
        bool same_key = same_id && memcmp(p->agency_key, x->card->agency_key, SIGN_PUBLIC_LEN) == 0;
        if (same_key && !same_pin)
            return err_set(err, ERR_DENIED, "\"%.*s\" is a partner already and has other keys here: this is no invitation but a change of keys: "
                           "comity partners DIR confirm %.*s FILE", STR_ARG(p->name), STR_ARG(p->name));
        if (same_key)
            *same = p;
        else if (same_id || same_pin || same_name)
            return err_set(err, ERR_DENIED, "REFUSED: this invitation brings ANOTHER KEY for the partner \"%.*s\" (%.*s, %.*s). Somebody may be posing as "
                           "them. Do not go on; speak to them by a way you trust. Nothing was changed", STR_ARG(p->name), STR_ARG(p->agency),
                           STR_ARG(p->country));
    }
    return 0;
}

static int do_accept(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct accepting *x = arg;
    const struct wire_card *card = x->card;
    struct partner *known;
    const struct partner *same = NULL;
    size_t n;
    int r = partner_list(node->db, x->arena, &known, &n, err);
    if (r == 0)
        r = check_known(x, known, n, &same, err);
    if (r < 0)
        return r;
    struct partner p = {.agency = card->agency, .country = card->country, .kind = card->kind, .address = card->address,
                        .log_key = card->log_key, .witness_key = card->witness_key, .letter_key_until_ms = card->letter_key_until_ms,
                        .status = PARTNER_ACTIVE, .daily_budget = PARTNER_BUDGET_DEFAULT, .paired_ms = x->now_ms};
    memcpy(p.agency_key, card->agency_key, SIGN_PUBLIC_LEN);
    memcpy(p.tls_pin, card->tls_pin, HASH_LEN);
    memcpy(p.letter_key, card->letter_key, sizeof p.letter_key);
    partner_id(p.agency_key, p.id);
    if (same) {
        p.name = same->name;
        p.daily_budget = same->daily_budget;
        p.paired_ms = same->paired_ms;
        p.status = same->status; /* an invitation does not end a suspension */
        p.status_ms = same->status_ms;
        p.revoked_index = same->revoked_index;
        if (p.letter_key_until_ms < same->letter_key_until_ms) { /* an old invitation does not bring an old key back */
            p.letter_key_until_ms = same->letter_key_until_ms;
            memcpy(p.letter_key, same->letter_key, sizeof p.letter_key);
        }
    }
    if (x->terms->daily_budget > 0)
        p.daily_budget = x->terms->daily_budget;
    if (x->terms->name.len > 0)
        p.name = x->terms->name;
    if (p.name.len == 0)
        r = partner_name_free(node->db, x->arena, p.agency, &p.name, err);
    if (r == 0)
        r = partner_put(node->db, &p, err);
    *x->out = p;
    act->has_object = true;
    memcpy(act->object, p.id, ID_LEN);
    act->detail = str_printf(x->arena, "partner %.*s accepted, %lld questions a day", STR_ARG(p.name), (long long)p.daily_budget);
    return r;
}

static bool name_ok(str name)
{
    bool ok = name.len <= PARTNER_NAME_MAX;
    for (size_t i = 0; ok && i < name.len; i++)
        ok = (name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9') || (name.p[i] == '-' && i > 0);
    return ok;
}

int pair_accept(struct node *node, const struct actor *actor, const struct wire_card *card, const struct pair_terms *terms,
                int64_t now_ms, struct arena *a, struct partner *out, struct err *err)
{
    uint8_t own[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, own);
    if (memcmp(own, card->agency_key, SIGN_PUBLIC_LEN) == 0)
        return err_set(err, ERR_USAGE, "this is this node's own invitation: it is for the partner; accept the one they made");
    if (!name_ok(terms->name))
        return err_set(err, ERR_USAGE, "a short name is at most %d of a-z, 0-9 and -", PARTNER_NAME_MAX);
    if (terms->daily_budget < 0 || terms->daily_budget > PARTNER_BUDGET_MAX)
        return err_set(err, ERR_USAGE, "the budget must be from 1 to %d questions a day", PARTNER_BUDGET_MAX);
    struct note_verifier verifier;
    if (note_verifier_parse(card->log_key, &verifier, err) < 0 || note_witness_parse(card->witness_key, &verifier, err) < 0)
        return err_prefix(err, "the invitation");
    if (card->address.len > 0) {
        int r = address_ok(card->address, err);
        if (r < 0)
            return err_prefix(err, "the invitation");
    }
    struct accepting x = {card, terms, now_ms, a, out};
    struct act act = {.verb = VERB_PAIR, .actor = actor, .now_ms = now_ms};
    return act_run(node, &act, do_accept, &x, err);
}
