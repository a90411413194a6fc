/* Leaves of a statement: salts, hashes, and the text of a mark. Pure. */
#include <string.h>

#include "ground/json/json.h"
#include "work/statements/recording_internal.h"

void statement_salt(uint8_t salt[static STATEMENT_SALT_LEN], const uint8_t seed[static RECORDING_SEED_LEN], enum statement_leaf kind, int64_t number)
{
    uint8_t info[9] = {(uint8_t)kind};
    put_u64be(info + 1, (uint64_t)number);
    crypto_hkdf(salt, STATEMENT_SALT_LEN, str_bytes(STR("comity statement salt")), (bytes){seed, RECORDING_SEED_LEN}, (bytes){info, sizeof info});
}

void statement_leaf_hash(uint8_t hash[static HASH_LEN], const uint8_t salt[static STATEMENT_SALT_LEN], enum statement_leaf kind, bytes content)
{
    const uint8_t zero = 0, which = (uint8_t)kind;
    const bytes parts[] = {{&zero, 1}, {salt, STATEMENT_SALT_LEN}, {&which, 1}, content};
    crypto_sha256_parts(hash, parts, 4);
}

void statement_chunk_hash(uint8_t hash[static HASH_LEN], const uint8_t salt[static STATEMENT_SALT_LEN], int64_t at_ms, int64_t session, bytes media)
{
    uint8_t head[16];
    const uint8_t kind = LEAF_CHUNK, zero = 0;
    put_u64be(head, (uint64_t)at_ms);
    put_u64be(head + 8, (uint64_t)session);
    const bytes parts[] = {{&zero, 1}, {salt, STATEMENT_SALT_LEN}, {&kind, 1}, {head, 16}, media};
    crypto_sha256_parts(hash, parts, 5);
}

size_t statement_head_len(bytes media)
{
    static const uint8_t cluster[] = {0x1f, 0x43, 0xb6, 0x75};
    const uint8_t *at = memmem(media.p, media.len, cluster, sizeof cluster);
    return at ? (size_t)(at - media.p) : media.len;
}

str statement_mark_text(struct arena *a, const struct recording_mark *mark)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "at_ms", mark->at_ms);
    json_put_str(o, "kind", str_from(recording_mark_name(mark->kind)));
    if (mark->has_question)
        json_put_hex(o, "question", (bytes){mark->question, ID_LEN});
    if (mark->text.len)
        json_put_str(o, "text", mark->text);
    return json_write(a, o, JSON_ONE_LINE);
}
