#include "trust/grant/grant_internal.h"

#include <string.h>

#include "ground/json/json.h"

/* --- the canonical form, as in peer/wire: label, then each field as u32 length and bytes; integers as 8 bytes --- */

void grant_field(struct buf *b, const void *p, size_t len)
{
    buf_u32(b, (uint32_t)len);
    buf_add_bytes(b, p, len);
}

static void field_str(struct buf *b, str s)
{
    grant_field(b, s.p, s.len);
}

bytes grant_canonical(struct arena *a, const struct grant *g)
{
    struct buf b = buf_new(a);
    buf_addf(&b, "comity/grant/v%d", GRANT_VERSION);
    buf_byte(&b, 0);
    grant_field(&b, g->id, sizeof g->id);
    buf_u64(&b, g->version);
    grant_field(&b, g->issuer, sizeof g->issuer);
    grant_field(&b, g->holder, sizeof g->holder);
    grant_field(&b, g->owner, sizeof g->owner);
    grant_field(&b, g->object, sizeof g->object);
    grant_field(&b, g->parent, g->has_parent ? sizeof g->parent : 0);
    field_str(&b, g->purpose);
    field_str(&b, g->fields);
    buf_u64(&b, g->handling);
    field_str(&b, g->handling_words);
    grant_field(&b, &g->source, 1);
    grant_field(&b, &g->information, 1);
    buf_u64(&b, g->tlp);
    buf_u64(&b, (uint64_t)g->issued_ms);
    buf_u64(&b, (uint64_t)g->expires_ms);
    return buf_bytes(&b);
}

#define PUT_HEX(o, key, array) json_put_hex(o, key, (bytes){(const uint8_t *)(array), sizeof(array)})

str grant_write(struct arena *a, const struct grant *g)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_grant", GRANT_VERSION);
    PUT_HEX(o, "id", g->id);
    json_put_int(o, "version", g->version);
    PUT_HEX(o, "issuer", g->issuer);
    PUT_HEX(o, "holder", g->holder);
    PUT_HEX(o, "owner", g->owner);
    PUT_HEX(o, "object", g->object);
    if (g->has_parent)
        PUT_HEX(o, "parent", g->parent);
    json_put_str(o, "purpose", g->purpose);
    json_put_str(o, "fields", g->fields);
    json_put_str(o, "handling", str_from(grant_handling_names[g->handling]));
    json_put_str(o, "handling_words", g->handling_words);
    json_put_str(o, "source", (str){&g->source, 1});
    json_put_str(o, "information", (str){&g->information, 1});
    json_put_str(o, "tlp", str_from(grant_tlp_names[g->tlp]));
    json_put_time(o, "issued", g->issued_ms);
    json_put_time(o, "expires", g->expires_ms);
    json_put_base64(o, "signature", (bytes){g->signature, sizeof g->signature});
    return json_write(a, o, JSON_ONE_LINE);
}

/* --- reading: the first error stays, what follows does nothing --- */

struct in {
    const struct json *o;
    struct err *err;
    int r;
};

#define IN(call) do { if (in->r == 0) in->r = (call); } while (0)
#define IN_HEX(key, array) IN(json_get_hex(in->o, key, array, sizeof(array), in->err))

static void in_begin(struct in *in, struct arena *a, bytes text)
{
    int64_t version = GRANT_VERSION;
    in->r = json_parse(a, "grant", text, GRANT_TEXT_MAX, &in->o, in->err);
    if (in->r == 0 && json_kind(in->o) != JSON_IS_OBJECT)
        in->r = json_refuse(in->o, NULL, in->err, "expected an object");
    IN(json_get_int(in->o, "comity_grant", 1, INT32_MAX, &version, in->err));
    if (in->r == 0 && version != GRANT_VERSION)
        in->r = err_set(in->err, ERR_PEER, "grant: is of version %d; this node speaks version %d: one of the two must be updated",
                        (int)version, GRANT_VERSION);
}

/* The place of a name in its table. */
static unsigned in_name(struct in *in, const char *key, const char *const names[])
{
    str word = {0};
    IN(json_get_str(in->o, key, WIRE_PURPOSE_MAX, &word, in->err));
    for (unsigned i = 0; in->r == 0 && names[i]; i++)
        if (str_eq(word, str_from(names[i])))
            return i;
    if (in->r == 0)
        in->r = json_refuse(in->o, key, in->err, "is none of the names that are known");
    return 0;
}

static char in_mark(struct in *in, const char *key, const char *marks)
{
    str word = {0};
    IN(json_get_str(in->o, key, 1, &word, in->err));
    if (in->r == 0 && (word.len != 1 || !strchr(marks, word.p[0])))
        in->r = json_refuse(in->o, key, in->err, "expected one of %s", marks);
    return in->r == 0 ? word.p[0] : 0;
}

static void in_purpose(struct in *in, str *out)
{
    IN(json_get_str(in->o, "purpose", WIRE_PURPOSE_MAX, out, in->err));
    if (in->r == 0 && !access_purpose(*out))
        in->r = json_refuse(in->o, "purpose", in->err, "is not one of the purposes");
}

/* Names of a-z, 0-9, - and _ with commas between them: "all", or what the letter's content calls its members. */
static void in_fields(struct in *in, str *out)
{
    IN(json_get_str(in->o, "fields", GRANT_FIELDS_MAX, out, in->err));
    char before = ',';
    bool ok = in->r == 0;
    for (size_t i = 0; ok && i < out->len; i++) {
        char c = out->p[i];
        ok = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == ',' && before != ',');
        before = c;
    }
    if (in->r == 0 && (!ok || before == ','))
        in->r = json_refuse(in->o, "fields", in->err, "expected names of a-z, 0-9, - and _ with commas between them");
}

/* Shown on a terminal: no control characters. */
static void in_words(struct in *in, enum grant_handling handling, str *out)
{
    IN(json_get_str(in->o, "handling_words", GRANT_WORDS_MAX, out, in->err));
    for (size_t i = 0; in->r == 0 && i < out->len; i++)
        if ((uint8_t)out->p[i] < 0x20 || out->p[i] == 0x7f)
            in->r = json_refuse(in->o, "handling_words", in->err, "control characters are not allowed");
    if (in->r == 0 && (out->len > 0) != (handling == GRANT_H3))
        in->r = json_refuse(in->o, "handling_words", in->err, "H3 says in words what it asks for, the other codes have none");
}

static void in_times(struct in *in, struct grant *g)
{
    IN(json_get_time(in->o, "issued", &g->issued_ms, in->err));
    IN(json_get_time(in->o, "expires", &g->expires_ms, in->err));
    if (in->r == 0 && (g->expires_ms <= g->issued_ms || g->expires_ms - g->issued_ms > GRANT_LIFE_MAX_MS))
        in->r = json_refuse(in->o, "expires", in->err, "expected a time after issued, at most five years later");
}

int grant_read(struct arena *a, bytes text, struct grant *out, struct err *err)
{
    *out = (struct grant){0};
    struct in reading = {.err = err}, *in = &reading;
    int64_t version = 0;
    in_begin(in, a, text);
    IN_HEX("id", out->id);
    IN(json_get_int(in->o, "version", 1, UINT32_MAX, &version, err));
    out->version = (uint32_t)version;
    IN_HEX("issuer", out->issuer);
    IN_HEX("holder", out->holder);
    IN_HEX("owner", out->owner);
    IN_HEX("object", out->object);
    out->has_parent = in->r == 0 && json_find(in->o, "parent");
    if (out->has_parent)
        IN_HEX("parent", out->parent);
    in_purpose(in, &out->purpose);
    in_fields(in, &out->fields);
    out->handling = in_name(in, "handling", grant_handling_names);
    in_words(in, out->handling, &out->handling_words);
    out->source = in_mark(in, "source", "ABCX");
    out->information = in_mark(in, "information", "1234");
    out->tlp = in_name(in, "tlp", grant_tlp_names);
    in_times(in, out);
    IN(json_get_base64(in->o, "signature", out->signature, sizeof out->signature, err));
    if (in->r == 0 && !out->has_parent && memcmp(out->owner, out->issuer, ID_LEN) != 0)
        in->r = json_refuse(in->o, "owner", err, "without a parent the issuer is the owner");
    return in->r;
}
