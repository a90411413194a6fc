/* post_key_store: the table of our letter keys. */
#include <string.h>

#include "trust/letter/post_internal.h"

int post_store_key_put(struct db *db, const struct post_key *key, const uint8_t sealed[static KEYRING_LETTER_SEALED_LEN], int64_t made_ms,
                       struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into letter_key(public_key, period, sealed, made_ms, until_ms) values ($1, $2, $3, $4, $5)", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){key->public_key, sizeof key->public_key});
    db_bind_int(q, 2, key->period);
    db_bind_blob(q, 3, (bytes){sealed, KEYRING_LETTER_SEALED_LEN});
    db_bind_int(q, 4, made_ms);
    db_bind_int(q, 5, key->until_ms);
    return db_run(q, err);
}

static int damaged(struct db_stmt *q, struct err *err)
{
    db_reset(q);
    return err_set(err, ERR_CORRUPT, "the table of letter keys holds a key of a wrong length: restore the database");
}

int post_store_key_of(struct db *db, uint32_t period, struct post_key *key, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "select public_key, until_ms from letter_key where period = $1 and length(sealed) > 0 "
                       "order by made_ms desc, public_key limit 1",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, period);
    if ((r = db_step(q, err)) <= 0)
        return r;
    bytes public_key = db_col_blob(q, 0);
    if (public_key.len != sizeof key->public_key)
        return damaged(q, err);
    memcpy(key->public_key, public_key.p, public_key.len);
    key->period = period;
    key->until_ms = db_col_int(q, 1);
    db_reset(q);
    return 1;
}

int post_store_key_find(struct db *db, const uint8_t public_key[static 32], uint32_t *period, uint8_t sealed[static KEYRING_LETTER_SEALED_LEN],
                        struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select period, sealed from letter_key where public_key = $1 and length(sealed) > 0", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){public_key, 32});
    if ((r = db_step(q, err)) < 0)
        return r;
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "the letter is sealed to a key that this node never had or has deleted since: ask for it anew");
    bytes found = db_col_blob(q, 1);
    if (found.len != KEYRING_LETTER_SEALED_LEN)
        return damaged(q, err);
    *period = (uint32_t)db_col_int(q, 0);
    memcpy(sealed, found.p, found.len);
    db_reset(q);
    return 0;
}

int post_store_keys_live(struct db *db, uint8_t keys[][32], size_t max, size_t *n, struct err *err)
{
    struct db_stmt *q;
    *n = 0;
    int r = db_prepare(db, "select public_key from letter_key where length(sealed) > 0 order by made_ms desc, public_key limit $1", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, (int64_t)max);
    while ((r = db_step(q, err)) > 0)
        if (*n < max && db_col_exact(q, 0, keys[*n], 32))
            ++*n;
    return r;
}

int post_store_keys_drop(struct db *db, int64_t ended_before_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "update letter_key set sealed = $1 where until_ms < $2 and length(sealed) > 0", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){(const uint8_t *)"", 0});
    db_bind_int(q, 2, ended_before_ms);
    return db_run(q, err);
}

int post_store_keys_dropped(struct db *db, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from letter_key where length(sealed) = 0 limit 1", &q, err);
    if (r < 0 || (r = db_step(q, err)) <= 0)
        return r;
    db_reset(q);
    return 1;
}

int post_store_keys_scrubbed(struct db *db, struct err *err)
{
    return db_exec(db, "update letter_key set sealed = null where length(sealed) = 0", err);
}
