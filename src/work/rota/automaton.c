#include "work/rota/automaton.h"

static bool within(uint64_t set, int bit)
{
    return set >> bit & 1;
}

struct automaton automaton_of(const struct rota *rota, const struct rota_rule *rule)
{
    struct automaton m = {.rota = rota, .rule = rule};
    m.top = rule->under ? rule->min : 0;
    if (rule->over && rule->max > m.top)
        m.top = rule->max;
    if (rule->kind >= ROTA_WEEKENDS) {
        uint64_t days;
        for (int n = 0; (days = rota_weekend(rota, rule, n)) != 0; n++)
            for (uint64_t rest = days; rest; rest &= rest - 1)
                m.weekend[__builtin_ctzll(rest)] = days;
    }
    return m;
}

int automaton_letter(const struct automaton *m, int day, int duty)
{
    const struct rota_rule *r = m->rule;
    const bool counts = within(r->days, day) && within(r->duties, duty) && (!r->visits || within(r->visits[duty], day));
    switch (r->kind) {
    case ROTA_SUM:
        return counts ? m->rota->duties[duty].minutes : 0;
    case ROTA_ROW:
        return duty == ROTA_OFF ? 0 : counts ? 1 : 2;
    case ROTA_PATTERN: {
        int steps = 0;
        for (int i = within(r->days, day) ? 0 : 1; i < r->n_steps; i++)
            steps |= within(r->step[i], duty) << i;
        return steps;
    }
    case ROTA_WEEKEND_SAME:
        return counts && m->weekend[day] ? duty + 1 : 0;
    default:
        return counts && (r->kind < ROTA_WEEKENDS || m->weekend[day]);
    }
}

/* One more of what is counted; n at most top. */
static struct automaton_step one_more(const struct automaton *m, int n)
{
    const int64_t cost = n + 1 > m->rule->max ? m->rule->over : 0;
    return (struct automaton_step){n + 1 < m->top ? n + 1 : m->top, cost};
}

static int64_t too_few(const struct automaton *m, int n)
{
    return n < m->rule->min ? (int64_t)(m->rule->min - n) * m->rule->under : 0;
}

static int64_t too_long(const struct rota_rule *r, int64_t minutes)
{
    return minutes > r->max ? (minutes - r->max + r->unit - 1) / r->unit * r->over : 0;
}

static struct automaton_step step_sum(const struct automaton *m, int minutes, int more)
{
    const struct rota_rule *r = m->rule;
    const int sum = minutes + more;
    return (struct automaton_step){!r->over && sum > m->top ? m->top : sum, too_long(r, sum) - too_long(r, minutes)};
}

/* state: days so far, and whether they began on the first day and may have begun before it */
static struct automaton_step step_run(const struct automaton *m, int state, int day, bool counts)
{
    const int n = state >> 1;
    const bool open = n == 0 ? m->rule->open_ends && day == 0 : state & 1;
    if (!counts)
        return (struct automaton_step){0, n > 0 && !open ? too_few(m, n) : 0};
    struct automaton_step step = one_more(m, n);
    step.state = step.state << 1 | (open && step.state > 0);
    return step;
}

static struct automaton_step step_row(const struct automaton *m, int n, int letter)
{
    return letter == 1 ? one_more(m, n) : (struct automaton_step){letter == 0 ? n : 0, 0};
}

/* state: bit i when steps 0 to i have just been */
static struct automaton_step step_pattern(const struct automaton *m, int state, int letter)
{
    const int now = (state << 1 | 1) & letter, last = 1 << (m->rule->n_steps - 1);
    return (struct automaton_step){now & (last - 1), now & last ? m->rule->over : 0};
}

static bool ends_weekend(uint64_t weekend, int day)
{
    return weekend && 63 - __builtin_clzll(weekend) == day;
}

/* state: weekends so far, and whether this one is among them */
static struct automaton_step step_weekends(const struct automaton *m, int state, int day, bool counts)
{
    struct automaton_step step = {state >> 1, 0};
    bool worked = state & 1;
    if (counts && !worked) {
        step = one_more(m, state >> 1);
        worked = true;
    }
    step.state = step.state << 1 | (worked && !ends_weekend(m->weekend[day], day));
    return step;
}

/* state: weekends in a row before this one, and whether this one is worked */
static struct automaton_step step_weekend_run(const struct automaton *m, int state, int day, bool counts)
{
    const int n = state >> 1;
    const bool worked = state & 1 || counts;
    if (!ends_weekend(m->weekend[day], day))
        return (struct automaton_step){n << 1 | worked, 0};
    if (!worked)
        return (struct automaton_step){0, n ? too_few(m, n) : 0};
    struct automaton_step step = one_more(m, n);
    step.state <<= 1;
    return step;
}

/* state: a bit for each day worked of this weekend */
static struct automaton_step step_weekend_whole(const struct automaton *m, int state, int day, bool counts)
{
    const uint64_t weekend = m->weekend[day];
    const int len = m->rule->weekend_len;
    if (!weekend || __builtin_popcountll(weekend) < len)
        return (struct automaton_step){0, 0};
    state |= counts << (day - __builtin_ctzll(weekend));
    if (!ends_weekend(weekend, day))
        return (struct automaton_step){state, 0};
    const int worked = __builtin_popcount((unsigned)state);
    if (worked == 0 || worked == len)
        return (struct automaton_step){0, 0};
    const int span = 32 - __builtin_clz((unsigned)state) - __builtin_ctz((unsigned)state);
    return (struct automaton_step){0, (int64_t)m->rule->over * (len - worked + (span > worked ? len : 0))};
}

/* state: the letters of this weekend so far, one behind the other; -1 when a day of it is not worked */
static struct automaton_step step_weekend_same(const struct automaton *m, int state, int day, int letter)
{
    enum { LETTERS = ROTA_DUTIES_MAX + 1 };
    const uint64_t weekend = m->weekend[day];
    const int len = m->rule->weekend_len;
    if (!weekend || __builtin_popcountll(weekend) < len)
        return (struct automaton_step){0, 0};
    const bool ends = ends_weekend(weekend, day);
    if (state < 0 || letter == 0)
        return (struct automaton_step){ends ? 0 : -1, 0};
    if (!ends)
        return (struct automaton_step){state * LETTERS + letter, 0};
    int digit[4] = {letter}, amount = 0;
    for (int i = 1; i < len; i++, state /= LETTERS)
        digit[i] = state % LETTERS;
    for (int i = 0; i < len; i++) {
        int same = 0, before = 0;
        for (int k = 0; k < len; k++) {
            same += digit[k] == digit[i];
            before += k < i && digit[k] == digit[i];
        }
        amount += before ? 0 : len - same;
    }
    return (struct automaton_step){0, (int64_t)m->rule->over * amount};
}

struct automaton_step automaton_step(const struct automaton *m, int state, int day, int letter)
{
    switch (m->rule->kind) {
    case ROTA_COUNT:
        return letter ? one_more(m, state) : (struct automaton_step){state, 0};
    case ROTA_SUM:
        return step_sum(m, state, letter);
    case ROTA_RUN:
        return step_run(m, state, day, letter);
    case ROTA_ROW:
        return step_row(m, state, letter);
    case ROTA_PATTERN:
        return step_pattern(m, state, letter);
    case ROTA_WEEKENDS:
        return step_weekends(m, state, day, letter);
    case ROTA_WEEKEND_RUN:
        return step_weekend_run(m, state, day, letter);
    case ROTA_WEEKEND_WHOLE:
        return step_weekend_whole(m, state, day, letter);
    default:
        return step_weekend_same(m, state, day, letter);
    }
}

int64_t automaton_end(const struct automaton *m, int state)
{
    const struct rota_rule *r = m->rule;
    switch (r->kind) {
    case ROTA_COUNT:
        return too_few(m, state);
    case ROTA_SUM:
        return state < r->min ? (int64_t)((r->min - state + r->unit - 1) / r->unit) * r->under : 0;
    case ROTA_RUN:
        return state >> 1 && !r->open_ends ? too_few(m, state >> 1) : 0;
    case ROTA_WEEKENDS:
        return too_few(m, state >> 1);
    case ROTA_WEEKEND_RUN:
        return state >> 1 ? too_few(m, state >> 1) : 0;
    default:
        return 0;
    }
}
