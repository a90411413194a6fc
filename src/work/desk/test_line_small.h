/* A small line for its tests: what is applied has to be taken, what is refused has a sentence and changes nothing. */
#ifndef COMITY_TEST_LINE_SMALL_H
#define COMITY_TEST_LINE_SMALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ground/base/base.h"
#include "work/desk/line.h"

#define APPLY(line, ...) apply_or_fail((line), &(struct line_event){__VA_ARGS__})
#define REFUSED(line, code, ...) assert_int_equal(refused((line), &(struct line_event){__VA_ARGS__}), (code))

static inline struct line_outcome apply_or_fail(struct line *line, const struct line_event *e)
{
    struct err err = {0};
    struct line_outcome o;
    if (line_apply(line, e, &o, &err) < 0)
        fail_msg("%s", err.text);
    return o;
}

/* What is refused has a sentence and changes nothing. */
static inline int refused(struct line *line, const struct line_event *e)
{
    struct err err = {0};
    const uint64_t before = line_fingerprint(line);
    const struct line_totals totals = *line_totals(line);
    int r = line_apply(line, e, NULL, &err);
    if (r < 0) {
        assert_true(err.text[0]);
        assert_true(before == line_fingerprint(line));
        assert_memory_equal(&totals, line_totals(line), sizeof totals);
    }
    return r;
}

static inline struct line *open_or_fail(const struct line_rule *rule)
{
    struct err err = {0};
    struct line *line;
    if (line_open(rule, &line, &err) < 0)
        fail_msg("%s", err.text);
    return line;
}

static inline struct line *small(uint16_t window)
{
    struct line_rule rule = {.window = window, .n_lanes = 1, .n_counters = 2, .n_posts = 3, .serves = {1, 1}};
    return open_or_fail(&rule);
}

#endif
