/* court_check: whether a bundle for a court is what was made, offline.
 *
 *     court_check(content, key, a, &found, &err);       // ERR_CRYPTO, ERR_INPUT: what does not hold
 *
 * Every file is in the manifest with the digest it has, the manifest is signed by this agency, the log's leaf commits to it, the leaf is in the
 * log; statements in it hold by themselves; and the archive's own fields are as they were written
 * (how deflate says the same bytes may differ: what is in the files may not). Pure. Not here: how it is made (court.h).
 */
#ifndef COMITY_COURT_CHECK_H
#define COMITY_COURT_CHECK_H

#include "ground/crypto/crypto.h"

#define BUNDLE_MANIFEST_MAX ((size_t)256 * 1024)

struct court_found {
    uint8_t id[ID_LEN];
    size_t files, statements;
    int64_t made_ms;
    uint64_t leaf_index;
    str log_key; /* from arena */
};
MUST_USE int court_check(bytes content, const uint8_t key[static SIGN_PUBLIC_LEN], struct arena *a, struct court_found *out, struct err *err);

#endif
