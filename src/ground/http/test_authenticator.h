/* test_authenticator: an authenticator and its browser, in software (GnuTLS, so that what signs is not what verifies). For tests only.
 *
 *     struct authenticator *key = authenticator_new(AUTHENTICATOR_ES256);
 *     struct ceremony c = ceremony_of(challenge);                 // then change what should be wrong
 *     bytes object = authenticator_create(key, a, &c);            // and c.client_data
 *     struct webauthn_assertion proof = authenticator_sign(key, a, &c);
 */
#ifndef COMITY_HTTP_TEST_AUTHENTICATOR_H
#define COMITY_HTTP_TEST_AUTHENTICATOR_H

#include "ground/webauthn/webauthn.h"

enum authenticator_kind { AUTHENTICATOR_ES256, AUTHENTICATOR_EDDSA, AUTHENTICATOR_RS256 };

/* What a browser would put in, every part to be falsified. */
struct ceremony {
    str rp_id, origin, type; /* type empty: the right one */
    bytes challenge;
    str more;                /* further members of clientDataJSON, with a comma before: ",\"crossOrigin\":true" */
    uint8_t flags;           /* user present and verified */
    uint32_t count;
    bytes id;
    bool self_signed, wrong_signature, with_key; /* the last: a key in an assertion */
    str extensions;          /* CBOR, when the flag is set */
    bytes client_data;       /* filled by create and sign */
};
struct ceremony ceremony_of(bytes challenge);

struct authenticator;
struct authenticator *authenticator_new(enum authenticator_kind kind);
void authenticator_free(struct authenticator *key);
bytes authenticator_create(struct authenticator *key, struct arena *a, struct ceremony *c); /* the attestation object */
struct webauthn_assertion authenticator_sign(struct authenticator *key, struct arena *a, struct ceremony *c);
bytes authenticator_data(struct authenticator *key, struct arena *a, const struct ceremony *c, bool with_key);
/* An attestation object of these parts. */
bytes attestation_object(struct arena *a, str format, bytes statement, bytes data);

#endif
