/* Questions of an interview in their order, and held against each other. Pure. */
#include <stdlib.h>
#include <string.h>

#include "work/interviews/interview.h"

static bool is_question(const struct record *r)
{
    return r->unit == FIELD_OF_QUESTION;
}

static int64_t number_of(const struct record *r, const char *field)
{
    int64_t n = 0;
    return str_to_int(record_text(r, field), 0, 999999, &n) ? n : 0;
}

/* Its place among the topics: what belongs together is asked together. */
static size_t topic_of(const struct record *r)
{
    const struct field_code *codes = field_find(STR("que_Topic"))->codes;
    str topic = record_text(r, "que_Topic");
    size_t i = 0;
    while (codes[i].value && !str_eq(topic, str_from(codes[i].value)))
        i++;
    return i;
}

static int by_place(const void *x, const void *y)
{
    const struct interview_asking *a = x, *b = y;
    const bool later_a = a->joined || a->set_aside || a->taken_back, later_b = b->joined || b->set_aside || b->taken_back;
    if (later_a != later_b)
        return later_a - later_b;
    if (a->phase != b->phase)
        return a->phase < b->phase ? -1 : 1;
    const size_t topic_a = topic_of(a->record), topic_b = topic_of(b->record);
    const int64_t order_a = number_of(a->record, "que_Order"), order_b = number_of(b->record, "que_Order");
    if (order_a != order_b)
        return order_a < order_b ? -1 : 1;
    if (topic_a != topic_b)
        return topic_a < topic_b ? -1 : 1;
    if (a->record->made_ms != b->record->made_ms)
        return a->record->made_ms < b->record->made_ms ? -1 : 1;
    return memcmp(a->record->id, b->record->id, ID_LEN);
}

void interview_questions(struct arena *a, const struct record *records, size_t n, const uint8_t interview[static ID_LEN], struct interview_asking **out, size_t *n_out)
{
    str id = hex_encode(a, (bytes){interview, ID_LEN});
    *out = arena_array(a, struct interview_asking, n);
    *n_out = 0;
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &records[i];
        if (!is_question(r) || !str_eq(record_text(r, "que_Interview"), id))
            continue;
        (*out)[(*n_out)++] = (struct interview_asking){.record = r, .phase = interview_phase(record_text(r, "que_Phase")), .joined = record_text(r, "que_Joined").len > 0,
                                                       .set_aside = record_text(r, "que_SetAside").len > 0, .taken_back = record_text(r, "que_TakenBack").len > 0, .from = record_text(r, "que_From")};
    }
    qsort(*out, *n_out, sizeof **out, by_place);
}

static int by_likeness(const void *x, const void *y)
{
    const struct interview_like *a = x, *b = y;
    return a->per_cent != b->per_cent ? b->per_cent - a->per_cent : memcmp(a->record->id, b->record->id, ID_LEN);
}

void interview_held_against(struct arena *a, const struct record *records, size_t n, str text, struct interview_like **out, size_t *n_out)
{
    *out = arena_array(a, struct interview_like, n);
    *n_out = 0;
    for (size_t i = 0; i < n; i++) {
        if (!is_question(&records[i]) || record_text(&records[i], "que_SetAside").len || record_text(&records[i], "que_TakenBack").len)
            continue;
        int now = interview_alike(a, text, record_text(&records[i], "que_Text")), before = interview_alike(a, text, record_text(&records[i], "que_Original"));
        if ((now > before ? now : before) >= INTERVIEW_NEAR)
            (*out)[(*n_out)++] = (struct interview_like){&records[i], now > before ? now : before};
    }
    qsort(*out, *n_out, sizeof **out, by_likeness);
}
