/* Charts: properties that hold for every graph and timeline, and what a page shows of hostile ones.
 *
 *     test_chart draw FOLDER      writes pictures to look at, as pages that expect chart.css beside them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "chart.html.h"
#include "face/web/chart/links_layout.h"
#include "face/web/chart/timeline_layout.h"

/* A sequence that is the same everywhere. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static const char *const words[] = {
    "Sok Dara", "នារី ស្រីមុំ", "Golden Lotus Recruitment Company Limited", "บริษัท โกลเด้น โลตัส จำกัด", "+855 12 345 678", "Nguyễn Thị Hồng Ánh", "Phnom Penh",
    "សង្កាត់ទួលស្វាយព្រៃទី១ខណ្ឌបឹងកេងកងរាជធានីភ្នំពេញ", "Xavier", "N 1234567", "Unreasonablylongwordwithoutanyspacetobreakitanywhere", "王小明", "محمد",
};
#define N_WORDS (sizeof words / sizeof words[0])

/* n nodes: persons, and things that each shares with a few others. */
static struct links *graph_of(struct arena *a, size_t n, uint32_t seed)
{
    struct links *l = links_new(a);
    size_t persons = n / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        enum link_kind kind = i < persons ? LINK_PERSON : (enum link_kind)(1 + next(&seed) % (LINK_KINDS - 1));
        str key = str_printf(a, "key %zu", i);
        (void)links_node(l, kind, key, str_from(words[next(&seed) % N_WORDS]), kind == LINK_PERSON ? str_printf(a, "/persons/%zu", i) : STR(""));
    }
    static const char *const labels[] = {"Employer", "Phone", "Place of birth", "Recruiter"};
    for (size_t i = persons; i < n; i++)
        for (uint32_t k = 0; k < 1 + next(&seed) % 2; k++)
            links_edge(l, next(&seed) % persons, i, labels[next(&seed) % 4], STR("/files/1/events/2"), STR("Event of 2021-03"));
    links_close(l);
    return l;
}

static str draw_links(struct arena *a, const struct links *graph)
{
    struct html o = html_new(a, NULL);
    struct chart_links_view v = chart_links_view(a, NULL, graph);
    chart_links(&o, &v);
    return buf_str(&o.buf);
}

static size_t count(str s, str part)
{
    size_t n = 0;
    for (const char *p = s.p; (p = memmem(p, s.len - (size_t)(p - s.p), part.p, part.len)) != NULL; p += part.len)
        n++;
    return n;
}

static void test_nodes_stand_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 3, 7, 30, 80, 200, LINKS_NODES_MAX};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct arena *a = arena_new();
        struct links *graph = graph_of(a, sizes[s], (uint32_t)s + 1);
        struct links_layout at = links_layout(a, graph);
        for (size_t i = 0; i < graph->n_nodes; i++) {
            struct links_place p = at.nodes[i];
            assert_true(p.x >= LINKS_CELL_WIDTH / 2 && p.x + LINKS_CELL_WIDTH / 2 <= at.width);
            assert_true(p.y >= LINKS_SHAPE / 2 && p.y + LINKS_SHAPE / 2 + LINKS_LABEL_HEIGHT <= at.height);
            for (size_t k = 0; k < i; k++) {
                struct links_place q = at.nodes[k];
                assert_true(abs(p.x - q.x) >= LINKS_CELL_WIDTH || abs(p.y - q.y) >= LINKS_CELL_HEIGHT);
            }
        }
        for (size_t i = 1; i < graph->n_nodes; i++) { /* the order is the one of reading */
            struct links_place p = at.nodes[at.order[i - 1]], q = at.nodes[at.order[i]];
            assert_true(p.y < q.y || (p.y == q.y && p.x < q.x));
        }
        arena_free(a);
    }
}

static void test_the_same_again(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *b = arena_new();
    (void)arena_alloc(b, 12345); /* other addresses */
    assert_true(str_eq(draw_links(a, graph_of(a, 60, 5)), draw_links(b, graph_of(b, 60, 5))));
    /* And on every machine: whoever changes the layout changes this too, on purpose. */
    struct links_layout at = links_layout(a, graph_of(a, 60, 5));
    uint64_t sum = 0;
    for (size_t i = 0; i < 60; i++)
        sum = sum * 31 + (uint64_t)at.nodes[i].x * 7 + (uint64_t)at.nodes[i].y;
    assert_int_equal(sum, UINT64_C(0xd57e11f550c09dd8));
    arena_free(a);
    arena_free(b);
}

static void test_everything_is_in_the_table(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct links *graph = graph_of(a, 40, 9);
    str s = draw_links(a, graph);
    assert_int_equal(count(s, STR("<a class=\"c-node\" href=\"")), graph->n_nodes);
    assert_int_equal(count(s, STR("<line class=\"c-edge\"")), graph->n_edges);
    for (size_t i = 0; i < graph->n_nodes; i++)
        assert_int_equal(count(s, str_printf(a, "id=\"node-%zu\"", i + 1)), 1);
    assert_int_equal(count(s, STR("Event of 2021-03</bdi></a>")), graph->n_edges);
    assert_int_equal(count(s, STR("href=\"/persons/")), 2 * (40 / 3 + 1));
    assert_int_equal(count(s, STR(" style=\"")), 0);
    arena_free(a);
}

static void test_hostile_words(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct links *l = links_new(a);
    str evil = STR("</title><script>alert(1)</script>\"' onfocus='x\xe2\x80\xae" "\xff");
    size_t one = links_node(l, LINK_PERSON, STR("1"), evil, STR("javascript:alert(1)")), two = links_node(l, LINK_FIRM, evil, STR(""), STR("//evil.example"));
    links_edge(l, one, two, "Employer", evil, evil);
    links_close(l);
    str s = draw_links(a, l);
    assert_int_equal(count(s, STR("<script")), 0);
    assert_int_equal(count(s, STR("javascript:")), 0);
    assert_int_equal(count(s, STR("href=\"//")), 0);
    assert_int_equal(count(s, STR("\xe2\x80\xae")), 0);
    assert_int_equal(count(s, STR("'")), 0);
    arena_free(a);
}

static void test_labels_fit(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    for (size_t i = 0; i < N_WORDS; i++)
        for (int width = 20; width < 200; width += 20) {
            struct chart_label l = chart_label(a, str_from(words[i]), width, 14, 2);
            assert_true(l.width <= width);
            assert_true(l.line[0].len > 0);
            assert_true(text_utf8_valid(l.line[0]) && text_utf8_valid(l.line[1]));
            str all = str_from(words[i]);
            bool cut = str_ends(l.line[0], STR("\xe2\x80\xa6")) || str_ends(l.line[1], STR("\xe2\x80\xa6"));
            size_t at = str_ends(l.line[0], STR("\xe2\x80\xa6")) ? l.line[0].len - 3 : 0;
            if (!cut)
                assert_true(l.line[0].len + l.line[1].len + 1 >= all.len);
            else if (at && at < all.len) /* never before a mark */
                assert_false(text_is_mark(text_next(all, &at)));
        }
    struct chart_label l = chart_label(a, STR("Golden Lotus Recruitment"), 110, 14, 2);
    assert_string_equal(str_c(a, l.line[0]), "Golden Lotus");
    assert_string_equal(str_c(a, l.line[1]), "Recruitment");
    assert_int_equal(chart_label(a, STR("   "), 110, 14, 2).width, 0);
    arena_free(a);
}

/* --- timeline --- */

static struct timeline *timeline_of(struct arena *a, size_t n, uint32_t seed)
{
    struct timeline *t = timeline_new(a);
    size_t lanes[] = {timeline_lane(t, STR("Case")), timeline_lane(t, STR("Sok Dara")), timeline_lane(t, STR("នារី ស្រីមុំ"))};
    for (size_t i = 0; i < n; i++) {
        uint32_t r = next(&seed);
        struct date d = {(int16_t)(2018 + r % 5), (uint8_t)(r / 5 % 13), 0};
        if (d.month && r % 3)
            d.day = (uint8_t)(1 + r / 65 % 28);
        if (r % 17 == 0)
            d = (struct date){0};
        timeline_add(t, (struct timeline_event){.from = d, .kind = (enum timeline_kind)(r % TIMELINE_KINDS), .lane = lanes[r % 3],
                                                .label = str_from(words[r % N_WORDS]), .path = i % 2 ? STR("/files/1/events/1") : STR("")});
    }
    timeline_close(t);
    return t;
}

static str draw_timeline(struct arena *a, const struct timeline *t, const char *language)
{
    struct html o = html_new(a, NULL);
    struct when *when;
    struct err err;
    assert_int_equal(when_open(a, language, STR("UTC"), &when, &err), 0);
    struct chart_timeline_view v = chart_timeline_view(a, when, t);
    chart_timeline(&o, &v);
    when_close(when);
    return buf_str(&o.buf);
}

static void test_events_stand_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 50, 1000, TIMELINE_EVENTS_MAX + 3};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        struct arena *a = arena_new();
        struct timeline *t = timeline_of(a, sizes[s], (uint32_t)s + 1);
        struct timeline_layout at = timeline_layout(a, t);
        assert_int_equal(t->n + t->left_out, sizes[s]);
        for (size_t i = 0; i < t->n_dated; i++) {
            struct timeline_mark m = at.marks[i];
            assert_true(m.x >= TIMELINE_MARK / 2 && m.label_x + m.label.width <= at.width);
            assert_true(m.y - TIMELINE_ROW / 2 >= at.axis && m.y + TIMELINE_ROW / 2 <= at.height);
            assert_true(m.y > at.bands[t->events[i].lane].y && m.y < at.bands[t->events[i].lane].y + at.bands[t->events[i].lane].height);
            assert_true(i == 0 || at.marks[i - 1].x <= m.x);
            for (size_t k = 0; k < i; k++)
                if (at.marks[k].y == m.y)
                    assert_true(at.marks[k].label_x + at.marks[k].label.width < m.x - TIMELINE_MARK / 2);
        }
        for (size_t i = 1; i < at.n_ticks; i++)
            assert_true(at.ticks[i].x - at.ticks[i - 1].x >= 110);
        arena_free(a);
    }
}

static void test_dates_of_any_kind(void **state)
{
    (void)state;
    static const struct { struct date from, until; bool dated, span; } cases[] = {
        {{2021, 3, 5}, {0}, true, false}, {{2021, 3, 0}, {0}, true, true}, {{2021, 0, 0}, {0}, true, true}, {{0}, {0}, false, false},
        {{2021, 3, 5}, {2021, 4, 1}, true, true}, {{2021, 3, 5}, {2020, 1, 1}, true, false}, {{2021, 13, 5}, {0}, false, false},
        {{1, 1, 1}, {9999, 12, 31}, true, true}, {{0}, {2021, 1, 1}, false, false}, {{9999, 12, 31}, {0}, true, false},
    };
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct timeline *t = timeline_new(a);
        timeline_add(t, (struct timeline_event){.from = cases[i].from, .until = cases[i].until, .lane = timeline_lane(t, STR("Case")), .label = STR("x")});
        timeline_close(t);
        struct timeline_layout at = timeline_layout(a, t);
        assert_int_equal(t->n_dated, cases[i].dated);
        if (cases[i].dated) {
            assert_int_equal(at.marks[0].span > 0, cases[i].span);
            assert_true(at.n_ticks >= 1);
            assert_true(at.ticks[at.n_ticks - 1].x + 120 <= at.width);
        }
        (void)draw_timeline(a, t, "th");
    }
    arena_free(a);
}

static void test_timeline_in_words(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct timeline *t = timeline_of(a, 30, 3);
    str s = draw_timeline(a, t, "en"), thai = draw_timeline(a, t, "th");
    assert_int_equal(count(s, STR("<a class=\"c-node\"")), t->n_dated);
    assert_int_equal(count(s, STR("<tr class=\"govuk-table__row\" id=\"event-")), t->n);
    assert_int_equal(count(s, STR("No date")), t->n - t->n_dated);
    assert_true(count(s, STR("c-tick__label\" x=")) >= 2);
    assert_true(count(thai, STR(">\u0e04.\u0e28. 20")) >= 2); /* on the axis, below the year of the Buddhist era */
    assert_true(count(thai, STR("256")) > t->n_dated);
    assert_true(str_eq(s, draw_timeline(a, timeline_of(a, 30, 3), "en")));
    arena_free(a);
}

/* --- elements --- */

static void test_elements_in_words(void **state)
{
    (void)state;
    const struct element_fact facts[] = {{STR("vic_MethodsOfControl"), STR("WithholdsDocuments"), 0}, {STR("cmt_Element"), STR("Harbouring"), 1}};
    const struct chart_record records[] = {{STR("Dara <b>"), STR("/persons/1")}, {STR("Note"), STR("/files/1")}};
    struct arena *a = arena_new();
    for (enum element_child child = ELEMENT_CHILD_UNKNOWN; child <= ELEMENT_CHILD_NO; child++) {
        struct element_sheet sheet = elements_sheet(a, facts, 2, child);
        struct chart_elements_view v = chart_elements_view(a, NULL, STR("Dara <b>"), &sheet, records);
        struct html o = html_new(a, NULL);
        chart_elements(&o, &v);
        str s = buf_str(&o.buf);
        assert_int_equal(count(s, STR("<th scope=\"row\"")), ELEMENTS);
        assert_int_equal(count(s, STR("Need not be shown")), child == ELEMENT_CHILD_YES);
        assert_int_equal(count(s, STR("Methods of control: Withholds documents (<a class=\"govuk-link\" href=\"/persons/1\"><bdi>Dara &lt;b&gt;")), 1);
        assert_int_equal(count(s, STR("Tied to it by hand (<a class=\"govuk-link\" href=\"/files/1\">")), 1);
    }
    arena_free(a);
}

/* --- pictures to look at, and how long they take --- */

static void write_page(const char *folder, const char *name, str body)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.html", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "<!DOCTYPE html><meta charset=utf-8><meta name=viewport content='width=device-width'><link rel=stylesheet href=chart.css><body><main>%.*s", STR_ARG(body));
    fclose(f);
}

static int draw(const char *folder)
{
    static const size_t sizes[] = {2, 12, 40, 200};
    struct arena *a = arena_new();
    char name[64];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct links *graph = graph_of(a, sizes[i], 5);
        struct timespec from, to;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        str s = draw_links(a, graph);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        printf("%zu nodes, %zu links: %.2f ms, %zu bytes\n", graph->n_nodes, graph->n_edges,
               (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6, s.len);
        snprintf(name, sizeof name, "links-%zu", sizes[i]);
        write_page(folder, name, s);
        struct timeline *t = timeline_of(a, sizes[i] * 5, 5);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
        s = draw_timeline(a, t, i % 2 ? "th" : "en");
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
        printf("%zu events: %.2f ms, %zu bytes\n", t->n, (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6, s.len);
        snprintf(name, sizeof name, "timeline-%zu", t->n);
        write_page(folder, name, s);
    }
    arena_free(a);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "draw") == 0)
        return draw(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nodes_stand_apart),  cmocka_unit_test(test_the_same_again),   cmocka_unit_test(test_everything_is_in_the_table),
        cmocka_unit_test(test_hostile_words),      cmocka_unit_test(test_labels_fit),       cmocka_unit_test(test_events_stand_apart),
        cmocka_unit_test(test_dates_of_any_kind),  cmocka_unit_test(test_timeline_in_words), cmocka_unit_test(test_elements_in_words),
    };
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
