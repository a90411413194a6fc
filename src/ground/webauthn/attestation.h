/* attestation: the CBOR around a new credential, taken apart. Private to ground/webauthn.
 *
 * Only what CTAP 2 calls canonical is read: definite lengths, shortest heads, no tags; nothing may stand behind the end.
 */
#ifndef COMITY_WEBAUTHN_ATTESTATION_H
#define COMITY_WEBAUTHN_ATTESTATION_H

#include "ground/base/base.h"

/* Authenticator data, section 6.1 of the standard. Borrows from the input. */
struct authenticator_data {
    bytes rp_hash;
    uint8_t flags;
    uint32_t sign_count;
    bytes credential; /* id, when there is one in it */
};
enum { FLAG_PRESENT = 0x01, FLAG_VERIFIED = 0x04, FLAG_MAY_BACKUP = 0x08, FLAG_BACKUP = 0x10, FLAG_CREDENTIAL = 0x40, FLAG_EXTENSIONS = 0x80 };

struct attestation {
    bytes authenticator_data;
    bool self_signed; /* "packed" without a certificate: */
    int64_t algorithm;
    bytes signature;
};

/* ERR_INPUT; ERR_DENIED for a statement that was not asked for. Borrows. */
MUST_USE int attestation_read(bytes object, struct attestation *out, struct err *err);
MUST_USE int authenticator_data_read(bytes data, struct authenticator_data *out, struct err *err);

#endif
