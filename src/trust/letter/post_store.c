/* post_store: the tables of letters, and what both halves keep in them. */
#include "trust/letter/letter_embed.h"
#include "trust/letter/post_internal.h"

static const struct embedded *const steps[] = {&letter_schema_sql};
const struct db_schema letter_schema = {"letter", steps, 1};

const char post_evidence_receipt[] = "receipt";
const char post_evidence_replaced[] = "replaced";
const char post_evidence_twice[] = "twice";

int post_evidence_put(struct db *db, const uint8_t partner[static ID_LEN], const char *what, bytes body, int64_t now_ms, struct err *err)
{
    struct db_stmt *q;
    uint8_t digest[HASH_LEN];
    int r = db_prepare(db,
                       "insert into letter_evidence(partner, digest, what, body, seen_ms) select $1, $2, $3, $4, $5 "
                       "where (select count(*) from letter_evidence where partner = $1) < $6 on conflict do nothing",
                       &q, err);
    if (r < 0)
        return r;
    crypto_sha256(digest, body);
    db_bind_blob(q, 1, (bytes){partner, ID_LEN});
    db_bind_blob(q, 2, (bytes){digest, HASH_LEN});
    db_bind_text(q, 3, str_from(what));
    db_bind_blob(q, 4, body);
    db_bind_int(q, 5, now_ms);
    db_bind_int(q, 6, POST_EVIDENCE_MAX);
    return db_run(q, err);
}

void post_self(const struct node *node, uint8_t id[static ID_LEN])
{
    uint8_t key[SIGN_PUBLIC_LEN];
    keyring_public(node->keys, KEYRING_AGENCY, key);
    partner_id(key, id);
}
