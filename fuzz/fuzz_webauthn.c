/* What a browser sends for a passkey: the first byte says which of the three parts is hostile, the rest is that part. */
#include "ground/crypto/crypto.h"
#include "ground/webauthn/webauthn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct webauthn_site site = {.rp_id = {"localhost", 9}, .origin = {"http://localhost", 16}};
#define CLIENT_DATA(type) STR("{\"type\":\"webauthn." type "\",\"challenge\":\"AAAA\",\"origin\":\"http://localhost\"}")

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t challenge_bytes[3], signature[8];
    const bytes challenge = {challenge_bytes, 3};
    struct err err = {0};
    if (size == 0 || crypto_open(&err) < 0)
        return 0;
    struct arena *a = arena_new();
    const bytes part = {data + 1, size - 1};
    struct webauthn_credential credential = {.algorithm = webauthn_algorithms[data[0] / 4 % 3], .key = {1}, .key_len = (size_t)data[0] / 16 * 32};
    struct webauthn_proof proof;
    struct webauthn_assertion assertion = {str_bytes(CLIENT_DATA("get")), part, {signature, sizeof signature}};
    switch (data[0] & 3) {
    case 0: {
        int r = webauthn_created(&site, challenge, str_bytes(CLIENT_DATA("create")), part, a, &credential, &err);
        if (r == 0 && (credential.id.len == 0 || credential.id.len > WEBAUTHN_ID_MAX || credential.key_len > WEBAUTHN_KEY_MAX))
            __builtin_trap();
        break;
    }
    case 1: (void)!webauthn_created(&site, challenge, part, (bytes){0}, a, &credential, &err); break;
    case 2: assertion.signature = part; assertion.authenticator_data = (bytes){data, size}; /* fall through */
    default: (void)!webauthn_asserted(&site, challenge, &credential, &assertion, a, &proof, &err);
    }
    arena_free(a);
    return 0;
}
