/* The judge: reads a roster day by day, as the rules are written, and knows nothing of what the solver reckons with. */
#include "work/rota/rota.h"

struct court {
    struct arena *arena;
    const struct rota *rota;
    const uint8_t *roster;
    struct rota_score score;
    struct rota_breach *breaches;
    size_t n, room;
    bool wanted; /* whether somebody asks for the list */
};

static void add(struct court *c, struct rota_breach breach)
{
    if (breach.cost == 0)
        return;
    if (breach.hard)
        c->score.hard += breach.cost;
    else
        c->score.soft += breach.cost;
    if (!c->wanted)
        return;
    arena_one_more(c->arena, c->breaches, c->n, c->room);
    c->breaches[c->n++] = breach;
}

static int duty_of(const struct court *c, int officer, int day)
{
    return c->roster[officer * c->rota->n_days + day];
}

static bool within(uint64_t set, int bit)
{
    return set >> bit & 1;
}

/* One rule for one officer: where it stands, so that a breach can be told. */
struct hearing {
    struct court *court;
    const struct rota_rule *rule;
    int officer, index;
};

/* n against the bounds of the rule; first and last say where. */
static void weigh(struct hearing *h, int n, int first, int last)
{
    const struct rota_rule *rule = h->rule;
    const int unit = rule->kind == ROTA_SUM ? rule->unit : 1;
    int amount = 0;
    if (n < rule->min)
        amount = -((rule->min - n + unit - 1) / unit);
    if (n > rule->max)
        amount = (n - rule->max + unit - 1) / unit;
    const int64_t cost = amount < 0 ? (int64_t)-amount * rule->under : (int64_t)amount * rule->over;
    add(h->court, (struct rota_breach){ROTA_BREACH_RULE, h->index, h->officer, -1, first, last, amount, cost, rule->hard});
}

/* Whether the officer's duty of the day is one that the rule counts. */
static bool counts(const struct hearing *h, int day)
{
    const struct rota_rule *rule = h->rule;
    const int duty = duty_of(h->court, h->officer, day);
    return within(rule->days, day) && within(rule->duties, duty) && (!rule->visits || within(rule->visits[duty], day));
}

static void hear_count(struct hearing *h)
{
    int n = 0;
    for (int d = 0; d < h->court->rota->n_days; d++)
        if (counts(h, d))
            n += h->rule->kind == ROTA_SUM ? h->court->rota->duties[duty_of(h->court, h->officer, d)].minutes : 1;
    weigh(h, n, -1, -1);
}

static void hear_run(struct hearing *h)
{
    const int n_days = h->court->rota->n_days;
    for (int d = 0; d < n_days; d++) {
        if (!counts(h, d))
            continue;
        int end = d;
        while (end + 1 < n_days && counts(h, end + 1))
            end++;
        const bool open = h->rule->open_ends && (d == 0 || end == n_days - 1);
        if (!open || end - d + 1 > h->rule->max)
            weigh(h, end - d + 1, d, end);
        d = end;
    }
}

static void hear_row(struct hearing *h)
{
    int n = 0, first = 0, last = 0;
    for (int d = 0; d < h->court->rota->n_days; d++) {
        if (duty_of(h->court, h->officer, d) == ROTA_OFF)
            continue;
        if (counts(h, d)) {
            first = n == 0 ? d : first;
            last = d;
            n++;
            continue;
        }
        if (n > h->rule->max)
            weigh(h, n, first, last);
        n = 0;
    }
    if (n > h->rule->max)
        weigh(h, n, first, last);
}

static void hear_pattern(struct hearing *h)
{
    const struct rota_rule *rule = h->rule;
    for (int d = 0; d + rule->n_steps <= h->court->rota->n_days; d++) {
        bool match = within(rule->days, d);
        for (int i = 0; match && i < rule->n_steps; i++)
            match = within(rule->step[i], duty_of(h->court, h->officer, d + i));
        if (match)
            add(h->court, (struct rota_breach){ROTA_BREACH_RULE, h->index, h->officer, -1, d, d + rule->n_steps - 1, 1, rule->over, rule->hard});
    }
}

struct weekend {
    int first, last, days, worked;
};

static bool weekend_at(const struct hearing *h, int nth, struct weekend *w)
{
    const uint64_t days = rota_weekend(h->court->rota, h->rule, nth);
    *w = (struct weekend){.first = -1};
    for (int d = 0; d < h->court->rota->n_days; d++)
        if (within(days, d)) {
            w->first = w->first < 0 ? d : w->first;
            w->last = d;
            w->days++;
            w->worked += counts(h, d);
        }
    return w->days > 0;
}

static void hear_weekends(struct hearing *h)
{
    struct weekend w;
    int n = 0;
    for (int i = 0; weekend_at(h, i, &w); i++)
        n += w.worked > 0;
    weigh(h, n, -1, -1);
}

static void hear_weekend_run(struct hearing *h)
{
    struct weekend w;
    int n = 0, first = -1, last = -1;
    for (int i = 0; weekend_at(h, i, &w); i++) {
        if (w.worked) {
            first = n == 0 ? w.first : first;
            last = w.last;
            n++;
        } else {
            if (n)
                weigh(h, n, first, last);
            n = 0;
        }
    }
    if (n)
        weigh(h, n, first, last);
}

static void hear_weekend_whole(struct hearing *h)
{
    struct weekend w;
    for (int i = 0; weekend_at(h, i, &w); i++) {
        if (w.days < h->rule->weekend_len || w.worked == 0 || w.worked == w.days)
            continue;
        int first = w.first, last = w.last;
        while (!counts(h, first))
            first++;
        while (!counts(h, last))
            last--;
        const int amount = w.days - w.worked + (last - first + 1 > w.worked ? w.days : 0);
        add(h->court, (struct rota_breach){ROTA_BREACH_RULE, h->index, h->officer, -1, w.first, w.last, amount, (int64_t)amount * h->rule->over,
                                           h->rule->hard});
    }
}

static void hear_weekend_same(struct hearing *h)
{
    struct weekend w;
    for (int i = 0; weekend_at(h, i, &w); i++) {
        if (w.days < h->rule->weekend_len || w.worked < w.days)
            continue;
        int amount = 0;
        for (int d = w.first; d <= w.last; d++) {
            int same = 0, before = 0;
            for (int e = w.first; e <= w.last; e++)
                if (duty_of(h->court, h->officer, d) == duty_of(h->court, h->officer, e)) {
                    same++;
                    before += e < d;
                }
            amount += before ? 0 : w.days - same;
        }
        add(h->court, (struct rota_breach){ROTA_BREACH_RULE, h->index, h->officer, -1, w.first, w.last, amount, (int64_t)amount * h->rule->over,
                                           h->rule->hard});
    }
}

static void (*const hear[ROTA_KINDS])(struct hearing *) = {
    [ROTA_COUNT] = hear_count,
    [ROTA_SUM] = hear_count,
    [ROTA_RUN] = hear_run,
    [ROTA_ROW] = hear_row,
    [ROTA_PATTERN] = hear_pattern,
    [ROTA_WEEKENDS] = hear_weekends,
    [ROTA_WEEKEND_RUN] = hear_weekend_run,
    [ROTA_WEEKEND_WHOLE] = hear_weekend_whole,
    [ROTA_WEEKEND_SAME] = hear_weekend_same,
};

static void judge_officer(struct court *c, int officer)
{
    const struct rota *rota = c->rota;
    for (int d = 0; d < rota->n_days; d++)
        if (!within(rota->allowed[officer * rota->n_days + d], duty_of(c, officer, d)))
            add(c, (struct rota_breach){ROTA_BREACH_FORBIDDEN, duty_of(c, officer, d), officer, -1, d, d, 1, 1, true});
    for (int i = 0; i < rota->officers[officer].n_rules; i++) {
        struct hearing h = {c, rota->officers[officer].rules[i], officer, i};
        hear[h.rule->kind](&h);
    }
}

static void judge_cover(struct court *c, int index)
{
    const struct rota_cover *cover = &c->rota->cover[index];
    int n = 0;
    for (int o = 0; o < c->rota->n_officers; o++)
        n += within(cover->duties, duty_of(c, o, cover->day));
    const int amount = n < cover->min ? n - cover->min : n > cover->max ? n - cover->max : 0;
    const int64_t cost = amount < 0 ? (int64_t)-amount * cover->under : (int64_t)amount * cover->over;
    add(c, (struct rota_breach){ROTA_BREACH_COVER, index, -1, -1, cover->day, cover->day, amount, cost, cover->hard});
}

static void judge_meetings(struct court *c)
{
    const struct rota *rota = c->rota;
    const struct rota_meetings *m = &rota->meetings;
    for (int o = 0; m->duties && o < rota->n_officers; o++)
        for (int p = o + 1; p < rota->n_officers; p++) {
            int n = 0;
            for (int d = 0; d < rota->n_days; d++)
                n += duty_of(c, o, d) == duty_of(c, p, d) && within(m->duties, duty_of(c, o, d));
            if (n > m->max)
                add(c, (struct rota_breach){ROTA_BREACH_MEETINGS, 0, o, p, -1, -1, n - m->max, (int64_t)(n - m->max) * m->over, m->hard});
        }
}

struct rota_score rota_judge(struct arena *a, const struct rota *rota, const uint8_t *roster, const struct rota_breach **breaches, size_t *n)
{
    struct court c = {.arena = a, .rota = rota, .roster = roster, .wanted = breaches != NULL};
    for (int o = 0; o < rota->n_officers; o++)
        judge_officer(&c, o);
    for (int i = 0; i < rota->n_cover; i++)
        judge_cover(&c, i);
    for (int i = 0; i < rota->n_requests; i++) {
        const struct rota_request *r = &rota->requests[i];
        if (within(r->duties, duty_of(&c, r->officer, r->day)) != r->wanted)
            add(&c, (struct rota_breach){ROTA_BREACH_REQUEST, i, r->officer, -1, r->day, r->day, 1, r->weight, r->hard});
    }
    judge_meetings(&c);
    if (breaches) {
        *breaches = c.breaches;
        *n = c.n;
    }
    return c.score;
}
