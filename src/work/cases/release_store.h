/* release_store: which records are released for which purpose: ids only. Private to work/cases. Within an act. */
#ifndef COMITY_CASES_RELEASE_STORE_H
#define COMITY_CASES_RELEASE_STORE_H

#include "ground/db/db.h"
#include "trust/vault/vault.h"

MUST_USE int release_store_add(struct db *db, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], str purpose,
                               const uint8_t release[static ID_LEN], struct err *err);
/* What it released is released no more, unless by another. */
MUST_USE int release_store_end(struct db *db, const uint8_t file[static ID_LEN], const uint8_t release[static ID_LEN], struct err *err);
MUST_USE int release_store_holds(struct db *db, const uint8_t file[static ID_LEN], const uint8_t record[static ID_LEN], str purpose, bool *holds,
                                 struct err *err);
/* Of a file, or, with record, of one of its records. */
MUST_USE int release_store_erase(struct db *db, const uint8_t file[static ID_LEN], const uint8_t *record, struct err *err);

#endif
