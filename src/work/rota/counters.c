/* Who stands at which counter: a lot, within bounds where it can. */
#include <string.h>

#include "work/rota/random.h"
#include "work/rota/repair.h"

static void lot(struct rota_random *random, int n, int n_counters, int counter[])
{
    const int places = n > n_counters ? n : n_counters;
    int place[ROTA_OFFICERS_MAX];
    for (int i = 0; i < places; i++)
        place[i] = i < n_counters ? i + 1 : 0;
    for (int i = 0; i < n; i++) { /* each place as likely for each officer */
        const int j = i + rota_lot(random, places - i);
        counter[i] = place[j];
        place[j] = place[i];
    }
}

void rota_counters(const uint8_t seed[static ROTA_SEED_LEN], int n, int n_counters, int counter[])
{
    struct rota_random random = rota_random(seed);
    lot(&random, n, n_counters, counter);
}

static int above(int times, int max)
{
    return max > 0 && times > max ? times - max : 0;
}

static int breaks(int n, int n_counters, const struct rota_counter_bounds *b, const struct rota_counter_past *past, const int counter[])
{
    int sum = 0;
    for (int i = 0; i < n; i++) {
        if (!counter[i])
            continue;
        sum += above(past->had[i * n_counters + counter[i] - 1] + 1, b->had);
        sum += above(past->last[i] == counter[i] ? past->row[i] + 1 : 1, b->row);
        for (int j = 0; j < n; j++)
            if (counter[j] == counter[i] + 1)
                sum += above(past->beside[i * n + j] + 1, b->beside);
    }
    return sum;
}

int rota_counters_within(const uint8_t seed[static ROTA_SEED_LEN], int n, int n_counters, const struct rota_counter_bounds *bounds,
                         const struct rota_counter_past *past, int counter[])
{
    struct rota_random random = rota_random(seed);
    int best = -1, tried[ROTA_OFFICERS_MAX];
    for (int i = 0; i < ROTA_COUNTER_LOTS && best != 0; i++) {
        lot(&random, n, n_counters, tried);
        const int broken = breaks(n, n_counters, bounds, past, tried);
        if (best >= 0 && broken >= best)
            continue;
        best = broken;
        memcpy(counter, tried, (size_t)n * sizeof *counter);
    }
    return best;
}
