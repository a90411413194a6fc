#include "work/rota/rota.h"

uint8_t *rota_roster(struct arena *a, const struct rota *rota)
{
    return arena_alloc(a, (size_t)rota->n_officers * (size_t)rota->n_days);
}

int rota_weekday(const struct rota *rota, int day)
{
    return (int)(((rota->first_day + day + 3) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

static uint64_t low_bits(int n)
{
    return n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;
}

uint64_t rota_all_days(const struct rota *rota)
{
    return low_bits(rota->n_days);
}

uint64_t rota_all_duties(const struct rota *rota)
{
    return low_bits(rota->n_duties);
}

uint64_t rota_weekend(const struct rota *rota, const struct rota_rule *rule, int nth)
{
    /* the weekend that began before the first day, if a part of it is left */
    int begin = (rule->weekend_first - rota_weekday(rota, 0) + 7) % 7 - 7;
    if (begin + rule->weekend_len <= 0)
        begin += 7;
    begin += 7 * nth;
    uint64_t days = 0;
    for (int d = begin; d < begin + rule->weekend_len; d++)
        if (d >= 0 && d < rota->n_days)
            days |= (uint64_t)1 << d;
    return days;
}

static bool weight_ok(int weight)
{
    return weight >= 0 && weight <= ROTA_WEIGHT_MAX;
}

static int check_rule(const struct rota *rota, int officer, const struct rota_rule *rule, struct err *err)
{
    const uint64_t outside = ~rota_all_duties(rota);
    bool ok = rule->kind >= 0 && rule->kind < ROTA_KINDS && !(rule->duties & outside) && !(rule->days & ~rota_all_days(rota)) &&
              weight_ok(rule->under) && weight_ok(rule->over) && rule->min >= 0 && rule->min <= rule->max &&
              rule->max <= ROTA_MANY && rule->n_steps >= 0 && rule->n_steps <= ROTA_STEPS_MAX;
    if (ok && rule->kind == ROTA_SUM)
        ok = rule->unit > 0 && rule->unit <= ROTA_MANY;
    if (ok && rule->kind == ROTA_PATTERN) {
        ok = rule->n_steps > 0;
        for (int i = 0; i < rule->n_steps; i++)
            ok = ok && !(rule->step[i] & outside);
    }
    if (ok && rule->kind >= ROTA_WEEKENDS && rule->kind <= ROTA_WEEKEND_SAME)
        ok = rule->weekend_first >= 0 && rule->weekend_first < 7 && rule->weekend_len >= 2 && rule->weekend_len <= 4;
    if (!ok)
        return err_set(err, ERR_INPUT, "a rule of officer %d is out of its bounds", officer + 1);
    return 0;
}

static int check_officers(const struct rota *rota, struct err *err)
{
    for (int o = 0; o < rota->n_officers; o++) {
        const struct rota_officer *officer = &rota->officers[o];
        if (officer->n_rules < 0 || officer->n_rules > ROTA_RULES_MAX)
            return err_set(err, ERR_LIMIT, "officer %d has %d rules; at most %d", o + 1, officer->n_rules, ROTA_RULES_MAX);
        for (int i = 0; i < officer->n_rules; i++)
            if (check_rule(rota, o, officer->rules[i], err) < 0)
                return err->code;
        for (int d = 0; d < rota->n_days; d++) {
            const uint64_t allowed = rota->allowed[o * rota->n_days + d];
            if (!allowed || allowed & ~rota_all_duties(rota))
                return err_set(err, ERR_INPUT, "officer %d can have no duty on day %d, and no day off either", o + 1, d + 1);
        }
    }
    return 0;
}

int rota_check(const struct rota *rota, struct err *err)
{
    struct err own;
    err = err ? err : &own;
    if (rota->n_days < 1 || rota->n_days > ROTA_DAYS_MAX)
        return err_set(err, ERR_LIMIT, "a rota has 1 to %d days, not %d", ROTA_DAYS_MAX, rota->n_days);
    if (rota->n_officers < 1 || rota->n_officers > ROTA_OFFICERS_MAX)
        return err_set(err, ERR_LIMIT, "a rota has 1 to %d officers, not %d", ROTA_OFFICERS_MAX, rota->n_officers);
    if (rota->n_duties < 2 || rota->n_duties > ROTA_DUTIES_MAX)
        return err_set(err, ERR_LIMIT, "a rota has 1 to %d duties, not %d: join shifts or posts", ROTA_DUTIES_MAX - 1, rota->n_duties - 1);
    for (int j = 0; j < rota->n_duties; j++)
        if (rota->duties[j].minutes < 0 || rota->duties[j].minutes > 2880 || rota->duties[j].start < 0 || rota->duties[j].start >= 1440 ||
            rota->duties[j].counters < 0 || rota->duties[j].counters > ROTA_OFFICERS_MAX)
            return err_set(err, ERR_INPUT, "duty %d begins or lasts at no time of a day", j);
    const uint64_t outside = ~rota_all_duties(rota);
    for (int i = 0; i < rota->n_cover; i++) {
        const struct rota_cover *c = &rota->cover[i];
        if (c->day < 0 || c->day >= rota->n_days || c->duties & outside || c->duties & 1 || c->min < 0 || c->max < c->min || !weight_ok(c->under) ||
            !weight_ok(c->over) || c->min > ROTA_MANY)
            return err_set(err, ERR_INPUT, "cover %d is out of its bounds", i + 1);
    }
    for (int i = 0; i < rota->n_requests; i++) {
        const struct rota_request *r = &rota->requests[i];
        if (r->day < 0 || r->day >= rota->n_days || r->officer < 0 || r->officer >= rota->n_officers || r->duties & outside || !weight_ok(r->weight))
            return err_set(err, ERR_INPUT, "request %d is out of its bounds", i + 1);
    }
    if (rota->meetings.duties & outside || rota->meetings.duties & 1 || rota->meetings.max < 0 || !weight_ok(rota->meetings.over))
        return err_set(err, ERR_INPUT, "the bound on meetings is out of its bounds");
    return check_officers(rota, err);
}
