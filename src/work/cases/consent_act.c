#include "work/cases/consent_act.h"

#include <string.h>

#include "ground/json/json.h"
#include "ground/text/when.h"
#include "work/cases/erase.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* What every act on a consent has in its hands. */
struct on_consent {
    const struct casework *w;
    const uint8_t *file, *id;
    struct arena *a;
    struct record consent;             /* as it is stored */
    struct record *fresh;              /* keep */
    const struct consent_share *share; /* share */
    uint8_t *letter;
    const uint8_t *grant;              /* recall */
    const struct consent_end *end;     /* withdraw */
};

static int run(enum verb verb, struct on_consent *q, act_fn fn, struct err *err)
{
    const struct casework *w = q->w;
    struct act act = {.verb = verb, .actor = w->actor, .purpose = w->purpose, .reference = w->reference, .now_ms = w->now_ms, .has_file = true};
    memcpy(act.file, q->file, ID_LEN);
    return act_run(w->node, &act, fn, q, err);
}

/* The consent itself; the leaf is about it. */
static int find(struct node *node, struct act *act, struct on_consent *q, struct err *err)
{
    int r = record_get(node, q->file, q->id, q->a, &q->consent, err);
    if (r == 0 && q->consent.unit != FIELD_OF_CONSENT)
        r = err_set(err, ERR_NOT_FOUND, N_("there is no such consent in this case"));
    act->has_object = true;
    memcpy(act->object, q->id, ID_LEN);
    return r;
}

/* The day where the agency works, which people mean. */
static str today(const struct node *node, struct arena *a, int64_t now_ms)
{
    char text[DATE_TEXT_MAX];
    date_format(text, when_day_in(node->time_zone, now_ms));
    return str_dup(a, str_from(text));
}

/* The next version of the consent: fields get one value each; a field that repeats gets one more. */
static int change(struct node *node, struct act *act, struct on_consent *q, const char *const names[], const str texts[], size_t n, struct err *err)
{
    struct record next = q->consent;
    next.version = q->consent.version + 1;
    next.values = NULL;
    next.n = 0;
    for (size_t i = 0; i < q->consent.n; i++) {
        const struct record_value *v = &q->consent.values[i];
        bool replaced = false;
        for (size_t k = 0; k < n; k++)
            replaced = replaced || (!(v->field->flags & FIELD_REPEATS) && str_eq(str_from(v->field->name), str_from(names[k])));
        if (!replaced)
            record_add(q->a, &next, v->field->name, v->text);
    }
    for (size_t k = 0; k < n; k++)
        record_add(q->a, &next, names[k], texts[k]);
    return record_replace(node, q->a, &q->consent, &next, act->now_ms, act->actor->member, err);
}

/* --- recording --- */

static int keep(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_consent *q = arg;
    struct record *r = q->fresh;
    act->has_object = true;
    int result = record_insert(node, q->a, r, act->now_ms, act->actor->member, err);
    memcpy(act->object, r->id, ID_LEN);
    act->detail = str_printf(q->a, "{\"state\":\"%.*s\"}", STR_ARG(record_text(r, "cmt_ConsentState")));
    return result;
}

int consent_keep(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, struct record *consent, struct err *err)
{
    struct on_consent q = {.w = w, .file = file, .a = a, .fresh = consent};
    str answers[CONSENT_QUESTIONS];
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        answers[i] = record_text(consent, consent_questions[i].field);
    record_add(a, consent, "con_Consent", consent_derive(answers, record_text(consent, "cmt_ConsentState")));
    consent->unit = FIELD_OF_CONSENT;
    memcpy(consent->file, file, ID_LEN);
    return run(VERB_CONSENT, &q, keep, err);
}

static int copied(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_consent *q = arg;
    int r = find(node, act, q, err);
    return r < 0 ? r : change(node, act, q, (const char *const[]){"cmt_CopyHandedOver"}, (const str[]){STR("yes")}, 1, err);
}

int consent_copied(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN], struct err *err)
{
    struct on_consent q = {.w = w, .file = file, .id = consent, .a = a};
    return run(VERB_CONSENT, &q, copied, err);
}

/* --- what may be given --- */

/* What tells of somebody else is never hers to give. */
static bool is_hers(const struct record *consent, const struct record *r)
{
    const uint8_t *whom = r->unit == FIELD_OF_PERSON ? r->id : r->has_about ? r->about : NULL;
    return !whom || (consent->has_about && memcmp(whom, consent->about, ID_LEN) == 0);
}

static size_t covered(str elements, const struct record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += r->values[i].text.len && consent_covers(elements, r->values[i].field);
    return n;
}

static void put_fields(struct json *o, str elements, const struct record *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = r->values[i].field;
        str text;
        if (!r->values[i].text.len || !consent_covers(elements, f) || json_find(o, f->name))
            continue;
        if (!(f->flags & FIELD_REPEATS)) {
            json_put_str(o, f->name, r->values[i].text);
            continue;
        }
        struct json *list = json_put_array(o, f->name);
        for (size_t k = 0; record_nth(r, f, k, &text); k++)
            json_add_str(list, text);
    }
}

/* One person and one file: their fields stand at the top, so that they can be named when the letter is passed on. */
const char *const consent_payload_lists[FIELD_UNITS] = {
    [FIELD_OF_EVENT] = "events", [FIELD_OF_REFERRAL] = "referrals", [FIELD_OF_PLAN] = "plans", [FIELD_OF_PERPETRATOR] = "perpetrators",
};

str consent_payload(struct arena *a, const struct record *consent, const struct record *all, size_t n, size_t *n_values)
{
    struct json *o = json_object_new(a), *lists[FIELD_UNITS] = {0};
    str elements = record_text(consent, "cmt_ConsentElements");
    *n_values = 0;
    for (size_t i = 0; i < n; i++) {
        const struct record *r = &all[i];
        bool top = r->unit == FIELD_OF_PERSON || r->unit == FIELD_OF_FILE;
        size_t has = is_hers(consent, r) && (top || consent_payload_lists[r->unit]) ? covered(elements, r) : 0;
        if (has && !top && !lists[r->unit])
            lists[r->unit] = json_put_array(o, consent_payload_lists[r->unit]);
        if (has)
            put_fields(top ? o : json_add_object(lists[r->unit]), elements, r);
        *n_values += has;
    }
    return json_write(a, o, JSON_INDENTED);
}

/* --- giving --- */

static bool names_recipient(const struct record *consent, const struct partner *to)
{
    const struct field *f = field_find(STR("cmt_ConsentRecipients"));
    str text;
    for (size_t i = 0; record_nth(consent, f, i, &text); i++)
        if (str_eq(text, to->agency))
            return true;
    return false;
}

int consent_lets(const struct node *node, const struct record *c, const struct partner *to, str purpose, int64_t now_ms, struct err *err)
{
    struct err none;
    if (!err)
        err = &none;
    if (!consent_holds(record_text(c, "cmt_ConsentState"), record_text(c, "cmt_ConsentUntil"), when_day_in(node->time_zone, now_ms)))
        return err_set(err, ERR_DENIED, N_("this consent does not hold today: ask the person anew"));
    if (!names_recipient(c, to))
        return err_set(err, ERR_DENIED, N_("the person did not name this agency: ask her, or choose another"));
    if (!consent_lists(record_text(c, "cmt_ConsentPurposes"), purpose))
        return err_set(err, ERR_DENIED, N_("the person did not agree to this purpose: ask her, or choose another"));
    return 0;
}

static int may_share(const struct node *node, const struct record *c, const struct consent_share *what, int64_t now_ms, struct err *err)
{
    const struct field *grants = field_find(STR("cmt_ConsentGrants"));
    size_t n_grants = 0;
    str text;
    while (record_nth(c, grants, n_grants, &text))
        n_grants++;
    int r = consent_lets(node, c, what->to, what->purpose, now_ms, err);
    if (r < 0)
        return r;
    if (what->parcel && !consent_lists(record_text(c, "cmt_ConsentElements"), what->element))
        return err_set(err, ERR_DENIED, N_("the person did not agree that this is given: ask her"));
    if (n_grants >= CONSENT_GRANTS_MAX)
        return err_set(err, ERR_LIMIT, N_("%d grants rest on this consent: record a new one"), CONSENT_GRANTS_MAX);
    return 0;
}

/* The end of its last day; a year where there is none. */
static int64_t ends_ms(const struct record *consent, int64_t now_ms)
{
    struct date until;
    str text = record_text(consent, "cmt_ConsentUntil");
    if (text.len == 0 || !date_parse_iso(text, &until))
        return now_ms + CONSENT_SHARE_DAYS * DAY_MS;
    if (!until.month)
        until.month = 12;
    if (!until.day)
        until.day = (uint8_t)date_days_in_month(until.year, until.month);
    int64_t end = (date_to_days(until) + 1) * DAY_MS, last = now_ms + GRANT_LIFE_MAX_MS - DAY_MS;
    return end < last ? end : last;
}

/* The fields that she agreed to give, as they are now. */
static int write_fields(struct node *node, struct on_consent *q, struct letter *l, size_t *n_values, struct err *err)
{
    struct record *all;
    size_t n;
    int r = records_of(node, q->file, q->a, &all, &n, err);
    if (r < 0)
        return r;
    str fields_given = consent_payload(q->a, &q->consent, all, n, n_values);
    l->payload = str_bytes(fields_given);
    if (q->share->wrap)
        return q->share->wrap(q->a, q->share->also_arg, *n_values ? fields_given : STR(""), l, err);
    return *n_values ? 0 : err_set(err, ERR_INPUT, N_("nothing is written down yet of what the person agreed to give"));
}

static int share(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_consent *q = arg;
    size_t n_values = 0;
    struct letter l = {.kind = "referral", .type = STR("application/json")};
    int r = find(node, act, q, err);
    if (r == 0)
        r = may_share(node, &q->consent, q->share, act->now_ms, err);
    if (r == 0 && q->share->parcel)
        l = *q->share->parcel;
    else if (r == 0)
        r = write_fields(node, q, &l, &n_values, err);
    if (r < 0)
        return r;
    const uint8_t *sealed_for = l.grant; /* a file was sealed under this grant's id */
    l.purpose = q->share->purpose;
    l.reference = act->reference;
    /* A person's own word, for those she named and nobody behind them. */
    struct grant g = {.purpose = q->share->purpose, .fields = STR("all"), .handling = GRANT_H2, .source = 'B', .information = '2',
                      .tlp = GRANT_TLP_AMBER_STRICT, .expires_ms = ends_ms(&q->consent, act->now_ms)};
    if (sealed_for)
        memcpy(g.id, sealed_for, ID_LEN);
    r = grant_send(node, act, q->share->to, &l, &g, q->letter, err);
    if (r == 0 && q->share->also)
        r = q->share->also(node, act, q->share->also_arg, &g, q->letter, err);
    if (r < 0)
        return r;
    act->detail = str_printf(q->a, "{\"to\":\"%.*s\",\"fields\":%zu}", STR_ARG(partner_id_text(q->share->to, q->a)), n_values);
    return change(node, act, q, (const char *const[]){"cmt_ConsentGrants"}, (const str[]){hex_encode(q->a, (bytes){g.id, ID_LEN})}, 1, err);
}

int consent_share(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                  const struct consent_share *what, uint8_t letter[static ID_LEN], struct err *err)
{
    struct on_consent q = {.w = w, .file = file, .id = consent, .a = a, .share = what, .letter = letter};
    return run(VERB_SHARE, &q, share, err);
}

/* --- taking back --- */

int consent_grants(struct node *node, struct arena *a, const struct record *consent, int64_t now_ms, struct grant_item **out, size_t *n, struct err *err)
{
    const struct field *f = field_find(STR("cmt_ConsentGrants"));
    uint8_t id[ID_LEN];
    str text;
    *n = 0;
    *out = arena_array(a, struct grant_item, CONSENT_GRANTS_MAX);
    for (size_t i = 0; *n < CONSENT_GRANTS_MAX && record_nth(consent, f, i, &text); i++) {
        int r = hex_decode_into(text, id, ID_LEN) ? grant_find(node, a, id, now_ms, &(*out)[*n], err) : ERR_NOT_FOUND;
        if (r < 0 && r != ERR_NOT_FOUND)
            return r;
        *n += r == 0;
    }
    return 0;
}

static int recall(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct on_consent *q = arg;
    str text, id = hex_encode(q->a, (bytes){q->grant, ID_LEN});
    int r = find(node, act, q, err);
    if (r < 0)
        return r;
    for (size_t i = 0; record_nth(&q->consent, field_find(STR("cmt_ConsentGrants")), i, &text); i++)
        if (str_eq(text, id))
            return grant_withdraw(node, act, q->grant, err);
    return err_set(err, ERR_NOT_FOUND, N_("that was not given under this consent"));
}

int consent_recall(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                   const uint8_t grant[static ID_LEN], struct err *err)
{
    struct on_consent q = {.w = w, .file = file, .id = consent, .a = a, .grant = grant};
    return run(VERB_CONSENT_END, &q, recall, err);
}

static bool is_kept(const struct consent_end *end, const uint8_t id[static ID_LEN])
{
    for (size_t i = 0; i < end->n_kept; i++)
        if (memcmp(end->kept[i], id, ID_LEN) == 0)
            return true;
    return false;
}

static int withdraw(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const char *const names[] = {"con_Consent", "cmt_ConsentState", "cmt_ConsentWithdrawnOn", "cmt_ConsentWithdrawnWhy"};
    struct on_consent *q = arg;
    struct grant_item *grants;
    size_t n, ended = 0;
    int r = find(node, act, q, err);
    if (r == 0 && !str_eq(record_text(&q->consent, "cmt_ConsentState"), STR("Given")))
        r = err_set(err, ERR_DENIED, N_("only a consent that was given can be taken back"));
    if (r == 0)
        r = consent_grants(node, q->a, &q->consent, act->now_ms, &grants, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (grants[i].state == GRANT_LIVE && !is_kept(q->end, grants[i].grant.id)) {
            r = grant_withdraw(node, act, grants[i].grant.id, err);
            ended++;
        }
    if (r < 0)
        return r;
    const str texts[] = {STR("no"), STR("Withdrawn"), today(node, q->a, act->now_ms), q->end->why};
    act->detail = str_printf(q->a, "{\"recalled\":%zu,\"kept\":%zu}", ended, q->end->n_kept);
    return change(node, act, q, names, texts, sizeof names / sizeof names[0], err);
}

int consent_withdraw(const struct casework *w, const uint8_t file[static ID_LEN], struct arena *a, const uint8_t consent[static ID_LEN],
                     const struct consent_end *end, struct err *err)
{
    struct on_consent q = {.w = w, .file = file, .id = consent, .a = a, .end = end};
    return run(VERB_CONSENT_END, &q, withdraw, err);
}

/* --- she is erased --- */

int consent_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct grant_item *grants;
    struct record *all;
    size_t n, n_grants;
    int r = whom->file ? records_of(node, whom->file, a, &all, &n, err) : 0;
    for (size_t i = 0; whom->file && r == 0 && i < n; i++) {
        const struct record *c = &all[i];
        if (c->unit != FIELD_OF_CONSENT || (!whom->whole && !(c->has_about && memcmp(c->about, whom->person, ID_LEN) == 0)))
            continue;
        r = consent_grants(node, a, c, act->now_ms, &grants, &n_grants, err);
        for (size_t k = 0; r == 0 && k < n_grants; k++)
            if (grants[k].state == GRANT_LIVE)
                r = grant_withdraw(node, act, grants[k].grant.id, err);
    }
    return r;
}
