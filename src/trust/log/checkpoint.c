#include "trust/log/checkpoint.h"

#include <string.h>

#define PROOF_HEADER STR("c2sp.org/tlog-proof@v1")

/* ASCII decimal without leading zeros. Sizes and indexes end at 2^63 - 1: no log is longer, and integers stay portable. */
static bool parse_count(str s, uint64_t *out)
{
    int64_t value;
    if ((s.len > 1 && s.p[0] == '0') || (s.len && s.p[0] == '-') || !str_to_int(s, 0, INT64_MAX, &value))
        return false;
    *out = (uint64_t)value;
    return true;
}

static bool parse_hash(str s, struct merkle_hash *out)
{
    if (s.len != (HASH_LEN + 2) / 3 * 4)
        return false;
    struct arena *a = arena_new();
    bytes raw;
    bool good = base64_decode(a, s, &raw) && raw.len == HASH_LEN;
    if (good)
        memcpy(out->b, raw.p, HASH_LEN);
    arena_free(a);
    return good;
}

int checkpoint_parse(str text, struct checkpoint *out, struct err *err)
{
    str rest = text, size = {0}, root = {0}, line;
    if (!str_split(&rest, '\n', &out->origin) || out->origin.len == 0)
        return err_set(err, ERR_INPUT, "checkpoint: line 1: the origin is missing");
    if (!str_split(&rest, '\n', &size) || !parse_count(size, &out->size))
        return err_set(err, ERR_INPUT, "checkpoint: line 2: this is no tree size");
    if (!str_split(&rest, '\n', &root) || !parse_hash(root, &out->root) || !rest.p)
        return err_set(err, ERR_INPUT, "checkpoint: line 3: this is no SHA-256 root hash in base64");
    out->extension = rest;
    for (size_t number = 4; rest.len; number++) {
        str_split(&rest, '\n', &line);
        if (line.len == 0 || !rest.p)
            return err_set(err, ERR_INPUT, "checkpoint: line %zu: an extension line is empty or has no end", number);
    }
    return 0;
}

str checkpoint_format(struct arena *a, const struct checkpoint *cp)
{
    str root = base64_encode(a, (bytes){cp->root.b, HASH_LEN});
    return str_printf(a, "%.*s\n%llu\n%.*s\n%.*s", STR_ARG(cp->origin), (unsigned long long)cp->size, STR_ARG(root),
                      STR_ARG(cp->extension));
}

int checkpoint_open(struct arena *a, str raw, const struct note_verifier *verifier, struct checkpoint *out, struct err *err)
{
    struct note note;
    int result = note_parse(a, raw, &note, err);
    if (result == 0)
        result = note_verify(&note, verifier, err);
    if (result == 0)
        result = checkpoint_parse(note.text, out, err);
    if (result == 0 && !str_eq(out->origin, verifier->name))
        result = err_set(err, ERR_CRYPTO, "checkpoint: it is of the log %.*s, not of %.*s", STR_ARG(out->origin),
                         STR_ARG(verifier->name));
    return result;
}

str tlog_proof_format(struct arena *a, const struct tlog_proof *proof)
{
    struct buf b = buf_new(a);
    buf_add(&b, PROOF_HEADER);
    if (proof->extra.len)
        buf_addf(&b, "\nextra %s", base64_encode(a, proof->extra).p);
    buf_addf(&b, "\nindex %llu\n", (unsigned long long)proof->index);
    for (size_t i = 0; i < proof->path.n; i++)
        buf_addf(&b, "%s\n", base64_encode(a, (bytes){proof->path.hashes[i].b, HASH_LEN}).p);
    buf_byte(&b, '\n');
    buf_add(&b, proof->checkpoint);
    return buf_str(&b);
}

int tlog_proof_parse(struct arena *a, str raw, struct tlog_proof *out, struct err *err)
{
    *out = (struct tlog_proof){0};
    str rest = raw, line;
    size_t number = 2;
    if (raw.len > NOTE_MAX * 2)
        return err_set(err, ERR_INPUT, "log proof: larger than %d bytes", NOTE_MAX * 2);
    if (!str_split(&rest, '\n', &line) || !str_eq(line, PROOF_HEADER))
        return err_set(err, ERR_INPUT, "log proof: line 1: it does not begin with %s", PROOF_HEADER.p);
    if (str_split(&rest, '\n', &line) && str_starts(line, STR("extra "))) {
        if (!base64_decode(a, str_slice(line, 6, line.len), &out->extra))
            return err_set(err, ERR_INPUT, "log proof: line 2: the extra data is not base64");
        str_split(&rest, '\n', &line);
        number++;
    }
    if (!str_starts(line, STR("index ")) || !parse_count(str_slice(line, 6, line.len), &out->index))
        return err_set(err, ERR_INPUT, "log proof: line %zu: the index is missing", number);
    out->path.hashes = arena_array(a, struct merkle_hash, MERKLE_PROOF_MAX);
    while (str_split(&rest, '\n', &line) && line.len) {
        number++;
        if (out->path.n == MERKLE_PROOF_MAX)
            return err_set(err, ERR_INPUT, "log proof: more than %d hashes", MERKLE_PROOF_MAX);
        if (!parse_hash(line, &out->path.hashes[out->path.n++]))
            return err_set(err, ERR_INPUT, "log proof: line %zu: this is no SHA-256 hash in base64", number);
    }
    if (!rest.p)
        return err_set(err, ERR_INPUT, "log proof: the checkpoint is missing");
    out->checkpoint = rest;
    return 0;
}

int tlog_proof_verify(struct arena *a, const struct tlog_proof *proof, bytes leaf, const struct note_verifier *verifier,
                      struct checkpoint *cp, struct err *err)
{
    struct merkle_hash hash;
    merkle_leaf(&hash, leaf);
    int result = checkpoint_open(a, proof->checkpoint, verifier, cp, err);
    return result < 0 ? result : merkle_verify_inclusion(proof->index, cp->size, &hash, &proof->path, &cp->root, err);
}
