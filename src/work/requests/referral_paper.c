#include "work/requests/referral_paper.h"

#include "ground/json/json.h"
#include "ground/base/date.h"

#define VERSION 1
#define CODE_MAX 60

/* Events that travel by themselves, and the words that their code is of. */
static const struct { enum referral_event event; const char *name; const struct request_word *codes; } events[] = {
    {REFERRAL_ACCEPT, "accepted", NULL}, {REFERRAL_REFUSE, "refused", referral_refusals}, {REFERRAL_FOLLOW, "followed-up", referral_outcomes},
    {REFERRAL_END, "ended", referral_outcomes},
};
#define N_EVENTS (sizeof events / sizeof events[0])

str paper_referral_write(struct arena *a, const struct paper_referral *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_referral", VERSION);
    json_put_hex(o, "tie", (bytes){p->tie, ID_LEN});
    json_put_str(o, "reason", p->reason);
    json_put_str(o, "why", p->why);
    json_put_str(o, "fields", p->fields);
    return json_write(a, o, JSON_ONE_LINE);
}

str paper_step_write(struct arena *a, const struct paper_step *p)
{
    struct json *o = json_object_new(a);
    json_put_int(o, "comity_referral_state", VERSION);
    json_put_hex(o, "referral", (bytes){p->referral, ID_LEN});
    for (size_t i = 0; i < N_EVENTS; i++)
        if (events[i].event == p->event)
            json_put_str(o, "event", str_from(events[i].name));
    json_put_str(o, "code", p->code);
    json_put_str(o, "day", p->day);
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

int paper_referral_read(struct arena *a, bytes in, struct paper_referral *p, struct err *err)
{
    const struct json *o;
    *p = (struct paper_referral){0};
    int r = open_paper(a, "referral", "comity_referral", in, &o, err);
    if (r == 0)
        r = json_get_hex(o, "tie", p->tie, ID_LEN, err);
    if (r == 0)
        r = json_get_str(o, "reason", CODE_MAX, &p->reason, err);
    if (r == 0 && p->reason.len && !field_code_find(field_find(STR("cas_ReasonForOutgoingReferral")), p->reason))
        r = json_refuse(o, "reason", err, "it is none of the known ones");
    if (r == 0)
        r = json_get_str(o, "why", REQUEST_WORDS_MAX, &p->why, err);
    return r == 0 ? json_get_str(o, "fields", REQUEST_PAPER_MAX, &p->fields, err) : r;
}

int paper_step_read(struct arena *a, bytes in, struct paper_step *p, struct err *err)
{
    const struct json *o;
    struct date day;
    str event;
    size_t at = 0;
    *p = (struct paper_step){0};
    int r = open_paper(a, "referral-state", "comity_referral_state", in, &o, err);
    if (r == 0)
        r = json_get_hex(o, "referral", p->referral, ID_LEN, err);
    if (r == 0)
        r = json_get_str(o, "event", CODE_MAX, &event, err);
    while (r == 0 && at < N_EVENTS && !str_eq(event, str_from(events[at].name)))
        at++;
    if (r == 0 && at == N_EVENTS)
        r = json_refuse(o, "event", err, "it is none of the known ones");
    if (r == 0)
        r = json_get_str(o, "code", CODE_MAX, &p->code, err);
    if (r == 0 && (events[at].codes ? !request_word(events[at].codes, p->code) : p->code.len > 0))
        r = json_refuse(o, "code", err, "it is none of the known ones");
    if (r == 0)
        r = json_get_str(o, "day", DATE_TEXT_MAX, &p->day, err);
    if (r == 0 && p->day.len && !date_parse_iso(p->day, &day))
        r = json_refuse(o, "day", err, "it is no date");
    if (r < 0)
        return r;
    p->event = events[at].event;
    return json_get_str(o, "words", REQUEST_WORDS_MAX, &p->words, err);
}
