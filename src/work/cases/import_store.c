/* Which rows of tables became which files. */
#include "work/cases/import_files.h"

int import_known(struct db *db, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], bool *known, struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "select 1 from cases_imported where fingerprint = $1", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    r = db_step(q, err);
    *known = r > 0;
    db_reset(q);
    return r < 0 ? r : 0;
}

int import_note(struct db *db, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], const uint8_t file[static ID_LEN], struct err *err)
{
    struct db_stmt *q;
    int r = db_prepare(db, "insert into cases_imported(fingerprint, file) values($1, $2) on conflict do nothing", &q, err);
    if (r < 0)
        return r;
    db_bind_blob(q, 1, (bytes){fingerprint, VAULT_FINGERPRINT_LEN});
    db_bind_blob(q, 2, (bytes){file, ID_LEN});
    return db_run(q, err);
}
