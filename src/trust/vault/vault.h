/* vault: personal data, sealed in the database.
 *
 * What: puts, gets, walks and erases sealed records. A record is bytes the vault does not look into.
 * Why:  a stolen database, its WAL or a backup shows ids and lengths (padded to 64 bytes), no person.
 *
 *     struct vault_id id;
 *     vault_put(vault, db, VAULT_IDENTITY, content, fingerprint, &id, &added, err);   // inside act_run
 *
 * Each record has a data key of its own, wrapped by the node's key; associated data is table|id|kind|version, so rows cannot
 * be swapped. Erasing deletes the wrapped key and the content; db_scrub, after the transaction, rewrites the pages.
 * Not here: who may look (trust/access), the log of the look (trust/act), search (trust/match/search.h).
 */
#ifndef COMITY_VAULT_H
#define COMITY_VAULT_H

#include "ground/crypto/keyring.h"
#include "ground/db/db.h"

struct vault;

struct vault_id { uint8_t b[ID_LEN]; };
#define VAULT_FINGERPRINT_LEN 16
#define VAULT_CONTENT_MAX (16 * 1024 * 1024) /* ERR_LIMIT above */

enum vault_kind { VAULT_IDENTITY = 1, VAULT_ACT_DETAIL = 2, VAULT_QUESTION = 3, VAULT_LETTER = 4, VAULT_PEOPLE = 5,
                  VAULT_RECORD = 6, VAULT_ATTACHMENT = 7, VAULT_DRAFT = 8,
                  VAULT_APPROVAL = 9, VAULT_OVERSIGHT = 10, VAULT_STATEMENT = 11, VAULT_REQUEST = 12, VAULT_INTERVIEW = 13, VAULT_WATCH = 17, VAULT_ROTA = 18 };

extern const struct db_schema vault_schema;

/* Borrows the keyring for its lifetime. No I/O. */
struct vault *vault_open(const struct keyring *keys);
void vault_close(struct vault *v);

/* Stores content under a fresh random id. With a fingerprint (keyed; from vault_fingerprint) a second record of the same
 * kind and fingerprint is not stored: then *added is false and *id is the first one's. fingerprint NULL: always stored.
 * added may be NULL. */
MUST_USE int vault_put(const struct vault *v, struct db *db, enum vault_kind kind, bytes content,
                       const uint8_t fingerprint[VAULT_FINGERPRINT_LEN], struct vault_id *id, bool *added, struct err *err);
MUST_USE int vault_fingerprint(const struct vault *v, enum vault_kind kind, bytes content, uint8_t out[static VAULT_FINGERPRINT_LEN], struct err *err);

/* ERR_NOT_FOUND, ERR_CORRUPT when the seal does not hold. Content from arena. */
MUST_USE int vault_get(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id *id, struct arena *a, bytes *content, struct err *err);

/* For each record of several: content lives until fn returns; fn may use the database; a negative result stops. */
typedef int (*vault_each_fn)(const struct vault_id *id, bytes content, void *arg, struct err *err);

/* Gets n records in few round trips, in no particular order. Those that are not there are left out. */
MUST_USE int vault_get_many(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id ids[], size_t n, vault_each_fn fn,
                            void *arg, struct err *err);

/* Walks all records of a kind, in id order, page by page: outside a transaction it meets records that arrive behind its place. */
MUST_USE int vault_each(const struct vault *v, struct db *db, enum vault_kind kind, vault_each_fn fn, void *arg, struct err *err);
MUST_USE int vault_count(const struct vault *v, struct db *db, enum vault_kind kind, int64_t *count, struct err *err);

/* Deletes key and content; ERR_NOT_FOUND if there was none. Then call db_scrub once the transaction is committed. */
MUST_USE int vault_erase(const struct vault *v, struct db *db, enum vault_kind kind, const struct vault_id *id, struct err *err);

#endif
