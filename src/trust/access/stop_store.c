#include "trust/access/stop.h"

int access_stop_put(struct db *db, const struct access_stop *stop, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into access_stop(file, about, since_ms) values($1, $2, $3) on conflict(file, about) do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){stop->file, ID_LEN});
    db_bind_blob(q, 2, (bytes){stop->about, ID_LEN});
    db_bind_int(q, 3, stop->since_ms);
    return db_run(q, err);
}

int access_stop_lift(struct db *db, const uint8_t file[static ID_LEN], const uint8_t about[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from access_stop where file = $1 and about = $2", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){file, ID_LEN});
    db_bind_blob(q, 2, (bytes){about, ID_LEN});
    return db_run(q, err);
}

int access_stopped(struct db *db, const uint8_t file[static ID_LEN], bool *stopped, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from access_stop where file = $1 limit 1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){file, ID_LEN});
    r = db_step(q, err);
    *stopped = r > 0;
    if (r > 0)
        db_reset(q);
    return r < 0 ? r : 0;
}
