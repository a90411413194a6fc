/* The vault's one table and its seals. */
#include "trust/vault/vault.h"

#include <stdlib.h>
#include <string.h>

#include "trust/vault/vault_embed.h"

#define FORMAT_VERSION 1
#define PAD 64
#define PAGE 512 /* records fetched at a time in a walk */
#define MANY 63  /* and by their ids: a statement has at most 64 parameters */
#define AT_ONCE (1024 * 1024) /* bytes opened at a time */

struct vault {
    const struct keyring *keys;
    struct arena *arena;
    const char *get_many; /* the statement */
};

static const struct embedded *const steps[] = {&vault_schema_sql};

const struct db_schema vault_schema = {"vault", steps, 1};

/* select ... where kind = $1 and id in ($2, ...): always the same text, so that it is prepared once; what is left over is null. */
static const char *select_many(struct arena *a)
{
    struct buf sql = buf_new(a);
    buf_addf(&sql, "select id, wrapped, sealed from vault_record where kind = $1 and id in (");
    for (int i = 0; i < MANY; i++)
        buf_addf(&sql, "%s$%d", i ? "," : "", i + 2);
    buf_addf(&sql, ")");
    return buf_str(&sql).p;
}

struct vault *vault_open(const struct keyring *keys)
{
    struct vault *v = mem_calloc(1, sizeof *v);
    v->keys = keys;
    v->arena = arena_new();
    v->get_many = select_many(v->arena);
    return v;
}

void vault_close(struct vault *v)
{
    if (v)
        arena_free(v->arena);
    free(v);
}

/* Sealing. A row's seals hold only in its own place: moved to another id or kind they break. */

#define AD_LEN (sizeof "vault_record" - 1 + 2 + ID_LEN)

static void associate(uint8_t ad[static AD_LEN], enum vault_kind kind, const struct vault_id *id)
{
    const size_t name_len = sizeof "vault_record" - 1;
    memcpy(ad, "vault_record", name_len);
    ad[name_len] = FORMAT_VERSION;
    ad[name_len + 1] = (uint8_t)kind;
    memcpy(ad + name_len + 2, id->b, ID_LEN);
}

/* length || content || zeros up to a multiple of PAD: the sealed length tells little about the name inside. */
static size_t padded_len(size_t len)
{
    return (4 + len + PAD - 1) / PAD * PAD;
}

static uint8_t *pad(struct arena *a, bytes content)
{
    uint8_t *p = arena_alloc(a, padded_len(content.len));
    put_u32be(p, (uint32_t)content.len);
    if (content.len)
        memcpy(p + 4, content.p, content.len);
    return p;
}

static int broken(struct err *err)
{
    return err_set(err, ERR_CORRUPT, "a sealed record does not open: the row was changed or moved, or the key file is not this database's; "
                                     "restore both from the same backup");
}

static int unseal(const struct vault *v, enum vault_kind kind, const struct vault_id *id, bytes wrapped, bytes sealed, struct arena *a,
                  bytes *content, struct err *err)
{
    uint8_t ad[AD_LEN];
    associate(ad, kind, id);
    if (wrapped.len != KEYRING_WRAPPED_LEN || sealed.len < SEAL_OVERHEAD + PAD)
        return broken(err);
    size_t len = sealed.len - SEAL_OVERHEAD;
    uint8_t *plain = arena_alloc(a, len);
    int r = keyring_unseal(v->keys, wrapped, sealed, (bytes){ad, sizeof ad}, plain, err);
    if (r < 0)
        return r == ERR_CRYPTO ? broken(err) : r;
    size_t content_len = get_u32be(plain);
    if (content_len > len - 4)
        return broken(err);
    *content = (bytes){plain + 4, content_len};
    return 0;
}

/* Putting */

int vault_fingerprint(const struct vault *v, enum vault_kind kind, bytes content, uint8_t out[static VAULT_FINGERPRINT_LEN], struct err *err)
{
    uint8_t k = (uint8_t)kind;
    bytes parts[] = {{&k, 1}, content};
    return keyring_mac_parts(v->keys, KEYRING_MAC_FINGERPRINT, parts, 2, out, VAULT_FINGERPRINT_LEN, err);
}

static int insert(struct db *db, enum vault_kind kind, const struct vault_id *id, const uint8_t *fingerprint, bytes wrapped, bytes sealed,
                  bool *added, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into vault_record(kind, id, fingerprint, wrapped, sealed) values($1, $2, $3, $4, $5) "
                       "on conflict(kind, fingerprint) where fingerprint is not null do nothing",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    db_bind_blob(q, 2, (bytes){id->b, ID_LEN});
    if (fingerprint)
        db_bind_blob(q, 3, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    db_bind_blob(q, 4, wrapped);
    db_bind_blob(q, 5, sealed);
    r = db_run(q, err);
    *added = r == 0 && db_changes(q) == 1;
    return r;
}

static int id_of(bytes column, struct vault_id *id, struct err *err)
{
    if (column.len != ID_LEN)
        return broken(err);
    memcpy(id->b, column.p, ID_LEN);
    return 0;
}

static int find_fingerprint(struct db *db, enum vault_kind kind, const uint8_t *fingerprint, struct vault_id *id, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select id from vault_record where kind = $1 and fingerprint = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    db_bind_blob(q, 2, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    r = db_step(q, err);
    if (r > 0)
        r = id_of(db_col_blob(q, 0), id, err);
    else if (r == 0) /* there a moment ago: erased by another connection since */
        r = err_set(err, ERR_RETRY, "the record that was there already has just been erased; run it again");
    db_reset(q);
    return r;
}

int vault_put(const struct vault *v, struct db *db, enum vault_kind kind, bytes content, const uint8_t fingerprint[VAULT_FINGERPRINT_LEN],
              struct vault_id *id, bool *added, struct err *err)
{
    if (content.len > VAULT_CONTENT_MAX)
        return err_set(err, ERR_LIMIT, "a record of %zu bytes is larger than the %d that the vault takes", content.len, VAULT_CONTENT_MAX);
    struct arena *a = arena_new();
    size_t len = padded_len(content.len);
    uint8_t ad[AD_LEN], wrapped[KEYRING_WRAPPED_LEN], *plain = pad(a, content), *sealed = arena_alloc(a, len + SEAL_OVERHEAD);
    bool fresh = false;
    crypto_random(id->b, ID_LEN);
    associate(ad, kind, id);
    int r = keyring_seal(v->keys, (bytes){plain, len}, (bytes){ad, sizeof ad}, wrapped, sealed, err);
    if (r == 0)
        r = insert(db, kind, id, fingerprint, (bytes){wrapped, sizeof wrapped}, (bytes){sealed, len + SEAL_OVERHEAD}, &fresh, err);
    if (r == 0 && !fresh)
        r = find_fingerprint(db, kind, fingerprint, id, err);
    if (added)
        *added = fresh;
    crypto_wipe(plain, len);
    arena_free(a);
    return r;
}

/* Getting */

int vault_get(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id *id, struct arena *a, bytes *content,
              struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select wrapped, sealed from vault_record where kind = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    db_bind_blob(q, 2, (bytes){id->b, ID_LEN});
    r = db_step(q, err);
    if (r > 0)
        r = unseal(v, kind, id, db_col_blob(q, 0), db_col_blob(q, 1), a, content, err);
    else if (r == 0)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such record; it may have been erased"));
    db_reset(q);
    return r;
}

struct row {
    struct vault_id id;
    bytes wrapped, sealed;
};

/* Steps q to its end, at most max rows, from arena: so that fn may use the database meanwhile. */
static int next_rows(struct db_stmt *q, struct arena *a, struct row rows[], size_t max, size_t *n, struct err *err)
{
    int r = 0;
    *n = 0;
    while (*n < max && (r = db_step(q, err)) > 0) {
        struct row *row = &rows[(*n)++];
        if ((r = id_of(db_col_blob(q, 0), &row->id, err)) < 0)
            break;
        row->wrapped = bytes_dup(a, db_col_blob(q, 1));
        row->sealed = bytes_dup(a, db_col_blob(q, 2));
    }
    db_reset(q);
    return r < 0 ? r : 0;
}

/* The next rows behind id after, at most PAGE of them: memory is bounded. */
static int next_page(struct db *db, enum vault_kind kind, const struct vault_id *after, struct arena *a, struct row rows[PAGE], size_t *n,
                     struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, after ? "select id, wrapped, sealed from vault_record where kind = $1 and id > $3 order by id limit $2"
                                 : "select id, wrapped, sealed from vault_record where kind = $1 order by id limit $2",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    db_bind_int(q, 2, PAGE);
    if (after)
        db_bind_blob(q, 3, (bytes){after->b, ID_LEN});
    return next_rows(q, a, rows, PAGE, n, err);
}

/* What is left when the padding is off; r: how opening it ended. */
static int take_out(const uint8_t *plain, size_t len, int r, bytes *content, struct err *err)
{
    if (r < 0 || get_u32be(plain) > len - 4)
        return broken(err);
    *content = (bytes){plain + 4, get_u32be(plain)};
    return 0;
}

/* Unseals rows, at most AT_ONCE bytes of them in one conversation with the key process: returns how many, or ERR_*. */
static int unseal_some(const struct vault *v, enum vault_kind kind, const struct row rows[], size_t n, struct arena *a, struct keyring_sealed items[],
                       struct err *err)
{
    size_t count = 0;
    for (size_t total = 0; count < n && (count == 0 || total + rows[count].sealed.len <= AT_ONCE); count++) {
        const struct row *row = &rows[count];
        uint8_t *ad = arena_alloc(a, AD_LEN);
        associate(ad, kind, &row->id);
        if (row->wrapped.len != KEYRING_WRAPPED_LEN || row->sealed.len < SEAL_OVERHEAD + PAD)
            break; /* those before it first */
        items[count] = (struct keyring_sealed){row->wrapped, row->sealed, {ad, AD_LEN}, arena_alloc(a, row->sealed.len - SEAL_OVERHEAD), 0};
        total += row->sealed.len;
    }
    int r = count ? keyring_unseal_many(v->keys, items, count, err) : broken(err);
    return r < 0 ? r : (int)count;
}

/* Unseals the rows and hands them to fn one by one. */
static int hand_over(const struct vault *v, enum vault_kind kind, const struct row rows[], size_t n, struct arena *some, vault_each_fn fn, void *arg,
                     struct err *err)
{
    struct keyring_sealed items[PAGE];
    int r = 0;
    for (size_t from = 0; r >= 0 && from < n;) {
        arena_reset(some);
        int count = unseal_some(v, kind, rows + from, n - from, some, items, err);
        r = count;
        for (int i = 0; r >= 0 && i < count; i++) {
            bytes content = {0};
            r = take_out(items[i].plain, items[i].sealed.len - SEAL_OVERHEAD, items[i].result, &content, err);
            if (r >= 0)
                r = fn(&rows[from + (size_t)i].id, content, arg, err);
        }
        from += count > 0 ? (size_t)count : 0;
    }
    return r;
}

int vault_each(const struct vault *v, struct db *db, enum vault_kind kind, vault_each_fn fn, void *arg, struct err *err)
{
    struct arena *page = arena_new(), *one = arena_new();
    struct row *rows = mem_calloc(PAGE, sizeof *rows);
    struct vault_id last;
    size_t n = PAGE;
    int r = 0;
    for (bool first = true; r >= 0 && n == PAGE; first = false) {
        arena_reset(page);
        r = next_page(db, kind, first ? NULL : &last, page, rows, &n, err);
        if (r >= 0 && n)
            last = rows[n - 1].id;
        if (r >= 0)
            r = hand_over(v, kind, rows, n, one, fn, arg, err);
    }
    free(rows);
    arena_free(one);
    arena_free(page);
    return r < 0 ? r : 0;
}

int vault_get_many(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id ids[], size_t n, vault_each_fn fn, void *arg,
                   struct err *err)
{
    struct arena *page = arena_new(), *one = arena_new();
    struct row rows[MANY];
    int r = 0;
    for (size_t from = 0; r >= 0 && from < n; from += MANY) {
        struct db_stmt *q;
        size_t found = 0;
        if ((r = db_prepare(db, v->get_many, &q, err)) < 0)
            break;
        arena_reset(page);
        db_bind_int(q, 1, kind);
        for (size_t i = from; i < n && i < from + MANY; i++)
            db_bind_blob(q, (int)(i - from) + 2, (bytes){ids[i].b, ID_LEN});
        r = next_rows(q, page, rows, MANY, &found, err);
        if (r >= 0)
            r = hand_over(v, kind, rows, found, one, fn, arg, err);
    }
    arena_free(one);
    arena_free(page);
    return r < 0 ? r : 0;
}

int vault_count(const struct vault *v, struct db *db, enum vault_kind kind, int64_t *count, struct err *err)
{
    (void)v;
    struct db_stmt *q;
    int r = db_prepare(db, "select count(*) from vault_record where kind = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    r = db_step(q, err);
    *count = db_col_int(q, 0);
    db_reset(q);
    return r < 0 ? r : 0;
}

int vault_erase(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id *id, struct err *err)
{
    (void)v;
    struct db_stmt *q;
    int r = db_prepare(db, "delete from vault_record where kind = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, kind);
    db_bind_blob(q, 2, (bytes){id->b, ID_LEN});
    r = db_run(q, err);
    if (r == 0 && db_changes(q) == 0)
        return err_set(err, ERR_NOT_FOUND, N_("there is no such record; it may have been erased already"));
    return r;
}
