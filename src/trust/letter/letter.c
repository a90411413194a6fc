#include "trust/letter/letter.h"

#include "ground/json/json.h"
#include "trust/log/checkpoint.h"

const char *const letter_reasons[] = {"version", "kind", "signature", "not-for-us", "malformed", "sealed", "grant", "twice", "refused-by-effect", NULL};

static const char *const statuses[] = {[LETTER_ACCEPTED] = "accepted", [LETTER_REFUSED] = "refused"};

/* --- the canonical form, as in peer/wire: label, then each field as u32 length and bytes; integers as 8 bytes --- */

static struct buf begin(struct arena *a, const char *label)
{
    struct buf b = buf_new(a);
    buf_addf(&b, "comity/%s/v%d", label, LETTER_VERSION);
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

/* What may be missing has length 0. */
static void field_id(struct buf *b, bool has, const uint8_t id[static ID_LEN])
{
    field(b, id, has ? ID_LEN : 0);
}

bytes letter_header_canonical(struct arena *a, const struct letter_header *h)
{
    struct buf b = begin(a, "letter");
    field(&b, h->id, sizeof h->id);
    field(&b, h->from, sizeof h->from);
    field(&b, h->to, sizeof h->to);
    field(&b, h->stream, sizeof h->stream);
    buf_u64(&b, h->sequence);
    field(&b, h->previous, sizeof h->previous);
    field(&b, h->recipient_key, sizeof h->recipient_key);
    buf_u64(&b, h->size);
    field(&b, h->digest, sizeof h->digest);
    buf_u64(&b, (uint64_t)h->time_ms);
    return buf_bytes(&b);
}

bytes letter_content_canonical(struct arena *a, const struct letter_content *c, const uint8_t payload_digest[static HASH_LEN])
{
    struct buf b = begin(a, "letter-content");
    field_str(&b, c->kind);
    field(&b, c->id, sizeof c->id);
    field(&b, c->from, sizeof c->from);
    field(&b, c->to, sizeof c->to);
    field_str(&b, c->purpose);
    field_str(&b, c->reference);
    field_id(&b, c->has_grant, c->grant);
    field_id(&b, c->has_reply_to, c->reply_to);
    field_str(&b, c->name);
    field_str(&b, c->type);
    buf_u64(&b, c->payload_size);
    field(&b, payload_digest, HASH_LEN);
    return buf_bytes(&b);
}

bytes letter_receipt_canonical(struct arena *a, const struct letter_receipt *r)
{
    struct buf b = begin(a, "receipt");
    field(&b, r->id, sizeof r->id);
    field(&b, r->from, sizeof r->from);
    field(&b, r->to, sizeof r->to);
    field(&b, r->digest, sizeof r->digest);
    buf_u64(&b, r->status);
    field_str(&b, r->reason);
    buf_u64(&b, (uint64_t)r->time_ms);
    buf_u64(&b, (uint64_t)r->leaf_index);
    field_str(&b, r->log_key);
    field(&b, r->leaf.p, r->leaf.len);
    return buf_bytes(&b);
}

bytes letter_position_canonical(struct arena *a, const struct letter_position *p)
{
    struct buf b = begin(a, "position");
    field(&b, p->from, sizeof p->from);
    field(&b, p->to, sizeof p->to);
    field(&b, p->stream, sizeof p->stream);
    buf_u64(&b, p->sequence);
    field(&b, p->previous, sizeof p->previous);
    buf_u64(&b, p->held);
    buf_u64(&b, (uint64_t)p->time_ms);
    return buf_bytes(&b);
}

void letter_header_hash(struct arena *a, const struct letter_header *h, uint8_t hash[static HASH_LEN])
{
    crypto_sha256(hash, letter_header_canonical(a, h));
}

/* --- writing --- */

#define PUT_HEX(o, key, array) json_put_hex(o, key, (bytes){(const uint8_t *)(array), sizeof(array)})
#define PUT_BASE64(o, key, array) json_put_base64(o, key, (bytes){(const uint8_t *)(array), sizeof(array)})

str letter_header_write(struct arena *a, const struct letter_header *h)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_letter", LETTER_VERSION);
    PUT_HEX(o, "id", h->id);
    PUT_HEX(o, "from", h->from);
    PUT_HEX(o, "to", h->to);
    PUT_HEX(o, "stream", h->stream);
    json_put_int(o, "sequence", (int64_t)h->sequence);
    PUT_HEX(o, "previous", h->previous);
    PUT_HEX(o, "recipient_key", h->recipient_key);
    json_put_int(o, "size", (int64_t)h->size);
    PUT_HEX(o, "sha256", h->digest);
    json_put_time(o, "time", h->time_ms);
    PUT_BASE64(o, "signature", h->signature);
    return json_write(a, o, JSON_ONE_LINE);
}

str letter_content_write(struct arena *a, const struct letter_content *c)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_content", LETTER_VERSION);
    json_put_str(o, "kind", c->kind);
    PUT_HEX(o, "id", c->id);
    PUT_HEX(o, "from", c->from);
    PUT_HEX(o, "to", c->to);
    json_put_str(o, "purpose", c->purpose);
    json_put_str(o, "reference", c->reference);
    if (c->has_grant)
        PUT_HEX(o, "grant", c->grant);
    if (c->has_reply_to)
        PUT_HEX(o, "reply_to", c->reply_to);
    json_put_str(o, "name", c->name);
    json_put_str(o, "type", c->type);
    json_put_int(o, "size", (int64_t)c->payload_size);
    return json_write(a, o, JSON_ONE_LINE);
}

str letter_receipt_write(struct arena *a, const struct letter_receipt *r)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_receipt", LETTER_VERSION);
    PUT_HEX(o, "letter", r->id);
    PUT_HEX(o, "from", r->from);
    PUT_HEX(o, "to", r->to);
    PUT_HEX(o, "sha256", r->digest);
    json_put_str(o, "status", str_from(statuses[r->status]));
    json_put_str(o, "reason", r->reason);
    json_put_time(o, "time", r->time_ms);
    json_put_int(o, "leaf_index", r->leaf_index);
    json_put_str(o, "log_key", r->log_key);
    json_put_base64(o, "leaf", r->leaf);
    PUT_BASE64(o, "signature", r->signature);
    if (r->proof.len > 0)
        json_put_str(o, "proof", r->proof);
    return json_write(a, o, JSON_INDENTED);
}

str letter_position_write(struct arena *a, const struct letter_position *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_position", LETTER_VERSION);
    PUT_HEX(o, "from", p->from);
    PUT_HEX(o, "to", p->to);
    PUT_HEX(o, "stream", p->stream);
    json_put_int(o, "sequence", (int64_t)p->sequence);
    PUT_HEX(o, "previous", p->previous);
    json_put_int(o, "held", (int64_t)p->held);
    json_put_time(o, "time", p->time_ms);
    PUT_BASE64(o, "signature", p->signature);
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

/* Parses, and says by ERR_PEER that the rest must not be understood by this version's rules. */
static struct in in_begin(struct arena *a, const char *what, bytes text, size_t max, const char *version_key, struct err *err)
{
    struct in in = {.err = err};
    in.r = json_parse(a, what, text, max, &in.o, err);
    if (in.r == 0 && json_kind(in.o) != JSON_IS_OBJECT)
        in.r = json_refuse(in.o, NULL, err, "expected an object");
    int64_t version = LETTER_VERSION;
    if (in.r == 0)
        in.r = json_get_int(in.o, version_key, 1, INT32_MAX, &version, err);
    if (in.r == 0 && version != LETTER_VERSION)
        in.r = err_set(err, ERR_PEER, "%s: is of version %d; this node speaks version %d: one of the two must be updated", what, (int)version,
                       LETTER_VERSION);
    return in;
}

/* Text that is shown to people and goes on a terminal: no control characters. */
static void in_line(struct in *in, const char *key, size_t max, str *out)
{
    IN(json_get_str(in->o, key, max, out, in->err));
    for (size_t i = 0; in->r == 0 && i < out->len; i++)
        if ((uint8_t)out->p[i] < 0x20 || out->p[i] == 0x7f)
            in->r = json_refuse(in->o, key, in->err, "control characters are not allowed");
}

static void in_word(struct in *in, const char *key, size_t max, bool may_be_empty, str *out)
{
    IN(json_get_str(in->o, key, max, out, in->err));
    bool ok = in->r == 0 && (may_be_empty || out->len > 0);
    for (size_t i = 0; ok && i < out->len; i++)
        ok = (out->p[i] >= 'a' && out->p[i] <= 'z') || (out->p[i] >= '0' && out->p[i] <= '9') || out->p[i] == '-' || out->p[i] == '_';
    if (in->r == 0 && !ok)
        in->r = json_refuse(in->o, key, in->err, "expected a word of a-z, 0-9, - and _");
}

static void in_number(struct in *in, const char *key, int64_t min, int64_t max, uint64_t *out)
{
    int64_t n = 0;
    IN(json_get_int(in->o, key, min, max, &n, in->err));
    *out = (uint64_t)n;
}

/* Missing is allowed; present but wrong is not. */
static void in_id(struct in *in, const char *key, bool *has, uint8_t id[static ID_LEN])
{
    *has = in->r == 0 && json_find(in->o, key);
    if (*has)
        in->r = json_get_hex(in->o, key, id, ID_LEN, in->err);
}

static void in_signature(struct in *in, uint8_t signature[static SIGNATURE_LEN])
{
    IN(json_get_base64(in->o, "signature", signature, SIGNATURE_LEN, in->err));
}

/* Of a version we do not speak: whatever of the ids is there, so that the refusal can name the letter. */
static void in_ids_if_there(const struct json *o, const char *id_key, uint8_t *id, uint8_t *from, uint8_t *to)
{
    struct err ignored = {0};
    if (json_get_hex(o, id_key, id, ID_LEN, &ignored) < 0 || json_get_hex(o, "from", from, ID_LEN, &ignored) < 0 ||
        json_get_hex(o, "to", to, ID_LEN, &ignored) < 0)
        return;
}

int letter_header_read(struct arena *a, bytes line, struct letter_header *out, struct err *err)
{
    *out = (struct letter_header){0};
    struct in reading = in_begin(a, "letter", line, LETTER_HEADER_MAX, "comity_letter", err), *in = &reading;
    if (in->r == ERR_PEER)
        in_ids_if_there(in->o, "id", out->id, out->from, out->to);
    IN_HEX("id", out->id);
    IN_HEX("from", out->from);
    IN_HEX("to", out->to);
    IN_HEX("stream", out->stream);
    in_number(in, "sequence", 1, INT64_MAX, &out->sequence);
    IN_HEX("previous", out->previous);
    IN_HEX("recipient_key", out->recipient_key);
    in_number(in, "size", 1, LETTER_SIZE_MAX, &out->size);
    IN_HEX("sha256", out->digest);
    IN(json_get_time(in->o, "time", &out->time_ms, err));
    in_signature(in, out->signature);
    return in->r;
}

int letter_content_read(struct arena *a, bytes line, struct letter_content *out, struct err *err)
{
    *out = (struct letter_content){0};
    struct in reading = in_begin(a, "letter content", line, LETTER_HEADER_MAX, "comity_content", err), *in = &reading;
    if (in->r == ERR_PEER)
        in_ids_if_there(in->o, "id", out->id, out->from, out->to);
    in_word(in, "kind", LETTER_KIND_MAX, false, &out->kind);
    IN_HEX("id", out->id);
    IN_HEX("from", out->from);
    IN_HEX("to", out->to);
    in_word(in, "purpose", WIRE_PURPOSE_MAX, true, &out->purpose);
    in_line(in, "reference", LETTER_REFERENCE_MAX, &out->reference);
    in_id(in, "grant", &out->has_grant, out->grant);
    in_id(in, "reply_to", &out->has_reply_to, out->reply_to);
    in_line(in, "name", LETTER_NAME_MAX, &out->name);
    in_line(in, "type", LETTER_TYPE_MAX, &out->type);
    in_number(in, "size", 0, LETTER_SIZE_MAX, &out->payload_size);
    return in->r;
}

static void in_status(struct in *in, struct letter_receipt *out)
{
    str word = {0};
    in_word(in, "status", LETTER_KIND_MAX, false, &word);
    in_word(in, "reason", LETTER_KIND_MAX, true, &out->reason);
    if (in->r < 0)
        return;
    for (enum letter_status s = LETTER_ACCEPTED; s <= LETTER_REFUSED; s++)
        if (str_eq(word, str_from(statuses[s])))
            out->status = s;
    if (out->status == 0)
        in->r = json_refuse(in->o, "status", in->err, "expected accepted or refused");
    else if ((out->reason.len == 0) != (out->status == LETTER_ACCEPTED))
        in->r = json_refuse(in->o, "reason", in->err, "a refusal has a reason, an acceptance has none");
}

static void in_leaf(struct in *in, struct arena *a, bytes *leaf)
{
    str text = {0};
    IN(json_get_str(in->o, "leaf", LETTER_LEAF_MAX * 4 / 3 + 4, &text, in->err));
    if (in->r == 0 && (!base64_decode(a, text, leaf) || leaf->len == 0 || leaf->len > LETTER_LEAF_MAX))
        in->r = json_refuse(in->o, "leaf", in->err, "expected 1 to %d bytes in base64", LETTER_LEAF_MAX);
}

int letter_receipt_read(struct arena *a, bytes text, struct letter_receipt *out, struct err *err)
{
    *out = (struct letter_receipt){0};
    struct in reading = in_begin(a, "receipt", text, LETTER_RECEIPT_MAX, "comity_receipt", err), *in = &reading;
    if (in->r == ERR_PEER)
        in_ids_if_there(in->o, "letter", out->id, out->from, out->to);
    IN_HEX("letter", out->id);
    IN_HEX("from", out->from);
    IN_HEX("to", out->to);
    IN_HEX("sha256", out->digest);
    in_status(in, out);
    IN(json_get_time(in->o, "time", &out->time_ms, err));
    IN(json_get_int(in->o, "leaf_index", 0, INT64_MAX, &out->leaf_index, err));
    in_line(in, "log_key", NOTE_NAME_MAX + 64, &out->log_key);
    in_leaf(in, a, &out->leaf);
    in_signature(in, out->signature);
    if (in->r == 0 && json_find(in->o, "proof"))
        in->r = json_get_str(in->o, "proof", LETTER_PROOF_MAX, &out->proof, err);
    return in->r;
}

int letter_position_read(struct arena *a, bytes text, struct letter_position *out, struct err *err)
{
    *out = (struct letter_position){0};
    struct in reading = in_begin(a, "position", text, LETTER_POSITION_MAX, "comity_position", err), *in = &reading;
    IN_HEX("from", out->from);
    IN_HEX("to", out->to);
    IN_HEX("stream", out->stream);
    in_number(in, "sequence", 0, INT64_MAX, &out->sequence);
    IN_HEX("previous", out->previous);
    in_number(in, "held", 0, INT64_MAX, &out->held);
    IN(json_get_time(in->o, "time", &out->time_ms, err));
    in_signature(in, out->signature);
    return in->r;
}

/* --- a receipt as evidence --- */

int letter_receipt_exact(struct arena *a, bytes text, const struct letter_receipt *r, struct err *err)
{
    const struct json *given, *known;
    if (json_parse(a, "receipt", text, LETTER_RECEIPT_MAX, &given, err) < 0 ||
        json_parse(a, "receipt", str_bytes(letter_receipt_write(a, r)), LETTER_RECEIPT_MAX, &known, err) < 0)
        return err->code;
    if (!str_eq(json_write(a, given, JSON_ONE_LINE), json_write(a, known, JSON_ONE_LINE)))
        return err_set(err, ERR_INPUT, "receipt: it is written otherwise than receipts are, or has a member that is not one of a receipt");
    return 0;
}

/* The leaf is one line of JSON that this agency's node wrote; what counts here is that it is about this letter. */
static int leaf_names_letter(struct arena *a, const struct letter_receipt *r, struct err *err)
{
    const struct json *leaf;
    uint8_t object[ID_LEN];
    str verb;
    int64_t index;
    if (json_parse(a, "receipt's leaf", r->leaf, LETTER_LEAF_MAX, &leaf, err) < 0 ||
        json_get_hex(leaf, "object", object, ID_LEN, err) < 0 || json_get_str(leaf, "verb", LETTER_KIND_MAX, &verb, err) < 0 ||
        json_get_int(leaf, "seq", 0, INT64_MAX, &index, err) < 0)
        return err->code;
    if (!crypto_equal(object, r->id, ID_LEN) || !str_eq(verb, STR("receive")) || index != r->leaf_index)
        return err_set(err, ERR_CRYPTO, "receipt: its leaf is about something else than the arrival of this letter");
    return 0;
}

int letter_receipt_verify(struct arena *a, const struct letter_receipt *r, const uint8_t agency_key[static SIGN_PUBLIC_LEN], struct err *err)
{
    if (wire_verify("receipt", letter_receipt_canonical(a, r), r->signature, agency_key, err) < 0 || leaf_names_letter(a, r, err) < 0)
        return err->code;
    if (r->proof.len == 0)
        return 0;
    struct note_verifier log;
    struct tlog_proof proof;
    struct checkpoint checkpoint;
    if (note_verifier_parse(r->log_key, &log, err) < 0 || tlog_proof_parse(a, r->proof, &proof, err) < 0 ||
        tlog_proof_verify(a, &proof, r->leaf, &log, &checkpoint, err) < 0)
        return err_prefix(err, "receipt");
    if (proof.extra.len > 0 && (proof.extra.len != r->leaf.len || !crypto_equal(proof.extra.p, r->leaf.p, r->leaf.len)))
        return err_set(err, ERR_CRYPTO, "receipt: its proof carries another leaf");
    if (proof.index != (uint64_t)r->leaf_index)
        return err_set(err, ERR_CRYPTO, "receipt: the proof is for another place in the log than the receipt names");
    return 0;
}
