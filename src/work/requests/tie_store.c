/* The table of ties: see tie.h. */
#include "work/requests/tie.h"

#include <string.h>

#include "ground/crypto/crypto.h"

#define COLUMNS "id, partner, file, person, identity, made_ms"

static int take(struct db_stmt *q, struct tie *out, struct err *err)
{
    *out = (struct tie){.made_ms = db_col_int(q, 5)};
    if (!db_col_id(q, 0, out->id) || !db_col_id(q, 1, out->partner))
        return err_set(err, ERR_CORRUPT, "the table requests_tie holds an id that is none");
    out->has_person = db_col_id(q, 2, out->file) && db_col_id(q, 3, out->person);
    out->has_identity = db_col_id(q, 4, out->identity.b);
    return 0;
}

int tie_make(struct db *db, struct tie *tie, struct err *err)
{
    static const uint8_t none[ID_LEN];
    struct db_stmt *q;
    if (memcmp(tie->id, none, ID_LEN) == 0)
        crypto_random(tie->id, ID_LEN);
    int r = db_prepare(db, "insert into requests_tie(" COLUMNS ") values($1, $2, $3, $4, $5, $6) on conflict(partner, id) do update set "
                           "file = excluded.file, person = excluded.person, identity = excluded.identity", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->id);
    db_bind_id(q, 2, tie->partner);
    if (tie->has_person) {
        db_bind_id(q, 3, tie->file);
        db_bind_id(q, 4, tie->person);
    }
    if (tie->has_identity)
        db_bind_id(q, 5, tie->identity.b);
    db_bind_int(q, 6, tie->made_ms);
    return db_run(q, err);
}

int tie_find(struct db *db, const uint8_t partner[static ID_LEN], const uint8_t id[static ID_LEN], struct tie *out, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_tie where partner = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, partner);
    db_bind_id(q, 2, id);
    r = db_step(q, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, N_("this agency knows nothing of the person whom the letter means"));
    if (r < 0)
        return r;
    r = take(q, out, err);
    db_reset(q);
    return r;
}

/* Rows of a statement that is bound already. */
static int all(struct db_stmt *q, struct arena *a, struct tie **out, size_t *n, struct err *err)
{
    size_t room = 0;
    int r;
    *out = NULL;
    *n = 0;
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        if ((r = take(q, &(*out)[*n], err)) < 0) {
            db_reset(q);
            return r;
        }
        ++*n;
    }
    return r;
}

int ties_of(struct db *db, const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN], struct arena *a, struct tie **out, size_t *n,
            struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_tie where file = $1 and person = $2 order by made_ms, id", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_id(q, 2, person);
    return all(q, a, out, n, err);
}

int ties_all(struct db *db, struct arena *a, struct tie **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_tie where file is not null order by file, person, id", &q, err);
    return r < 0 ? r : all(q, a, out, n, err);
}

int tie_drop_file(struct db *db, const uint8_t file[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from requests_tie where file = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    return db_run(q, err);
}

int ties_of_identity(struct db *db, const struct vault_id *identity, struct arena *a, struct tie **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select " COLUMNS " from requests_tie where identity = $1 and file is null order by made_ms, id", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, identity->b);
    return all(q, a, out, n, err);
}

int tie_drop(struct db *db, const struct tie *tie, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from requests_tie where partner = $1 and id = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, tie->partner);
    db_bind_id(q, 2, tie->id);
    return db_run(q, err);
}
