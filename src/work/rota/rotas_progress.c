/* How far the search is that this program makes: one at a time, for whoever looks meanwhile. Kept nowhere. */
#include <pthread.h>
#include <string.h>

#include "work/rota/rotas_internal.h"

static struct {
    pthread_mutex_t lock;
    uint8_t rota[ID_LEN];
    bool runs;
    struct rotas_progress now;
} searching = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool rotas_progress(const uint8_t id[static ID_LEN], struct rotas_progress *out)
{
    pthread_mutex_lock(&searching.lock);
    const bool runs = searching.runs && memcmp(searching.rota, id, ID_LEN) == 0;
    if (runs)
        *out = searching.now;
    pthread_mutex_unlock(&searching.lock);
    return runs;
}

static bool go_on(void *arg, int64_t done, struct rota_score best)
{
    const bool *stopping = arg;
    pthread_mutex_lock(&searching.lock);
    searching.now.done = done;
    searching.now.best = best;
    pthread_mutex_unlock(&searching.lock);
    return !stopping || !__atomic_load_n(stopping, __ATOMIC_ACQUIRE);
}

int rotas_search(const struct rotas_seen *s, const uint8_t seed[static ROTA_SEED_LEN], const bool *stopping, uint8_t *roster, struct rota_score *score,
                 struct err *err)
{
    const struct rota_watch watch = {go_on, (void *)(uintptr_t)stopping};
    pthread_mutex_lock(&searching.lock);
    memcpy(searching.rota, s->one.id, ID_LEN);
    searching.now = (struct rotas_progress){.moves = s->book.moves, .began_ms = clock_now_ms()};
    searching.runs = true;
    pthread_mutex_unlock(&searching.lock);
    int r = rota_solve_watched(&s->book.rota, seed, s->book.moves, &watch, roster, score, err);
    pthread_mutex_lock(&searching.lock);
    searching.runs = false;
    pthread_mutex_unlock(&searching.lock);
    return r;
}
