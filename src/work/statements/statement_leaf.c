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
