/* The header of a copy: its bytes, its strict reader, what it proves. Pure. */
#include <string.h>

#include "ground/json/json.h"
#include "trust/log/checkpoint.h"
#include "trust/peer/wire.h"
#include "work/statements/recording_internal.h"
#include "work/statements/statement_copy.h"

#define PROOF_MAX (64 * 1024)
#define TEXT_MAX 4096
#define NONCE_LEN 32
#define NUMBER_MAX (INT64_C(1) << 48)
#define VERB_MAX 32

static void field(struct buf *b, bytes value)
{
    buf_u32(b, (uint32_t)value.len);
    buf_add_bytes(b, value.p, value.len);
}

bytes statement_header_canonical(struct arena *a, const struct statement_header *h)
{
    struct buf b = buf_new(a);
    const int64_t numbers[] = {h->leaves, h->heads, h->marks, h->chunks, h->length_ms, h->sealed_ms, h->made_ms, h->leaf_index, h->held, h->cut.from_ms,
                               h->cut.until_ms, (int64_t)h->cut.n_left_out};
    const bytes texts[] = {{h->id, ID_LEN}, {h->agency, ID_LEN}, {h->recipient, h->has_recipient ? ID_LEN : 0}, {h->root, HASH_LEN}, {h->map, HASH_LEN}, str_bytes(h->type),
                           str_bytes(h->log_key), h->leaf, h->opening, str_bytes(h->proof), str_bytes(h->cut.why)};
    buf_add(&b, STR("comity/statement/v1"));
    buf_byte(&b, 0);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        field(&b, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        buf_u64(&b, (uint64_t)numbers[i]);
    for (size_t i = 0; i < h->cut.n_left_out; i++) {
        buf_u64(&b, (uint64_t)h->cut.left_out[i][0]);
        buf_u64(&b, (uint64_t)h->cut.left_out[i][1]);
    }
    return buf_bytes(&b);
}

void statement_spans_put(struct json *o, const struct statement_cut *cut)
{
    struct json *list = json_put_array(o, "left_out");
    for (size_t i = 0; i < cut->n_left_out; i++) {
        struct json *span = json_add_object(list);
        json_put_int(span, "from_ms", cut->left_out[i][0]);
        json_put_int(span, "until_ms", cut->left_out[i][1]);
    }
}

int statement_spans_get(struct arena *a, const struct json *o, struct statement_cut *cut, struct err *err)
{
    const struct json *list;
    int r = json_get_array(o, "left_out", &list, err);
    if (r == 0 && json_count(list) > STATEMENT_CUTS_MAX)
        r = err_set(err, ERR_LIMIT, "statement: more than %d spans are left out", STATEMENT_CUTS_MAX);
    if (r < 0)
        return r;
    int64_t (*spans)[2] = arena_calloc(a, json_count(list), sizeof *spans);
    cut->n_left_out = json_count(list);
    cut->left_out = (const int64_t(*)[2])spans;
    for (size_t i = 0; r == 0 && i < cut->n_left_out; i++) {
        r = json_get_int(json_at(list, i), "from_ms", 0, NUMBER_MAX, &spans[i][0], err);
        if (r == 0)
            r = json_get_int(json_at(list, i), "until_ms", 0, NUMBER_MAX, &spans[i][1], err);
    }
    return r;
}

str statement_header_write(struct arena *a, const struct statement_header *h)
{
    struct json *o = json_object_new(a);
    json_put_hex(o, "id", (bytes){h->id, ID_LEN});
    json_put_hex(o, "agency", (bytes){h->agency, ID_LEN});
    if (h->has_recipient)
        json_put_hex(o, "recipient", (bytes){h->recipient, ID_LEN});
    json_put_hex(o, "root", (bytes){h->root, HASH_LEN});
    json_put_int(o, "leaves", h->leaves);
    json_put_int(o, "heads", h->heads);
    json_put_int(o, "marks", h->marks);
    json_put_int(o, "chunks", h->chunks);
    json_put_int(o, "held", h->held);
    json_put_hex(o, "map", (bytes){h->map, HASH_LEN});
    json_put_int(o, "length_ms", h->length_ms);
    json_put_time(o, "sealed", h->sealed_ms);
    json_put_time(o, "made", h->made_ms);
    json_put_str(o, "type", h->type);
    json_put_int(o, "from_ms", h->cut.from_ms);
    json_put_int(o, "until_ms", h->cut.until_ms);
    statement_spans_put(o, &h->cut);
    json_put_str(o, "why", h->cut.why);
    json_put_int(o, "leaf_index", h->leaf_index);
    json_put_str(o, "log_key", h->log_key);
    json_put_base64(o, "leaf", h->leaf);
    json_put_base64(o, "opening", h->opening);
    json_put_str(o, "proof", h->proof);
    json_put_base64(o, "signature", (bytes){h->signature, SIGNATURE_LEN});
    return json_write(a, o, JSON_ONE_LINE);
}

static int read_bytes(struct arena *a, const struct json *o, const char *key, bytes *out, struct err *err)
{
    str text;
    int r = json_get_str(o, key, 2 * TEXT_MAX, &text, err);
    if (r == 0 && !base64_decode(a, text, out))
        r = json_refuse(o, key, err, "it is not base64");
    return r;
}

static int read_numbers(const struct json *o, struct statement_header *h, struct err *err)
{
    const struct { const char *key; int64_t *to; } numbers[] = {{"leaves", &h->leaves}, {"heads", &h->heads}, {"marks", &h->marks}, {"chunks", &h->chunks}, {"held", &h->held},
        {"length_ms", &h->length_ms}, {"from_ms", &h->cut.from_ms}, {"until_ms", &h->cut.until_ms}, {"leaf_index", &h->leaf_index}};
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof numbers / sizeof numbers[0]; i++)
        r = json_get_int(o, numbers[i].key, 0, NUMBER_MAX, numbers[i].to, err);
    if (r == 0 && h->leaves != 1 + h->heads + h->marks + h->chunks)
        r = err_set(err, ERR_INPUT, "statement.leaves: there are as many as of their kinds");
    return r;
}

static int read_rest(struct arena *a, const struct json *o, struct statement_header *h, struct err *err)
{
    int r = json_get_time(o, "sealed", &h->sealed_ms, err);
    if (r == 0)
        r = json_get_time(o, "made", &h->made_ms, err);
    if (r == 0)
        r = json_get_str(o, "type", RECORDING_TYPE_MAX, &h->type, err);
    if (r == 0)
        r = statement_spans_get(a, o, &h->cut, err);
    if (r == 0)
        r = json_get_str(o, "why", STATEMENT_WHY_MAX, &h->cut.why, err);
    if (r == 0)
        r = json_get_str(o, "log_key", TEXT_MAX, &h->log_key, err);
    if (r == 0)
        r = read_bytes(a, o, "leaf", &h->leaf, err);
    if (r == 0)
        r = read_bytes(a, o, "opening", &h->opening, err);
    if (r == 0)
        r = json_get_str(o, "proof", PROOF_MAX, &h->proof, err);
    return r == 0 ? json_get_base64(o, "signature", h->signature, SIGNATURE_LEN, err) : r;
}

int statement_header_read(struct arena *a, bytes line, struct statement_header *h, struct err *err)
{
    const struct json *o;
    memset(h, 0, sizeof *h);
    int r = json_parse(a, "statement", line, STATEMENT_HEADER_MAX, &o, err);
    if (r == 0)
        r = json_get_hex(o, "id", h->id, ID_LEN, err);
    if (r == 0)
        r = json_get_hex(o, "agency", h->agency, ID_LEN, err);
    if (r == 0 && (h->has_recipient = json_find(o, "recipient") != NULL))
        r = json_get_hex(o, "recipient", h->recipient, ID_LEN, err);
    if (r == 0)
        r = json_get_hex(o, "root", h->root, HASH_LEN, err);
    if (r == 0)
        r = json_get_hex(o, "map", h->map, HASH_LEN, err);
    if (r == 0)
        r = read_numbers(o, h, err);
    if (r == 0)
        r = read_rest(a, o, h, err);
    if (r == 0 && !str_eq(statement_header_write(a, h), bytes_str(line)))
        r = err_set(err, ERR_INPUT, "statement: its header is written otherwise than headers are");
    return r;
}

/* The next length-prefixed field of an opened detail. */
static bool next_field(bytes *rest, bytes *out)
{
    if (rest->len < 4)
        return false;
    const uint32_t len = get_u32be(rest->p);
    if (len > rest->len - 4)
        return false;
    *out = (bytes){rest->p + 4, len};
    *rest = (bytes){rest->p + 4 + len, rest->len - 4 - len};
    return true;
}

/* What the leaf commits to: nonce, role, name, purpose, reference, and the detail that names the root. */
static int opening_names_root(struct arena *a, const struct statement_header *h, struct err *err)
{
    const struct json *detail;
    uint8_t id[ID_LEN], root[HASH_LEN];
    int64_t leaves;
    bytes rest = h->opening, said[5];
    bool whole = rest.len > NONCE_LEN;
    if (whole)
        rest = (bytes){rest.p + NONCE_LEN, rest.len - NONCE_LEN};
    for (size_t i = 0; whole && i < 5; i++)
        whole = next_field(&rest, &said[i]);
    if (!whole || rest.len)
        return err_set(err, ERR_INPUT, "statement.opening: it is not what a leaf commits to");
    int r = json_parse(a, "statement.opening", said[4], TEXT_MAX, &detail, err);
    if (r == 0)
        r = json_get_hex(detail, "statement", id, ID_LEN, err);
    if (r == 0)
        r = json_get_hex(detail, "root", root, HASH_LEN, err);
    if (r == 0)
        r = json_get_int(detail, "leaves", 1, INT64_MAX, &leaves, err);
    if (r == 0 && (memcmp(id, h->id, ID_LEN) != 0 || memcmp(root, h->root, HASH_LEN) != 0 || leaves != h->leaves))
        r = err_set(err, ERR_CRYPTO, "statement: the log's leaf names another statement or another root");
    return r;
}

static int leaf_commits(struct arena *a, const struct statement_header *h, struct err *err)
{
    const struct json *leaf;
    uint8_t commitment[HASH_LEN], digest[HASH_LEN];
    str verb;
    int64_t index;
    int r = json_parse(a, "statement.leaf", h->leaf, TEXT_MAX, &leaf, err);
    if (r == 0)
        r = json_get_str(leaf, "verb", VERB_MAX, &verb, err);
    if (r == 0)
        r = json_get_int(leaf, "seq", 0, INT64_MAX, &index, err);
    if (r == 0)
        r = json_get_hex(leaf, "commitment", commitment, HASH_LEN, err);
    if (r < 0)
        return r;
    crypto_sha256(digest, h->opening);
    if (!str_eq(verb, STR("statement")) || index != h->leaf_index || memcmp(digest, commitment, HASH_LEN) != 0)
        return err_set(err, ERR_CRYPTO, "statement: the log's leaf is about something else");
    return 0;
}

int statement_header_verify(struct arena *a, const struct statement_header *h, const uint8_t *agency_key, struct err *err)
{
    struct note_verifier log;
    struct tlog_proof proof;
    struct checkpoint head;
    int r = agency_key ? wire_verify("statement", statement_header_canonical(a, h), h->signature, agency_key, err) : 0;
    if (r == 0)
        r = leaf_commits(a, h, err);
    if (r == 0)
        r = opening_names_root(a, h, err);
    if (r == 0)
        r = note_verifier_parse(h->log_key, &log, err);
    if (r == 0)
        r = tlog_proof_parse(a, h->proof, &proof, err);
    if (r == 0 && proof.index != (uint64_t)h->leaf_index)
        r = err_set(err, ERR_CRYPTO, "statement: the proof is of another leaf");
    return r == 0 ? tlog_proof_verify(a, &proof, h->leaf, &log, &head, err) : r;
}
