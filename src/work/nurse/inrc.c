#include "work/nurse/inrc.h"

enum { CONTRACTS_MAX = 32, PATTERNS_MAX = 64, FIELDS_MAX = 32, SKILLS_MAX = 32, CONTRACT_RULES_MAX = 64 };

struct contract {
    str id, patterns;
    int n_patterns_field;
    bool other_skills;
    int other_skills_weight;
    int n_rules;
    const struct rota_rule *rules[CONTRACT_RULES_MAX];
};

struct reading {
    struct arena *arena;
    struct rota *rota;
    struct err *err;
    int line, section;
    struct rota_duty duties[ROTA_DUTIES_MAX];
    str skill[SKILLS_MAX];
    uint32_t needs[ROTA_DUTIES_MAX]; /* skills of a duty */
    int n_skills;
    struct contract contracts[CONTRACTS_MAX];
    int n_contracts;
    const struct rota_rule *patterns[PATTERNS_MAX];
    str pattern_id[PATTERNS_MAX];
    int n_patterns;
    struct rota_officer *officers;
    struct rota_cover *cover;
    struct rota_request *requests;
    size_t n_cover, room_cover, n_requests, room_requests;
    int need[7][ROTA_DUTIES_MAX];
    bool cover_laid;
    str field[FIELDS_MAX];
    int n_fields;
};

static int bad(struct reading *r, const char *why)
{
    return err_set(r->err, ERR_INPUT, "line %d: %s", r->line, why);
}

static int number(struct reading *r, int field, int max, int *out)
{
    int64_t n;
    *out = 0;
    if (field >= r->n_fields || !str_to_int(r->field[field], 0, max, &n))
        return bad(r, "a number is missing or too large");
    *out = (int)n;
    return 0;
}

static int duty_named(const struct reading *r, str name)
{
    for (int j = 1; j < r->rota->n_duties; j++)
        if (str_eq(r->duties[j].name, name))
            return j;
    return -1;
}

static int skill_named(const struct reading *r, str name)
{
    for (int i = 0; i < r->n_skills; i++)
        if (str_eq(r->skill[i], name))
            return i;
    return -1;
}

static int weekday_named(str name)
{
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    for (int i = 0; i < 7; i++)
        if (str_eq(name, str_from(names[i])))
            return i;
    return -1;
}

static int day_dated(const struct reading *r, str text)
{
    struct date date;
    if (!date_parse_iso(text, &date) || !date_known(date))
        return -1;
    const int64_t day = date_to_days(date) - r->rota->first_day;
    return day >= 0 && day < r->rota->n_days ? (int)day : -1;
}

/* --- tables --- */

static int read_period(struct reading *r)
{
    struct date first, last;
    if (r->rota->n_days || r->n_fields < 3 || !date_parse_iso(r->field[1], &first) || !date_parse_iso(r->field[2], &last) || !date_known(first) ||
        !date_known(last))
        return bad(r, "the period is not NAME, FIRST, LAST");
    const int64_t days = date_to_days(last) - date_to_days(first) + 1;
    if (days < 1 || days > ROTA_DAYS_MAX)
        return bad(r, "the period is not 1 to 64 days");
    r->rota->first_day = date_to_days(first);
    r->rota->n_days = (int)days;
    return 0;
}

static int read_skill(struct reading *r)
{
    if (r->n_skills == SKILLS_MAX)
        return bad(r, "too many skills");
    r->skill[r->n_skills++] = r->field[0];
    return 0;
}

static int minute_of(str text)
{
    str hour, minute;
    int64_t h, m;
    if (!str_split(&text, ':', &hour) || !str_split(&text, ':', &minute) || !str_to_int(hour, 0, 23, &h) || !str_to_int(minute, 0, 59, &m))
        return -1;
    return (int)(60 * h + m);
}

static int read_skills_of(struct reading *r, int field, uint32_t *out)
{
    str rest = r->n_fields > field ? r->field[field] : STR(""), one;
    *out = 0;
    while (str_split(&rest, ' ', &one)) {
        const int i = skill_named(r, one);
        if (i < 0)
            return bad(r, "a skill that does not stand under SKILLS");
        *out |= (uint32_t)1 << i;
    }
    return 0;
}

static int read_shift(struct reading *r)
{
    const int start = r->n_fields > 3 ? minute_of(r->field[2]) : -1, end = r->n_fields > 3 ? minute_of(r->field[3]) : -1;
    if (start < 0 || end < 0)
        return bad(r, "a shift is not ID, NAME, FROM, TO, NUMBER, SKILLS");
    if (r->rota->n_duties == ROTA_DUTIES_MAX || r->rota->n_officers || r->n_patterns || r->n_contracts)
        return bad(r, "too many shifts, or behind what speaks of them");
    const int j = r->rota->n_duties++;
    r->duties[j] = (struct rota_duty){.name = r->field[0], .shift = r->field[0], .start = start, .minutes = (end - start + 1440) % 1440};
    return read_skills_of(r, 5, &r->needs[j]);
}

/* "(1|1)" or "(1|1|16)": whether it holds, its weight, its value. */
static int read_limit(struct reading *r, int field, bool *on, int *weight, int *value)
{
    int64_t n[3] = {0};
    str text = r->n_fields > field ? r->field[field] : STR(""), one;
    int count = 0;
    if (text.len < 2 || text.p[0] != '(' || text.p[text.len - 1] != ')')
        return bad(r, "a term of a contract is not (ON|WEIGHT|VALUE)");
    text = str_slice(text, 1, text.len - 1);
    while (count < 3 && str_split(&text, '|', &one))
        if (!str_to_int(one, 0, ROTA_WEIGHT_MAX, &n[count++]))
            return bad(r, "a term of a contract is not (ON|WEIGHT|VALUE)");
    *on = n[0] != 0;
    *weight = (int)n[1];
    *value = (int)n[2];
    return 0;
}

static struct rota_rule *add_rule(struct reading *r, struct contract *c, struct rota_rule of)
{
    struct rota_rule *rule = arena_new_of(r->arena, struct rota_rule);
    *rule = of;
    rule->days = rota_all_days(r->rota);
    if (c->n_rules < CONTRACT_RULES_MAX)
        c->rules[c->n_rules++] = rule;
    return rule;
}

/* The terms of a contract, field by field. duties: 0 work, 1 days off. */
static const struct term {
    int field;
    enum rota_kind kind;
    bool off, minimum;
    const char *words;
} terms[] = {
    {3, ROTA_COUNT, false, false, "days"},
    {4, ROTA_COUNT, false, true, "days"},
    {5, ROTA_RUN, false, false, "days in a row"},
    {6, ROTA_RUN, false, true, "days in a row"},
    {7, ROTA_RUN, true, false, "days off in a row"},
    {8, ROTA_RUN, true, true, "days off in a row"},
    {9, ROTA_WEEKEND_RUN, false, false, "weekends in a row"},
    {10, ROTA_WEEKEND_RUN, false, true, "weekends in a row"},
    {11, ROTA_WEEKENDS, false, false, "weekends"},
    {13, ROTA_WEEKEND_WHOLE, false, false, "weekends whole"},
    {14, ROTA_WEEKEND_SAME, false, false, "one shift in a weekend"},
};

static int read_weekend(struct reading *r, int *first, int *len)
{
    static const struct {
        const char *name;
        int first, len;
    } kinds[] = {{"SaturdaySunday", 5, 2}, {"FridaySaturdaySunday", 4, 3}, {"SaturdaySundayMonday", 5, 3}, {"FridaySaturdaySundayMonday", 4, 4}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (r->n_fields > 12 && str_eq(r->field[12], str_from(kinds[i].name))) {
            *first = kinds[i].first;
            *len = kinds[i].len;
            return 0;
        }
    return bad(r, "a weekend nobody knows");
}

static int read_contract(struct reading *r)
{
    int first = 0, len = 0, weight, value;
    bool on;
    if (r->n_contracts == CONTRACTS_MAX || r->rota->n_duties < 2 || r->rota->n_days == 0)
        return bad(r, "too many contracts, or before the shifts");
    if (read_weekend(r, &first, &len) < 0)
        return r->err->code;
    struct contract *c = &r->contracts[r->n_contracts++];
    *c = (struct contract){.id = r->field[0], .patterns = r->n_fields > 19 ? r->field[19] : STR("")};
    const uint64_t work = rota_all_duties(r->rota) & ~(uint64_t)1;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        const struct term *t = &terms[i];
        if (read_limit(r, t->field, &on, &weight, &value) < 0)
            return r->err->code;
        if (!on)
            continue;
        const bool weekend = t->kind >= ROTA_WEEKEND_WHOLE;
        add_rule(r, c, (struct rota_rule){.kind = t->kind, .duties = t->off ? 1 : work, .min = t->minimum ? value : 0,
                                          .max = t->minimum ? ROTA_MANY : weekend ? 0 : value, .under = t->minimum ? weight : 0,
                                          .over = t->minimum ? 0 : weight, .weekend_first = first, .weekend_len = len,
                                          .words = weekend ? str_from(t->words)
                                                           : str_printf(r->arena, "%s %d %s", t->minimum ? "at least" : "at most", value, t->words)});
    }
    return read_limit(r, 17, &c->other_skills, &c->other_skills_weight, &value);
}

/* "0, 1, 2 (L|Any) (D|Any)": id, weight, number of steps, each a shift and a weekday. */
static int read_pattern(struct reading *r)
{
    int weight;
    if (r->n_patterns == PATTERNS_MAX || number(r, 1, ROTA_WEIGHT_MAX, &weight) < 0 || r->n_fields < 3 || r->rota->n_duties < 2)
        return bad(r, "a pattern is not ID, WEIGHT, LENGTH (SHIFT|DAY) ...");
    struct rota_rule *rule = arena_new_of(r->arena, struct rota_rule);
    *rule = (struct rota_rule){.kind = ROTA_PATTERN, .over = weight, .days = rota_all_days(r->rota), .words = r->field[2]};
    str rest = r->field[2], step;
    if (!str_split(&rest, ' ', &step))
        return bad(r, "a pattern without steps");
    while (str_split(&rest, ' ', &step)) {
        if (step.len < 2 || step.p[0] != '(' || step.p[step.len - 1] != ')' || rule->n_steps == ROTA_STEPS_MAX)
            return bad(r, "a step of a pattern is not (SHIFT|DAY)");
        str day = str_slice(step, 1, step.len - 1), shift;
        if (!str_split(&day, '|', &shift) || !day.p)
            return bad(r, "a step of a pattern is not (SHIFT|DAY)");
        const int j = duty_named(r, shift), weekday = weekday_named(day);
        const uint64_t work = rota_all_duties(r->rota) & ~(uint64_t)1;
        if (j < 0 && !str_eq(shift, STR("None")) && !str_eq(shift, STR("Any")))
            return bad(r, "a pattern speaks of a shift that is none");
        for (int d = 0; weekday >= 0 && d < r->rota->n_days; d++)
            if ((rota_weekday(r->rota, d) + rule->n_steps) % 7 != weekday)
                rule->days &= ~((uint64_t)1 << d);
        rule->step[rule->n_steps++] = j > 0 ? (uint64_t)1 << j : str_eq(shift, STR("None")) ? 1 : work;
    }
    r->pattern_id[r->n_patterns] = r->field[0];
    r->patterns[r->n_patterns++] = rule;
    return 0;
}

static int read_officer(struct reading *r)
{
    const struct contract *c = NULL;
    for (int i = 0; i < r->n_contracts; i++)
        if (r->n_fields > 2 && str_eq(r->contracts[i].id, r->field[2]))
            c = &r->contracts[i];
    if (!c || r->rota->n_officers == ROTA_OFFICERS_MAX)
        return bad(r, "too many employees, or one without a contract");
    struct rota_officer *officer = &r->officers[r->rota->n_officers];
    *officer = (struct rota_officer){.name = r->field[1], .can = rota_all_duties(r->rota),
                                     .rules = arena_array(r->arena, const struct rota_rule *, (size_t)c->n_rules + PATTERNS_MAX + 1)};
    for (int i = 0; i < c->n_rules; i++)
        officer->rules[officer->n_rules++] = c->rules[i];
    str rest = c->patterns, id;
    while (str_split(&rest, ' ', &id))
        for (int i = 0; i < r->n_patterns && officer->n_rules < c->n_rules + PATTERNS_MAX; i++)
            if (str_eq(id, r->pattern_id[i]))
                officer->rules[officer->n_rules++] = r->patterns[i];
    uint32_t skills;
    if (read_skills_of(r, 4, &skills) < 0)
        return r->err->code;
    uint64_t lacking = 0;
    for (int j = 1; j < r->rota->n_duties; j++)
        if (r->needs[j] & ~skills)
            lacking |= (uint64_t)1 << j;
    if (lacking && c->other_skills) {
        struct rota_rule *rule = arena_new_of(r->arena, struct rota_rule);
        *rule = (struct rota_rule){.kind = ROTA_COUNT, .duties = lacking, .days = rota_all_days(r->rota), .over = c->other_skills_weight,
                                   .words = STR("shifts only with the skill")};
        officer->rules[officer->n_rules++] = rule;
    }
    r->rota->n_officers++;
    return 0;
}

static int read_week_cover(struct reading *r)
{
    int need;
    const int weekday = weekday_named(r->field[0]), j = r->n_fields > 1 ? duty_named(r, r->field[1]) : -1;
    if (weekday < 0 || j < 0 || number(r, 2, ROTA_OFFICERS_MAX, &need) < 0)
        return bad(r, "cover is not WEEKDAY, SHIFT, NUMBER");
    r->need[weekday][j] = need;
    return 0;
}

/* The cover of each day, from the weekdays; dates change it afterwards. */
static void lay_cover(struct reading *r)
{
    if (r->cover_laid)
        return;
    r->cover_laid = true;
    for (int d = 0; d < r->rota->n_days; d++)
        for (int j = 1; j < r->rota->n_duties; j++) {
            const int need = r->need[rota_weekday(r->rota, d)][j];
            arena_one_more(r->arena, r->cover, r->n_cover, r->room_cover);
            r->cover[r->n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, need, need, 1, 1, true};
        }
}

static int read_date_cover(struct reading *r)
{
    int need;
    const int day = day_dated(r, r->field[0]), j = r->n_fields > 1 ? duty_named(r, r->field[1]) : -1;
    if (day < 0 || j < 0 || number(r, 2, ROTA_OFFICERS_MAX, &need) < 0)
        return bad(r, "cover is not DATE, SHIFT, NUMBER");
    lay_cover(r);
    struct rota_cover *c = &r->cover[day * (r->rota->n_duties - 1) + j - 1];
    c->min = c->max = need;
    return 0;
}

static int add_request(struct reading *r, bool shift, bool wanted)
{
    int weight, officer;
    const int day = r->n_fields > 1 ? day_dated(r, r->field[1]) : -1;
    const int j = shift ? (r->n_fields > 2 ? duty_named(r, r->field[2]) : -1) : 0;
    if (day < 0 || j < 0 || number(r, 0, ROTA_OFFICERS_MAX, &officer) < 0 || officer >= r->rota->n_officers ||
        number(r, shift ? 3 : 2, ROTA_WEIGHT_MAX, &weight) < 0)
        return bad(r, "a request is not EMPLOYEE, DATE, [SHIFT,] WEIGHT");
    /* a day off is the duty 0 wanted; a day on is the duty 0 not wanted */
    const bool sense = shift ? wanted : !wanted;
    arena_one_more(r->arena, r->requests, r->n_requests, r->room_requests);
    r->requests[r->n_requests++] = (struct rota_request){officer, day, (uint64_t)1 << j, sense, weight, false};
    return 0;
}

static int read_day_off(struct reading *r)
{
    return add_request(r, false, false);
}

static int read_day_on(struct reading *r)
{
    return add_request(r, false, true);
}

static int read_shift_off(struct reading *r)
{
    return add_request(r, true, false);
}

static int read_shift_on(struct reading *r)
{
    return add_request(r, true, true);
}

static const struct {
    const char *name;
    int (*read)(struct reading *r);
} tables[] = {
    {"SCHEDULING_PERIOD", read_period}, {"SKILLS", read_skill},
    {"SHIFT_TYPES", read_shift},        {"CONTRACTS", read_contract},
    {"PATTERNS", read_pattern},         {"EMPLOYEES", read_officer},
    {"DAY_OF_WEEK_COVER", read_week_cover}, {"DATE_SPECIFIC_COVER", read_date_cover},
    {"DAY_OFF_REQUESTS", read_day_off}, {"DAY_ON_REQUESTS", read_day_on},
    {"SHIFT_OFF_REQUESTS", read_shift_off}, {"SHIFT_ON_REQUESTS", read_shift_on},
};

static bool heading(struct reading *r, str line)
{
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        const str name = str_from(tables[i].name);
        if (!str_starts(line, name))
            continue;
        const str rest = str_slice(line, name.len, line.len);
        if (rest.len == 0 || rest.p[0] == ' ' || rest.p[0] == '=') {
            r->section = (int)i;
            return true;
        }
    }
    return false;
}

static int read_line(struct reading *r, str line)
{
    line = str_trim(line);
    if (line.len == 0 || str_starts(line, STR("//")))
        return 0;
    if (line.p[line.len - 1] == ';')
        line.len--;
    if (heading(r, line))
        return 0;
    if (r->section < 0)
        return bad(r, "text before the first table");
    r->n_fields = 0;
    for (str field; r->n_fields < FIELDS_MAX && str_split(&line, ',', &field);)
        r->field[r->n_fields++] = str_trim(field);
    return r->n_fields ? tables[r->section].read(r) : 0;
}

int inrc_read(struct arena *a, str text, struct rota *out, struct err *err)
{
    struct err own;
    struct reading *r = arena_new_of(a, struct reading);
    *out = (struct rota){.n_duties = 1};
    *r = (struct reading){.arena = a, .rota = out, .err = err ? err : &own, .section = -1};
    r->duties[ROTA_OFF] = (struct rota_duty){.name = STR("-"), .shift = STR("-")};
    r->officers = arena_array(a, struct rota_officer, ROTA_OFFICERS_MAX);
    for (str line; str_split(&text, '\n', &line);) {
        r->line++;
        if (read_line(r, line) < 0)
            return r->err->code;
    }
    lay_cover(r);
    out->allowed = arena_array(a, uint64_t, (size_t)out->n_officers * (size_t)out->n_days);
    for (int i = 0; i < out->n_officers * out->n_days; i++)
        out->allowed[i] = rota_all_duties(out);
    out->duties = r->duties;
    out->officers = r->officers;
    out->cover = r->cover;
    out->n_cover = (int)r->n_cover;
    out->requests = r->requests;
    out->n_requests = (int)r->n_requests;
    return rota_check(out, r->err);
}
