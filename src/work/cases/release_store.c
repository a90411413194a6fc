#include "work/cases/release_store.h"

int release_store_add(struct db *db, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], str purpose,
                      const uint8_t release[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into cases_release(file, record, purpose, release) values($1, $2, $3, $4)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_id(q, 2, record);
    db_bind_text(q, 3, purpose);
    db_bind_id(q, 4, release);
    return db_run(q, err);
}

static int drop(struct db *db, const char *sql, const uint8_t *file, const uint8_t *other, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, sql, &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    if (other)
        db_bind_id(q, 2, other);
    return db_run(q, err);
}

int release_store_end(struct db *db, const uint8_t file[static ID_LEN], const uint8_t release[static ID_LEN], struct err *err)
{
    return drop(db, "delete from cases_release where file = $1 and release = $2", file, release, err);
}

int release_store_erase(struct db *db, const uint8_t file[static ID_LEN], const uint8_t *record, struct err *err)
{
    if (record) /* and what tells of it */
        return drop(db, "delete from cases_release where file = $1 and record in (select id from cases_record where file = $1 and (id = $2 or about = $2))",
                    file, record, err);
    return drop(db, "delete from cases_release where file = $1", file, NULL, err);
}

int release_store_holds(struct db *db, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], str purpose, bool *holds, struct err *err)
{
    struct db_stmt *q;
    *holds = false;
    int r = db_prepare(db, "select 1 from cases_release where file = $1 and record = $2 and purpose = $3", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, file);
    db_bind_id(q, 2, record);
    db_bind_text(q, 3, purpose);
    r = db_step(q, err);
    *holds = r > 0;
    db_reset(q);
    return r < 0 ? r : 0;
}
