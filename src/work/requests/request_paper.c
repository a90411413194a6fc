#include "work/requests/request_paper.h"

#include "ground/json/json.h"

#define VERSION 1
#define CODE_MAX 40

/* Events that travel by themselves. */
static const struct { enum request_event event; const char *name; } events[] = {
    {REQUEST_TAKE_UP, "taken-up"}, {REQUEST_REFUSE, "refused"}, {REQUEST_WITHDRAW, "withdrawn"}, {REQUEST_HURRY, "hurry"},
};

str paper_request_write(struct arena *a, const struct paper_request *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_request", VERSION);
    json_put_hex(o, "tie", (bytes){p->tie, ID_LEN});
    if (p->has_handle) {
        json_put_int(o, "epoch", p->epoch);
        json_put_int(o, "handle", p->handle);
    }
    json_put_str(o, "kind", p->kind);
    json_put_str(o, "clock", p->clock);
    json_put_str(o, "basis", p->basis);
    json_put_str(o, "basis_words", p->basis_words);
    json_put_str(o, "why", p->why);
    json_put_bool(o, "evidence", p->evidence);
    return json_write(a, o, JSON_ONE_LINE);
}

str paper_answer_write(struct arena *a, const struct paper_answer *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_answer", VERSION);
    json_put_hex(o, "request", (bytes){p->request, ID_LEN});
    json_put_int(o, "part", p->part);
    json_put_bool(o, "last", p->last);
    json_put_str(o, "text", p->text);
    json_put_str(o, "fields", p->fields);
    return json_write(a, o, JSON_ONE_LINE);
}

str paper_state_write(struct arena *a, const struct paper_state *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_request_state", VERSION);
    json_put_hex(o, "request", (bytes){p->request, ID_LEN});
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i].event == p->event)
            json_put_str(o, "event", str_from(events[i].name));
    json_put_str(o, "code", p->code);
    json_put_str(o, "words", p->words);
    return json_write(a, o, JSON_ONE_LINE);
}

static int open_paper(struct arena *a, const char *what, const char *member, bytes in, const struct json **o, struct err *err)
{
    int64_t version;
    int r = json_parse(a, what, in, REQUEST_PAPER_MAX, o, err);
    if (r == 0)
        r = json_get_int(*o, member, 1, INT32_MAX, &version, err);
    return r == 0 && version != VERSION ? err_set(err, ERR_PEER, "%s: it is of version %d; this node reads %d", what, (int)version, VERSION) : r;
}

/* A code that the table has. */
static int get_code(const struct json *o, const char *key, const struct request_word *table, str *out, struct err *err)
{
    int r = json_get_str(o, key, CODE_MAX, out, err);
    return r == 0 && !request_word(table, *out) ? json_refuse(o, key, err, "it is none of the known ones") : r;
}

int paper_request_read(struct arena *a, bytes in, struct paper_request *p, struct err *err)
{
    const struct json *o;
    *p = (struct paper_request){0};
    int r = open_paper(a, "request", "comity_request", in, &o, err);
    if (r == 0)
        r = json_get_hex(o, "tie", p->tie, ID_LEN, err);
    if (r == 0 && (p->has_handle = json_find(o, "handle") != NULL)) {
        r = json_get_int(o, "epoch", 0, UINT32_MAX, &p->epoch, err);
        if (r == 0)
            r = json_get_int(o, "handle", 0, UINT32_MAX, &p->handle, err);
    }
    if (r == 0)
        r = get_code(o, "kind", request_asks, &p->kind, err);
    if (r == 0)
        r = json_get_str(o, "clock", CODE_MAX, &p->clock, err);
    if (r == 0 && !request_clock(p->clock))
        r = json_refuse(o, "clock", err, "it is none of the known ones");
    if (r == 0)
        r = get_code(o, "basis", request_bases, &p->basis, err);
    if (r == 0)
        r = json_get_str(o, "basis_words", REQUEST_WORDS_MAX, &p->basis_words, err);
    if (r == 0)
        r = json_get_str(o, "why", REQUEST_WORDS_MAX, &p->why, err);
    return r == 0 ? json_get_bool(o, "evidence", &p->evidence, err) : r;
}

int paper_answer_read(struct arena *a, bytes in, struct paper_answer *p, struct err *err)
{
    const struct json *o;
    *p = (struct paper_answer){0};
    int r = open_paper(a, "answer", "comity_answer", in, &o, err);
    if (r == 0)
        r = json_get_hex(o, "request", p->request, ID_LEN, err);
    if (r == 0)
        r = json_get_int(o, "part", 1, REQUEST_PARTS_MAX, &p->part, err);
    if (r == 0)
        r = json_get_bool(o, "last", &p->last, err);
    if (r == 0)
        r = json_get_str(o, "text", REQUEST_TEXT_MAX, &p->text, err);
    return r == 0 ? json_get_str(o, "fields", REQUEST_PAPER_MAX, &p->fields, err) : r;
}

int paper_state_read(struct arena *a, bytes in, struct paper_state *p, struct err *err)
{
    const struct json *o;
    str event;
    bool known = false;
    *p = (struct paper_state){0};
    int r = open_paper(a, "request-state", "comity_request_state", in, &o, err);
    if (r == 0)
        r = json_get_hex(o, "request", p->request, ID_LEN, err);
    if (r == 0)
        r = json_get_str(o, "event", CODE_MAX, &event, err);
    for (size_t i = 0; r == 0 && i < sizeof events / sizeof events[0]; i++)
        if (str_eq(event, str_from(events[i].name))) {
            p->event = events[i].event;
            known = true;
        }
    if (r == 0 && !known)
        r = json_refuse(o, "event", err, "it is none of the known ones");
    if (r == 0)
        r = json_get_str(o, "code", CODE_MAX, &p->code, err);
    if (r == 0 && ((p->event == REQUEST_REFUSE && !request_word(request_refusals, p->code)) || (p->event == REQUEST_HURRY && !request_clock(p->code))))
        r = json_refuse(o, "code", err, "it is none of the known ones");
    return r == 0 ? json_get_str(o, "words", REQUEST_WORDS_MAX, &p->words, err) : r;
}
