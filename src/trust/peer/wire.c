#include "trust/peer/wire.h"

#include <string.h>

#include "ground/json/json.h"

#define LOG_KEY_MAX 400
#define NAME_MAX_BYTES 120
#define MAP_SIZE_MAX ((int64_t)1 << 40)

/* --- the canonical form: label, then each field as u32 length and bytes; integers as 8 bytes --- */

static struct buf begin(struct arena *a, const char *label, int version)
{
    struct buf b = buf_new(a);
    buf_addf(&b, "comity/%s/v%d", label, version);
    buf_byte(&b, 0);
    return b;
}

static void field(struct buf *b, const void *p, size_t len)
{
    buf_u32(b, (uint32_t)len);
    buf_add_bytes(b, p, len);
}

static void field_str(struct buf *b, str s)
{
    field(b, s.p, s.len);
}

static void number(struct buf *b, int64_t n)
{
    buf_u64(b, (uint64_t)n);
}

static void card_keys(struct buf *b, const struct wire_card *card)
{
    field_str(b, card->agency);
    field_str(b, card->country);
    field_str(b, card->kind);
    field(b, card->agency_key, sizeof card->agency_key);
    field_str(b, card->log_key);
    field_str(b, card->witness_key);
    field(b, card->tls_pin, sizeof card->tls_pin);
}

bytes wire_card_canonical(struct arena *a, const struct wire_card *card)
{
    struct buf b = begin(a, "card", WIRE_CARD_VERSION);
    card_keys(&b, card);
    field(&b, card->letter_key, sizeof card->letter_key);
    number(&b, card->letter_key_until_ms);
    field_str(&b, card->address);
    number(&b, card->created_ms);
    return buf_bytes(&b);
}

bytes wire_statement_canonical(struct arena *a, const struct wire_statement *s)
{
    struct buf b = begin(a, "statement", WIRE_VERSION);
    field(&b, s->from, sizeof s->from);
    field(&b, s->to, sizeof s->to);
    number(&b, s->epoch);
    field(&b, s->public_key.b, sizeof s->public_key.b);
    number(&b, s->time_ms);
    number(&b, s->valid_from_ms);
    number(&b, s->valid_until_ms);
    field_str(&b, s->ruleset);
    number(&b, s->budget_left);
    number(&b, (int64_t)s->n_maps);
    for (size_t i = 0; i < s->n_maps; i++) {
        number(&b, s->maps[i].number);
        number(&b, (int64_t)s->maps[i].size);
        field(&b, s->maps[i].digest, sizeof s->maps[i].digest);
    }
    return buf_bytes(&b);
}

bytes wire_question_canonical(struct arena *a, const struct wire_question *q)
{
    struct buf b = begin(a, "question", WIRE_VERSION);
    field(&b, q->id, sizeof q->id);
    field(&b, q->from, sizeof q->from);
    field(&b, q->to, sizeof q->to);
    number(&b, q->epoch);
    number(&b, q->time_ms);
    field_str(&b, q->purpose);
    field(&b, q->reference, sizeof q->reference);
    field(&b, q->points, sizeof q->points);
    return buf_bytes(&b);
}

bytes wire_answer_canonical(struct arena *a, const struct wire_answer *w)
{
    struct buf b = begin(a, "answer", WIRE_VERSION);
    field(&b, w->id, sizeof w->id);
    field(&b, w->question, sizeof w->question);
    number(&b, w->epoch);
    field(&b, w->points, sizeof w->points);
    field(&b, w->proof, sizeof w->proof);
    number(&b, w->leaf_index);
    number(&b, w->budget_left);
    return buf_bytes(&b);
}

/* --- writing --- */

#define PUT_HEX(o, key, array) json_put_hex(o, key, (bytes){(const uint8_t *)(array), sizeof(array)})
#define PUT_BASE64(o, key, array) json_put_base64(o, key, (bytes){(const uint8_t *)(array), sizeof(array)})

str wire_card_write(struct arena *a, const struct wire_card *card)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_invitation", WIRE_CARD_VERSION);
    json_put_str(o, "agency", card->agency);
    json_put_str(o, "country", card->country);
    json_put_str(o, "kind", card->kind);
    json_put_str(o, "address", card->address);
    PUT_HEX(o, "agency_key", card->agency_key);
    json_put_str(o, "log_key", card->log_key);
    json_put_str(o, "witness_key", card->witness_key);
    PUT_HEX(o, "tls_pin", card->tls_pin);
    if (card->letter_key_until_ms != 0) {
        PUT_HEX(o, "letter_key", card->letter_key);
        json_put_time(o, "letter_key_until", card->letter_key_until_ms);
    }
    json_put_time(o, "created", card->created_ms);
    PUT_BASE64(o, "signature", card->signature);
    return json_write(a, o, JSON_INDENTED);
}

str wire_statement_write(struct arena *a, const struct wire_statement *s)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "v", WIRE_VERSION);
    PUT_HEX(o, "from", s->from);
    PUT_HEX(o, "to", s->to);
    json_put_int(o, "epoch", s->epoch);
    PUT_HEX(o, "public_key", s->public_key.b);
    json_put_time(o, "time", s->time_ms);
    json_put_time(o, "valid_from", s->valid_from_ms);
    json_put_time(o, "valid_until", s->valid_until_ms);
    json_put_str(o, "ruleset", s->ruleset);
    json_put_int(o, "budget_left", s->budget_left);
    struct json *maps = json_put_array(o, "maps");
    for (size_t i = 0; i < s->n_maps; i++) {
        struct json *m = json_add_object(maps);
        json_put_int(m, "n", s->maps[i].number);
        json_put_int(m, "size", (int64_t)s->maps[i].size);
        PUT_HEX(m, "sha256", s->maps[i].digest);
    }
    PUT_BASE64(o, "signature", s->signature);
    return json_write(a, o, JSON_ONE_LINE);
}

str wire_question_write(struct arena *a, const struct wire_question *q)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "v", WIRE_VERSION);
    PUT_HEX(o, "id", q->id);
    PUT_HEX(o, "from", q->from);
    PUT_HEX(o, "to", q->to);
    json_put_int(o, "epoch", q->epoch);
    json_put_time(o, "time", q->time_ms);
    json_put_str(o, "purpose", q->purpose);
    PUT_HEX(o, "reference_commitment", q->reference);
    PUT_BASE64(o, "points", q->points);
    PUT_BASE64(o, "signature", q->signature);
    return json_write(a, o, JSON_ONE_LINE);
}

str wire_answer_write(struct arena *a, const struct wire_answer *w)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "v", WIRE_VERSION);
    PUT_HEX(o, "id", w->id);
    PUT_HEX(o, "question", w->question);
    json_put_int(o, "epoch", w->epoch);
    PUT_BASE64(o, "points", w->points);
    PUT_BASE64(o, "proof", w->proof);
    json_put_int(o, "leaf_index", w->leaf_index);
    json_put_int(o, "budget_left", w->budget_left);
    PUT_BASE64(o, "signature", w->signature);
    return json_write(a, o, JSON_ONE_LINE);
}

/* --- reading: the first error stays, what follows does nothing --- */

struct in {
    const struct json *o;
    struct err *err;
    int r;
};

#define IN(call) do { if (in->r == 0) in->r = (call); } while (0)

static void in_str(struct in *in, const char *key, size_t max, str *out)
{
    IN(json_get_str(in->o, key, max, out, in->err));
}

/* Text that is shown to people and goes on a terminal: no control characters. */
static void in_line(struct in *in, const char *key, size_t max, str *out)
{
    in_str(in, key, max, out);
    for (size_t i = 0; in->r == 0 && i < out->len; i++)
        if ((uint8_t)out->p[i] < 0x20 || out->p[i] == 0x7f)
            in->r = json_refuse(in->o, key, in->err, "control characters are not allowed");
}

static void in_token(struct in *in, const char *key, size_t max, str *out)
{
    in_str(in, key, max, out);
    bool ok = in->r == 0 && out->len > 0;
    for (size_t i = 0; ok && i < out->len; i++)
        ok = (out->p[i] >= 'a' && out->p[i] <= 'z') || (out->p[i] >= '0' && out->p[i] <= '9') || out->p[i] == '-' || out->p[i] == '_';
    if (in->r == 0 && !ok)
        in->r = json_refuse(in->o, key, in->err, "expected a word of a-z, 0-9, - and _");
}

static void in_hex(struct in *in, const char *key, uint8_t *out, size_t len)
{
    IN(json_get_hex(in->o, key, out, len, in->err));
}

static void in_base64(struct in *in, const char *key, void *out, size_t len)
{
    IN(json_get_base64(in->o, key, out, len, in->err));
}

static void in_time(struct in *in, const char *key, int64_t *ms)
{
    IN(json_get_time(in->o, key, ms, in->err));
}

static void in_int(struct in *in, const char *key, int64_t min, int64_t max, int64_t *out)
{
    IN(json_get_int(in->o, key, min, max, out, in->err));
}

static void in_u32(struct in *in, const char *key, uint32_t *out)
{
    int64_t n = 0;
    in_int(in, key, 0, UINT32_MAX, &n);
    *out = (uint32_t)n;
}

static struct in in_begin(struct arena *a, const char *what, bytes text, size_t max, const char *version_key, int spoken,
                          struct err *err)
{
    struct in in = {.err = err};
    int64_t version = spoken;
    in.r = json_parse(a, what, text, max, &in.o, err);
    if (in.r == 0 && json_kind(in.o) != JSON_IS_OBJECT)
        in.r = json_refuse(in.o, NULL, err, "expected an object");
    if (in.r == 0)
        in.r = json_get_int(in.o, version_key, 1, INT32_MAX, &version, err);
    if (in.r == 0 && version != spoken)
        in.r = json_refuse(in.o, version_key, err, "is of version %d; this node speaks version %d: one of the two must be updated",
                           (int)version, spoken);
    return in;
}

static bool country_ok(str s)
{
    return s.len == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z';
}

/* Both members or none: an agency may pair before it has a key for letters. */
static void in_letter_key(struct in *in, struct wire_card *out)
{
    if (in->r < 0 || (!json_find(in->o, "letter_key") && !json_find(in->o, "letter_key_until")))
        return;
    in_hex(in, "letter_key", out->letter_key, sizeof out->letter_key);
    in_time(in, "letter_key_until", &out->letter_key_until_ms);
    if (in->r == 0 && out->letter_key_until_ms <= 0)
        in->r = json_refuse(in->o, "letter_key_until", in->err, "must lie after 1970");
}

int wire_card_read(struct arena *a, bytes text, struct wire_card *out, struct err *err)
{
    *out = (struct wire_card){0};
    struct in reading = in_begin(a, "invitation", text, WIRE_CARD_MAX, "comity_invitation", WIRE_CARD_VERSION, err), *in = &reading;
    in_line(in, "agency", NAME_MAX_BYTES, &out->agency);
    in_line(in, "country", 2, &out->country);
    in_token(in, "kind", WIRE_PURPOSE_MAX, &out->kind);
    in_line(in, "address", WIRE_TEXT_MAX, &out->address);
    in_hex(in, "agency_key", out->agency_key, sizeof out->agency_key);
    in_line(in, "log_key", LOG_KEY_MAX, &out->log_key);
    in_line(in, "witness_key", LOG_KEY_MAX, &out->witness_key);
    in_hex(in, "tls_pin", out->tls_pin, sizeof out->tls_pin);
    in_letter_key(in, out);
    in_time(in, "created", &out->created_ms);
    in_base64(in, "signature", out->signature, sizeof out->signature);
    if (in->r == 0 && out->agency.len == 0)
        in->r = json_refuse(in->o, "agency", err, "must not be empty");
    if (in->r == 0 && !country_ok(out->country))
        in->r = json_refuse(in->o, "country", err, "expected two capital letters (ISO 3166-1)");
    IN(wire_verify("invitation", wire_card_canonical(a, out), out->signature, out->agency_key, err));
    return in->r;
}

static void read_maps(struct in *in, struct arena *a, struct wire_statement *out)
{
    const struct json *list = NULL;
    IN(json_get_array(in->o, "maps", &list, in->err));
    if (in->r < 0)
        return;
    if (json_count(list) > WIRE_MAPS_MAX) {
        in->r = json_refuse(list, NULL, in->err, "%zu maps; at most %d are allowed", json_count(list), WIRE_MAPS_MAX);
        return;
    }
    out->n_maps = json_count(list);
    out->maps = arena_array(a, struct wire_map, out->n_maps);
    for (size_t i = 0; i < out->n_maps && in->r == 0; i++) {
        struct in one = {.o = json_at(list, i), .err = in->err};
        int64_t size = 0;
        in_u32(&one, "n", &out->maps[i].number);
        in_int(&one, "size", 1, MAP_SIZE_MAX, &size);
        in_hex(&one, "sha256", out->maps[i].digest, HASH_LEN);
        out->maps[i].size = (uint64_t)size;
        if (one.r == 0 && i > 0 && out->maps[i].number <= out->maps[i - 1].number)
            one.r = json_refuse(one.o, "n", in->err, "the maps must be in ascending order");
        in->r = one.r;
    }
}

int wire_statement_read(struct arena *a, bytes text, struct wire_statement *out, struct err *err)
{
    *out = (struct wire_statement){0};
    struct in reading = in_begin(a, "statement", text, WIRE_STATEMENT_MAX, "v", WIRE_VERSION, err), *in = &reading;
    in_hex(in, "from", out->from, sizeof out->from);
    in_hex(in, "to", out->to, sizeof out->to);
    in_u32(in, "epoch", &out->epoch);
    in_hex(in, "public_key", out->public_key.b, sizeof out->public_key.b);
    in_time(in, "time", &out->time_ms);
    in_time(in, "valid_from", &out->valid_from_ms);
    in_time(in, "valid_until", &out->valid_until_ms);
    in_line(in, "ruleset", WIRE_TEXT_MAX, &out->ruleset);
    in_int(in, "budget_left", 0, INT32_MAX, &out->budget_left);
    in_base64(in, "signature", out->signature, sizeof out->signature);
    read_maps(in, a, out);
    return in->r;
}

int wire_question_read(struct arena *a, bytes text, struct wire_question *out, struct err *err)
{
    *out = (struct wire_question){0};
    struct in reading = in_begin(a, "question", text, WIRE_QUESTION_MAX, "v", WIRE_VERSION, err), *in = &reading;
    in_hex(in, "id", out->id, sizeof out->id);
    in_hex(in, "from", out->from, sizeof out->from);
    in_hex(in, "to", out->to, sizeof out->to);
    in_u32(in, "epoch", &out->epoch);
    in_time(in, "time", &out->time_ms);
    in_token(in, "purpose", WIRE_PURPOSE_MAX, &out->purpose);
    in_hex(in, "reference_commitment", out->reference, sizeof out->reference);
    in_base64(in, "points", out->points, sizeof out->points);
    in_base64(in, "signature", out->signature, sizeof out->signature);
    return in->r;
}

int wire_answer_read(struct arena *a, bytes text, struct wire_answer *out, struct err *err)
{
    *out = (struct wire_answer){0};
    struct in reading = in_begin(a, "answer", text, WIRE_ANSWER_MAX, "v", WIRE_VERSION, err), *in = &reading;
    in_hex(in, "id", out->id, sizeof out->id);
    in_hex(in, "question", out->question, sizeof out->question);
    in_u32(in, "epoch", &out->epoch);
    in_base64(in, "points", out->points, sizeof out->points);
    in_base64(in, "proof", out->proof, sizeof out->proof);
    in_int(in, "leaf_index", 0, INT64_MAX, &out->leaf_index);
    in_int(in, "budget_left", 0, INT32_MAX, &out->budget_left);
    in_base64(in, "signature", out->signature, sizeof out->signature);
    return in->r;
}

int wire_verify(const char *what, bytes canonical, const uint8_t signature[static SIGNATURE_LEN],
                const uint8_t agency_key[static SIGN_PUBLIC_LEN], struct err *err)
{
    if (crypto_verify(signature, canonical, agency_key))
        return 0;
    return err_set(err, ERR_CRYPTO, "%s: the signature is not that of the agency's key: it was changed on the way, or somebody else wrote it", what);
}

/* --- fingerprints and question ids --- */

/* A proquint (D. Wilkerson, arXiv 0901.4016): consonant, vowel, consonant, vowel, consonant; 4, 2, 4, 2, 4 bits. */
static void proquint(char out[static 5], uint16_t bits)
{
    static const char consonants[] = "bdfghjklmnprstvz", vowels[] = "aiou";
    out[0] = consonants[bits >> 12];
    out[1] = vowels[bits >> 10 & 3];
    out[2] = consonants[bits >> 6 & 15];
    out[3] = vowels[bits >> 4 & 3];
    out[4] = consonants[bits & 15];
}

void wire_fingerprint(struct arena *a, const struct wire_card *card, struct wire_fingerprint *out)
{
    uint8_t digest[HASH_LEN];
    struct buf b = begin(a, "fingerprint", WIRE_CARD_VERSION);
    card_keys(&b, card);
    crypto_sha256(digest, buf_bytes(&b));
    str groups = str_printf(a, "%05u %05u %05u %05u %05u %05u", get_u32be(digest) % 100000, get_u32be(digest + 4) % 100000,
                            get_u32be(digest + 8) % 100000, get_u32be(digest + 12) % 100000, get_u32be(digest + 16) % 100000,
                            get_u32be(digest + 20) % 100000);
    memcpy(out->digits, groups.p, groups.len + 1);
    for (size_t i = 0; i < 8; i++) {
        proquint(out->words + 6 * i, (uint16_t)(digest[2 * i] << 8 | digest[2 * i + 1]));
        out->words[6 * i + 5] = i < 7 ? '-' : 0;
    }
}

static bool counts(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool same_letters(str typed, const char *wanted)
{
    size_t at = 0;
    for (const char *want = wanted; *want; want++) {
        if (!counts(*want))
            continue;
        while (at < typed.len && !counts(typed.p[at]))
            at++;
        if (at == typed.len)
            return false;
        char c = typed.p[at++];
        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != *want)
            return false;
    }
    while (at < typed.len && !counts(typed.p[at]))
        at++;
    return at == typed.len;
}

bool wire_fingerprint_equal(str typed, const struct wire_fingerprint *fingerprint)
{
    return same_letters(typed, fingerprint->digits) || same_letters(typed, fingerprint->words);
}

void wire_uuid7(uint8_t id[static WIRE_ID_LEN], int64_t now_ms, const uint8_t random[static 10])
{
    uint8_t ms[8];
    put_u64be(ms, (uint64_t)now_ms);
    memcpy(id, ms + 2, 6);
    memcpy(id + 6, random, 10);
    id[6] = (uint8_t)(0x70 | (id[6] & 0x0f));
    id[8] = (uint8_t)(0x80 | (id[8] & 0x3f));
}
