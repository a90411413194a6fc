/* A roster as a table and as calendars. */
#include <string.h>

#include "ground/csv/csv.h"
#include "work/rota/book.h"

static str date_text(struct arena *a, int64_t day)
{
    char text[DATE_TEXT_MAX];
    date_format(text, date_from_days(day));
    return str_dup(a, str_from(text));
}

void rota_roster_write(struct buf *out, const struct rota *rota, const uint8_t *roster, unsigned csv_flags)
{
    str cells[ROTA_DAYS_MAX + 1] = {STR("officer")};
    const size_t n = (size_t)rota->n_days + 1;
    for (int d = 0; d < rota->n_days; d++)
        cells[d + 1] = date_text(out->arena, rota->first_day + d);
    csv_write_row(out, cells, n, csv_flags);
    for (int o = 0; o < rota->n_officers; o++) {
        cells[0] = rota->officers[o].name;
        for (int d = 0; d < rota->n_days; d++) {
            const int duty = roster[o * rota->n_days + d];
            cells[d + 1] = duty == ROTA_OFF ? STR("") : rota->duties[duty].name;
        }
        csv_write_row(out, cells, n, csv_flags);
    }
}

/* --- reading --- */

struct roster_reading {
    const struct rota *rota;
    uint8_t *roster;
    int day[ROTA_DAYS_MAX + 1]; /* of each column */
    size_t n_columns;
};

static int read_headings(struct roster_reading *r, const struct csv_row *row, struct err *err)
{
    if (row->n < 1 || row->n > ROTA_DAYS_MAX + 1 || !str_eq(row->cells[0], STR("officer")))
        return err_set(err, ERR_INPUT, "line %lld: the first row of a roster is: officer, and a date for each day", (long long)row->line);
    r->n_columns = row->n;
    for (size_t i = 1; i < row->n; i++) {
        struct date date;
        const int64_t day = date_parse_iso(row->cells[i], &date) && date_known(date) ? date_to_days(date) - r->rota->first_day : -1;
        if (day < 0 || day >= r->rota->n_days)
            return err_set(err, ERR_INPUT, "line %lld, column %zu: not a day of this rota", (long long)row->line, i + 1);
        r->day[i] = (int)day;
    }
    return 0;
}

static int read_officer(struct roster_reading *r, const struct csv_row *row, struct err *err)
{
    const int officer = row->n ? rota_officer_named(r->rota, csv_unguard(row->cells[0])) : -1;
    if (officer < 0)
        return err_set(err, ERR_INPUT, "line %lld, column 1: not an officer of this rota", (long long)row->line);
    for (size_t i = 1; i < row->n; i++) {
        const str name = csv_unguard(row->cells[i]);
        const int duty = name.len ? rota_duty_named(r->rota, name) : ROTA_OFF;
        if (i >= r->n_columns ? name.len > 0 : duty < 0)
            return err_set(err, ERR_INPUT, "line %lld, column %zu: not a SHIFT/POST of this rota", (long long)row->line, i + 1);
        if (i < r->n_columns)
            r->roster[officer * r->rota->n_days + r->day[i]] = (uint8_t)duty;
    }
    return 0;
}

int rota_roster_read(struct arena *a, const struct rota *rota, bytes text, uint8_t *roster, struct err *err)
{
    struct roster_reading *r = arena_new_of(a, struct roster_reading);
    struct csv *csv;
    struct csv_row row;
    *r = (struct roster_reading){.rota = rota, .roster = roster};
    memset(roster, ROTA_OFF, (size_t)rota->n_officers * (size_t)rota->n_days);
    int rc = csv_open_bytes(text, NULL, &csv, err);
    if (rc < 0)
        return rc;
    while ((rc = csv_next(csv, &row, err)) > 0) {
        if (row.error)
            rc = err_set(err, ERR_INPUT, "%s", row.error->text);
        else
            rc = r->n_columns ? read_officer(r, &row, err) : read_headings(r, &row, err);
        if (rc < 0)
            break;
    }
    csv_close(csv);
    if (rc == 0 && r->n_columns == 0)
        rc = err_set(err, ERR_INPUT, "an empty roster");
    return rc;
}

/* --- iCalendar --- */

/* A content line: folded behind 75 octets, never within a character (RFC 5545, 3.1). */
static void ical_line(struct buf *out, str line)
{
    size_t room = 75;
    while (line.len > room) {
        size_t cut = room;
        while (cut > 0 && ((uint8_t)line.p[cut] & 0xc0) == 0x80)
            cut--;
        if (cut == 0)
            cut = room;
        buf_add(out, str_slice(line, 0, cut));
        buf_add(out, STR("\r\n "));
        line = str_slice(line, cut, line.len);
        room = 74;
    }
    buf_add(out, line);
    buf_add(out, STR("\r\n"));
}

/* TEXT (RFC 5545, 3.3.11). */
static void ical_text(struct buf *out, str text)
{
    for (size_t i = 0; i < text.len; i++) {
        const char c = text.p[i];
        if (c == '\\' || c == ';' || c == ',')
            buf_byte(out, '\\');
        if (c == '\n')
            buf_add(out, STR("\\n"));
        else if ((uint8_t)c >= 0x20 && c != 0x7f)
            buf_byte(out, c);
    }
}

static str ical_time(struct arena *a, int64_t day, int minute)
{
    const struct date d = date_from_days(day + minute / 1440);
    return str_printf(a, "%04d%02d%02dT%02d%02d00", d.year, d.month, d.day, minute % 1440 / 60, minute % 60);
}

static str ical_stamp(struct arena *a, int64_t ms)
{
    const int64_t minute = ms / 60000;
    const str text = ical_time(a, minute / 1440, (int)(minute % 1440));
    return str_printf(a, "%.*s%02dZ", (int)text.len - 2, text.p, (int)(ms / 1000 % 60));
}

void rota_ical_event(struct arena *a, struct buf *out, const struct rota_event *e)
{
    struct buf summary = buf_new(a);
    buf_add(&summary, STR("SUMMARY:"));
    if (e->named) {
        ical_text(&summary, e->officer);
        buf_add(&summary, STR(": "));
    }
    ical_text(&summary, e->what ? e->what->name : STR("-"));
    ical_line(out, STR("BEGIN:VEVENT"));
    ical_line(out, str_printf(a, "UID:%016llx-%lld%s%.*s@rota.comity", (unsigned long long)str_hash(e->officer), (long long)e->date, e->place.len ? "-" : "",
                              STR_ARG(e->place)));
    ical_line(out, str_printf(a, "DTSTAMP:%.*s", STR_ARG(ical_stamp(a, e->stamp_ms))));
    ical_line(out, str_printf(a, "SEQUENCE:%d", e->sequence));
    if (e->called_off)
        ical_line(out, STR("STATUS:CANCELLED"));
    if (e->what) {
        ical_line(out, str_printf(a, "DTSTART:%.*s", STR_ARG(ical_time(a, e->date, e->what->start))));
        ical_line(out, str_printf(a, "DTEND:%.*s", STR_ARG(ical_time(a, e->date, e->what->start + e->what->minutes))));
    } else {
        const str day = ical_time(a, e->date, 0);
        ical_line(out, str_printf(a, "DTSTART;VALUE=DATE:%.*s", 8, day.p));
    }
    ical_line(out, buf_str(&summary));
    ical_line(out, STR("END:VEVENT"));
}

void rota_ical_begin(struct buf *out)
{
    ical_line(out, STR("BEGIN:VCALENDAR"));
    ical_line(out, STR("VERSION:2.0"));
    ical_line(out, STR("PRODID:-//Comity//Rota//EN"));
    ical_line(out, STR("METHOD:PUBLISH"));
}

void rota_ical_end(struct buf *out)
{
    ical_line(out, STR("END:VCALENDAR"));
}

void rota_ical_write(struct arena *a, struct buf *out, const struct rota *rota, const uint8_t *roster, int officer, int64_t stamp_ms)
{
    rota_ical_begin(out);
    for (int o = 0; o < rota->n_officers; o++)
        for (int d = 0; (officer < 0 || o == officer) && d < rota->n_days; d++)
            if (roster[o * rota->n_days + d] != ROTA_OFF)
                rota_ical_event(a, out, &(struct rota_event){.officer = rota->officers[o].name, .named = officer < 0, .date = rota->first_day + d,
                                                             .what = &rota->duties[roster[o * rota->n_days + d]], .stamp_ms = stamp_ms});
    rota_ical_end(out);
}
