/* Log proofs as text, and the proof arithmetic on any hashes and sizes: the first 32 bytes are the numbers. */
#include <stdlib.h>
#include <string.h>

#include "trust/log/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void any_numbers(const uint8_t *data, size_t size)
{
    struct merkle_hash hashes[2 * MERKLE_PROOF_MAX], root1 = {{1}}, root2 = {{2}};
    size_t n = (size - 32) / HASH_LEN;
    if (n > 2 * MERKLE_PROOF_MAX)
        n = 2 * MERKLE_PROOF_MAX;
    memcpy(hashes, data + 32, n * HASH_LEN);
    struct merkle_proof proof = {hashes, n};
    uint64_t x = get_u64be(data), y = get_u64be(data + 8), z = get_u64be(data + 16);
    /* nobody finds a proof between two roots that are no digests of anything known */
    if (merkle_verify_inclusion(x, y, &root1, &proof, &root2, NULL) == 0 ||
        (x && merkle_verify_consistency(x, y, &proof, &root1, &root2, NULL) == 0) ||
        merkle_verify_subtree(x, y, z, &proof, &root1, &root2, NULL) == 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    struct tlog_proof proof, again;
    if (tlog_proof_parse(a, bytes_str((bytes){data, size}), &proof, NULL) == 0) {
        str text = tlog_proof_format(a, &proof);
        if (tlog_proof_parse(a, text, &again, NULL) < 0 || again.index != proof.index || again.path.n != proof.path.n ||
            !str_eq(again.checkpoint, proof.checkpoint))
            abort();
    }
    if (size >= 32)
        any_numbers(data, size);
    arena_free(a);
    return 0;
}
