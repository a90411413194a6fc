#include "trust/serve/delivery.h"

#define BODY_START (256 * 1024)
#define QUICK_MS 1000
#define SLOW_MS 5000

size_t delivery_body(const struct delivery *d)
{
    return d->body ? d->body : BODY_START;
}

int64_t delivery_backoff_ms(unsigned failures, uint32_t random)
{
    int64_t ms = DELIVERY_WAIT_MIN_MS;
    for (unsigned i = 1; i < failures && ms < DELIVERY_WAIT_MAX_MS; i++)
        ms *= 2;
    ms = ms < DELIVERY_WAIT_MAX_MS ? ms : DELIVERY_WAIT_MAX_MS;
    int64_t jitter = ms / 2 * (int64_t)(random % 1001) / 1000 - ms / 4;
    ms += jitter;
    return ms < DELIVERY_WAIT_MIN_MS ? DELIVERY_WAIT_MIN_MS : ms < DELIVERY_WAIT_MAX_MS ? ms : DELIVERY_WAIT_MAX_MS;
}

/* A clock that was set back must not make us wait for its old time: nothing is ever planned further ahead than this. */
static bool is_due(int64_t planned_ms, int64_t now_ms)
{
    return now_ms >= planned_ms || planned_ms - now_ms > 2LL * DELIVERY_GREET_MS;
}

enum delivery_step delivery_next(const struct delivery *d, bool due, bool due_is_large, int64_t now_ms)
{
    if (!is_due(d->next_ms, now_ms))
        return DELIVERY_WAIT;
    if (is_due(d->greet_ms, now_ms))
        return DELIVERY_GREET;
    if (is_due(d->pull_ms, now_ms))
        return DELIVERY_PULL;
    return !due ? DELIVERY_WAIT : due_is_large ? DELIVERY_PART : DELIVERY_BATCH;
}

static size_t within(size_t body)
{
    return body < DELIVERY_BODY_MIN ? DELIVERY_BODY_MIN : body < DELIVERY_BODY_MAX ? body : DELIVERY_BODY_MAX;
}

static void went_well(struct delivery *d, enum delivery_step step, enum delivery_result result, int64_t now_ms, int64_t took_ms)
{
    d->failures = 0;
    d->next_ms = now_ms;
    if (step == DELIVERY_GREET)
        d->greet_ms = now_ms + DELIVERY_GREET_MS;
    if (step == DELIVERY_PULL)
        d->pull_ms = now_ms + (result == DELIVERY_DIRECT ? DELIVERY_PULL_DIRECT_MS : result == DELIVERY_EMPTY ? DELIVERY_PULL_MS : 0);
    if ((step == DELIVERY_PART || step == DELIVERY_BATCH) && took_ms < QUICK_MS)
        d->body = within(delivery_body(d) * 2);
    if ((step == DELIVERY_PART || step == DELIVERY_BATCH) && took_ms > SLOW_MS)
        d->body = within(delivery_body(d) / 2);
}

void delivery_happened(struct delivery *d, enum delivery_step step, enum delivery_result result, int64_t now_ms, int64_t took_ms, uint32_t random)
{
    if (result == DELIVERY_WELL || result == DELIVERY_EMPTY || result == DELIVERY_DIRECT) {
        went_well(d, step, result, now_ms, took_ms);
        return;
    }
    d->failures++;
    d->next_ms = now_ms + delivery_backoff_ms(d->failures, random);
    if (result == DELIVERY_FAILED) {
        d->body = within(delivery_body(d) / 2);
        d->greet_ms = d->next_ms; /* whoever was away may have been restored from a backup */
    }
    if (result == DELIVERY_STUCK)
        d->greet_ms = d->next_ms;
}
