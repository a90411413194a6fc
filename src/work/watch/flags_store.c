#include "work/watch/flags_store.h"

#include <string.h>

int flag_put(struct db *db, const struct flag_one *flag, const struct vault_id *content, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_flag(id, content, made_ms, until_ms) values($1, $2, $3, $4)", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, flag->id);
    db_bind_id(q, 2, content->b);
    db_bind_int(q, 3, flag->made_ms);
    db_bind_int(q, 4, flag->until_ms);
    return db_run(q, err);
}

int flag_get(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct vault_id *content, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select content from watch_flag where id = $1 and until_ms > $2", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, id);
    db_bind_int(q, 2, now_ms);
    if ((r = db_step(q, err)) <= 0)
        return r;
    const bool whole = db_col_id(q, 0, content->b);
    db_reset(q);
    return whole ? 1 : err_set(err, ERR_CORRUPT, "the table watch_flag holds a row that does not hold together");
}

int flag_document_put(struct db *db, const uint8_t id[static ID_LEN], const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_flag_document(fingerprint, flag) values($1, $2) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    db_bind_id(q, 2, id);
    return db_run(q, err);
}

int flag_ticket_put(struct db *db, const uint8_t id[static ID_LEN], const struct hall_given *ticket, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into watch_flag_ticket(hall, day, ticket, flag) values($1, $2, $3, $4) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, ticket->hall);
    db_bind_int(q, 2, ticket->day);
    db_bind_int(q, 3, ticket->ticket);
    db_bind_id(q, 4, id);
    return db_run(q, err);
}

int flag_ticket_note(struct db *db, const struct hall_given *ticket, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db,
                       "insert into watch_flag_ticket(hall, day, ticket, flag) select $1, $2, $3, d.flag from watch_flag_document d "
                       "join watch_flag f on f.id = d.flag where d.fingerprint = $4 and f.until_ms > $5",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, ticket->hall);
    db_bind_int(q, 2, ticket->day);
    db_bind_int(q, 3, ticket->ticket);
    db_bind_blob(q, 4, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    db_bind_int(q, 5, now_ms);
    return db_run(q, err);
}

int flag_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err)
{
    static const char *const drops[] = {"delete from watch_flag_document where flag = $1", "delete from watch_flag_ticket where flag = $1",
                                        "delete from watch_flag where id = $1"};
    int r = 0;
    for (size_t i = 0; r == 0 && i < sizeof drops / sizeof drops[0]; i++) {
        struct db_stmt *q;
        r = db_prepare(db, drops[i], &q, err);
        if (r < 0)
            return r;
        db_bind_id(q, 1, id);
        r = db_run(q, err);
    }
    return r;
}

int flags_due(struct db *db, int64_t now_ms, struct arena *a, struct flag_due **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db, "select id, content from watch_flag where until_ms <= $1 order by id", &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct flag_due *due = &(*out)[(*n)++];
        if (!db_col_id(q, 0, due->id) || !db_col_id(q, 1, due->content.b)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_flag holds a row that does not hold together");
        }
    }
    return r;
}

int flags_list(struct db *db, int64_t now_ms, struct arena *a, struct flag_one **out, size_t *n, struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db,
                       "select id, made_ms, until_ms, (select count(*) from watch_flag_document d where d.flag = f.id), "
                       "(select count(*) from watch_flag_ticket t where t.flag = f.id) from watch_flag f where until_ms > $1 order by made_ms desc, id",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_int(q, 1, now_ms);
    while ((r = db_step(q, err)) > 0) {
        arena_one_more(a, *out, *n, room);
        struct flag_one *one = &(*out)[(*n)++];
        *one = (struct flag_one){.made_ms = db_col_int(q, 1), .until_ms = db_col_int(q, 2), .documents = db_col_int(q, 3), .tickets = db_col_int(q, 4)};
        if (!db_col_id(q, 0, one->id)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_flag holds a row that does not hold together");
        }
    }
    return r;
}

/* A ticket with several links counts for the oldest: each call has one who was called. */
int flags_labels(struct db *db, const uint8_t hall[static ID_LEN], uint32_t day, int64_t now_ms, struct arena *a, struct watch_label **out, size_t *n,
                 struct err *err)
{
    struct db_stmt *q;
    size_t room = 0;
    *out = NULL;
    *n = 0;
    int r = db_prepare(db,
                       "select t.ticket, t.flag from watch_flag_ticket t join watch_flag f on f.id = t.flag where t.hall = $1 and t.day = $2 and "
                       "f.until_ms > $3 order by t.ticket, f.made_ms, f.id",
                       &q, err);
    if (r < 0)
        return r;
    db_bind_id(q, 1, hall);
    db_bind_int(q, 2, day);
    db_bind_int(q, 3, now_ms);
    while ((r = db_step(q, err)) > 0) {
        uint8_t id[ID_LEN];
        const uint32_t ticket = (uint32_t)db_col_int(q, 0);
        if (!db_col_id(q, 1, id)) {
            db_reset(q);
            return err_set(err, ERR_CORRUPT, "the table watch_flag_ticket holds a row that does not hold together");
        }
        if (*n && (*out)[*n - 1].ticket == ticket)
            continue;
        arena_one_more(a, *out, *n, room);
        (*out)[(*n)++] = (struct watch_label){ticket, str_printf(a, "%.*s%.*s", STR_ARG(FLAG_CODE), STR_ARG(hex_encode(a, (bytes){id, ID_LEN}))), true};
    }
    return r;
}
