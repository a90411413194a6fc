#include "trust/log/note.h"

#include <assert.h>
#include <string.h>

#include "ground/text/text.h"

#define TYPE_ED25519 0x01
#define TYPE_COSIGNATURE 0x04
#define KEY_ID_LEN 4
#define DASH STR("\xe2\x80\x94 ") /* em dash and space */

static bool is_space(uint32_t c)
{
    static const uint32_t spaces[] = {0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++)
        if (c == spaces[i])
            return true;
    return c >= 0x2000 && c <= 0x200a;
}

static bool name_characters(str name)
{
    for (size_t at = 0; at < name.len;) {
        uint32_t c = text_next(name, &at);
        if (c < 0x20 || c == '+' || is_space(c))
            return false;
    }
    return name.len > 0;
}

bool note_name_valid(str name)
{
    return name.len <= NOTE_NAME_MAX && text_utf8_valid(name) && name_characters(name);
}

static uint32_t key_id(str name, uint8_t type, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    const uint8_t between[] = {'\n', type};
    uint8_t hash[HASH_LEN];
    crypto_sha256_parts(hash, (bytes[]){str_bytes(name), {between, sizeof between}, {public_key, SIGN_PUBLIC_LEN}}, 3);
    return get_u32be(hash);
}

uint32_t note_key_id(str name, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    return key_id(name, TYPE_ED25519, public_key);
}

/* Where the last empty line begins: the place of its newline, or 0. */
static size_t last_empty_line(str raw)
{
    for (size_t i = raw.len; i-- > 1;)
        if (raw.p[i] == '\n' && raw.p[i - 1] == '\n')
            return i;
    return 0;
}

/* "— name base64(key id || signature)" */
static bool parse_signature(struct arena *a, str line, struct note_signature *out)
{
    bytes raw;
    if (!str_starts(line, DASH))
        return false;
    line = str_slice(line, DASH.len, line.len);
    if (!str_split(&line, ' ', &out->name) || !line.p || !name_characters(out->name) || !base64_decode(a, line, &raw) ||
        raw.len <= KEY_ID_LEN)
        return false;
    out->key_id = get_u32be(raw.p);
    out->signature = (bytes){raw.p + KEY_ID_LEN, raw.len - KEY_ID_LEN};
    return true;
}

int note_parse(struct arena *a, str raw, struct note *out, struct err *err)
{
    *out = (struct note){0};
    if (raw.len > NOTE_MAX)
        return err_set(err, ERR_INPUT, "signed note: larger than %d bytes", NOTE_MAX);
    if (!text_utf8_valid(raw))
        return err_set(err, ERR_INPUT, "signed note: it is not UTF-8");
    for (size_t i = 0; i < raw.len; i++)
        if ((uint8_t)raw.p[i] < 0x20 && raw.p[i] != '\n')
            return err_set(err, ERR_INPUT, "signed note: there is a control character at byte %zu", i + 1);
    size_t empty = last_empty_line(raw);
    if (empty == 0)
        return err_set(err, ERR_INPUT, "signed note: the empty line before the signatures is missing");
    str lines = str_slice(raw, empty + 1, raw.len), line;
    if (!str_ends(lines, STR("\n")))
        return err_set(err, ERR_INPUT, "signed note: there are no signatures, or the last line has no end");
    lines.len--;
    out->text = str_slice(raw, 0, empty);
    out->signatures = arena_array(a, struct note_signature, NOTE_SIGNATURES_MAX);
    while (str_split(&lines, '\n', &line)) {
        if (out->n == NOTE_SIGNATURES_MAX)
            return err_set(err, ERR_INPUT, "signed note: more than %d signatures", NOTE_SIGNATURES_MAX);
        if (!parse_signature(a, line, &out->signatures[out->n]))
            return err_set(err, ERR_INPUT, "signed note: signature line %zu is malformed", out->n + 1);
        out->n++;
    }
    return 0;
}

int note_verify(const struct note *note, const struct note_verifier *verifier, struct err *err)
{
    size_t good = 0;
    for (size_t i = 0; i < note->n; i++) {
        const struct note_signature *s = &note->signatures[i];
        if (s->key_id != verifier->key_id || !str_eq(s->name, verifier->name))
            continue;
        if (s->signature.len != SIGNATURE_LEN || !crypto_verify(s->signature.p, str_bytes(note->text), verifier->public_key))
            return err_set(err, ERR_CRYPTO, "signed note: the signature of %.*s does not hold", STR_ARG(verifier->name));
        good++;
    }
    if (good == 0)
        return err_set(err, ERR_CRYPTO, "signed note: %.*s has not signed it", STR_ARG(verifier->name));
    return 0;
}

static int parse_vkey(str vkey, uint8_t type, struct note_verifier *out, struct err *err)
{
    uint8_t id[KEY_ID_LEN], decoded[1 + SIGN_PUBLIC_LEN];
    str rest = vkey, id_text = {0};
    bool well_formed = str_split(&rest, '+', &out->name) && note_name_valid(out->name) && str_split(&rest, '+', &id_text) &&
                       hex_decode_into(id_text, id, sizeof id) && rest.p;
    struct arena *a = arena_new();
    bytes key = {0};
    if (well_formed && base64_decode(a, rest, &key) && key.len == sizeof decoded)
        memcpy(decoded, key.p, sizeof decoded);
    else
        well_formed = false;
    arena_free(a);
    if (!well_formed || decoded[0] != type)
        return err_set(err, ERR_INPUT, "verifier key: it is not of the form name+id+key with an Ed25519 key of type 0x%02x", type);
    memcpy(out->public_key, decoded + 1, SIGN_PUBLIC_LEN);
    out->key_id = key_id(out->name, type, out->public_key);
    if (out->key_id != get_u32be(id))
        return err_set(err, ERR_INPUT, "verifier key: the id %.*s is not that of the key", STR_ARG(id_text));
    return 0;
}

int note_verifier_parse(str vkey, struct note_verifier *out, struct err *err)
{
    return parse_vkey(vkey, TYPE_ED25519, out, err);
}

int note_witness_parse(str vkey, struct note_verifier *out, struct err *err)
{
    return parse_vkey(vkey, TYPE_COSIGNATURE, out, err);
}

static str vkey_of(struct arena *a, str name, uint8_t type, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    uint8_t typed[1 + SIGN_PUBLIC_LEN] = {type};
    memcpy(typed + 1, public_key, SIGN_PUBLIC_LEN);
    str key = base64_encode(a, (bytes){typed, sizeof typed});
    return str_printf(a, "%.*s+%08x+%.*s", STR_ARG(name), key_id(name, type, public_key), STR_ARG(key));
}

str note_vkey(struct arena *a, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    return vkey_of(a, name, TYPE_ED25519, public_key);
}

str note_witness_vkey(struct arena *a, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN])
{
    return vkey_of(a, name, TYPE_COSIGNATURE, public_key);
}

str note_build(struct arena *a, str text, str name, const uint8_t public_key[static SIGN_PUBLIC_LEN],
               const uint8_t signature[static SIGNATURE_LEN])
{
    assert(str_ends(text, STR("\n")) && note_name_valid(name));
    uint8_t with_id[KEY_ID_LEN + SIGNATURE_LEN];
    put_u32be(with_id, note_key_id(name, public_key));
    memcpy(with_id + KEY_ID_LEN, signature, SIGNATURE_LEN);
    str encoded = base64_encode(a, (bytes){with_id, sizeof with_id});
    return str_printf(a, "%.*s\n%.*s%.*s %.*s\n", STR_ARG(text), STR_ARG(DASH), STR_ARG(name), STR_ARG(encoded));
}
