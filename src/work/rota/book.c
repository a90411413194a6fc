#include "work/rota/book.h"

#include "ground/csv/csv.h"

enum { CELLS_MAX = 8, CONTRACTS_MAX = 64, SHIFTS_MAX = 32, POSTS_MAX = 63, SKILLS_MAX = 64, ROWS_MAX = 100000, SHARED_MAX = 128 };

struct row {
    int64_t line;
    str cell[CELLS_MAX]; /* the rest are empty */
};

struct rules {
    const struct rota_rule *list[ROTA_RULES_MAX];
    int n;
};

struct shift {
    str name;
    int start, minutes;
};

struct post {
    str name;
    int counters;
    uint64_t skills;
};

struct reading {
    struct arena *arena;
    struct rota_book *book;
    struct rota *rota;
    struct err *err;
    const struct row *row; /* that is being read */
    int64_t line;          /* its, or 0: what is wrong is wrong with the whole */
    struct row *rows;
    size_t n_rows, room_rows;
    struct shift shifts[SHIFTS_MAX];
    struct post posts[POSTS_MAX];
    str skills[SKILLS_MAX], contracts[CONTRACTS_MAX];
    int n_shifts, n_posts, n_skills, n_contracts;
    struct rota_duty duties[ROTA_DUTIES_MAX];
    struct rules terms[CONTRACTS_MAX]; /* of each contract */
    struct rules shared;               /* that hold for everybody */
    uint64_t post_duties[POSTS_MAX], shift_duties[SHIFTS_MAX];
    struct rota_cover *cover;
    struct rota_request *requests;
    size_t n_cover, room_cover, n_requests, room_requests;
    int weekend_first, weekend_len;
    const uint64_t *visits[SHARED_MAX]; /* of each carrier */
    str carriers[SHARED_MAX];
    int n_carriers;
};

static int refuse(struct reading *r, struct rota_fault fault)
{
    fault.line = r->line;
    r->book->fault = fault;
    return rota_fault_set(r->arena, &fault, r->err);
}

/* Of the whole row, or of a cell of it. */
static int bad(struct reading *r, enum rota_fault_kind kind)
{
    return refuse(r, (struct rota_fault){.kind = kind});
}

static int bad_cell(struct reading *r, enum rota_fault_kind kind, int cell)
{
    return refuse(r, (struct rota_fault){.kind = kind, .column = cell + 1});
}

static int too_many(struct reading *r, int64_t max)
{
    return refuse(r, (struct rota_fault){.kind = ROTA_FAULT_MANY, .max = max});
}

static str copy(struct reading *r, int cell)
{
    return str_dup(r->arena, r->row->cell[cell]);
}

/* A whole number in a cell; `empty` where there is none. */
static int number(struct reading *r, int cell, int min, int max, int empty, int *out)
{
    int64_t n = empty;
    *out = empty;
    if (r->row->cell[cell].len && !str_to_int(r->row->cell[cell], min, max, &n))
        return refuse(r, (struct rota_fault){.kind = ROTA_FAULT_NUMBER, .column = cell + 1, .min = min, .max = max});
    *out = (int)n;
    return 0;
}

static int day_at(struct reading *r, int cell, int *day)
{
    struct date date;
    *day = 0;
    if (!date_parse_iso(r->row->cell[cell], &date) || !date_known(date))
        return bad_cell(r, ROTA_FAULT_DAY, cell);
    const int64_t n = date_to_days(date) - r->rota->first_day;
    if (n < 0 || n >= r->rota->n_days)
        return bad_cell(r, ROTA_FAULT_OUTSIDE, cell);
    *day = (int)n;
    return 0;
}

static int weekday_named(str name)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    for (int i = 0; i < 7; i++)
        if (str_eq_nocase(name, str_from(names[i])))
            return i;
    return -1;
}

static int minute_at(struct reading *r, int cell, int *out)
{
    str rest = r->row->cell[cell], hour;
    int64_t h = 0, m = 0;
    *out = 0;
    if (!str_split(&rest, ':', &hour) || !rest.p || !str_to_int(hour, 0, 23, &h) || !str_to_int(rest, 0, 59, &m))
        return bad_cell(r, ROTA_FAULT_TIME, cell);
    *out = (int)(60 * h + m);
    return 0;
}

/* The days of a DAYS cell. */
static int days_at(struct reading *r, int cell, uint64_t *out)
{
    str rest = r->row->cell[cell], word;
    *out = rest.len ? 0 : rota_all_days(r->rota);
    while (str_split(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        const int weekday = weekday_named(word);
        struct date date;
        const bool dated = weekday < 0 && date_parse_iso(word, &date) && date_known(date);
        if (weekday < 0 && !dated)
            return bad_cell(r, ROTA_FAULT_DAYS, cell);
        for (int d = 0; d < r->rota->n_days; d++)
            if (dated ? r->rota->first_day + d == date_to_days(date) : rota_weekday(r->rota, d) == weekday)
                *out |= (uint64_t)1 << d;
    }
    return 0;
}

/* The qualifications of a cell, as bits; a new one gets a bit. */
static int skills_at(struct reading *r, int cell, uint64_t *out)
{
    str rest = r->row->cell[cell], word;
    *out = 0;
    while (str_split(&rest, ' ', &word)) {
        if (word.len == 0)
            continue;
        int i = 0;
        while (i < r->n_skills && !str_eq(r->skills[i], word))
            i++;
        if (i == SKILLS_MAX)
            return too_many(r, SKILLS_MAX);
        if (i == r->n_skills)
            r->skills[r->n_skills++] = str_dup(r->arena, word);
        *out |= (uint64_t)1 << i;
    }
    return 0;
}

static int shift_named(const struct reading *r, str name)
{
    for (int i = 0; i < r->n_shifts; i++)
        if (str_eq(r->shifts[i].name, name))
            return i;
    return -1;
}

static int post_named(const struct reading *r, str name)
{
    for (int i = 0; i < r->n_posts; i++)
        if (str_eq(r->posts[i].name, name))
            return i;
    return -1;
}

int rota_duty_named(const struct rota *rota, str name)
{
    for (int j = 0; j < rota->n_duties; j++)
        if (str_eq(rota->duties[j].name, name))
            return j;
    return -1;
}

int rota_officer_named(const struct rota *rota, str name)
{
    for (int o = 0; o < rota->n_officers; o++)
        if (str_eq(rota->officers[o].name, name))
            return o;
    return -1;
}

static int officer_at(struct reading *r, int cell, int *out)
{
    *out = rota_officer_named(r->rota, r->row->cell[cell]);
    return *out < 0 ? bad_cell(r, ROTA_FAULT_OFFICER, cell) : 0;
}

/* "off", "night", "night/hall": the duties meant. 0: none is. */
static uint64_t duties_named(const struct reading *r, str name)
{
    if (str_eq(name, STR("off")))
        return 1;
    const int shift = shift_named(r, name), duty = rota_duty_named(r->rota, name);
    return shift >= 0 ? r->shift_duties[shift] : duty > 0 ? (uint64_t)1 << duty : 0;
}

static int add_rule(struct reading *r, struct rules *rules, struct rota_rule of)
{
    if (rules->n == SHARED_MAX)
        return too_many(r, SHARED_MAX);
    struct rota_rule *rule = arena_new_of(r->arena, struct rota_rule);
    *rule = of;
    rule->days = rota_all_days(r->rota);
    rules->list[rules->n++] = rule;
    return 0;
}

/* A weight: empty means that it must hold. */
static int weight_at(struct reading *r, int cell, int *weight, bool *hard)
{
    *hard = r->row->cell[cell].len == 0;
    return number(r, cell, 1, 1000, 1, weight);
}

/* --- rows --- */

static int read_rota(struct reading *r)
{
    struct date first;
    if (r->rota->n_days)
        return bad(r, ROTA_FAULT_TWICE);
    if (!date_parse_iso(r->row->cell[1], &first) || !date_known(first))
        return bad_cell(r, ROTA_FAULT_DAY, 1);
    r->rota->first_day = date_to_days(first);
    return number(r, 2, 1, ROTA_DAYS_MAX, 28, &r->rota->n_days);
}

static int read_weekend(struct reading *r)
{
    r->weekend_first = weekday_named(r->row->cell[1]);
    return r->weekend_first < 0 ? bad_cell(r, ROTA_FAULT_WEEKDAY, 1) : number(r, 2, 2, 4, 2, &r->weekend_len);
}

static int read_shift(struct reading *r)
{
    int start, end;
    if (minute_at(r, 2, &start) < 0 || minute_at(r, 3, &end) < 0)
        return r->err->code;
    if (r->n_shifts == SHIFTS_MAX)
        return too_many(r, SHIFTS_MAX);
    if (!r->row->cell[1].len || str_eq(r->row->cell[1], STR("off")) || shift_named(r, r->row->cell[1]) >= 0)
        return bad(r, ROTA_FAULT_NAME);
    r->shifts[r->n_shifts++] = (struct shift){copy(r, 1), start, (end - start + 1440 - 1) % 1440 + 1};
    return 0;
}

static int read_post(struct reading *r)
{
    struct post *post = &r->posts[r->n_posts];
    if (r->n_posts == POSTS_MAX)
        return too_many(r, POSTS_MAX);
    if (!r->row->cell[1].len || post_named(r, r->row->cell[1]) >= 0)
        return bad(r, ROTA_FAULT_NAME);
    post->name = copy(r, 1);
    r->n_posts++;
    return number(r, 2, 0, ROTA_OFFICERS_MAX, 0, &post->counters) < 0 ? r->err->code : skills_at(r, 3, &post->skills);
}

/* The duty of a shift at a post, which a need makes. */
static int duty_at(struct reading *r, int post, int shift)
{
    const str name = str_printf(r->arena, "%.*s/%.*s", STR_ARG(r->shifts[shift].name), STR_ARG(r->posts[post].name));
    const int known = rota_duty_named(r->rota, name);
    if (known >= 0 || r->rota->n_duties == ROTA_DUTIES_MAX)
        return known;
    const int j = r->rota->n_duties++;
    r->duties[j] = (struct rota_duty){name, r->shifts[shift].name, r->posts[post].name, r->shifts[shift].start, r->shifts[shift].minutes,
                                      r->posts[post].counters};
    r->post_duties[post] |= (uint64_t)1 << j;
    r->shift_duties[shift] |= (uint64_t)1 << j;
    return j;
}

static int read_need(struct reading *r)
{
    const int post = post_named(r, r->row->cell[1]), shift = shift_named(r, r->row->cell[2]);
    int min, max;
    uint64_t days;
    if (post < 0 || shift < 0)
        return bad(r, ROTA_FAULT_NEED);
    if (number(r, 3, 0, ROTA_OFFICERS_MAX, 0, &min) < 0 || number(r, 4, min, ROTA_OFFICERS_MAX, min, &max) < 0 || days_at(r, 5, &days) < 0)
        return r->err->code;
    const int j = duty_at(r, post, shift);
    if (j < 0)
        return refuse(r, (struct rota_fault){.kind = ROTA_FAULT_DUTIES, .max = ROTA_DUTIES_MAX - 1});
    for (int d = 0; d < r->rota->n_days; d++)
        if (days >> d & 1) {
            arena_one_more(r->arena, r->cover, r->n_cover, r->room_cover);
            r->cover[r->n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, min, max, 1, 1, true};
        }
    return 0;
}

/* Days without a need: nobody is to be there. */
static int close_needs(struct reading *r)
{
    const size_t told = r->n_cover;
    for (int d = 0; d < r->rota->n_days; d++)
        for (int j = 1; j < r->rota->n_duties; j++) {
            bool needed = false;
            for (size_t i = 0; i < told; i++)
                needed = needed || (r->cover[i].day == d && r->cover[i].duties >> j & 1);
            if (needed)
                continue;
            arena_one_more(r->arena, r->cover, r->n_cover, r->room_cover);
            r->cover[r->n_cover++] = (struct rota_cover){d, (uint64_t)1 << j, 0, 0, 1, 1, true};
        }
    return 0;
}

static int read_rest(struct reading *r)
{
    int hours;
    if (number(r, 1, 1, 48, 11, &hours) < 0)
        return r->err->code;
    for (int s = 0; s < r->n_shifts; s++) {
        uint64_t early = 0;
        for (int t = 0; t < r->n_shifts; t++)
            if (1440 + r->shifts[t].start - r->shifts[s].start - r->shifts[s].minutes < 60 * hours)
                early |= r->shift_duties[t];
        if (early && add_rule(r, &r->shared, (struct rota_rule){.kind = ROTA_PATTERN, .n_steps = 2, .step = {r->shift_duties[s], early}, .over = 1,
                                                                .hard = true, .unit = hours, .term = ROTA_TERM_REST, .of = r->shifts[s].name,
                                                                .words = str_printf(r->arena, "%d hours of rest after %.*s", hours,
                                                                                    STR_ARG(r->shifts[s].name))}) < 0)
            return r->err->code;
    }
    return 0;
}

/* The terms of contracts that have a name of their own. */
static const struct term {
    const char *name;
    enum rota_kind kind;
    bool off;
} terms[ROTA_TERM_SHIFT] = {
    [ROTA_TERM_DAYS] = {"days", ROTA_COUNT, false},
    [ROTA_TERM_HOURS] = {"hours", ROTA_SUM, false},
    [ROTA_TERM_WEEKENDS] = {"weekends", ROTA_WEEKENDS, false},
    [ROTA_TERM_WEEKENDS_ROW] = {"weekends in a row", ROTA_WEEKEND_RUN, false},
    [ROTA_TERM_DAYS_ROW] = {"days in a row", ROTA_RUN, false},
    [ROTA_TERM_OFF_ROW] = {"days off in a row", ROTA_RUN, true},
    [ROTA_TERM_WHOLE_WEEKENDS] = {"whole weekends", ROTA_WEEKEND_WHOLE, false},
};

enum rota_term rota_term_named(str term, str *of)
{
    const str row = STR(" in a row");
    *of = STR("");
    for (int i = ROTA_TERM_DAYS; i < ROTA_TERM_SHIFT; i++)
        if (str_eq(term, str_from(terms[i].name)))
            return (enum rota_term)i;
    const bool running = str_ends(term, row);
    *of = running ? str_slice(term, 0, term.len - row.len) : term;
    return running ? ROTA_TERM_SHIFT_ROW : ROTA_TERM_SHIFT;
}

static bool term_of(struct reading *r, str name, struct rota_rule *rule)
{
    str of;
    rule->term = rota_term_named(name, &of);
    if (rule->term < ROTA_TERM_SHIFT) {
        rule->kind = terms[rule->term].kind;
        rule->duties = terms[rule->term].off ? 1 : rota_all_duties(r->rota) & ~(uint64_t)1;
        return true;
    }
    const int shift = shift_named(r, of);
    rule->kind = rule->term == ROTA_TERM_SHIFT_ROW ? ROTA_RUN : ROTA_COUNT;
    rule->duties = shift >= 0 ? r->shift_duties[shift] : 0;
    rule->of = shift >= 0 ? r->shifts[shift].name : of;
    return shift >= 0;
}

static int read_contract(struct reading *r)
{
    int c = 0;
    while (c < r->n_contracts && !str_eq(r->contracts[c], r->row->cell[1]))
        c++;
    if (c == CONTRACTS_MAX)
        return too_many(r, CONTRACTS_MAX);
    if (!r->row->cell[1].len)
        return bad(r, ROTA_FAULT_NAME);
    if (c == r->n_contracts)
        r->contracts[r->n_contracts++] = copy(r, 1);
    struct rota_rule rule = {.open_ends = true, .weekend_first = r->weekend_first, .weekend_len = r->weekend_len, .unit = 60};
    int weight;
    if (!r->row->cell[2].len) /* a contract that binds nothing */
        return 0;
    if (!term_of(r, r->row->cell[2], &rule))
        return bad(r, ROTA_FAULT_TERM);
    if (number(r, 3, 0, ROTA_MANY, 0, &rule.min) < 0 || number(r, 4, rule.min, ROTA_MANY, ROTA_MANY, &rule.max) < 0 ||
        weight_at(r, 5, &weight, &rule.hard) < 0)
        return r->err->code;
    rule.under = rule.min ? weight : 0;
    rule.over = weight;
    if (rule.max == ROTA_MANY)
        rule.words = str_printf(r->arena, "at least %d %.*s", rule.min, STR_ARG(r->row->cell[2]));
    else
        rule.words = str_printf(r->arena, "%d to %d %.*s", rule.min, rule.max, STR_ARG(r->row->cell[2]));
    if (rule.kind == ROTA_WEEKEND_WHOLE)
        rule.words = STR("weekends whole or not at all");
    if (rule.kind == ROTA_SUM) {
        rule.min *= 60;
        rule.max = rule.max == ROTA_MANY ? ROTA_MANY : rule.max * 60 < ROTA_MANY ? rule.max * 60 : ROTA_MANY;
    }
    return add_rule(r, &r->terms[c], rule);
}

static int read_officer(struct reading *r)
{
    uint64_t skills;
    int c = 0;
    while (c < r->n_contracts && !str_eq(r->contracts[c], r->row->cell[2]))
        c++;
    if (!r->row->cell[1].len || rota_officer_named(r->rota, r->row->cell[1]) >= 0)
        return bad(r, ROTA_FAULT_NAME);
    if (c == r->n_contracts)
        return bad_cell(r, ROTA_FAULT_CONTRACT, 2);
    if (r->rota->n_officers == ROTA_OFFICERS_MAX)
        return too_many(r, ROTA_OFFICERS_MAX);
    if (skills_at(r, 3, &skills) < 0)
        return r->err->code;
    const int o = r->rota->n_officers++;
    struct rota_officer *officer = &r->rota->officers[o];
    *officer = (struct rota_officer){.name = copy(r, 1), .can = 1,
                                     .rules = arena_array(r->arena, const struct rota_rule *, ROTA_RULES_MAX)};
    for (int i = 0; i < r->terms[c].n; i++)
        officer->rules[officer->n_rules++] = r->terms[c].list[i];
    for (int p = 0; p < r->n_posts; p++)
        if (!(r->posts[p].skills & ~skills))
            officer->can |= r->post_duties[p];
    for (int d = 0; d < r->rota->n_days; d++)
        r->rota->allowed[o * r->rota->n_days + d] = officer->can;
    return 0;
}

/* A leave may begin before the rota and end behind it. */
static int read_leave(struct reading *r)
{
    int officer;
    struct date from, to;
    if (officer_at(r, 1, &officer) < 0)
        return r->err->code;
    const str last = r->row->cell[3].len ? r->row->cell[3] : r->row->cell[2];
    if (!date_parse_iso(r->row->cell[2], &from) || !date_known(from))
        return bad_cell(r, ROTA_FAULT_DAY, 2);
    if (!date_parse_iso(last, &to) || !date_known(to))
        return bad_cell(r, ROTA_FAULT_DAY, 3);
    if (date_to_days(to) < date_to_days(from))
        return bad(r, ROTA_FAULT_BACKWARDS);
    for (int d = 0; d < r->rota->n_days; d++)
        if (r->rota->first_day + d >= date_to_days(from) && r->rota->first_day + d <= date_to_days(to))
            r->rota->allowed[officer * r->rota->n_days + d] = 1;
    return 0;
}

static int read_fixed(struct reading *r)
{
    int officer, day;
    if (officer_at(r, 1, &officer) < 0 || day_at(r, 2, &day) < 0)
        return r->err->code;
    const uint64_t duties = duties_named(r, r->row->cell[3]);
    if (__builtin_popcountll(duties) != 1)
        return bad(r, ROTA_FAULT_FIXED);
    r->rota->allowed[officer * r->rota->n_days + day] = duties;
    return 0;
}

static int read_wish(struct reading *r)
{
    struct rota_request wish = {.wanted = true};
    str what = r->row->cell[3];
    if (officer_at(r, 1, &wish.officer) < 0 || day_at(r, 2, &wish.day) < 0 || weight_at(r, 4, &wish.weight, &wish.hard) < 0)
        return r->err->code;
    if (str_starts(what, STR("not "))) {
        wish.wanted = false;
        what = str_trim(str_slice(what, 4, what.len));
    }
    wish.duties = duties_named(r, what);
    if (!wish.duties)
        return bad(r, ROTA_FAULT_WISH);
    arena_one_more(r->arena, r->requests, r->n_requests, r->room_requests);
    r->requests[r->n_requests++] = wish;
    return 0;
}

static int read_carrier(struct reading *r)
{
    const int post = post_named(r, r->row->cell[2]), shift = shift_named(r, r->row->cell[3]);
    uint64_t days;
    if (!r->row->cell[1].len || post < 0 || shift < 0)
        return bad(r, ROTA_FAULT_CARRIER);
    if (days_at(r, 4, &days) < 0)
        return r->err->code;
    int c = 0;
    while (c < r->n_carriers && !str_eq(r->carriers[c], r->row->cell[1]))
        c++;
    if (c == SHARED_MAX)
        return too_many(r, SHARED_MAX);
    uint64_t *visits = c < r->n_carriers ? (uint64_t *)r->visits[c] : arena_array(r->arena, uint64_t, ROTA_DUTIES_MAX);
    if (c == r->n_carriers) {
        r->carriers[r->n_carriers++] = copy(r, 1);
        r->visits[c] = visits;
    }
    for (uint64_t duties = r->post_duties[post] & r->shift_duties[shift]; duties; duties &= duties - 1)
        visits[__builtin_ctzll(duties)] |= days;
    return 0;
}

/* At most so often, and so often in a row, with one of a set, or of one carrier. */
static int bound(struct reading *r, str with, uint64_t duties, const uint64_t *visits, int weight, bool hard)
{
    int max, row;
    if (number(r, 2, 0, ROTA_DAYS_MAX, ROTA_MANY, &max) < 0 || number(r, 3, 1, ROTA_DAYS_MAX, ROTA_MANY, &row) < 0)
        return r->err->code;
    struct rota_rule rule = {.kind = ROTA_COUNT, .duties = duties, .visits = visits, .max = max, .over = weight, .hard = hard,
                             .term = ROTA_TERM_WITH, .of = with};
    rule.words = str_printf(r->arena, "at most %d times with %.*s", max, STR_ARG(with));
    if (max < ROTA_MANY && add_rule(r, &r->shared, rule) < 0)
        return r->err->code;
    rule.kind = ROTA_ROW;
    rule.term = ROTA_TERM_WITH_ROW;
    rule.max = row;
    rule.words = str_printf(r->arena, "at most %d shifts one after the other with %.*s", row, STR_ARG(with));
    return row < ROTA_MANY ? add_rule(r, &r->shared, rule) : 0;
}

static int read_rotation(struct reading *r)
{
    const str what = r->row->cell[1];
    const uint64_t work = rota_all_duties(r->rota) & ~(uint64_t)1;
    int weight, rc = 0;
    bool hard;
    if (weight_at(r, 4, &weight, &hard) < 0)
        return r->err->code;
    if (str_eq(what, STR("pair"))) {
        r->rota->meetings = (struct rota_meetings){.duties = work, .over = weight, .hard = hard};
        return number(r, 2, 0, ROTA_DAYS_MAX, 0, &r->rota->meetings.max);
    }
    if (str_eq(what, STR("post")))
        for (int p = 0; rc == 0 && p < r->n_posts; p++)
            rc = bound(r, r->posts[p].name, r->post_duties[p], NULL, weight, hard);
    else if (str_eq(what, STR("carrier")))
        for (int c = 0; rc == 0 && c < r->n_carriers; c++)
            rc = bound(r, r->carriers[c], work, r->visits[c], weight, hard);
    else if (str_eq(what, STR("counter"))) {
        rc = number(r, 2, 0, ROTA_MANY, 0, &r->book->counters.had);
        return rc < 0 ? rc : number(r, 3, 0, ROTA_MANY, 0, &r->book->counters.row);
    } else if (str_eq(what, STR("neighbour")))
        return number(r, 2, 0, ROTA_MANY, 0, &r->book->counters.beside);
    else
        rc = bad(r, ROTA_FAULT_ROTATION);
    return rc;
}

static int read_eligible(struct reading *r)
{
    return number(r, 1, 0, ROTA_OFFICERS_MAX, 0, &r->book->eligible);
}

static int read_moves(struct reading *r)
{
    if (!str_to_int(r->row->cell[1], 1, (int64_t)1 << 40, &r->book->moves))
        return refuse(r, (struct rota_fault){.kind = ROTA_FAULT_NUMBER, .column = 2, .min = 1, .max = (int64_t)1 << 40});
    return 0;
}

/* In the order in which they are read, wherever they stand. */
static const struct {
    const char *word;
    int (*read)(struct reading *r);
} words[] = {
    {"rota", read_rota},       {"weekend", read_weekend}, {"shift", read_shift},   {"post", read_post},         {"need", read_need},
    {"contract", read_contract}, {"rest", read_rest},     {"officer", read_officer}, {"leave", read_leave},     {"fixed", read_fixed},
    {"wish", read_wish},       {"carrier", read_carrier}, {"rotation", read_rotation}, {"eligible", read_eligible}, {"moves", read_moves},
};
enum { WORDS = sizeof words / sizeof words[0] };

static int take_row(struct reading *r, const struct csv_row *from)
{
    struct row row = {.line = from->line};
    r->line = from->line;
    if (from->error)
        return bad(r, ROTA_FAULT_CELLS);
    if (from->n == 0 || from->cells[0].len == 0 || from->cells[0].p[0] == '#')
        return 0;
    if (r->n_rows == ROWS_MAX)
        return too_many(r, ROWS_MAX);
    bool known = false;
    for (int i = 0; i < WORDS; i++)
        known = known || str_eq(from->cells[0], str_from(words[i].word));
    if (!known)
        return bad(r, ROTA_FAULT_WORD);
    for (size_t i = 0; i < from->n && i < CELLS_MAX; i++)
        row.cell[i] = str_dup(r->arena, str_trim(from->cells[i]));
    arena_one_more(r->arena, r->rows, r->n_rows, r->room_rows);
    r->rows[r->n_rows++] = row;
    return 0;
}

static int take_rows(struct reading *r, bytes text)
{
    struct csv *csv;
    struct csv_row row;
    int rc = csv_open_bytes(text, NULL, &csv, r->err);
    if (rc < 0)
        return rc;
    while ((rc = csv_next(csv, &row, r->err)) > 0)
        if ((rc = take_row(r, &row)) < 0)
            break;
    csv_close(csv);
    return rc;
}

static int read_words(struct reading *r)
{
    for (int w = 0; w < WORDS; w++) {
        for (size_t i = 0; i < r->n_rows; i++) {
            r->row = &r->rows[i];
            r->line = r->row->line;
            if (str_eq(r->row->cell[0], str_from(words[w].word)) && words[w].read(r) < 0)
                return r->err->code;
        }
        r->line = 0;
        if (words[w].read == read_rota && r->rota->n_days == 0)
            return bad(r, ROTA_FAULT_NO_ROTA);
        if (words[w].read == read_need)
            close_needs(r);
        if (words[w].read == read_post) /* before the first officer */
            r->rota->allowed = arena_array(r->arena, uint64_t, (size_t)ROTA_OFFICERS_MAX * (size_t)r->rota->n_days);
    }
    if (r->rota->n_officers == 0)
        return bad(r, ROTA_FAULT_NO_OFFICERS);
    return r->rota->n_duties < 2 ? bad(r, ROTA_FAULT_NO_NEEDS) : 0;
}

static int share_rules(struct reading *r)
{
    for (int o = 0; o < r->rota->n_officers; o++) {
        struct rota_officer *officer = &r->rota->officers[o];
        for (int i = 0; i < r->shared.n; i++)
            officer->rules[officer->n_rules++] = r->shared.list[i];
    }
    return 0;
}

int rota_book_read(struct arena *a, bytes text, struct rota_book *out, struct err *err)
{
    struct err own;
    struct reading *r = arena_new_of(a, struct reading);
    *out = (struct rota_book){.moves = ROTA_MOVES};
    *r = (struct reading){.arena = a, .book = out, .rota = &out->rota, .err = err ? err : &own, .weekend_first = 5, .weekend_len = 2};
    r->duties[ROTA_OFF] = (struct rota_duty){.name = STR("")};
    out->rota.n_duties = 1;
    out->rota.duties = r->duties;
    out->rota.officers = arena_array(a, struct rota_officer, ROTA_OFFICERS_MAX);
    if (take_rows(r, text) < 0 || read_words(r) < 0 || share_rules(r) < 0)
        return r->err->code;
    out->rota.cover = r->cover;
    out->rota.n_cover = (int)r->n_cover;
    out->rota.requests = r->requests;
    out->rota.n_requests = (int)r->n_requests;
    return rota_check(&out->rota, r->err);
}

int rota_eligible(const struct rota *rota, int duty, int day)
{
    int n = 0;
    for (int o = 0; o < rota->n_officers; o++)
        n += (int)(rota->allowed[o * rota->n_days + day] >> duty & 1);
    return n;
}
