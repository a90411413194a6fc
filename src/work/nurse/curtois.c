#include "work/nurse/curtois.h"

#include <string.h>

enum { OWN_RULES_MAX = ROTA_RULES_MAX, FIELDS_MAX = 16 };

struct reading {
    struct arena *arena;
    struct rota *rota;
    struct err *err;
    int line, section;
    str next_not[ROTA_DUTIES_MAX]; /* as written: later shifts may be named before they stand */
    struct rota_duty duties[ROTA_DUTIES_MAX];
    struct rota_officer *officers;
    struct rota_cover *cover;
    struct rota_request *requests;
    size_t room_cover, room_requests, n_cover, n_requests;
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

static int officer_named(const struct reading *r, str name)
{
    for (int o = 0; o < r->rota->n_officers; o++)
        if (str_eq(r->officers[o].name, name))
            return o;
    return -1;
}

static int read_horizon(struct reading *r)
{
    int days;
    if (r->rota->n_days)
        return bad(r, "a second horizon");
    if (number(r, 0, ROTA_DAYS_MAX, &days) < 0 || days == 0)
        return bad(r, "the horizon is not 1 to 64 days");
    r->rota->n_days = days;
    return 0;
}

static int read_shift(struct reading *r)
{
    int minutes;
    if (r->rota->n_duties == ROTA_DUTIES_MAX)
        return bad(r, "too many shifts");
    if (r->rota->n_officers)
        return bad(r, "a shift behind the staff");
    if (number(r, 1, 1440, &minutes) < 0)
        return r->err->code;
    if (minutes == 0)
        return bad(r, "a shift of no length");
    r->next_not[r->rota->n_duties] = r->n_fields > 2 ? r->field[2] : STR("");
    r->duties[r->rota->n_duties++] = (struct rota_duty){.name = r->field[0], .shift = r->field[0], .minutes = minutes};
    return 0;
}

static struct rota_rule *rule(struct reading *r, struct rota_officer *officer, struct rota_rule of)
{
    struct rota_rule *own = arena_new_of(r->arena, struct rota_rule);
    *own = of;
    own->days = rota_all_days(r->rota);
    own->hard = true;
    own->under = own->over = 1;
    officer->rules[officer->n_rules++] = own;
    return own;
}

/* "E=14|D=28": at most so many of each; none of one that is not named. */
static int read_max_shifts(struct reading *r, struct rota_officer *officer)
{
    str rest = r->field[1], one, name;
    for (int j = 1; j < r->rota->n_duties; j++)
        officer->can &= ~((uint64_t)1 << j);
    while (str_split(&rest, '|', &one)) {
        int64_t max;
        if (!str_split(&one, '=', &name) || !one.p || !str_to_int(one, 0, ROTA_MANY, &max))
            return bad(r, "the numbers of shifts are not SHIFT=N|SHIFT=N");
        const int j = duty_named(r, name);
        if (j < 0)
            return bad(r, "a shift that does not stand under SECTION_SHIFTS");
        if (max > 0)
            officer->can |= (uint64_t)1 << j;
        if (max > 0 && max < r->rota->n_days && officer->n_rules < OWN_RULES_MAX / 2)
            rule(r, officer, (struct rota_rule){.kind = ROTA_COUNT, .duties = (uint64_t)1 << j, .max = (int)max,
                                                .words = str_printf(r->arena, "at most %d times %.*s", (int)max, STR_ARG(name))});
    }
    return 0;
}

static void add_successions(struct reading *r, struct rota_officer *officer)
{
    for (int j = 1; j < r->rota->n_duties; j++) {
        str rest = r->next_not[j], name;
        uint64_t after = 0;
        while (str_split(&rest, '|', &name)) {
            const int k = duty_named(r, str_trim(name));
            after |= k > 0 ? (uint64_t)1 << k : 0;
        }
        if (after)
            rule(r, officer, (struct rota_rule){.kind = ROTA_PATTERN, .n_steps = 2, .step = {(uint64_t)1 << j, after},
                                                .words = str_printf(r->arena, "not %.*s after %.*s", STR_ARG(r->next_not[j]),
                                                                    STR_ARG(r->duties[j].name))});
    }
}

static int read_officer(struct reading *r)
{
    int max_minutes, min_minutes, max_run, min_run, min_off, max_weekends, unit = 1440;
    if (r->rota->n_days == 0 || r->rota->n_duties < 2)
        return bad(r, "staff before the horizon or the shifts");
    if (r->rota->n_officers == ROTA_OFFICERS_MAX)
        return bad(r, "too many staff");
    if (number(r, 2, ROTA_MANY, &max_minutes) < 0 || number(r, 3, ROTA_MANY, &min_minutes) < 0 || number(r, 4, ROTA_DAYS_MAX, &max_run) < 0 ||
        number(r, 5, ROTA_DAYS_MAX, &min_run) < 0 || number(r, 6, ROTA_DAYS_MAX, &min_off) < 0 || number(r, 7, ROTA_DAYS_MAX, &max_weekends) < 0)
        return r->err->code;
    struct rota_officer *officer = &r->officers[r->rota->n_officers];
    *officer = (struct rota_officer){.name = r->field[0], .can = rota_all_duties(r->rota),
                                     .rules = arena_array(r->arena, const struct rota_rule *, OWN_RULES_MAX)};
    if (read_max_shifts(r, officer) < 0)
        return r->err->code;
    const uint64_t work = rota_all_duties(r->rota) & ~(uint64_t)1;
    for (int j = 1; j < r->rota->n_duties; j++)
        unit = r->duties[j].minutes < unit ? r->duties[j].minutes : unit;
    rule(r, officer, (struct rota_rule){.kind = ROTA_SUM, .duties = work, .min = min_minutes, .max = max_minutes, .unit = unit,
                                        .words = str_printf(r->arena, "%d to %d minutes", min_minutes, max_minutes)});
    rule(r, officer, (struct rota_rule){.kind = ROTA_RUN, .duties = work, .min = min_run, .max = max_run, .open_ends = true,
                                        .words = str_printf(r->arena, "%d to %d days in a row", min_run, max_run)});
    rule(r, officer, (struct rota_rule){.kind = ROTA_RUN, .duties = 1, .min = min_off, .max = ROTA_MANY, .open_ends = true,
                                        .words = str_printf(r->arena, "at least %d days off in a row", min_off)})->over = 0;
    rule(r, officer, (struct rota_rule){.kind = ROTA_WEEKENDS, .duties = work, .max = max_weekends, .weekend_first = 5, .weekend_len = 2,
                                        .words = str_printf(r->arena, "at most %d weekends", max_weekends)});
    add_successions(r, officer);
    r->rota->n_officers++;
    return 0;
}

static int read_days_off(struct reading *r)
{
    const int o = officer_named(r, r->field[0]);
    if (o < 0)
        return bad(r, "days off of somebody who does not stand under SECTION_STAFF");
    for (int i = 1; i < r->n_fields; i++) {
        int day;
        if (number(r, i, ROTA_DAYS_MAX, &day) < 0 || day >= r->rota->n_days)
            return bad(r, "a day off that is none of the days");
        r->rota->allowed[o * r->rota->n_days + day] = 1;
    }
    return 0;
}

static int read_request(struct reading *r, bool wanted)
{
    int day, weight;
    const int o = officer_named(r, r->field[0]), j = r->n_fields > 2 ? duty_named(r, r->field[2]) : -1;
    if (o < 0 || j < 0 || number(r, 1, ROTA_DAYS_MAX, &day) < 0 || day >= r->rota->n_days || number(r, 3, ROTA_WEIGHT_MAX, &weight) < 0)
        return bad(r, "a request is not OFFICER,DAY,SHIFT,WEIGHT");
    arena_one_more(r->arena, r->requests, r->n_requests, r->room_requests);
    r->requests[r->n_requests++] = (struct rota_request){o, day, (uint64_t)1 << j, wanted, weight, false};
    return 0;
}

static int read_on(struct reading *r)
{
    return read_request(r, true);
}

static int read_off(struct reading *r)
{
    return read_request(r, false);
}

static int read_cover(struct reading *r)
{
    int day, need, under, over;
    const int j = r->n_fields > 1 ? duty_named(r, r->field[1]) : -1;
    if (j < 0 || number(r, 0, ROTA_DAYS_MAX, &day) < 0 || day >= r->rota->n_days || number(r, 2, ROTA_OFFICERS_MAX, &need) < 0 ||
        number(r, 3, ROTA_WEIGHT_MAX, &under) < 0 || number(r, 4, ROTA_WEIGHT_MAX, &over) < 0)
        return bad(r, "cover is not DAY,SHIFT,NUMBER,WEIGHT,WEIGHT");
    arena_one_more(r->arena, r->cover, r->n_cover, r->room_cover);
    r->cover[r->n_cover++] = (struct rota_cover){day, (uint64_t)1 << j, need, need, under, over, false};
    return 0;
}

static const struct {
    const char *name;
    int (*read)(struct reading *r);
    bool needs_staff;
} sections[] = {
    {"SECTION_HORIZON", read_horizon, false},
    {"SECTION_SHIFTS", read_shift, false},
    {"SECTION_STAFF", read_officer, false},
    {"SECTION_DAYS_OFF", read_days_off, true},
    {"SECTION_SHIFT_ON_REQUESTS", read_on, true},
    {"SECTION_SHIFT_OFF_REQUESTS", read_off, true},
    {"SECTION_COVER", read_cover, true},
};

/* What officers can is known when the staff ends; then days off narrow it. */
static void staff_ends(struct reading *r)
{
    struct rota *rota = r->rota;
    if (rota->allowed)
        return;
    rota->allowed = arena_array(r->arena, uint64_t, (size_t)rota->n_officers * (size_t)rota->n_days);
    for (int o = 0; o < rota->n_officers; o++)
        for (int d = 0; d < rota->n_days; d++)
            rota->allowed[o * rota->n_days + d] = r->officers[o].can;
}

static int read_line(struct reading *r, str line)
{
    line = str_trim(line);
    if (line.len == 0 || line.p[0] == '#')
        return 0;
    if (str_starts(line, STR("SECTION_"))) {
        r->section = -1;
        for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
            if (str_eq(line, str_from(sections[i].name)))
                r->section = (int)i;
        if (r->section < 0)
            return bad(r, "a section nobody knows");
        if (sections[r->section].needs_staff)
            staff_ends(r);
        return 0;
    }
    if (r->section < 0)
        return bad(r, "text before the first section");
    if (!sections[r->section].needs_staff && r->rota->allowed)
        return bad(r, "horizon, shifts or staff behind what speaks of them");
    r->n_fields = 0;
    for (str field; r->n_fields < FIELDS_MAX && str_split(&line, ',', &field);)
        r->field[r->n_fields++] = str_trim(field);
    return sections[r->section].read(r);
}

int curtois_read(struct arena *a, str text, struct rota *out, struct err *err)
{
    struct err own;
    struct reading *r = arena_new_of(a, struct reading);
    *out = (struct rota){.n_duties = 1, .first_day = 18267}; /* a Monday; which one does not matter */
    *r = (struct reading){.arena = a, .rota = out, .err = err ? err : &own, .section = -1};
    r->duties[ROTA_OFF] = (struct rota_duty){.name = STR("-"), .shift = STR("-")};
    r->officers = arena_array(a, struct rota_officer, ROTA_OFFICERS_MAX);
    for (str line; str_split(&text, '\n', &line);) {
        r->line++;
        if (read_line(r, line) < 0)
            return r->err->code;
    }
    if (out->n_officers)
        staff_ends(r);
    out->duties = r->duties;
    out->officers = r->officers;
    out->cover = r->cover;
    out->n_cover = (int)r->n_cover;
    out->requests = r->requests;
    out->n_requests = (int)r->n_requests;
    return rota_check(out, r->err);
}
