/* How clocks are kept, partner by partner: see request.h. */
#include <stdlib.h>
#include <string.h>

#include "work/requests/request_store.h"

struct scoring {
    struct arena *a;
    int64_t now_ms;
    struct request_score *all;
    size_t n, room;
    int64_t *times; /* of the one that is being added up: from begin to end */
    size_t n_times, times_room;
};

static int by_size(const void *x, const void *y)
{
    const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static void finish(struct scoring *s)
{
    if (s->n == 0 || s->n_times == 0)
        return;
    qsort(s->times, s->n_times, sizeof *s->times, by_size);
    s->all[s->n - 1].median_ms = s->times[(s->n_times - 1) / 2];
    s->all[s->n - 1].longest_ms = s->times[s->n_times - 1];
    s->n_times = 0;
}

static struct request_score *score_of(struct scoring *s, const struct request *r)
{
    struct request_score *last = s->n ? &s->all[s->n - 1] : NULL;
    if (last && last->theirs == r->outgoing && memcmp(last->partner, r->partner, ID_LEN) == 0)
        return last;
    finish(s);
    arena_one_more(s->a, s->all, s->n, s->room);
    last = &s->all[s->n++];
    *last = (struct request_score){.theirs = r->outgoing};
    memcpy(last->partner, r->partner, ID_LEN);
    return last;
}

static void add_time(struct scoring *s, int64_t ms)
{
    arena_one_more(s->a, s->times, s->n_times, s->times_room);
    s->times[s->n_times++] = ms;
}

static int add(const struct request *r, int64_t begun_ms, void *arg, struct err *err)
{
    struct scoring *s = arg;
    struct request_score *score = score_of(s, r);
    (void)err;
    score->asked++;
    score->open += request_is_open(r->state);
    score->overdue += request_overdue(r, s->now_ms);
    score->answered += r->state == REQUEST_ANSWERED;
    score->refused += r->state == REQUEST_REFUSED;
    score->withdrawn += r->state == REQUEST_WITHDRAWN;
    if (r->state != REQUEST_ANSWERED && r->state != REQUEST_REFUSED)
        return 0;
    score->in_time += r->ended_ms <= r->due_ms;
    if (begun_ms)
        add_time(s, r->ended_ms > begun_ms ? r->ended_ms - begun_ms : 0);
    const struct request_word *why = r->state == REQUEST_REFUSED ? request_word(request_refusals, r->refusal) : NULL;
    if (why)
        score->refusals[why - request_refusals]++;
    return 0;
}

static int do_score(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct scoring *s = arg;
    (void)act;
    s->n = s->n_times = 0;
    int r = request_store_each(node->db, add, s, err);
    finish(s);
    return r;
}

int request_scores(const struct casework *w, struct arena *a, struct request_score **out, size_t *n, struct err *err)
{
    struct scoring s = {.a = a, .now_ms = w->now_ms};
    struct act act = {.verb = VERB_REQUESTS, .actor = w->actor, .now_ms = w->now_ms};
    int r = act_run(w->node, &act, do_score, &s, err);
    *out = s.all;
    *n = s.n;
    return r;
}
