/* webauthn: what a passkey says, checked (libfido2; W3C Web Authentication Level 2, sections 7.1 and 7.2).
 *
 * What: a new credential, and a proof that its key was used, from the bytes a browser hands over.
 * Why:  a passkey is bound to the site: who types her password into a copy of the site can lose it, who uses a passkey cannot.
 *
 *     struct webauthn_site site = {.rp_id = STR("node.example"), .origin = STR("https://node.example")};
 *     webauthn_created(&site, challenge, client_data, attestation, arena, &credential, &err);         // keep id, key and count
 *     webauthn_asserted(&site, challenge, &credential, &assertion, arena, &proof, &err);              // she was there and proved it
 *
 * Checked: type, challenge, origin, no frame of another site, the site's hash, user present and verified, the algorithm, the signature,
 * the count. ERR_INPUT: not what a browser sends; ERR_DENIED: it does not hold. Pure: the challenge is an argument. Not here: making
 * challenges and using each once (trust/people), and who made the authenticator: no attestation is asked for.
 */
#ifndef COMITY_WEBAUTHN_H
#define COMITY_WEBAUTHN_H

#include "ground/base/base.h"

#define WEBAUTHN_ID_MAX 1023  /* bytes of a credential id, as the standard has it */
#define WEBAUTHN_KEY_MAX 259  /* the largest: RSA of 2,048 bits */
#define WEBAUTHN_CLIENT_DATA_MAX 4096
#define WEBAUTHN_DATA_MAX 4096 /* of attestation object and authenticator data */
#define WEBAUTHN_SIGNATURE_MAX 1024

struct webauthn_site {
    str rp_id;  /* a host name: "localhost" */
    str origin; /* "http://localhost:8080" */
};

struct webauthn_credential {
    bytes id;            /* from arena */
    int algorithm;       /* of webauthn_algorithms */
    uint8_t key[WEBAUTHN_KEY_MAX];
    size_t key_len;
    uint32_t sign_count; /* how often the key was used; 0 where passkeys do not count */
};

struct webauthn_assertion { bytes client_data, authenticator_data, signature; };
struct webauthn_proof {
    uint32_t sign_count; /* to be kept */
    bool copied;         /* with ERR_DENIED: the signature holds, but the count went backwards: there may be two of this key */
};

/* COSE numbers of the algorithms that are accepted, ended by 0: ES256, EdDSA (Ed25519), RS256. */
extern const int webauthn_algorithms[];

MUST_USE int webauthn_created(const struct webauthn_site *site, bytes challenge, bytes client_data, bytes attestation, struct arena *a,
                              struct webauthn_credential *out, struct err *err);
MUST_USE int webauthn_asserted(const struct webauthn_site *site, bytes challenge, const struct webauthn_credential *credential,
                               const struct webauthn_assertion *assertion, struct arena *a, struct webauthn_proof *out, struct err *err);

#endif
