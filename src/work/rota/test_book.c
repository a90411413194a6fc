/* book: the table, the roster, calendars; and what happens when somebody is ill. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/rota/away.h"
#include "work/rota/book.h"
#include "work/rota/fair.h"
#include "work/rota/repair.h"

/* An invented post: eight officers, two posts, three shifts, two weeks. */
static const char post[] =
    "# a remark, and a comma\nofficer,Ann,full,goods\nofficer,Bo,full,goods\nofficer,Cy,full,goods\nofficer,Di,full,\nofficer,Ed,full,\n"
    "officer,Flo,full,\nofficer,Gus,full,goods\nofficer,\"Hu, Li\",half,goods\nrota,2026-03-02,14\nshift,early,06:00,14:00\nshift,late,14:00,22:00\n"
    "shift,night,22:00,06:00\npost,hall,2,\npost,gate,0,goods\nneed,hall,early,1,2\nneed,hall,late,1,2\nneed,hall,night,1,1\nneed,gate,early,1,1,Mon Tue\n"
    "rest,11\ncontract,full,days,5,9\ncontract,full,days in a row,2,5,3\ncontract,full,hours,,80,1\ncontract,full,night in a row,,3\n"
    "contract,half,days,0,5\nleave,Ann,2026-02-20,2026-03-03\nfixed,Bo,2026-03-02,early/hall\nwish,Cy,2026-03-04,off,2\nwish,Di,2026-03-05,not night,1\n"
    "carrier,Blue Bus,hall,early,Mon Wed\nrotation,pair,3,,2\nrotation,carrier,2,1,2\nrotation,post,9,,1\neligible,9\nmoves,2000000\n";

static struct rota_book read_post(struct arena *a)
{
    struct rota_book book;
    struct err err = {0};
    if (rota_book_read(a, str_bytes(str_from(post)), &book, &err) < 0)
        fail_msg("%s", err.text);
    return book;
}

static void a_table_is_a_rota(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    const struct rota *rota = &book.rota;
    assert_int_equal(rota->n_officers, 8);
    assert_int_equal(rota->n_duties, 5);
    assert_int_equal(book.moves, 2000000);
    assert_int_equal(book.eligible, 9);
    const int early = rota_duty_named(rota, STR("early/hall")), gate = rota_duty_named(rota, STR("early/gate"));
    const int ann = rota_officer_named(rota, STR("Ann")), di = rota_officer_named(rota, STR("Di"));
    assert_int_equal(rota->allowed[ann * 14 + 1], 1); /* on leave */
    assert_int_equal(rota->allowed[ann * 14 + 2], 31);
    assert_int_equal(rota->allowed[rota_officer_named(rota, STR("Bo")) * 14], 1 << early);
    assert_false(rota->officers[di].can >> gate & 1); /* no qualification */
    assert_int_equal(rota_eligible(rota, gate, 1), 4); /* Bo, Cy, Gus, Hu */
    assert_true(rota_officer_named(rota, STR("Hu, Li")) == 7);
    assert_int_equal(rota->duties[rota_duty_named(rota, STR("night/hall"))].minutes, 480);
    arena_free(a);
}

static void its_rules_are_told_in_words(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    uint8_t *roster = rota_roster(a, &book.rota);
    static const char text[] = "officer,2026-03-02,2026-03-03,2026-03-04,2026-03-05\nBo,early/hall,night/hall,early/hall,\nDi,early/hall,,early/hall,night/hall\n";
    struct err err = {0};
    if (rota_roster_read(a, &book.rota, str_bytes(str_from(text)), roster, &err) < 0)
        fail_msg("%s", err.text);
    const struct rota_breach *breaches;
    size_t n;
    rota_judge(a, &book.rota, roster, &breaches, &n);
    struct buf all = buf_new(a);
    for (size_t i = 0; i < n; i++)
        buf_addf(&all, "%.*s\n", STR_ARG(rota_breach_words(a, &book.rota, &breaches[i])));
    static const char *const wanted[] = {
        "Bo: 5 to 9 days: 2 too few\n", "Bo: 11 hours of rest after night, from Tue 3 Mar to Wed 4 Mar\n",
        "Di: asked for not to have night/hall on Thu 5 Mar\n",
        "Mon 2 Mar, early/gate: 0 there, at least 1\n", "Tue 3 Mar, late/hall: 0 there, at least 1\n",
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (!strstr(buf_str(&all).p, wanted[i]))
            fail_msg("not told: %s", wanted[i]);
    arena_free(a);
}

static void what_is_no_rota_is_refused_with_its_line(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    #define SEVEN "rota,2026-03-02,7\n"
    #define POST SEVEN "post,hall\nshift,e,06:00,14:00\n"
    #define WHOLE POST "need,hall,e,2,2\ncontract,f\nofficer,A,f\n"
    static const struct {
        const char *text, *said;
        struct rota_fault fault;
    } cases[] = {
        {"", "no row rota", {ROTA_FAULT_NO_ROTA, 0, 0, 0, 0}},
        {"rota,2026-03-02,65\n", "line 1, column 3: write a whole number from 1 to 64", {ROTA_FAULT_NUMBER, 1, 3, 1, 64}},
        {"rota,2026-02-30,7\n", "line 1, column 2: write a day", {ROTA_FAULT_DAY, 1, 2, 0, 0}},
        {SEVEN "shift,early,6,14:00\n", "line 2, column 3: write a time", {ROTA_FAULT_TIME, 2, 3, 0, 0}},
        {SEVEN "what\n", "line 2: the first cell", {ROTA_FAULT_WORD, 2, 0, 0, 0}},
        {SEVEN "post,\"hall\n", "line 2: this row cannot be read", {ROTA_FAULT_CELLS, 2, 0, 0, 0}},
        {SEVEN "officer,A,full\n", "line 2, column 3: no row makes this name a contract", {ROTA_FAULT_CONTRACT, 2, 3, 0, 0}},
        {SEVEN SEVEN, "line 2", {ROTA_FAULT_TWICE, 2, 0, 0, 0}},
        {POST "post,hall\n", "line 4", {ROTA_FAULT_NAME, 4, 0, 0, 0}},
        {POST "need,hall,e,2,1\n", "line 4, column 5", {ROTA_FAULT_NUMBER, 4, 5, 2, 256}},
        {POST "need,hall,e,2,2,Yesterday\n", "line 4, column 6", {ROTA_FAULT_DAYS, 4, 6, 0, 0}},
        {POST "need,hall,x,2,2\n", "line 4", {ROTA_FAULT_NEED, 4, 0, 0, 0}},
        {POST "need,hall,e,2,2\n", "no row officer", {ROTA_FAULT_NO_OFFICERS, 0, 0, 0, 0}},
        {POST "contract,f\nofficer,A,f\n", "no row need", {ROTA_FAULT_NO_NEEDS, 0, 0, 0, 0}},
        {POST "need,hall,e,2,2\ncontract,f,dayz,1,1\n", "line 5", {ROTA_FAULT_TERM, 5, 0, 0, 0}},
        {WHOLE "wish,B,2026-03-02,off\n", "line 7, column 2", {ROTA_FAULT_OFFICER, 7, 2, 0, 0}},
        {WHOLE "wish,A,2026-03-09,off\n", "line 7, column 3", {ROTA_FAULT_OUTSIDE, 7, 3, 0, 0}},
        {WHOLE "wish,A,2026-03-02,not\n", "line 7", {ROTA_FAULT_WISH, 7, 0, 0, 0}},
        {WHOLE "leave,A,2026-03-04,2026-03-03\n", "line 7", {ROTA_FAULT_BACKWARDS, 7, 0, 0, 0}},
        {WHOLE "fixed,A,2026-03-04,e\nfixed,A,2026-03-04,moon\n", "line 8", {ROTA_FAULT_FIXED, 8, 0, 0, 0}},
        {WHOLE "carrier,Blue Bus,moon,e\n", "line 7", {ROTA_FAULT_CARRIER, 7, 0, 0, 0}},
        {WHOLE "rotation,moon,3\n", "line 7", {ROTA_FAULT_ROTATION, 7, 0, 0, 0}},
        {WHOLE "weekend,someday\n", "line 7, column 2", {ROTA_FAULT_WEEKDAY, 7, 2, 0, 0}},
        {WHOLE "moves,many\n", "line 7, column 2: write a whole number from 1 to 1099511627776", {ROTA_FAULT_NUMBER, 7, 2, 1, (int64_t)1 << 40}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rota_book book;
        struct err err = {0};
        const struct rota_fault *f = &cases[i].fault;
        assert_true(rota_book_read(a, str_bytes(str_from(cases[i].text)), &book, &err) < 0);
        if (!strstr(err.text, cases[i].said) || strchr(err.text, '{') || book.fault.kind != f->kind || book.fault.line != f->line ||
            book.fault.column != f->column || book.fault.min != f->min || book.fault.max != f->max)
            fail_msg("case %zu: %s (%d)", i, err.text, (int)book.fault.kind);
    }
    for (int kind = ROTA_FAULT_NONE + 1; kind < ROTA_FAULTS; kind++)
        assert_non_null(rota_fault_words[kind]);
    const struct rota_book book = read_post(a);
    uint8_t *roster = rota_roster(a, &book.rota);
    struct err err = {0};
    assert_true(rota_roster_read(a, &book.rota, str_bytes(STR("officer,2026-03-02\nZoe,early/hall\n")), roster, &err) < 0);
    assert_null(strstr(err.text, "Zoe")); /* no name in an error */
    assert_true(rota_roster_read(a, &book.rota, str_bytes(STR("officer,2026-04-02\n")), roster, &err) < 0);
    assert_true(rota_roster_read(a, &book.rota, str_bytes(STR("officer,2026-03-02\nAnn,early/moon\n")), roster, &err) < 0);
    arena_free(a);
}

static void a_roster_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    uint8_t *roster = rota_roster(a, &book.rota), *back = rota_roster(a, &book.rota);
    struct rota_score score;
    assert_int_equal(rota_solve(&book.rota, (const uint8_t[ROTA_SEED_LEN]){5}, 500000, roster, &score, NULL), 0);
    assert_int_equal(score.hard, 0);
    struct buf b = buf_new(a);
    rota_roster_write(&b, &book.rota, roster, 3);
    assert_int_equal(rota_roster_read(a, &book.rota, buf_bytes(&b), back, NULL), 0);
    assert_memory_equal(roster, back, 8 * 14);
    arena_free(a);
}

static void a_calendar_is_as_rfc_5545_has_it(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    uint8_t *roster = rota_roster(a, &book.rota);
    roster[7 * 14 + 13] = (uint8_t)rota_duty_named(&book.rota, STR("night/hall"));
    roster[6 * 14 + 13] = 1;
    struct buf b = buf_new(a);
    rota_ical_write(a, &b, &book.rota, roster, -1, INT64_C(20500) * 86400000 + 3723000);
    const char *text = buf_str(&b).p;
    assert_non_null(strstr(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:"));
    assert_non_null(strstr(text, "DTSTAMP:20260216T010203Z\r\nSEQUENCE:0\r\nDTSTART:20260315T220000\r\nDTEND:20260316T060000\r\nSUMMARY:Hu\\, Li: night/hall\r\n"));
    assert_null(strstr(text, "Hu, Li"));
    assert_non_null(strstr(text, "END:VEVENT\r\nEND:VCALENDAR\r\n"));
    b.len = 0;
    rota_ical_write(a, &b, &book.rota, roster, 7, INT64_C(20500) * 86400000);
    assert_null(strstr(buf_str(&b).p, "early"));
    assert_non_null(strstr(buf_str(&b).p, "SUMMARY:night/hall\r\n"));
    b.len = 0;
    book.rota.officers[7].name = STR("An officer whose name is so long that the line must be folded: \xe1\x9e\x9f\xe1\x9e\xbb\xe1\x9e\x81");
    rota_ical_write(a, &b, &book.rota, roster, -1, INT64_C(20500) * 86400000 + 3723000);
    str rest = buf_str(&b), line;
    while (str_split(&rest, '\n', &line)) {
        assert_true(line.len <= 76); /* 75 and the CR */
        assert_true(line.len == 0 || ((uint8_t)line.p[0] & 0xc0) != 0x80);
    }
    arena_free(a);
}

static void a_calendar_keeps_her_away(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct rota_book book = read_post(a);
    const int64_t monday = book.rota.first_day * 86400;
    #define AT(day, hour) (monday + (day)*86400 + (hour)*3600)
    const struct ical_span spans[] = {
        {AT(3, 0), AT(6, 0), true, true},       /* three whole days */
        {AT(7, 4), AT(7, 5), false, false},     /* 4 o'clock in Greenwich: noon in Manila, within an early shift */
        {AT(8, 16), AT(8, 17), false, false},   /* midnight there: the night before */
        {AT(9, 3), AT(9, 4), true, false},      /* on the wall: the night that began on the day before */
        {AT(10, 12), AT(12, 2), true, false},   /* from noon on for a day and a half: the day between is a whole one */
    };
    const struct rota_away away = {spans, sizeof spans / sizeof spans[0], STR("Asia/Manila")};
    size_t added;
    const int ann = rota_officer_named(&book.rota, STR("Ann"));
    const str text = rota_away(a, &book, str_bytes(str_from(post)), ann, &away, &added);
    const str more = str_slice(text, sizeof post - 1, text.len);
    assert_string_equal(str_dup(a, more).p,
                        "leave,Ann,2026-03-05,2026-03-07\nwish,Ann,2026-03-09,not early,\nwish,Ann,2026-03-10,not night,\nwish,Ann,2026-03-12,not early,\n"
                        "wish,Ann,2026-03-12,not late,\nwish,Ann,2026-03-12,not night,\nleave,Ann,2026-03-13,2026-03-13\n");
    assert_int_equal(added, 7);
    assert_int_equal(rota_book_read(a, str_bytes(text), &book, NULL), 0);
    assert_int_equal(book.rota.allowed[ann * 14 + 4], 1);
    /* the same calendar again adds nothing */
    assert_true(str_eq(rota_away(a, &book, str_bytes(text), ann, &away, &added), text));
    assert_int_equal(added, 0);
    arena_free(a);
}

static void what_is_asked_of_whom_is_counted(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    uint8_t *roster = rota_roster(a, &book.rota);
    const int cy = rota_officer_named(&book.rota, STR("Cy")), di = rota_officer_named(&book.rota, STR("Di"));
    const uint8_t early = (uint8_t)rota_duty_named(&book.rota, STR("early/hall")), night = (uint8_t)rota_duty_named(&book.rota, STR("night/hall"));
    roster[cy * 14 + 0] = early;
    roster[cy * 14 + 5] = roster[cy * 14 + 6] = night; /* Saturday and Sunday: one weekend */
    roster[cy * 14 + 13] = early;
    roster[di * 14 + 3] = night; /* Thursday: she wished for none */
    const struct rota_load *loads = rota_loads(a, &book.rota, roster);
    assert_memory_equal(&loads[cy], &((struct rota_load){4, 4 * 480, 2, 2, 1, 1}), sizeof *loads);
    assert_memory_equal(&loads[di], &((struct rota_load){1, 480, 1, 0, 1, 0}), sizeof *loads);
    assert_false(rota_is_night(&(struct rota_duty){.start = 14 * 60, .minutes = 11 * 60 + 59}));
    assert_true(rota_is_night(&(struct rota_duty){.start = 14 * 60, .minutes = 12 * 60}));
    assert_true(rota_is_night(&(struct rota_duty){.start = 3 * 60, .minutes = 480}));
    assert_false(rota_is_night(&(struct rota_duty){.start = 4 * 60, .minutes = 480}));
    arena_free(a);
}

/* --- illness --- */

static void a_lot_decides_who_stands_in_and_few_others_change(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const struct rota_book book = read_post(a);
    const struct rota *rota = &book.rota;
    uint8_t *roster = rota_roster(a, rota), *mended = rota_roster(a, rota), *twice = rota_roster(a, rota);
    assert_int_equal(rota_solve(rota, (const uint8_t[ROTA_SEED_LEN]){5}, 1000000, roster, NULL, NULL), 0);
    bool came[8] = {false};
    int several = 0;
    for (int s = 0; s < 40; s++) {
        const uint8_t seed[ROTA_SEED_LEN] = {(uint8_t)(s + 1)};
        struct rota_repair repair, again;
        memcpy(mended, roster, 8 * 14);
        memcpy(twice, roster, 8 * 14);
        assert_int_equal(rota_repair(a, rota, mended, 2, 7, 9, seed, &repair, NULL), 0);
        assert_int_equal(rota_repair(a, rota, twice, 2, 7, 9, seed, &again, NULL), 0);
        assert_memory_equal(mended, twice, 8 * 14);
        assert_int_equal(repair.left.hard, 0);
        assert_in_range(repair.n, 0, 3);
        for (int d = 7; d <= 9; d++)
            assert_int_equal(mended[2 * 14 + d], ROTA_OFF);
        size_t differ = 0;
        for (int c = 0; c < 8 * 14; c++)
            differ += c / 14 != 2 && mended[c] != roster[c];
        assert_int_equal(differ, repair.n); /* every change is listed */
        for (size_t i = 0; i < repair.n; i++)
            came[repair.changes[i].officer] = true;
    }
    for (int o = 0; o < 8; o++)
        several += came[o];
    assert_true(several >= 2);
    assert_int_equal(rota_repair(a, rota, mended, 2, 9, 7, (const uint8_t[ROTA_SEED_LEN]){1}, &(struct rota_repair){0}, NULL), ERR_USAGE);
    arena_free(a);
}

static void every_officer_is_as_likely_at_every_counter(void **state)
{
    (void)state;
    int times[5][5] = {{0}};
    for (int s = 0; s < 20000; s++) {
        const uint8_t seed[ROTA_SEED_LEN] = {(uint8_t)s, (uint8_t)(s >> 8), 1};
        int counter[5], seen = 0;
        rota_counters(seed, 5, 4, counter);
        for (int i = 0; i < 5; i++) {
            seen |= 1 << counter[i];
            times[i][counter[i]]++;
        }
        assert_int_equal(seen, 31); /* four counters and one relief, each once */
    }
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < 5; k++)
            assert_in_range(times[i][k], 3717, 4283); /* 4000 +- 5 standard deviations; the seeds are fixed */
}

static void counters_are_bounded(void **state)
{
    (void)state;
    int had[9] = {0}, last[3] = {1, 2, 3}, row[3] = {2, 2, 2}, beside[9] = {0}, counter[3], met[4] = {0};
    const struct rota_counter_bounds bounds = {.row = 2};
    const struct rota_counter_past past = {had, last, row, beside};
    for (int i = 0; i < 400; i++) {
        const uint8_t seed[ROTA_SEED_LEN] = {(uint8_t)i, (uint8_t)(i >> 8)};
        assert_int_equal(rota_counters_within(seed, 3, 3, &bounds, &past, counter), 0);
        for (int k = 0; k < 3; k++)
            assert_int_not_equal(counter[k], last[k]);
        met[counter[0]]++;
    }
    assert_true(met[2] > 150 && met[3] > 150); /* of what the bounds leave each is as likely */
    const struct rota_counter_bounds none = {.had = 1};
    const uint8_t seed[ROTA_SEED_LEN] = {7};
    for (int i = 0; i < 9; i++)
        had[i] = 1;
    assert_int_equal(rota_counters_within(seed, 3, 3, &none, &past, counter), 3); /* none keeps it: it is drawn all the same */
    int plain[3];
    rota_counters(seed, 3, 3, plain);
    assert_memory_equal(plain, counter, sizeof plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_a_rota),
        cmocka_unit_test(its_rules_are_told_in_words),
        cmocka_unit_test(what_is_no_rota_is_refused_with_its_line),
        cmocka_unit_test(a_roster_comes_back_as_it_was_written),
        cmocka_unit_test(a_calendar_is_as_rfc_5545_has_it),
        cmocka_unit_test(a_calendar_keeps_her_away),
        cmocka_unit_test(what_is_asked_of_whom_is_counted),
        cmocka_unit_test(a_lot_decides_who_stands_in_and_few_others_change),
        cmocka_unit_test(every_officer_is_as_likely_at_every_counter),
        cmocka_unit_test(counters_are_bounded),
    };
    return cmocka_run_group_tests_name("rota_book", tests, NULL, NULL);
}
