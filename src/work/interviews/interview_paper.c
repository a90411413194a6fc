#include "work/interviews/interview_paper.h"

#include <string.h>

#include "ground/json/json.h"

#define VERSION 1
#define CODE_MAX 40

const char *const interview_letters[INTERVIEW_PAPERS] = {"interview-window", "interview-questions", "question-state", "interview-register", "question-back"};
static const char *const states[] = {"in", "joined", "aside"};

static bool has_question(enum interview_paper_kind kind)
{
    return kind == PAPER_QUESTION || kind == PAPER_STATE || kind == PAPER_BACK;
}

static void write_register(struct json *o, const struct interview_register *r)
{
    json_put_int(o, "interviews", r->counters.interviews);
    json_put_int(o, "minutes", r->counters.minutes);
    json_put_int(o, "exams", r->counters.exams);
    struct json *list = json_put_array(o, "statements");
    for (size_t i = 0; i < r->n_statements && i < INTERVIEW_STATEMENTS_MAX; i++) {
        struct json *s = json_add_object(list);
        json_put_hex(s, "id", (bytes){r->statements[i].id, ID_LEN});
        json_put_time(s, "sealed", r->statements[i].sealed_ms);
        json_put_int(s, "length_ms", r->statements[i].length_ms);
    }
    list = json_put_array(o, "answered");
    for (size_t i = 0; i < r->n_answered; i++) {
        struct json *q = json_add_object(list);
        json_put_hex(q, "question", (bytes){r->answered[i].question, ID_LEN});
        json_put_int(q, "at_ms", r->answered[i].at_ms);
    }
}

str interview_paper_write(struct arena *a, const struct interview_paper *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_interview", VERSION);
    json_put_hex(o, "tie", (bytes){p->tie, ID_LEN});
    if (p->kind != PAPER_REGISTER)
        json_put_hex(o, "interview", (bytes){p->interview, ID_LEN});
    if (p->kind == PAPER_WINDOW) {
        json_put_int(o, "until_ms", p->until_ms);
        json_put_str(o, "language", p->language);
    }
    if (has_question(p->kind))
        json_put_hex(o, "question", (bytes){p->question, ID_LEN});
    if (p->kind == PAPER_QUESTION) {
        json_put_str(o, "text", p->text);
        json_put_str(o, "topic", p->topic);
        json_put_str(o, "why", p->why);
    }
    if (p->kind == PAPER_STATE) {
        json_put_str(o, "state", p->state);
        json_put_str(o, "reason", p->reason);
    }
    if (p->kind == PAPER_REGISTER)
        write_register(o, &p->reg);
    return json_write(a, o, JSON_ONE_LINE);
}

static int read_answered(struct arena *a, const struct json *o, struct interview_register *reg, struct err *err)
{
    const struct json *list;
    int r = json_get_array(o, "answered", &list, err);
    if (r == 0 && json_count(list) > INTERVIEW_QUESTIONS_MAX)
        r = err_set(err, ERR_LIMIT, "register: more than %d answers", INTERVIEW_QUESTIONS_MAX);
    if (r < 0)
        return r;
    reg->n_answered = json_count(list);
    reg->answered = arena_array(a, struct interview_answered, reg->n_answered);
    for (size_t i = 0; r == 0 && i < reg->n_answered; i++) {
        r = json_get_hex(json_at(list, i), "question", reg->answered[i].question, ID_LEN, err);
        if (r == 0)
            r = json_get_int(json_at(list, i), "at_ms", 0, INT64_C(1) << 40, &reg->answered[i].at_ms, err);
    }
    return r;
}

static int read_register(struct arena *a, const struct json *o, struct interview_register *reg, struct err *err)
{
    const struct json *list;
    int r = json_get_int(o, "interviews", 0, 10000, &reg->counters.interviews, err);
    if (r == 0)
        r = json_get_int(o, "minutes", 0, 10000000, &reg->counters.minutes, err);
    if (r == 0)
        r = json_get_int(o, "exams", 0, 10000, &reg->counters.exams, err);
    if (r == 0)
        r = json_get_array(o, "statements", &list, err);
    if (r == 0 && json_count(list) > INTERVIEW_STATEMENTS_MAX)
        r = err_set(err, ERR_LIMIT, "register: more than %d statements", INTERVIEW_STATEMENTS_MAX);
    if (r < 0)
        return r;
    reg->n_statements = json_count(list);
    reg->statements = arena_array(a, struct interview_statement, reg->n_statements);
    for (size_t i = 0; r == 0 && i < reg->n_statements; i++) {
        struct interview_statement *s = &reg->statements[i];
        r = json_get_hex(json_at(list, i), "id", s->id, ID_LEN, err);
        if (r == 0)
            r = json_get_time(json_at(list, i), "sealed", &s->sealed_ms, err);
        if (r == 0)
            r = json_get_int(json_at(list, i), "length_ms", 0, INT64_C(1) << 40, &s->length_ms, err);
    }
    return r == 0 ? read_answered(a, o, reg, err) : r;
}

static int read_question(const struct json *o, struct interview_paper *p, struct err *err)
{
    int r = json_get_str(o, "text", INTERVIEW_QUESTION_MAX, &p->text, err);
    if (r == 0 && p->text.len == 0)
        r = json_refuse(o, "text", err, "there is no question");
    if (r == 0)
        r = json_get_str(o, "topic", CODE_MAX, &p->topic, err);
    if (r == 0 && !field_code_find(field_find(STR("que_Topic")), p->topic))
        r = json_refuse(o, "topic", err, "it is none of the known ones");
    return r == 0 ? json_get_str(o, "why", INTERVIEW_QUESTION_MAX, &p->why, err) : r;
}

static int read_state(const struct json *o, struct interview_paper *p, struct err *err)
{
    bool known = false;
    int r = json_get_str(o, "state", CODE_MAX, &p->state, err);
    for (size_t i = 0; r == 0 && i < sizeof states / sizeof states[0]; i++)
        known = known || str_eq(p->state, str_from(states[i]));
    if (r == 0 && !known)
        r = json_refuse(o, "state", err, "it is none of the known ones");
    return r == 0 ? json_get_str(o, "reason", INTERVIEW_QUESTION_MAX, &p->reason, err) : r;
}

int interview_paper_read(struct arena *a, enum interview_paper_kind kind, bytes in, struct interview_paper *p, struct err *err)
{
    const struct json *o;
    int64_t version;
    *p = (struct interview_paper){.kind = kind};
    int r = json_parse(a, interview_letters[kind], in, INTERVIEW_PAPER_MAX, &o, err);
    if (r == 0)
        r = json_get_int(o, "comity_interview", 1, INT32_MAX, &version, err);
    if (r == 0 && version != VERSION)
        r = err_set(err, ERR_PEER, "%s: it is of version %d; this node reads %d", interview_letters[kind], (int)version, VERSION);
    if (r == 0)
        r = json_get_hex(o, "tie", p->tie, ID_LEN, err);
    if (r == 0 && kind != PAPER_REGISTER)
        r = json_get_hex(o, "interview", p->interview, ID_LEN, err);
    if (r == 0 && kind == PAPER_WINDOW && (r = json_get_int(o, "until_ms", 0, INT64_MAX, &p->until_ms, err)) == 0)
        r = json_get_str(o, "language", 8, &p->language, err);
    if (r == 0 && (has_question(kind)))
        r = json_get_hex(o, "question", p->question, ID_LEN, err);
    if (r == 0 && kind == PAPER_QUESTION)
        r = read_question(o, p, err);
    if (r == 0 && kind == PAPER_STATE)
        r = read_state(o, p, err);
    return r == 0 && kind == PAPER_REGISTER ? read_register(a, o, &p->reg, err) : r;
}
