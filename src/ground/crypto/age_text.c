/* Keys and files of age as text: Bech32 (BIP 173 without its limit of 90 characters) and armor (RFC 7468, strict). */
#include "ground/crypto/age_internal.h"

#include <sodium.h>
#include <string.h>

#define RECIPIENT_PREFIX "age"
#define IDENTITY_PREFIX "age-secret-key-"
#define CHECKSUM_LEN 6
#define DATA_LEN ((AGE_KEY_LEN * 8 + 4) / 5) /* 52 groups of five bits */

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static uint32_t polymod_step(uint32_t sum, uint8_t value)
{
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    uint32_t top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    for (int i = 0; i < 5; i++)
        sum ^= generator[i] & (0 - (top >> i & 1));
    return sum;
}

static uint32_t polymod(str prefix, const uint8_t *value, size_t n)
{
    uint32_t sum = 1;
    for (size_t i = 0; i < prefix.len; i++)
        sum = polymod_step(sum, (uint8_t)(prefix.p[i] >> 5));
    sum = polymod_step(sum, 0);
    for (size_t i = 0; i < prefix.len; i++)
        sum = polymod_step(sum, (uint8_t)(prefix.p[i] & 31));
    for (size_t i = 0; i < n; i++)
        sum = polymod_step(sum, value[i]);
    return sum;
}

/* PREFIX "1" 52 characters of key and 6 of checksum, NUL-terminated, all lower or all upper case. */
static void key_write(str prefix, const uint8_t key[AGE_KEY_LEN], bool upper, char *out)
{
    uint8_t value[DATA_LEN + CHECKSUM_LEN] = {0};
    for (size_t bit = 0; bit < AGE_KEY_LEN * 8; bit++)
        value[bit / 5] |= (uint8_t)((key[bit / 8] >> (7 - bit % 8) & 1) << (4 - bit % 5));
    uint32_t sum = polymod(prefix, value, sizeof value) ^ 1;
    for (size_t i = 0; i < CHECKSUM_LEN; i++)
        value[DATA_LEN + i] = (uint8_t)(sum >> 5 * (CHECKSUM_LEN - 1 - i) & 31);
    memcpy(out, prefix.p, prefix.len);
    out[prefix.len] = '1';
    for (size_t i = 0; i < sizeof value; i++)
        out[prefix.len + 1 + i] = alphabet[value[i]];
    size_t len = prefix.len + 1 + sizeof value;
    out[len] = 0;
    for (size_t i = 0; upper && i < len; i++)
        if (out[i] >= 'a' && out[i] <= 'z')
            out[i] = (char)(out[i] - 32);
    crypto_wipe(value, sizeof value);
}

/* Each value is looked for in the whole alphabet: the time does not depend on a secret's characters. */
static int value_of(char c)
{
    int found = -1;
    for (int i = 0; i < 32; i++)
        found = alphabet[i] == c ? i : found;
    return found;
}

static bool key_read(str text, str prefix, bool upper, uint8_t key[AGE_KEY_LEN])
{
    uint8_t value[DATA_LEN + CHECKSUM_LEN];
    if (text.len != prefix.len + 1 + sizeof value)
        return false;
    bool good = true;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.p[i];
        bool wrong_case = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
        char lower = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        int v = i > prefix.len ? value_of(lower) : 0;
        good &= !wrong_case && v >= 0;
        good &= i > prefix.len || lower == (i < prefix.len ? prefix.p[i] : '1');
        if (i > prefix.len)
            value[i - prefix.len - 1] = (uint8_t)v & 31;
    }
    good &= polymod(prefix, value, sizeof value) == 1;
    memset(key, 0, AGE_KEY_LEN);
    for (size_t bit = 0; bit < DATA_LEN * 5; bit++) {
        uint8_t b = value[bit / 5] >> (4 - bit % 5) & 1;
        if (bit < AGE_KEY_LEN * 8)
            key[bit / 8] |= (uint8_t)(b << (7 - bit % 8));
        else
            good &= b == 0; /* padding: one text for every key */
    }
    crypto_wipe(value, sizeof value);
    if (!good)
        crypto_wipe(key, AGE_KEY_LEN);
    return good;
}

str age_recipient_format(struct arena *a, const uint8_t recipient[static AGE_KEY_LEN])
{
    char *text = arena_alloc(a, AGE_RECIPIENT_TEXT_LEN + 1);
    key_write(STR(RECIPIENT_PREFIX), recipient, false, text);
    return (str){text, AGE_RECIPIENT_TEXT_LEN};
}

int age_recipient_parse(str text, uint8_t recipient[static AGE_KEY_LEN], struct err *err)
{
    return key_read(text, STR(RECIPIENT_PREFIX), false, recipient)
               ? 0
               : err_set(err, ERR_INPUT, "not an age recipient: it begins with age1 and has %d characters; was it copied whole?", AGE_RECIPIENT_TEXT_LEN);
}

void age_identity_format(const uint8_t identity[static AGE_KEY_LEN], char out[static AGE_IDENTITY_TEXT_LEN + 1])
{
    key_write(STR(IDENTITY_PREFIX), identity, true, out);
}

int age_identity_parse(str text, uint8_t identity[static AGE_KEY_LEN], struct err *err)
{
    return key_read(text, STR(IDENTITY_PREFIX), true, identity)
               ? 0
               : err_set(err, ERR_INPUT, "not an age identity: it begins with AGE-SECRET-KEY-1 and has %d characters", AGE_IDENTITY_TEXT_LEN);
}

/* --- armor --- */

#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END "-----END AGE ENCRYPTED FILE-----"
#define COLUMNS 64
#define COLUMN_BYTES (COLUMNS / 4 * 3)

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool age_is_armored(bytes data)
{
    str text = {(const char *)data.p, data.len};
    while (text.len && blank(text.p[0]))
        text = str_slice(text, 1, text.len);
    return str_starts(text, STR("-----BEGIN"));
}

/* Takes a line off text: without its LF or CRLF. */
static str take_line(str *text)
{
    const char *end = text->len ? memchr(text->p, '\n', text->len) : NULL;
    size_t len = end ? (size_t)(end - text->p) : text->len;
    str line = str_slice(*text, 0, len);
    *text = str_slice(*text, len + (end != NULL), text->len);
    if (line.len && line.p[line.len - 1] == '\r')
        line.len--;
    return line;
}

int age_dearmor(struct arena *a, bytes armored, bytes *out, struct err *err)
{
    str text = {(const char *)armored.p, armored.len};
    while (text.len && blank(text.p[0]))
        text = str_slice(text, 1, text.len);
    while (text.len && blank(text.p[text.len - 1]))
        text.len--;
    if (!str_eq(take_line(&text), STR(BEGIN)))
        return err_set(err, ERR_INPUT, "age armor: the first line must be " BEGIN);
    uint8_t *plain = arena_alloc(a, text.len / 4 * 3 + COLUMN_BYTES);
    size_t n = 0, line_number = 1;
    bool ended = false;
    for (str line; line = take_line(&text), line_number++, !str_eq(line, STR(END));) {
        size_t len;
        const char *end;
        bool good = !ended && line.len > 0 && line.len <= COLUMNS && age_ascii(line) &&
                    sodium_base642bin(plain + n, COLUMN_BYTES, line.p, line.len, NULL, &len, &end, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                    end == line.p + line.len;
        if (!good)
            return err_set(err, ERR_INPUT, "age armor, line %zu: not canonical base64 in lines of %d", line_number, COLUMNS);
        ended = line.len < COLUMNS || len < COLUMN_BYTES;
        n += len;
    }
    if (text.len)
        return err_set(err, ERR_INPUT, "age armor: something stands behind its last line");
    *out = (bytes){plain, n};
    return 0;
}
