#include "work/court/court_check.h"

#include <string.h>

#include "ground/json/json.h"
#include "ground/zip/zip_read.h"
#include "trust/log/checkpoint.h"
#include "work/court/court.h"
#include "work/statements/statement_copy.h"

#define PIECE ((size_t)64 * 1024)
#define PROOF_MAX ((size_t)128 * 1024)
#define LEAF_MAX ((size_t)4096)
#define NONCE_LEN 32

struct checking {
    struct zip_read *zip;
    struct arena *a;
    const uint8_t *key;
    struct court_found *out;
    bytes manifest, leaf, opening;
};

static int wrong(struct err *err, const char *what)
{
    return err_set(err, ERR_CRYPTO, "the bundle: %s", what);
}

/* One of the files behind the parts, whole. */
static int small_file(struct checking *c, const char *name, size_t max, bytes *out, struct err *err)
{
    int index = zip_read_find(c->zip, str_from(name));
    if (index < 0 || !str_eq(zip_read_name(c->zip, (size_t)index), str_from(name)))
        return err_set(err, ERR_INPUT, "the bundle has no file %s", name);
    uint8_t *to = arena_alloc(c->a, max + 1);
    size_t len = 0;
    int64_t n = 0;
    int r = zip_read_file(c->zip, index, err);
    while (r == 0 && len <= max && (n = zip_read_data(c->zip, to + len, max + 1 - len, err)) > 0)
        len += (size_t)n;
    if (r < 0 || n < 0)
        return r < 0 ? r : (int)n;
    *out = (bytes){to, len};
    return len > max ? err_set(err, ERR_LIMIT, "the bundle's file %s is longer than any", name) : 0;
}

/* --- the parts --- */

static int one_part(struct checking *c, str name, const uint8_t expected[static HASH_LEN], struct err *err)
{
    bool statement = str_ends(name, STR(".statement"));
    int index = zip_read_find(c->zip, name);
    if (index < 0 || !str_eq(zip_read_name(c->zip, (size_t)index), name))
        return err_set(err, ERR_INPUT, "the bundle lacks a file that its manifest names");
    struct statement_check *check = statement ? statement_check_new(c->key, NULL, NULL) : NULL;
    struct crypto_sha256_stream s;
    uint8_t digest[HASH_LEN], *piece = arena_alloc(c->a, PIECE);
    int64_t n = 0;
    crypto_sha256_begin(&s);
    int r = zip_read_file(c->zip, index, err);
    while (r == 0 && (n = zip_read_data(c->zip, piece, PIECE, err)) > 0) {
        crypto_sha256_add(&s, (bytes){piece, (size_t)n});
        if (check)
            r = statement_check_add(check, (bytes){piece, (size_t)n}, err);
    }
    if (n < 0)
        r = (int)n;
    crypto_sha256_end(&s, digest);
    if (r == 0 && memcmp(digest, expected, HASH_LEN) != 0)
        r = wrong(err, "a file in it is not the one that its manifest names");
    if (r == 0 && check)
        r = statement_check_end(check, err);
    statement_check_free(check);
    c->out->files++;
    c->out->statements += statement;
    return r;
}

static int all_parts(struct checking *c, struct err *err)
{
    str rest = bytes_str(c->manifest), line, before = STR("");
    uint8_t digest[HASH_LEN];
    int r = 0;
    if (rest.len == 0 || rest.p[rest.len - 1] != '\n')
        return err_set(err, ERR_INPUT, "the bundle's manifest is cut off");
    while (r == 0 && rest.len) {
        (void)str_split(&rest, '\n', &line);
        if (line.len < 2 * HASH_LEN + 3 || !hex_decode_into(str_slice(line, 0, 2 * HASH_LEN), digest, HASH_LEN) ||
            !str_eq(str_slice(line, 2 * HASH_LEN, 2 * HASH_LEN + 2), STR("  ")))
            return err_set(err, ERR_INPUT, "a line of the bundle's manifest is none");
        str name = str_slice(line, 2 * HASH_LEN + 2, line.len);
        if (str_eq(name, before))
            return err_set(err, ERR_INPUT, "the bundle's manifest names a file twice");
        before = name;
        r = one_part(c, name, digest, err);
    }
    if (r == 0 && c->out->files + BUNDLE_TAIL != zip_read_count(c->zip))
        r = wrong(err, "it holds files that its manifest does not name");
    return r;
}

/* --- who made it, and when --- */

static int signed_by(struct checking *c, struct err *err)
{
    bytes signature, pem;
    int r = small_file(c, "MANIFEST", BUNDLE_MANIFEST_MAX, &c->manifest, err);
    if (r == 0)
        r = small_file(c, "MANIFEST.sig", SIGNATURE_LEN, &signature, err);
    if (r == 0)
        r = small_file(c, "agency-key.pem", 200, &pem, err);
    if (r < 0)
        return r;
    if (signature.len != SIGNATURE_LEN || !crypto_verify(signature.p, c->manifest, c->key))
        return wrong(err, "its manifest is not signed by this agency's key");
    return str_eq(bytes_str(pem), court_pem(c->a, c->key)) ? 0 : wrong(err, "the key in it is another");
}

/* What the leaf commits to: nonce, role, name, purpose, reference, and the detail that names the manifest. */
static int opening_names_manifest(struct checking *c, struct err *err)
{
    struct reader in = reader_new(c->opening);
    const struct json *detail;
    uint8_t manifest[HASH_LEN], digest[HASH_LEN];
    bytes said = {0};
    (void)reader_take(&in, NONCE_LEN);
    for (int i = 0; i < 5; i++)
        said = reader_take(&in, reader_u32(&in));
    if (!reader_done(&in))
        return err_set(err, ERR_INPUT, "the bundle: log/opening.bin is not what a leaf commits to");
    int r = json_parse(c->a, "log/opening.bin", said, LEAF_MAX, &detail, err);
    if (r == 0)
        r = json_get_hex(detail, "bundle", c->out->id, ID_LEN, err);
    if (r == 0)
        r = json_get_hex(detail, "manifest", manifest, HASH_LEN, err);
    crypto_sha256(digest, c->manifest);
    return r == 0 && memcmp(manifest, digest, HASH_LEN) != 0 ? wrong(err, "the log's leaf names another manifest") : r;
}

static int leaf_commits(struct checking *c, struct err *err)
{
    const struct json *leaf;
    uint8_t commitment[HASH_LEN], digest[HASH_LEN];
    str verb;
    int r = json_parse(c->a, "log/leaf.json", c->leaf, LEAF_MAX, &leaf, err);
    if (r == 0)
        r = json_get_str(leaf, "verb", 40, &verb, err);
    if (r == 0)
        r = json_get_hex(leaf, "commitment", commitment, HASH_LEN, err);
    if (r == 0)
        r = json_get_time(leaf, "time", &c->out->made_ms, err);
    crypto_sha256(digest, c->opening);
    if (r == 0 && (!str_eq(verb, STR("bundle-seal")) || memcmp(digest, commitment, HASH_LEN) != 0))
        r = wrong(err, "the log's leaf is about something else");
    return r;
}

static int in_the_log(struct checking *c, struct err *err)
{
    struct note_verifier log;
    struct tlog_proof proof;
    struct checkpoint head;
    bytes key, text;
    int r = small_file(c, "log/key.txt", 1000, &key, err);
    if (r == 0)
        r = small_file(c, "log/leaf.json", LEAF_MAX, &c->leaf, err);
    if (r == 0)
        r = small_file(c, "log/opening.bin", LEAF_MAX, &c->opening, err);
    if (r == 0)
        r = small_file(c, "log/proof.txt", PROOF_MAX, &text, err);
    if (r == 0)
        r = opening_names_manifest(c, err);
    if (r == 0)
        r = leaf_commits(c, err);
    if (r < 0)
        return r;
    if (key.len == 0 || key.p[key.len - 1] != '\n')
        return err_set(err, ERR_INPUT, "the bundle: log/key.txt is not one line");
    c->out->log_key = str_slice(bytes_str(key), 0, key.len - 1);
    r = note_verifier_parse(c->out->log_key, &log, err);
    if (r == 0)
        r = tlog_proof_parse(c->a, bytes_str(text), &proof, err);
    if (r == 0 && !str_eq(tlog_proof_format(c->a, &proof), bytes_str(text)))
        r = err_set(err, ERR_INPUT, "the bundle: log/proof.txt is written otherwise than proofs are");
    if (r == 0)
        c->out->leaf_index = proof.index;
    return r == 0 ? tlog_proof_verify(c->a, &proof, c->leaf, &log, &head, err) : r;
}

int court_check(bytes content, const uint8_t key[static SIGN_PUBLIC_LEN], struct arena *a, struct court_found *out, struct err *err)
{
    struct checking c = {.a = a, .key = key, .out = out};
    memset(out, 0, sizeof *out);
    int r = zip_read_open(content, &c.zip, err);
    if (r < 0)
        return r;
    r = zip_read_plain(c.zip, err);
    if (r == 0)
        r = signed_by(&c, err);
    if (r == 0)
        r = in_the_log(&c, err);
    if (r == 0)
        r = all_parts(&c, err);
    zip_read_close(c.zip);
    return r;
}
