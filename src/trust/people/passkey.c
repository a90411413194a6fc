/* passkey: see passkey.h. */
#include "trust/people/passkey.h"

#include <string.h>

#include "ground/text/text.h"
#include "trust/people/people_internal.h"

#define RECORD_VERSION 1
#define TIME_LEN 8
#define SAID_LEN 32 /* of a challenge: when, and 192 random bits; what follows is the mark that it is ours */
#define AHEAD_MS 60000 /* the clock was set back meanwhile */

/* --- challenges: 8 bytes when, 24 random, 16 of a MAC over these, the use and the session --- */

static int challenge_mark(const struct node *node, enum passkey_use use, const struct session *s, const uint8_t *said,
                          uint8_t out[static HASH_LEN], struct err *err)
{
    uint8_t bound[1 + ID_LEN] = {(uint8_t)use};
    if (s)
        memcpy(bound + 1, s->id, ID_LEN);
    return people_mac(node, "challenge", (bytes){bound, sizeof bound}, (bytes){said, SAID_LEN}, out, err);
}

int passkey_challenge(const struct node *node, enum passkey_use use, const struct session *s, int64_t now_ms,
                      uint8_t out[static PASSKEY_CHALLENGE_LEN], struct err *err)
{
    uint8_t mark[HASH_LEN];
    put_u64be(out, (uint64_t)now_ms);
    crypto_random(out + TIME_LEN, SAID_LEN - TIME_LEN);
    int r = challenge_mark(node, use, s, out, mark, err);
    memcpy(out + SAID_LEN, mark, PASSKEY_CHALLENGE_LEN - SAID_LEN);
    return r;
}

static int64_t made_ms(bytes challenge)
{
    return (int64_t)get_u64be(challenge.p);
}

int people_challenge_check(const struct node *node, enum passkey_use use, const struct session *s, bytes challenge, int64_t now_ms, struct err *err)
{
    uint8_t mark[HASH_LEN];
    bool holds = challenge.len == PASSKEY_CHALLENGE_LEN;
    int r = holds ? challenge_mark(node, use, s, challenge.p, mark, err) : 0;
    if (r < 0)
        return r;
    if (!holds || !crypto_equal(mark, challenge.p + SAID_LEN, PASSKEY_CHALLENGE_LEN - SAID_LEN) ||
        now_ms - made_ms(challenge) >= PASSKEY_CHALLENGE_MS || made_ms(challenge) > now_ms + AHEAD_MS)
        return err_set(err, ERR_DENIED, N_("this took too long, or the page is from another session: load it anew and try again"));
    return 0;
}

int people_challenge_use(struct node *node, bytes challenge, struct err *err)
{
    uint8_t hash[HASH_LEN];
    int r = people_mac(node, "challenge used", challenge, (bytes){0}, hash, err);
    if (r == 0)
        r = passkey_store_challenge(node->db, hash, made_ms(challenge) + PASSKEY_CHALLENGE_MS + AHEAD_MS, err);
    return r < 0 ? r : r == 0 ? err_set(err, ERR_DENIED, N_("this was sent before: load the page anew and try again")) : 0;
}

/* --- what is sealed --- */

static int put_record(struct node *node, const struct webauthn_credential *c, str name, struct vault_id *id, struct err *err)
{
    struct arena *a = arena_new();
    struct buf b = buf_new(a);
    buf_byte(&b, RECORD_VERSION);
    buf_u16(&b, (uint16_t)c->id.len);
    buf_add_bytes(&b, c->id.p, c->id.len);
    buf_u32(&b, (uint32_t)c->algorithm);
    buf_u16(&b, (uint16_t)c->key_len);
    buf_add_bytes(&b, c->key, c->key_len);
    buf_u32(&b, c->sign_count);
    buf_u16(&b, (uint16_t)name.len);
    buf_add(&b, name);
    int r = vault_put(node->vault, node->db, VAULT_PEOPLE, buf_bytes(&b), NULL, id, NULL, err);
    arena_free(a);
    return r;
}

int people_passkey_get(struct node *node, const struct people_passkey *row, struct arena *a, struct webauthn_credential *credential, str *name,
                       struct err *err)
{
    bytes content;
    int r = vault_get(node->vault, node->db, VAULT_PEOPLE, &row->record, a, &content, err);
    if (r < 0)
        return r;
    struct reader in = reader_new(content);
    bool known = reader_u8(&in) == RECORD_VERSION;
    *credential = (struct webauthn_credential){.id = reader_take(&in, reader_u16(&in))};
    credential->algorithm = (int)(int32_t)reader_u32(&in);
    bytes key = reader_take(&in, reader_u16(&in));
    credential->sign_count = reader_u32(&in);
    *name = bytes_str(reader_take(&in, reader_u16(&in)));
    if (!known || !reader_done(&in) || key.len > WEBAUTHN_KEY_MAX)
        return err_set(err, ERR_CORRUPT, "a member's passkey is damaged");
    credential->key_len = key.len;
    memcpy(credential->key, key.p, key.len);
    return 0;
}

static int credential_hash(const struct node *node, bytes credential, uint8_t out[static HASH_LEN], struct err *err)
{
    return people_mac(node, "passkey", credential, (bytes){0}, out, err);
}

int people_passkey_find(struct node *node, bytes credential, struct people_passkey *row, struct err *err)
{
    uint8_t hash[HASH_LEN];
    int r = credential_hash(node, credential, hash, err);
    return r < 0 ? r : passkey_store_get(node->db, hash, row, err);
}

int people_passkey_used(struct node *node, const struct people_passkey *row, uint32_t sign_count, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct people_passkey now;
    struct webauthn_credential credential = {0};
    struct vault_id record;
    str name = STR("");
    int r = passkey_store_get(node->db, row->credential, &now, err);
    if (r == 0 || (r > 0 && memcmp(now.record.b, row->record.b, ID_LEN) != 0))
        r = err_set(err, ERR_DENIED, N_("this passkey was used or removed at the same moment: try again"));
    if (r > 0)
        r = people_passkey_get(node, &now, a, &credential, &name, err);
    if (r == 0) {
        credential.sign_count = sign_count;
        r = put_record(node, &credential, name, &record, err);
    }
    if (r == 0)
        r = passkey_store_used(node->db, &now, &record, now_ms, err);
    if (r == 0)
        r = vault_erase(node->vault, node->db, VAULT_PEOPLE, &now.record, err);
    arena_free(a);
    return r;
}

static int drop(struct node *node, const struct people_passkey *row, struct err *err)
{
    int r = vault_erase(node->vault, node->db, VAULT_PEOPLE, &row->record, err);
    return r < 0 ? r : passkey_store_drop(node->db, row->id, err);
}

int people_passkeys_drop(struct node *node, const uint8_t member[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct people_passkey *all;
    size_t n = 0;
    int r = passkey_store_of(node->db, member, a, &all, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = drop(node, &all[i], err);
    arena_free(a);
    return r;
}

/* --- adding and removing --- */

struct change {
    const struct session *session;
    const struct webauthn_credential *credential;
    str name;
    bytes challenge;
    const uint8_t *id;
};

static void name_object(struct act *act, const struct change *c, const char *detail)
{
    act->has_object = true;
    memcpy(act->object, c->session->member, ID_LEN);
    act->detail = str_from(detail);
}

static int do_add(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct change *c = arg;
    struct arena *a = arena_new();
    struct people_passkey row = {.added_ms = act->now_ms}, *all;
    size_t n = 0;
    crypto_random(row.id, ID_LEN);
    memcpy(row.member, c->session->member, ID_LEN);
    int r = people_challenge_use(node, c->challenge, err);
    if (r == 0)
        r = passkey_store_of(node->db, row.member, a, &all, &n, err);
    if (r == 0 && n >= PASSKEY_PER_MEMBER)
        r = err_set(err, ERR_LIMIT, N_("you have %d passkeys, and no more can be kept: remove one first"), PASSKEY_PER_MEMBER);
    if (r == 0)
        r = credential_hash(node, c->credential->id, row.credential, err);
    if (r == 0)
        r = put_record(node, c->credential, c->name, &row.record, err);
    if (r == 0)
        r = passkey_store_add(node->db, &row, err);
    name_object(act, c, "passkey added");
    arena_free(a);
    return r;
}

static bool is_name(str name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
            return false;
    return name.len > 0 && name.len <= PASSKEY_NAME_MAX && text_utf8_valid(name);
}

int passkey_add(struct node *node, const struct actor *actor, const struct session *s, int64_t now_ms, const struct webauthn_site *site, str name,
                const struct passkey_answer *answer, struct err *err)
{
    struct arena *a = arena_new();
    struct webauthn_credential credential;
    struct act act = {.verb = VERB_ENROL, .actor = actor, .now_ms = now_ms};
    struct change c = {.session = s, .credential = &credential, .name = name, .challenge = answer->challenge};
    int r = is_name(name) ? 0 : err_set(err, ERR_USAGE, N_("a passkey has a name of at most %d bytes on one line: where it is kept"), PASSKEY_NAME_MAX);
    if (r == 0)
        r = people_challenge_check(node, PASSKEY_ADD, s, answer->challenge, now_ms, err);
    if (r == 0)
        r = webauthn_created(site, answer->challenge, answer->client_data, answer->attestation, a, &credential, err);
    if (r == 0)
        r = act_run(node, &act, do_add, &c, err);
    arena_free(a);
    return r;
}

static int do_remove(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct change *c = arg;
    struct arena *a = arena_new();
    struct people_passkey *all;
    size_t n = 0, at = 0;
    int r = passkey_store_of(node->db, c->session->member, a, &all, &n, err);
    while (r == 0 && at < n && memcmp(all[at].id, c->id, ID_LEN) != 0)
        at++;
    if (r == 0 && at == n)
        r = err_set(err, ERR_NOT_FOUND, N_("you have no such passkey"));
    if (r == 0)
        r = drop(node, &all[at], err);
    name_object(act, c, "passkey removed");
    arena_free(a);
    return r;
}

int passkey_remove(struct node *node, const struct actor *actor, const struct session *s, int64_t now_ms, const uint8_t id[static ID_LEN],
                   struct err *err)
{
    struct act act = {.verb = VERB_ENROL, .actor = actor, .now_ms = now_ms};
    struct change c = {.session = s, .id = id};
    return act_run(node, &act, do_remove, &c, err);
}

int passkey_list(struct node *node, const uint8_t member[static ID_LEN], struct arena *a, struct passkey **out, size_t *n, struct err *err)
{
    struct people_passkey *all;
    int r = passkey_store_of(node->db, member, a, &all, n, err);
    *out = arena_array(a, struct passkey, r < 0 ? 0 : *n);
    for (size_t i = 0; r == 0 && i < *n; i++) {
        struct webauthn_credential credential;
        struct passkey *p = &(*out)[i];
        *p = (struct passkey){.added_ms = all[i].added_ms, .used_ms = all[i].used_ms};
        memcpy(p->id, all[i].id, ID_LEN);
        r = people_passkey_get(node, &all[i], a, &credential, &p->name, err);
        p->credential = credential.id;
    }
    return r;
}
