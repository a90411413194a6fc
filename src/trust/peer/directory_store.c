#include "trust/peer/directory_store.h"

int directory_store_announce(struct db *db, const uint8_t partner[static ID_LEN], str card, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "delete from peer_announced where partner = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    if ((r = db_run(q, err)) < 0 || card.len == 0)
        return r;
    if ((r = db_prepare(db, "insert into peer_announced(partner, card, seen_ms) values ($1, $2, $3)", &q, err)) < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_text(q, 2, card);
    db_bind_int(q, 3, now_ms);
    return db_run(q, err);
}

int directory_store_announced(struct db *db, const uint8_t partner[static ID_LEN], struct arena *a, str *card, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select card from peer_announced where partner = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    if ((r = db_step(q, err)) > 0) {
        *card = str_dup(a, db_col_text(q, 0));
        db_reset(q);
    }
    return r;
}
