/* What travels: the chain of a grant, a recall, a holder's statement. Pure: bytes in, bytes out, signatures checked against keys that
 * come along, since an agency's id is the hash of its key. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/grant/grant_internal.h"

#define PAPERS_VERSION 1

static int begin(struct arena *a, const char *what, const char *version_key, bytes in, size_t max, const struct json **o, struct err *err)
{
    int64_t version;
    if (json_parse(a, what, in, max, o, err) < 0)
        return err->code;
    if (json_kind(*o) != JSON_IS_OBJECT)
        return json_refuse(*o, NULL, err, "expected an object");
    if (json_get_int(*o, version_key, 1, INT32_MAX, &version, err) < 0)
        return err->code;
    if (version != PAPERS_VERSION)
        return err_set(err, ERR_PEER, "%s: is of version %d; this node speaks version %d: one of the two must be updated", what, (int)version,
                       PAPERS_VERSION);
    return 0;
}

static bool key_is_of(const uint8_t key[static SIGN_PUBLIC_LEN], const uint8_t agency[static ID_LEN])
{
    uint8_t id[ID_LEN];
    partner_id(key, id);
    return memcmp(id, agency, ID_LEN) == 0;
}

/* --- the chain --- */

str grant_chain_write(struct arena *a, const struct grant_chain *c)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_papers", PAPERS_VERSION);
    struct json *list = json_put_array(o, "chain");
    for (size_t i = 0; i < c->n; i++) {
        struct json *one = json_add_object(list);
        json_put_base64(one, "key", (bytes){c->keys[i], SIGN_PUBLIC_LEN});
        json_put_str(one, "grant", grant_write(a, &c->grants[i]));
    }
    return json_write(a, o, JSON_ONE_LINE);
}

int grant_chain_read(struct arena *a, bytes in, struct grant_chain *out, struct err *err)
{
    const struct json *o, *list;
    *out = (struct grant_chain){0};
    if (begin(a, "grant papers", "comity_papers", in, GRANT_CHAIN_TEXT_MAX, &o, err) < 0 || json_get_array(o, "chain", &list, err) < 0)
        return err->code;
    out->n = json_count(list);
    if (out->n < 1 || out->n > GRANT_CHAIN_MAX)
        return json_refuse(o, "chain", err, "expected 1 to %d grants", GRANT_CHAIN_MAX);
    for (size_t i = 0; i < out->n; i++) {
        const struct json *one = json_at(list, i);
        str line;
        if (json_kind(one) != JSON_IS_OBJECT)
            return json_refuse(one, NULL, err, "expected an object");
        if (json_get_base64(one, "key", out->keys[i], SIGN_PUBLIC_LEN, err) < 0 ||
            json_get_str(one, "grant", GRANT_TEXT_MAX, &line, err) < 0 || grant_read(a, str_bytes(line), &out->grants[i], err) < 0)
            return err->code;
    }
    return 0;
}

static int verify_one(struct arena *a, const struct grant_chain *c, size_t i, struct err *err)
{
    const struct grant *g = &c->grants[i];
    if (!key_is_of(c->keys[i], g->issuer))
        return err_set(err, ERR_CRYPTO, "grant %zu of the chain comes with a key that is not its issuer's", i + 1);
    if (!crypto_verify(g->signature, grant_canonical(a, g), c->keys[i]))
        return err_set(err, ERR_CRYPTO, "the signature under grant %zu of the chain does not hold", i + 1);
    if (i == 0)
        return g->has_parent ? err_set(err, ERR_DENIED, "the chain does not begin with the owner's grant") : 0;
    const struct grant *above = &c->grants[i - 1];
    if (grant_narrower(g, above, err) < 0 || grant_decide(above, GRANT_FORWARD, g->purpose, g->issued_ms, err) < 0)
        return err_prefix(err, "grant %zu of the chain", i + 1);
    return 0;
}

int grant_chain_verify(struct arena *a, const struct grant_chain *c, struct err *err)
{
    for (size_t i = 0; i < c->n; i++) {
        int r = verify_one(a, c, i, err);
        if (r < 0)
            return r;
    }
    return 0;
}

/* --- the recall: whose grant it is, the letter's signature says --- */

str grant_recall_write(struct arena *a, const uint8_t id[static ID_LEN])
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_recall", PAPERS_VERSION);
    json_put_hex(o, "grant", (bytes){id, ID_LEN});
    return json_write(a, o, JSON_ONE_LINE);
}

int grant_recall_read(struct arena *a, bytes in, uint8_t id[static ID_LEN], struct err *err)
{
    const struct json *o;
    int r = begin(a, "recall", "comity_recall", in, 1024, &o, err);
    return r < 0 ? r : json_get_hex(o, "grant", id, ID_LEN, err);
}

/* --- the statement --- */

bytes grant_statement_canonical(struct arena *a, const struct grant_statement *s)
{
    struct buf b = buf_new(a);
    buf_addf(&b, "comity/recalled/v%d", PAPERS_VERSION);
    buf_byte(&b, 0);
    grant_field(&b, s->issuer, ID_LEN);
    grant_field(&b, s->grant, ID_LEN);
    grant_field(&b, s->holder, ID_LEN);
    buf_u64(&b, (uint64_t)s->time_ms);
    buf_u64(&b, s->n_passed);
    for (size_t i = 0; i < s->n_passed; i++) {
        grant_field(&b, s->passed[i].id, ID_LEN);
        grant_field(&b, s->passed[i].holder, ID_LEN);
    }
    return buf_bytes(&b);
}

str grant_statement_write(struct arena *a, const struct grant_statement *s)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_recalled", PAPERS_VERSION);
    json_put_hex(o, "issuer", (bytes){s->issuer, ID_LEN});
    json_put_hex(o, "grant", (bytes){s->grant, ID_LEN});
    json_put_hex(o, "holder", (bytes){s->holder, ID_LEN});
    json_put_time(o, "time", s->time_ms);
    struct json *list = json_put_array(o, "passed_on");
    for (size_t i = 0; i < s->n_passed; i++) {
        struct json *one = json_add_object(list);
        json_put_hex(one, "grant", (bytes){s->passed[i].id, ID_LEN});
        json_put_hex(one, "holder", (bytes){s->passed[i].holder, ID_LEN});
    }
    json_put_base64(o, "key", (bytes){s->key, SIGN_PUBLIC_LEN});
    json_put_base64(o, "signature", (bytes){s->signature, SIGNATURE_LEN});
    return json_write(a, o, JSON_ONE_LINE);
}

static int read_passed(struct arena *a, const struct json *o, struct grant_statement *out, struct err *err)
{
    const struct json *list;
    if (json_get_array(o, "passed_on", &list, err) < 0)
        return err->code;
    out->n_passed = json_count(list);
    if (out->n_passed > GRANT_PASSED_MAX)
        return json_refuse(o, "passed_on", err, "expected at most %d", GRANT_PASSED_MAX);
    struct grant_passed *passed = arena_array(a, struct grant_passed, out->n_passed);
    out->passed = passed;
    for (size_t i = 0; i < out->n_passed; i++) {
        const struct json *one = json_at(list, i);
        if (json_kind(one) != JSON_IS_OBJECT)
            return json_refuse(one, NULL, err, "expected an object");
        if (json_get_hex(one, "grant", passed[i].id, ID_LEN, err) < 0 || json_get_hex(one, "holder", passed[i].holder, ID_LEN, err) < 0)
            return err->code;
    }
    return 0;
}

int grant_statement_read(struct arena *a, bytes in, struct grant_statement *out, struct err *err)
{
    const struct json *o;
    *out = (struct grant_statement){0};
    if (begin(a, "recalled", "comity_recalled", in, GRANT_STATEMENT_MAX, &o, err) < 0 ||
        json_get_hex(o, "issuer", out->issuer, ID_LEN, err) < 0 || json_get_hex(o, "grant", out->grant, ID_LEN, err) < 0 ||
        json_get_hex(o, "holder", out->holder, ID_LEN, err) < 0 || json_get_time(o, "time", &out->time_ms, err) < 0 ||
        read_passed(a, o, out, err) < 0 || json_get_base64(o, "key", out->key, SIGN_PUBLIC_LEN, err) < 0)
        return err->code;
    return json_get_base64(o, "signature", out->signature, SIGNATURE_LEN, err);
}

int grant_word_verify(struct arena *a, bytes text, const uint8_t agency_key[static SIGN_PUBLIC_LEN], struct grant_lost *out, struct err *err)
{
    struct grant_statement s;
    int r = grant_statement_read(a, text, &s, err);
    if (r < 0 || (r = grant_statement_verify(a, &s, err)) < 0)
        return r;
    if (memcmp(s.key, agency_key, SIGN_PUBLIC_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "it was signed by another agency");
    *out = (struct grant_lost){.time_ms = s.time_ms, .passed_on = s.n_passed};
    memcpy(out->grant, s.grant, ID_LEN);
    memcpy(out->issuer, s.issuer, ID_LEN);
    memcpy(out->holder, s.holder, ID_LEN);
    return 0;
}

int grant_statement_verify(struct arena *a, const struct grant_statement *s, struct err *err)
{
    if (!key_is_of(s->key, s->holder))
        return err_set(err, ERR_CRYPTO, "the statement comes with a key that is not the holder's");
    if (!crypto_verify(s->signature, grant_statement_canonical(a, s), s->key))
        return err_set(err, ERR_CRYPTO, "the signature under the holder's statement does not hold");
    return 0;
}
