/* identity: canonical bytes. Version 1: counts as one byte, strings as two bytes of length and the text, in the order of
 * the struct; the date as year (2), month, day. Version 2, of those presumed victims: the same, and a byte 1. Lengths are bounded, so every identity has exactly one encoding. */
#include "trust/names/identity.h"

#define IDENTITY_VERSION 1
#define IDENTITY_VERSION_PRESUMED 2

static void put_text(struct buf *b, str s)
{
    size_t len = s.len < IDENTITY_TEXT_MAX ? s.len : IDENTITY_TEXT_MAX;
    while (len && len < s.len && ((uint8_t)s.p[len] & 0xC0) == 0x80) /* never cut inside a letter */
        len--;
    buf_u16(b, (uint16_t)len);
    buf_add(b, str_slice(s, 0, len));
}

static size_t put_count(struct buf *b, size_t n, size_t max)
{
    n = n < max ? n : max;
    buf_byte(b, (char)n);
    return n;
}

bytes identity_encode(struct arena *a, const struct identity *who)
{
    struct buf b = buf_new(a);
    buf_byte(&b, who->presumed ? IDENTITY_VERSION_PRESUMED : IDENTITY_VERSION);
    size_t n = put_count(&b, who->n_names, IDENTITY_NAMES_MAX);
    for (size_t i = 0; i < n; i++) {
        put_text(&b, who->names[i].given);
        put_text(&b, who->names[i].family);
        put_text(&b, who->names[i].full);
    }
    buf_u16(&b, (uint16_t)who->born.year);
    buf_byte(&b, (char)who->born.month);
    buf_byte(&b, (char)who->born.day);
    n = put_count(&b, who->n_documents, IDENTITY_LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        put_text(&b, who->documents[i].number);
        put_text(&b, who->documents[i].country);
    }
    n = put_count(&b, who->n_phones, IDENTITY_LIST_MAX);
    for (size_t i = 0; i < n; i++)
        put_text(&b, who->phones[i]);
    n = put_count(&b, who->n_places, IDENTITY_LIST_MAX);
    for (size_t i = 0; i < n; i++)
        put_text(&b, who->places[i]);
    buf_byte(&b, (char)who->sex);
    put_text(&b, who->source_id);
    if (who->presumed)
        buf_byte(&b, 1);
    return buf_bytes(&b);
}

static str take_text(struct reader *r)
{
    size_t len = reader_u16(r);
    r->ok = r->ok && len <= IDENTITY_TEXT_MAX;
    return bytes_str(reader_take(r, len));
}

static size_t take_count(struct reader *r, size_t max)
{
    size_t n = reader_u8(r);
    r->ok = r->ok && n <= max;
    return r->ok ? n : 0;
}

static str *take_texts(struct reader *r, struct arena *a, size_t *n)
{
    *n = take_count(r, IDENTITY_LIST_MAX);
    str *texts = arena_array(a, str, *n);
    for (size_t i = 0; i < *n; i++)
        texts[i] = take_text(r);
    return texts;
}

static bool sex_known(uint8_t sex)
{
    return sex == SEX_UNKNOWN || sex == SEX_FEMALE || sex == SEX_MALE || sex == SEX_OTHER;
}

int identity_decode(struct arena *a, bytes in, struct identity *out, struct err *err)
{
    struct reader r = reader_new(in);
    uint8_t version = reader_u8(&r);
    if (r.ok && version != IDENTITY_VERSION && version != IDENTITY_VERSION_PRESUMED)
        return err_set(err, ERR_CORRUPT, "an identity of format %d; this program reads formats up to %d: update it", version, IDENTITY_VERSION_PRESUMED);
    *out = (struct identity){0};
    out->n_names = take_count(&r, IDENTITY_NAMES_MAX);
    out->names = arena_array(a, struct name, out->n_names);
    for (size_t i = 0; i < out->n_names; i++) {
        out->names[i].given = take_text(&r);
        out->names[i].family = take_text(&r);
        out->names[i].full = take_text(&r);
    }
    out->born.year = (int16_t)reader_u16(&r);
    out->born.month = reader_u8(&r);
    out->born.day = reader_u8(&r);
    out->n_documents = take_count(&r, IDENTITY_LIST_MAX);
    out->documents = arena_array(a, struct document, out->n_documents);
    for (size_t i = 0; i < out->n_documents; i++) {
        out->documents[i].number = take_text(&r);
        out->documents[i].country = take_text(&r);
    }
    out->phones = take_texts(&r, a, &out->n_phones);
    out->places = take_texts(&r, a, &out->n_places);
    uint8_t sex = reader_u8(&r);
    out->sex = sex_known(sex) ? (enum sex)sex : SEX_UNKNOWN;
    out->source_id = take_text(&r);
    out->presumed = version == IDENTITY_VERSION_PRESUMED;
    if (out->presumed)
        r.ok = reader_u8(&r) == 1 && r.ok;
    bool date_ok = date_valid(out->born) || (out->born.year == 0 && out->born.month == 0 && out->born.day == 0);
    if (!reader_done(&r) || !date_ok || !sex_known(sex))
        return err_set(err, ERR_CORRUPT, "a stored identity does not hold together; restore the record from a backup");
    return 0;
}
