#include "work/desk/hours.h"

#include <string.h>

#include "ground/csv/csv.h"

enum { DATE, HOUR, ARRIVALS, COUNTERS, WAIT, FLIGHTS, CLASSES, COLUMNS = CLASSES + SIM_CLASSES };

static const struct { const char *name; int column; } names[] = {
    {"date", DATE}, {"hour", HOUR}, {"arrivals", ARRIVALS}, {"all_total", ARRIVALS}, {"counters", COUNTERS}, {"all_booths", COUNTERS},
    {"wait", WAIT}, {"all_avg_wait", WAIT}, {"flights", FLIGHTS}, {"all_flights", FLIGHTS},
    {"all_n_0..15", CLASSES}, {"all_n_16..30", CLASSES + 1}, {"all_n_31..45", CLASSES + 2}, {"all_n_46..60", CLASSES + 3},
    {"all_n_61..90", CLASSES + 4}, {"all_n_91..120", CLASSES + 5}, {"all_n_120..", CLASSES + 6},
};

struct reading {
    struct arena *a;
    int at[COLUMNS]; /* column + 1, 0: none */
    struct sim_hour *hours;
    size_t days, left_out;
    size_t room; /* of days */
    str date;
    unsigned max_days;
};

static void take_header(struct reading *r, const struct csv_row *row)
{
    for (size_t i = 0; i < row->n; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            if (str_eq(row->cells[i], str_from(names[k].name)) && !r->at[names[k].column])
                r->at[names[k].column] = (int)i + 1;
}

static str cell(const struct reading *r, const struct csv_row *row, int column)
{
    const size_t at = (size_t)r->at[column];
    return at && at <= row->n ? row->cells[at - 1] : (str){0};
}

/* The number before the first character that is no digit: "0700 - 0800" is 7, "7" is 7. */
static bool hour_of(str text, int64_t *hour)
{
    size_t digits = 0;
    while (digits < text.len && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    if (!str_to_int((str){text.p, digits}, 0, 2400, hour))
        return false;
    if (digits > 2)
        *hour /= 100;
    return *hour < 24;
}

/* A column that may be missing, or empty: 0. */
static int64_t number(const struct reading *r, const struct csv_row *row, int column, int64_t most)
{
    int64_t n;
    return str_to_int(cell(r, row, column), 0, most, &n) ? n : 0;
}

/* False: the table goes on behind the days that were asked for. */
static bool take_row(struct reading *r, const struct csv_row *row)
{
    int64_t hour, arrivals, counters, wait = 0;
    const str waited = cell(r, row, WAIT), date = cell(r, row, DATE);
    if (row->error || !hour_of(cell(r, row, HOUR), &hour) || !str_to_int(cell(r, row, ARRIVALS), 0, 1000000, &arrivals) ||
        !str_to_int(cell(r, row, COUNTERS), 0, LINE_COUNTERS_MAX, &counters) || (waited.len && !str_to_int(waited, 0, 100000, &wait))) {
        r->left_out++;
        return true;
    }
    if (!r->days || !str_eq(date, r->date)) {
        if ((r->max_days && r->days == r->max_days) || r->days == HOURS_DAYS_MAX)
            return false;
        if (r->days == r->room) {
            const size_t was = r->room;
            r->room = was ? 2 * was : 32;
            struct sim_hour *wider = arena_array(r->a, struct sim_hour, 24 * r->room);
            for (size_t i = 0; i < 24 * was; i++)
                wider[i] = r->hours[i];
            r->hours = wider;
        }
        r->date = str_dup(r->a, date);
        r->days++;
    }
    struct sim_hour *h = &r->hours[24 * (r->days - 1) + (size_t)hour];
    *h = (struct sim_hour){.arrivals = (double)arrivals, .wait_minutes = (double)wait, .counters = (uint16_t)counters,
                           .flights = (uint16_t)number(r, row, FLIGHTS, 1000)};
    for (int i = 0; i < SIM_CLASSES; i++)
        h->waited[i] = (float)number(r, row, CLASSES + i, 1000000);
    return true;
}

int hours_read(const char *path, unsigned days, struct arena *a, struct sim_hour **hours, size_t *n, size_t *left_out, struct err *err)
{
    struct reading r = {.a = a, .max_days = days};
    struct csv *csv;
    struct csv_row row;
    int got = csv_open(path, NULL, &csv, err);
    if (got < 0)
        return got;
    if ((got = csv_next(csv, &row, err)) > 0 && !row.error)
        take_header(&r, &row);
    if (got >= 0 && !(r.at[HOUR] && r.at[ARRIVALS] && r.at[COUNTERS])) {
        got = err_set(err, ERR_INPUT, "the table needs columns hour, arrivals and counters");
        goto out;
    }
    while ((got = csv_next(csv, &row, err)) > 0 && take_row(&r, &row))
        ;
    if (got >= 0 && !r.days)
        got = err_set(err, ERR_INPUT, "no row of the table has hour, arrivals and counters as numbers");
    *hours = r.hours;
    *n = 24 * r.days;
    *left_out = r.left_out;
out:
    csv_close(csv);
    return got < 0 ? got : 0;
}

static bool read_line(str line, struct sim_hour day[SIM_CLOCK])
{
    static const int64_t most[] = {SIM_CLOCK - 1, HOURS_PEOPLE_MAX, LINE_COUNTERS_MAX, 100};
    enum { FIELDS = sizeof most / sizeof *most };
    int64_t n[FIELDS] = {0};
    size_t found = 0;
    for (size_t at = 0, end; at < line.len; at = end + 1) {
        for (end = at; end < line.len && line.p[end] >= '0' && line.p[end] <= '9';)
            end++;
        if (end > at && (found == FIELDS || !str_to_int((str){line.p + at, end - at}, 0, most[found], &n[found])))
            return false;
        if (end < line.len && !memchr(" ,;\t\r", line.p[end], 5))
            return false;
        found += end > at;
    }
    if (found >= 3)
        day[n[0]] = (struct sim_hour){.arrivals = (double)n[1], .counters = (uint16_t)n[2], .flights = (uint16_t)n[3]};
    return found >= 3 || !found;
}

bool hours_read_lines(str text, struct sim_hour day[static SIM_CLOCK])
{
    str line;
    while (str_split(&text, '\n', &line))
        if (!read_line(line, day))
            return false;
    return true;
}
