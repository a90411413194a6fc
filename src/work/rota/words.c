/* Breaches as sentences. */
#include "work/rota/rota.h"

str rota_day_words(struct arena *a, const struct rota *rota, int day)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct date date = date_from_days(rota->first_day + day);
    return str_printf(a, "%s %d %s", weekdays[rota_weekday(rota, day)], date.day, months[date.month - 1]);
}

/* "early/hall or early/gate" */
static str set_words(struct arena *a, const struct rota *rota, uint64_t set)
{
    struct buf b = buf_new(a);
    for (int j = 0; j < rota->n_duties; j++)
        if (set >> j & 1) {
            if (b.len)
                buf_add(&b, STR(" or "));
            buf_add(&b, rota->duties[j].name);
        }
    return b.len ? buf_str(&b) : STR("no duty");
}

static void add_when(struct arena *a, struct buf *b, const struct rota *rota, const struct rota_breach *breach)
{
    if (breach->first < 0)
        return;
    const str first = rota_day_words(a, rota, breach->first);
    if (breach->first == breach->last)
        buf_addf(b, ", on %.*s", STR_ARG(first));
    else
        buf_addf(b, ", from %.*s to %.*s", STR_ARG(first), STR_ARG(rota_day_words(a, rota, breach->last)));
}

static void rule_words(struct arena *a, struct buf *b, const struct rota *rota, const struct rota_breach *breach)
{
    const struct rota_officer *officer = &rota->officers[breach->officer];
    const struct rota_rule *rule = officer->rules[breach->index];
    buf_addf(b, "%.*s: %.*s", STR_ARG(officer->name), STR_ARG(rule->words));
    if (rule->kind == ROTA_SUM)
        buf_addf(b, ": about %d minutes too %s", (breach->amount < 0 ? -breach->amount : breach->amount) * rule->unit,
                 breach->amount < 0 ? "few" : "many");
    else if (rule->kind != ROTA_PATTERN && rule->kind != ROTA_WEEKEND_WHOLE && rule->kind != ROTA_WEEKEND_SAME)
        buf_addf(b, ": %d too %s", breach->amount < 0 ? -breach->amount : breach->amount, breach->amount < 0 ? "few" : "many");
    add_when(a, b, rota, breach);
}

static void cover_words(struct arena *a, struct buf *b, const struct rota *rota, const struct rota_breach *breach)
{
    const struct rota_cover *cover = &rota->cover[breach->index];
    const int bound = breach->amount < 0 ? cover->min : cover->max;
    buf_addf(b, "%.*s, %.*s: %d there, %s %d", STR_ARG(rota_day_words(a, rota, cover->day)), STR_ARG(set_words(a, rota, cover->duties)),
             bound + breach->amount, breach->amount < 0 ? "at least" : "at most", bound);
}

static void request_words(struct arena *a, struct buf *b, const struct rota *rota, const struct rota_breach *breach)
{
    const struct rota_request *r = &rota->requests[breach->index];
    buf_addf(b, "%.*s: %s %s%.*s on %.*s", STR_ARG(rota->officers[r->officer].name), r->hard ? "was promised" : "asked for",
             r->wanted ? "" : "not to have ", STR_ARG(set_words(a, rota, r->duties)), STR_ARG(rota_day_words(a, rota, r->day)));
}

str rota_breach_words(struct arena *a, const struct rota *rota, const struct rota_breach *breach)
{
    struct buf b = buf_new(a);
    switch (breach->kind) {
    case ROTA_BREACH_RULE:
        rule_words(a, &b, rota, breach);
        break;
    case ROTA_BREACH_COVER:
        cover_words(a, &b, rota, breach);
        break;
    case ROTA_BREACH_REQUEST:
        request_words(a, &b, rota, breach);
        break;
    case ROTA_BREACH_MEETINGS:
        buf_addf(&b, "%.*s and %.*s are together %d times, at most %d", STR_ARG(rota->officers[breach->officer].name),
                 STR_ARG(rota->officers[breach->other].name), rota->meetings.max + breach->amount, rota->meetings.max);
        break;
    case ROTA_BREACH_FORBIDDEN: {
        const bool can = rota->officers[breach->officer].can >> breach->index & 1;
        const str duty = breach->index < rota->n_duties ? rota->duties[breach->index].name : STR("a duty that is none");
        buf_addf(&b, "%.*s: %.*s on %.*s is not possible: %s", STR_ARG(rota->officers[breach->officer].name), STR_ARG(duty),
                 STR_ARG(rota_day_words(a, rota, breach->first)), can ? "she is away, or the day is fixed" : "she is not qualified");
        break;
    }
    }
    return buf_str(&b);
}
