#include "trust/peer/partner.h"

#include <string.h>

#include "trust/peer/peer_embed.h"

static const struct embedded *const steps[] = {&peer_schema_sql, &peer_schema_2_sql, &peer_schema_3_sql};

const struct db_schema peer_schema = {"peer", steps, 3};

#define COLUMNS                                                                                                       \
    "id, name, agency, country, kind, address, agency_key, tls_pin, log_key, status, daily_budget, paired_ms, "       \
    "witness_key, letter_key, letter_key_until_ms, status_ms, revoked_index"

void partner_id(const uint8_t agency_key[static SIGN_PUBLIC_LEN], uint8_t id[static ID_LEN])
{
    uint8_t digest[HASH_LEN];
    crypto_sha256(digest, (bytes){agency_key, SIGN_PUBLIC_LEN});
    memcpy(id, digest, ID_LEN);
}

str partner_id_text(const struct partner *p, struct arena *a)
{
    return hex_encode(a, (bytes){p->id, ID_LEN});
}

static bool copy_exact(uint8_t *out, size_t len, bytes from)
{
    if (from.len != len)
        return false;
    memcpy(out, from.p, len);
    return true;
}

static int read_row(struct db_stmt *q, struct arena *a, struct partner *p, struct err *err)
{
    *p = (struct partner){
        .name = str_dup(a, db_col_text(q, 1)), .agency = str_dup(a, db_col_text(q, 2)), .country = str_dup(a, db_col_text(q, 3)),
        .kind = str_dup(a, db_col_text(q, 4)), .address = str_dup(a, db_col_text(q, 5)), .log_key = str_dup(a, db_col_text(q, 8)),
        .status = (enum partner_status)db_col_int(q, 9), .daily_budget = db_col_int(q, 10), .paired_ms = db_col_int(q, 11),
        .witness_key = str_dup(a, db_col_text(q, 12)), .letter_key_until_ms = db_col_int(q, 14), .status_ms = db_col_int(q, 15),
        .revoked_index = db_col_int(q, 16),
    };
    if (copy_exact(p->id, ID_LEN, db_col_blob(q, 0)) && copy_exact(p->agency_key, SIGN_PUBLIC_LEN, db_col_blob(q, 6)) &&
        copy_exact(p->tls_pin, HASH_LEN, db_col_blob(q, 7)) &&
        (p->letter_key_until_ms == 0 || copy_exact(p->letter_key, sizeof p->letter_key, db_col_blob(q, 13))))
        return 0;
    return err_set(err, ERR_CORRUPT, "the table of partners holds a key of a wrong length: restore the database");
}

int partner_list(struct db *db, struct arena *a, struct partner **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t cap = 8;
    int r = db_prepare(db, "select " COLUMNS " from peer_partner order by name", &q, err);
    if (r < 0)
        return r;
    *n = 0;
    *out = arena_array(a, struct partner, cap);
    while ((r = db_step(q, err)) > 0) {
        if (*n == cap) {
            *out = arena_grow(a, *out, cap * sizeof **out, cap * 2 * sizeof **out);
            cap *= 2;
        }
        r = read_row(q, a, &(*out)[(*n)++], err);
        if (r < 0) {
            db_reset(q);
            return r;
        }
    }
    return r;
}

/* 1 with *out filled, 0 when there is none. */
static int one(struct db_stmt *q, struct arena *a, struct partner *out, struct err *err)
{
    int r = db_step(q, err);
    if (r > 0) {
        int read = read_row(q, a, out, err);
        db_reset(q);
        return read < 0 ? read : 1;
    }
    return r;
}

static int find_by(struct db *db, const char *sql, bytes key, struct arena *a, struct partner *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, key);
    return one(q, a, out, err);
}

int partner_by_id(struct db *db, struct arena *a, const uint8_t id[static ID_LEN], struct partner *out, struct err *err)
{
    int r = find_by(db, "select " COLUMNS " from peer_partner where id = $1", (bytes){id, ID_LEN}, a, out, err);
    return r == 0 ? err_set(err, ERR_NOT_FOUND, "there is no such partner") : r < 0 ? r : 0;
}

int partner_by_pin(struct db *db, struct arena *a, const uint8_t pin[static HASH_LEN], struct partner *out, struct err *err)
{
    int r = find_by(db, "select " COLUMNS " from peer_partner where tls_pin = $1", (bytes){pin, HASH_LEN}, a, out, err);
    if (r < 0)
        return r;
    if (r == 0 || out->status != PARTNER_ACTIVE)
        return err_set(err, ERR_DENIED, "the connection's key is not that of an active partner");
    return 0;
}

int partner_find(struct db *db, struct arena *a, str name, struct partner *out, struct err *err)
{
    struct db_stmt *q;
    uint8_t id[ID_LEN];
    int r;
    if (hex_decode_into(name, id, ID_LEN)) {
        r = find_by(db, "select " COLUMNS " from peer_partner where id = $1", (bytes){id, ID_LEN}, a, out, err);
    } else {
        r = db_prepare(db, "select " COLUMNS " from peer_partner where name = $1", &q, err);
        if (r < 0)
            return r;
        db_bind_text(q, 1, name);
        r = one(q, a, out, err);
    }
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no partner \"%.*s\": `comity partners DIR` lists them", (int)(name.len < 64 ? name.len : 64), name.p);
    return r < 0 ? r : 0;
}

int partner_put(struct db *db, const struct partner *p, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into peer_partner (" COLUMNS ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) "
                       "on conflict (id) do update set name = excluded.name, agency = excluded.agency, country = excluded.country, "
                       "kind = excluded.kind, address = excluded.address, tls_pin = excluded.tls_pin, log_key = excluded.log_key, "
                       "status = excluded.status, daily_budget = excluded.daily_budget, "
                       "witness_key = excluded.witness_key, letter_key = excluded.letter_key, "
                       "letter_key_until_ms = excluded.letter_key_until_ms, status_ms = excluded.status_ms, "
                       "revoked_index = excluded.revoked_index",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){p->id, ID_LEN});
    db_bind_text(q, 2, p->name);
    db_bind_text(q, 3, p->agency);
    db_bind_text(q, 4, p->country);
    db_bind_text(q, 5, p->kind);
    db_bind_text(q, 6, p->address);
    db_bind_blob(q, 7, (bytes){p->agency_key, SIGN_PUBLIC_LEN});
    db_bind_blob(q, 8, (bytes){p->tls_pin, HASH_LEN});
    db_bind_text(q, 9, p->log_key);
    db_bind_int(q, 10, p->status);
    db_bind_int(q, 11, p->daily_budget);
    db_bind_int(q, 12, p->paired_ms);
    db_bind_text(q, 13, p->witness_key);
    if (p->letter_key_until_ms != 0)
        db_bind_blob(q, 14, (bytes){p->letter_key, sizeof p->letter_key});
    db_bind_int(q, 15, p->letter_key_until_ms);
    db_bind_int(q, 16, p->status_ms);
    db_bind_int(q, 17, p->revoked_index);
    r = db_run(q, err);
    if (r == ERR_EXISTS)
        return err_set(err, ERR_EXISTS, "another partner has this short name or one of these keys already: see `comity partners DIR`");
    return r;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static int name_taken(struct db *db, str name, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from peer_partner where name = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_text(q, 1, name);
    r = db_step(q, err);
    if (r > 0)
        db_reset(q);
    return r;
}

int partner_name_free(struct db *db, struct arena *a, str agency, str *name, struct err *err)
{
    struct buf b = buf_new(a);
    str lower = str_lower_ascii(a, agency);
    str head = {0}, rest = lower;
    if (str_split(&rest, '(', &head) && str_trim(head).len > 0)
        lower = str_trim(head); /* what stands in brackets explains a name, it is not the name */
    for (size_t i = 0; i < lower.len && b.len < PARTNER_NAME_MAX - 4; i++) {
        if (is_word(lower.p[i]))
            buf_byte(&b, lower.p[i]);
        else if (b.len > 0 && b.p[b.len - 1] != '-')
            buf_byte(&b, '-');
    }
    while (b.len > 0 && b.p[b.len - 1] == '-')
        b.len--;
    str stem = b.len > 0 ? str_dup(a, buf_str(&b)) : STR("partner"); /* a name in a script without a-z */
    *name = stem;
    for (int i = 2; i < 1000; i++) {
        int r = name_taken(db, *name, err);
        if (r <= 0)
            return r;
        *name = str_printf(a, "%.*s-%d", STR_ARG(stem), i);
    }
    return err_set(err, ERR_EXISTS, "all short names like \"%.*s\" are taken", STR_ARG(stem));
}

struct partner partner_copy(struct arena *a, const struct partner *p)
{
    struct partner c = *p;
    c.name = str_dup(a, p->name);
    c.agency = str_dup(a, p->agency);
    c.country = str_dup(a, p->country);
    c.kind = str_dup(a, p->kind);
    c.address = str_dup(a, p->address);
    c.log_key = str_dup(a, p->log_key);
    c.witness_key = str_dup(a, p->witness_key);
    return c;
}
