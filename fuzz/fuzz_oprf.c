/* What a partner sends in a question and in an answer: points and a proof. */
#include <stdlib.h>
#include <string.h>

#include "ground/crypto/oprf.h"

#define N 4

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct oprf_key *keys[3];
    static oprf_scalar blinds[N];
    static oprf_point blinded[N];
    static bytes inputs[N];
    struct err err = {0};
    if (!keys[0]) {
        static const uint8_t seed[32] = {1};
        if (crypto_open(&err) < 0)
            abort();
        for (int mode = 0; mode < 3; mode++)
            if (oprf_key_derive(mode, seed, (bytes){0}, &keys[mode], &err) < 0)
                abort();
        if (oprf_blind(OPRF_MODE_VOPRF, inputs, N, NULL, blinds, blinded, &err) < 0)
            abort();
    }
    oprf_point points[N], evaluated[N];
    oprf_output outputs[N];
    uint8_t proof[OPRF_PROOF_LEN];
    if (size < 1 + sizeof points + sizeof proof)
        return 0;
    enum oprf_mode mode = data[0] % 3;
    size_t n = 1 + data[0] / 3 % N;
    bytes info = {data + 1, 16};
    memcpy(points, data + 1, sizeof points);
    memcpy(proof, data + 1 + sizeof points, sizeof proof);
    /* the holder, with points from outside: what it answers must hold for whoever asked */
    if (oprf_evaluate(keys[mode], &info, points, n, evaluated, proof, NULL, &err) == 0 && mode != OPRF_MODE_OPRF &&
        oprf_finalize(mode, oprf_key_public(keys[mode]), &info, inputs, blinds, n, points, evaluated, n, proof, outputs, &err) < 0)
        abort();
    /* the asker, with an answer from outside: nothing but the holder's key can satisfy the proof */
    memcpy(proof, data + 1 + sizeof points, sizeof proof);
    if (oprf_finalize(OPRF_MODE_VOPRF, oprf_key_public(keys[1]), NULL, inputs, blinds, n, blinded, points, n, proof, outputs, &err) == 0)
        abort();
    if (oprf_finalize(OPRF_MODE_OPRF, oprf_key_public(keys[0]), NULL, inputs, blinds, n, blinded, points, n, NULL, outputs, &err) < 0 &&
        err.code != ERR_CRYPTO)
        abort();
    return 0;
}
