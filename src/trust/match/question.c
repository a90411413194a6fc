#include "trust/match/question.h"

#include <stdlib.h>
#include <string.h>

struct question {
    size_t n;
    size_t lengths[QUESTION_POINTS];
    uint8_t inputs[QUESTION_POINTS][MATCH_INPUT_MAX];
    oprf_scalar blinds[QUESTION_POINTS];
    oprf_point points[QUESTION_POINTS];
};

static void inputs_of(const struct question *q, bytes out[QUESTION_POINTS])
{
    for (size_t i = 0; i < q->n; i++)
        out[i] = (bytes){q->inputs[i], q->lengths[i]};
}

int question_make(const struct match_key keys[], size_t n, struct question **out, struct err *err)
{
    if (n < 1 || n > QUESTION_POINTS)
        return err_set(err, ERR_INPUT, "a question has 1 to %d keys, not %zu: give at least a whole name with a birth date, or a document or phone",
                       QUESTION_POINTS, n);
    for (size_t i = 0; i < n; i++)
        if (keys[i].input.len > MATCH_INPUT_MAX)
            return err_set(err, ERR_INPUT, "key %zu of the question is longer than %d bytes", i, MATCH_INPUT_MAX);
    struct question *q = secret_alloc(sizeof *q);
    bytes inputs[QUESTION_POINTS];
    q->n = n;
    for (size_t i = 0; i < n; i++) {
        q->lengths[i] = keys[i].input.len;
        memcpy(q->inputs[i], keys[i].input.p, keys[i].input.len);
    }
    inputs_of(q, inputs);
    int result = oprf_blind(OPRF_MODE_VOPRF, inputs, n, NULL, q->blinds, q->points, err);
    if (result < 0) {
        secret_free(q);
        return result;
    }
    /* real points first, padding after: both are uniformly random elements, so the order tells nothing */
    oprf_padding(q->points + n, QUESTION_POINTS - n);
    *out = q;
    return 0;
}

void question_free(struct question *q)
{
    secret_free(q);
}

const oprf_point *question_points(const struct question *q)
{
    return q->points;
}

size_t question_keys(const struct question *q)
{
    return q->n;
}

int question_open(const struct question *q, const oprf_point *holder, const oprf_point evaluated[static QUESTION_POINTS],
                  const uint8_t proof[static OPRF_PROOF_LEN], oprf_output outputs[static QUESTION_POINTS], struct err *err)
{
    bytes inputs[QUESTION_POINTS];
    inputs_of(q, inputs);
    return oprf_finalize(OPRF_MODE_VOPRF, holder, NULL, inputs, q->blinds, q->n, q->points, evaluated, QUESTION_POINTS, proof, outputs, err);
}

static unsigned met(const struct match_hit *h)
{
    return (unsigned)__builtin_popcountll(h->keys);
}

static int more_keys_first(const void *a, const void *b)
{
    const struct match_hit *x = a, *y = b;
    if (met(x) != met(y))
        return met(x) > met(y) ? -1 : 1;
    return x->handle < y->handle ? -1 : x->handle > y->handle;
}

int question_lookup(const oprf_output outputs[], size_t n, struct map *const maps[], size_t n_maps, struct arena *a,
                    struct match_hit **hits_out, size_t *n_hits, struct err *err)
{
    struct match_hit *hits = arena_array(a, struct match_hit, n * n_maps * MAP_SLOTS_MAX);
    size_t found = 0;
    for (size_t k = 0; k < n; k++) {
        for (size_t m = 0; m < n_maps; m++) {
            struct map_value values[MAP_SLOTS_MAX];
            size_t n_values;
            int result = map_lookup(maps[m], &outputs[k], values, &n_values, err);
            if (result < 0)
                return result;
            for (size_t v = 0; v < n_values; v++) {
                size_t h = 0;
                while (h < found && hits[h].handle != values[v].handle)
                    h++;
                if (h == found)
                    hits[found++] = (struct match_hit){.handle = values[v].handle};
                hits[h].bits |= values[v].bits;
                hits[h].keys |= (uint64_t)1 << k;
            }
        }
    }
    qsort(hits, found, sizeof *hits, more_keys_first);
    *hits_out = hits;
    *n_hits = found;
    return 0;
}
