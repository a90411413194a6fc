/* attestation: see attestation.h. */
#include "ground/webauthn/attestation.h"

#include "ground/webauthn/webauthn.h"

#define DEPTH_MAX 4
#define AAGUID_LEN 16

enum { UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE };

/* The head of one item (RFC 8949 section 3). False for what is not canonical. */
static bool take_head(struct reader *r, unsigned *major, uint64_t *value)
{
    uint8_t first = reader_u8(r);
    unsigned info = first & 31;
    *major = first >> 5;
    *value = info;
    if (info == 24) {
        *value = reader_u8(r);
        r->ok = r->ok && *value >= 24;
    } else if (info == 25) {
        *value = reader_u16(r);
        r->ok = r->ok && *value > UINT8_MAX;
    } else if (info == 26) {
        *value = reader_u32(r);
        r->ok = r->ok && *value > UINT16_MAX;
    } else if (info == 27) {
        *value = reader_u64(r);
        r->ok = r->ok && *value > UINT32_MAX;
    } else if (info > 27) {
        r->ok = false;
    }
    r->ok = r->ok && *major != TAG && (*major != SIMPLE || info < 24);
    return r->ok;
}

static uint64_t take_count(struct reader *r, unsigned wanted)
{
    unsigned major;
    uint64_t value;
    if (!take_head(r, &major, &value) || major != wanted)
        r->ok = false;
    return r->ok ? value : 0;
}

static bytes take_string(struct reader *r, unsigned wanted)
{
    uint64_t len = take_count(r, wanted);
    return reader_take(r, len > WEBAUTHN_DATA_MAX ? WEBAUTHN_DATA_MAX + 1 : (size_t)len);
}

static int64_t take_int(struct reader *r)
{
    unsigned major;
    uint64_t value;
    if (!take_head(r, &major, &value) || major > NEGATIVE || value > INT32_MAX)
        r->ok = false;
    return !r->ok ? 0 : major == NEGATIVE ? -1 - (int64_t)value : (int64_t)value;
}

/* One whole item, whatever it is. */
static bytes take_item(struct reader *r, unsigned depth)
{
    unsigned major;
    uint64_t value;
    const uint8_t *from = r->p;
    if (depth > DEPTH_MAX || !take_head(r, &major, &value)) {
        r->ok = false;
        return (bytes){0};
    }
    if (major == BYTES || major == TEXT)
        (void)reader_take(r, value > WEBAUTHN_DATA_MAX ? WEBAUTHN_DATA_MAX + 1 : (size_t)value);
    if (major == ARRAY || major == MAP) /* an item has a byte at least, so a count that lies ends with the input */
        for (uint64_t i = 0; r->ok && i < value; i++) {
            (void)take_item(r, depth + 1);
            if (major == MAP)
                (void)take_item(r, depth + 1);
        }
    return r->ok ? (bytes){from, (size_t)(r->p - from)} : (bytes){0};
}

static bool is(bytes text, const char *word)
{
    return str_eq(bytes_str(text), str_from(word));
}

/* attStmt of "packed" without certificate: {"alg": number, "sig": bytes}, section 8.2. */
static int read_self_signed(bytes statement, struct attestation *out, struct err *err)
{
    struct reader r = reader_new(statement);
    bool has_alg = false, has_sig = false;
    uint64_t n = take_count(&r, MAP);
    for (uint64_t i = 0; r.ok && i < n; i++) {
        bytes key = take_string(&r, TEXT);
        if (is(key, "alg") && !has_alg) {
            has_alg = true;
            out->algorithm = take_int(&r);
        } else if (is(key, "sig") && !has_sig) {
            has_sig = true;
            out->signature = take_string(&r, BYTES);
        } else {
            return err_set(err, ERR_DENIED, N_("this passkey comes with a statement about its maker that was not asked for: try another"));
        }
    }
    out->self_signed = true;
    if (!reader_done(&r) || !has_alg || !has_sig || out->signature.len == 0 || out->signature.len > WEBAUTHN_SIGNATURE_MAX)
        return err_set(err, ERR_INPUT, N_("the statement of the new passkey could not be read"));
    return 0;
}

int attestation_read(bytes object, struct attestation *out, struct err *err)
{
    struct reader r = reader_new(object);
    bytes format = {0}, statement = {0};
    *out = (struct attestation){0};
    if (object.len > WEBAUTHN_DATA_MAX)
        return err_set(err, ERR_LIMIT, "the new passkey has more than %d bytes", WEBAUTHN_DATA_MAX);
    if (take_count(&r, MAP) != 3)
        r.ok = false;
    for (int i = 0; r.ok && i < 3; i++) {
        bytes key = take_string(&r, TEXT);
        if (is(key, "fmt") && !format.p)
            format = take_string(&r, TEXT);
        else if (is(key, "attStmt") && !statement.p)
            statement = take_item(&r, 0);
        else if (is(key, "authData") && !out->authenticator_data.p)
            out->authenticator_data = take_string(&r, BYTES);
        else
            r.ok = false;
    }
    if (!reader_done(&r))
        return err_set(err, ERR_INPUT, N_("the new passkey could not be read: try again"));
    if (is(format, "packed"))
        return read_self_signed(statement, out, err);
    if (!is(format, "none") || statement.len != 1 || statement.p[0] != 0xa0)
        return err_set(err, ERR_DENIED, N_("this passkey comes with a statement about its maker that was not asked for: try another"));
    return 0;
}

int authenticator_data_read(bytes data, struct authenticator_data *out, struct err *err)
{
    struct reader r = reader_new(data);
    *out = (struct authenticator_data){.rp_hash = reader_take(&r, 32)};
    out->flags = reader_u8(&r);
    out->sign_count = reader_u32(&r);
    if (out->flags & FLAG_CREDENTIAL) {
        (void)reader_take(&r, AAGUID_LEN);
        out->credential = reader_take(&r, reader_u16(&r));
        (void)take_item(&r, 0); /* the key: libfido2 reads it */
        r.ok = r.ok && out->credential.len > 0 && out->credential.len <= WEBAUTHN_ID_MAX;
    }
    if (out->flags & FLAG_EXTENSIONS) {
        bytes extensions = take_item(&r, 0);
        r.ok = r.ok && extensions.p[0] >> 5 == MAP;
    }
    if (data.len > WEBAUTHN_DATA_MAX || !reader_done(&r))
        return err_set(err, ERR_INPUT, N_("what the passkey sent could not be read: try again"));
    return 0;
}
