#include "trust/witness/cosign.h"

#include <string.h>

#define DASH "\xe2\x80\x94 " /* em dash and space */
#define KEY_ID_LEN 4
#define OLD STR("old ")
#define LEVEL_MAX 7
#define PLACE_DIGITS 3

/* ASCII decimal without leading zeros. */
static bool parse_count(str s, int64_t max, uint64_t *out)
{
    int64_t value;
    if (s.len == 0 || (s.len > 1 && s.p[0] == '0') || s.p[0] == '-' || !str_to_int(s, 0, max, &value))
        return false;
    *out = (uint64_t)value;
    return true;
}

str cosignature_message(struct arena *a, uint64_t seconds, str checkpoint_text)
{
    return str_printf(a, "cosignature/v1\ntime %llu\n%.*s", (unsigned long long)seconds, STR_ARG(checkpoint_text));
}

str cosignature_line(struct arena *a, const struct note_verifier *witness, uint64_t seconds, const uint8_t signature[static SIGNATURE_LEN])
{
    uint8_t raw[KEY_ID_LEN + COSIGNATURE_LEN];
    put_u32be(raw, witness->key_id);
    put_u64be(raw + KEY_ID_LEN, seconds);
    memcpy(raw + KEY_ID_LEN + 8, signature, SIGNATURE_LEN);
    return str_printf(a, DASH "%.*s %s\n", STR_ARG(witness->name), base64_encode(a, (bytes){raw, sizeof raw}).p);
}

int cosignature_verify(struct arena *a, const struct note *note, const struct note_verifier *witness, uint64_t *seconds, struct err *err)
{
    size_t good = 0;
    *seconds = 0;
    for (size_t i = 0; i < note->n; i++) {
        const struct note_signature *s = &note->signatures[i];
        if (s->key_id != witness->key_id || !str_eq(s->name, witness->name))
            continue;
        uint64_t time = s->signature.len == COSIGNATURE_LEN ? get_u64be(s->signature.p) : 0;
        if (time == 0 || time > INT64_MAX ||
            !crypto_verify(s->signature.p + 8, str_bytes(cosignature_message(a, time, note->text)), witness->public_key))
            return err_set(err, ERR_CRYPTO, "the cosignature of %.*s does not hold", STR_ARG(witness->name));
        if (time > *seconds)
            *seconds = time;
        good++;
    }
    if (good == 0)
        return err_set(err, ERR_CRYPTO, "%.*s has not cosigned the checkpoint", STR_ARG(witness->name));
    return 0;
}

str add_checkpoint_format(struct arena *a, const struct add_checkpoint *request)
{
    struct buf b = buf_new(a);
    buf_addf(&b, "old %llu\n", (unsigned long long)request->old_size);
    for (size_t i = 0; i < request->proof.n; i++)
        buf_addf(&b, "%s\n", base64_encode(a, (bytes){request->proof.hashes[i].b, HASH_LEN}).p);
    buf_byte(&b, '\n');
    buf_add(&b, request->checkpoint);
    return buf_str(&b);
}

static bool parse_hash(struct arena *a, str line, struct merkle_hash *out)
{
    bytes raw;
    if (!base64_decode(a, line, &raw) || raw.len != HASH_LEN)
        return false;
    memcpy(out->b, raw.p, HASH_LEN);
    return true;
}

int add_checkpoint_parse(struct arena *a, str raw, struct add_checkpoint *out, struct err *err)
{
    str rest = raw, line = {0};
    *out = (struct add_checkpoint){0};
    if (raw.len > ADD_CHECKPOINT_MAX)
        return err_set(err, ERR_INPUT, "add-checkpoint: larger than %d bytes", ADD_CHECKPOINT_MAX);
    if (!str_split(&rest, '\n', &line) || !str_starts(line, OLD) || !parse_count(str_slice(line, OLD.len, line.len), INT64_MAX, &out->old_size))
        return err_set(err, ERR_INPUT, "add-checkpoint: line 1 is not \"old\" and a tree size");
    out->proof.hashes = arena_array(a, struct merkle_hash, MERKLE_PROOF_MAX);
    while (str_split(&rest, '\n', &line) && line.len) {
        if (out->proof.n == MERKLE_PROOF_MAX)
            return err_set(err, ERR_INPUT, "add-checkpoint: more than %d hashes", MERKLE_PROOF_MAX);
        if (!parse_hash(a, line, &out->proof.hashes[out->proof.n]))
            return err_set(err, ERR_INPUT, "add-checkpoint: line %zu: this is no SHA-256 hash in base64", out->proof.n + 2);
        out->proof.n++;
    }
    if (!rest.p || rest.len == 0)
        return err_set(err, ERR_INPUT, "add-checkpoint: the checkpoint is missing");
    out->checkpoint = rest;
    return 0;
}

str tile_path(struct arena *a, const struct tile *tile)
{
    struct buf b = buf_new(a);
    uint64_t unit = 1;
    buf_addf(&b, "%u/", tile->level);
    while (tile->place / unit >= 1000)
        unit *= 1000;
    for (; unit > 1; unit /= 1000)
        buf_addf(&b, "x%03u/", (unsigned)(tile->place / unit % 1000));
    buf_addf(&b, "%03u", (unsigned)(tile->place % 1000));
    if (tile->width < TILE_WIDTH)
        buf_addf(&b, ".p/%u", tile->width);
    return buf_str(&b);
}

/* Three digits to a path element; all but the last begin with x, and the first is not x000. */
static bool parse_place(str s, uint64_t *place)
{
    str element = {0};
    int64_t digits;
    bool more = true;
    *place = 0;
    for (size_t n = 0; more; n++) {
        if (!str_split(&s, '/', &element))
            return false;
        more = str_starts(element, STR("x"));
        if (more)
            element = str_slice(element, 1, element.len);
        if (element.len != PLACE_DIGITS || element.p[0] == '-' || !str_to_int(element, 0, 999, &digits) || (more && n == 0 && digits == 0) ||
            *place > (INT64_MAX - 999) / 1000)
            return false;
        *place = *place * 1000 + (uint64_t)digits;
    }
    return !s.p;
}

int tile_parse(str path, struct tile *out, struct err *err)
{
    str rest = path, level = {0}, place;
    uint64_t number = 0, width = TILE_WIDTH;
    bool good = str_split(&rest, '/', &level) && rest.p && parse_count(level, LEVEL_MAX, &number);
    place = rest;
    for (size_t i = 0; good && i + 3 <= rest.len; i++)
        if (rest.p[i] == '.') {
            place = str_slice(rest, 0, i);
            good = str_starts(str_slice(rest, i, rest.len), STR(".p/")) && parse_count(str_slice(rest, i + 3, rest.len), TILE_WIDTH - 1, &width) && width > 0;
            break;
        }
    if (!good || !parse_place(place, &out->place))
        return err_set(err, ERR_INPUT, "this is no path of a tile: LEVEL/NNN, or LEVEL/NNN.p/WIDTH");
    out->level = (unsigned)number;
    out->width = (unsigned)width;
    return 0;
}
