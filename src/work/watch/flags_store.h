/* flags_store: rows of flags.h. Private to work/watch. Functions that write are for use inside an act. */
#ifndef COMITY_WATCH_FLAGS_STORE_H
#define COMITY_WATCH_FLAGS_STORE_H

#include "trust/vault/vault.h"
#include "work/watch/flags.h"

MUST_USE int flag_put(struct db *db, const struct flag_one *flag, const struct vault_id *content, struct err *err);
/* 1: it is there; 0: it has ended. */
MUST_USE int flag_get(struct db *db, const uint8_t id[static ID_LEN], int64_t now_ms, struct vault_id *content, struct err *err);
MUST_USE int flag_document_put(struct db *db, const uint8_t id[static ID_LEN], const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], struct err *err);
MUST_USE int flag_ticket_put(struct db *db, const uint8_t id[static ID_LEN], const struct hall_given *ticket, struct err *err);
/* Notes a ticket with every link that has this document. */
MUST_USE int flag_ticket_note(struct db *db, const struct hall_given *ticket, const uint8_t fingerprint[static VAULT_FINGERPRINT_LEN], int64_t now_ms,
                              struct err *err);
/* The row, its documents and tickets. */
MUST_USE int flag_drop(struct db *db, const uint8_t id[static ID_LEN], struct err *err);
struct flag_due { uint8_t id[ID_LEN]; struct vault_id content; };
MUST_USE int flags_due(struct db *db, int64_t now_ms, struct arena *a, struct flag_due **out, size_t *n, struct err *err);

#endif
