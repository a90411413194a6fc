/* Interviews, questions in windows of partners, recordings, consents with what was given, offences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/act/approval.h"
#include "trust/grant/grant.h"
#include "work/interviews/interview_internal.h"
#include "work/shield/shield_store.h"
#include "work/statements/recording_internal.h"
#include "work/statements/given_store.h"
#include "work/together/test_matrix.h"

static int forget(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const char *const all[] = {"delete from statements_recording", "delete from interviews_register", "delete from interviews_asked", "delete from interviews_window",
                                      "delete from shield_allegation", "delete from shield_answer"};
    int r = 0;
    (void)act;
    (void)arg;
    for (size_t i = 0; r == 0 && i < sizeof all / sizeof all[0]; i++)
        r = db_exec(node->db, all[i], err);
    return r;
}

/* --- an interview --- */

static const struct { enum interview_stage stage; bool window; } at[] = {
    {INTERVIEW_PLANNED, false}, {INTERVIEW_FURTHER, false}, {INTERVIEW_FURTHER, true}, {INTERVIEW_READY, false}, {INTERVIEW_READY, true},
    {INTERVIEW_RECORDING, false}, {INTERVIEW_RECORDING, true}, {INTERVIEW_HELD, false}, {INTERVIEW_HELD, true},
};
static const char *const interview_states[] = {"planned", "further", "further, open", "ready", "ready, open", "recording", "recording, open", "held", "held, open", NULL};

struct making { struct matrix *m; int state; };

static int put_interview(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const uint8_t nobody[ID_LEN];
    struct making *k = arg;
    struct matrix *m = k->m;
    struct together *t = m->t;
    struct arena *a = t->a;
    struct record interview = {.unit = FIELD_OF_INTERVIEW, .version = 1, .has_about = true}, question = {.unit = FIELD_OF_QUESTION, .version = 1, .has_about = true};
    struct interview_register reg = {.counters = {at[k->state].stage == INTERVIEW_FURTHER, 60, 0}, .at_ms = t->now_ms};
    struct recording_row row = {.head = {.state = at[k->state].stage == INTERVIEW_HELD ? RECORDING_SEALED : RECORDING_OPEN, .type = STR("audio/webm"), .begun_ms = t->now_ms}};
    memcpy(interview.file, t->file[OURS], ID_LEN);
    memcpy(interview.about, t->person[OURS], ID_LEN);
    if (at[k->state].stage != INTERVIEW_PLANNED)
        record_add(a, &interview, "int_AskedOn", interview_number(a, t->now_ms));
    if (at[k->state].window)
        record_add(a, &interview, "int_WindowUntil", interview_number(a, t->now_ms + HOUR_MS));
    record_add(a, &interview, "int_WindowTo", str_printf(a, "%.*s law treaty", STR_ARG(hex_encode(a, (bytes){t->house[PARTNER].self.id, ID_LEN}))));
    int r = forget(node, act, NULL, err);
    if (r == 0)
        r = record_insert(node, a, &interview, t->now_ms, nobody, err);
    memcpy(m->id, interview.id, ID_LEN);
    question.about[0] = 0;
    memcpy(question.file, t->file[OURS], ID_LEN);
    memcpy(question.about, t->person[OURS], ID_LEN);
    record_add(a, &question, "que_Interview", hex_encode(a, (bytes){interview.id, ID_LEN}));
    record_add(a, &question, "que_Text", STR("what?"));
    record_add(a, &question, "que_Topic", STR("Other"));
    record_add(a, &question, "que_Phase", STR("Clarify"));
    if (r == 0)
        r = record_insert(node, a, &question, t->now_ms, nobody, err);
    memcpy(m->question, question.id, ID_LEN);
    memcpy(reg.partner, t->house[PARTNER].self.id, ID_LEN);
    if (r == 0)
        r = register_store_put(node->db, t->tie[OURS][PARTNER], &reg, err);
    crypto_random(row.head.id, ID_LEN);
    crypto_random(row.seed.b, ID_LEN);
    memcpy(row.head.file, t->file[OURS], ID_LEN);
    memcpy(row.head.interview, interview.id, ID_LEN);
    return r == 0 && at[k->state].stage >= INTERVIEW_RECORDING ? recording_store_add(node->db, &row, err) : r;
}

/* Her yes, once for all of the walk: by the one who opened the case. */
static void make_consent(struct matrix *m)
{
    static const uint8_t none[ID_LEN];
    if (memcmp(m->consent, none, ID_LEN) == 0)
        together_consent(m->t, "partner", m->consent);
}

static void make_interview(struct matrix *m, int state)
{
    struct making k = {m, state};
    make_consent(m);
    raw(m, put_interview, &k);
}

static int plan(struct matrix *m, const struct casework *w)
{
    struct record r = {.version = 1, .has_about = true};
    memcpy(r.about, m->t->person[OURS], ID_LEN);
    record_add(m->t->a, &r, "int_Language", STR("km"));
    return interview_plan(w, m->t->file[OURS], m->t->a, &r, &m->t->err);
}

static int ask_partners(struct matrix *m, const struct casework *w)
{
    return interview_partners_asked(w, m->t->file[OURS], m->t->a, m->id, &(struct interview_asked){.said = STR("hit")}, &m->t->err);
}

static int again(struct matrix *m, const struct casework *w)
{
    uint8_t approval[ID_LEN];
    int r = interview_again(w, m->t->file[OURS], m->t->a, m->id, &(struct interview_again){STR("NewFacts"), STR("a ship"), m->consent}, approval, &m->t->err);
    if (r == ERR_PARKED) { /* so that the next one may ask too */
        struct err ignored = {0};
        (void)!approval_retract(m->t->house[OURS].node, w->actor, approval, m->t->now_ms, &ignored);
    }
    return r;
}

static int open_window(struct matrix *m, const struct casework *w)
{
    return together_window(m->t, w, m->id, m->t->now_ms + HOUR_MS);
}

static int shut_window(struct matrix *m, const struct casework *w)
{
    return together_window(m->t, w, m->id, 0);
}

static str unlike(struct matrix *m)
{
    return str_printf(m->t->a, "q%lld", (long long)++m->serial);
}

static int add(struct matrix *m, const struct casework *w)
{
    uint8_t id[ID_LEN];
    return interview_question_add(w, m->t->file[OURS], m->t->a, m->id, &(struct interview_own){unlike(m), STR("Other"), STR("Clarify"), STR(""), STR("")}, id, &m->t->err);
}

static int change(struct matrix *m, const struct casework *w)
{
    return interview_question_change(w, m->t->file[OURS], m->t->a, m->question, &(struct interview_change){.text = unlike(m)}, &m->t->err);
}

static int record_it(struct matrix *m, const struct casework *w)
{
    uint8_t id[ID_LEN];
    int r = interview_ready(w->node, m->t->file[OURS], m->id, m->t->now_ms, m->t->a, &m->t->err);
    return r < 0 ? r : recording_begin(w, m->t->file[OURS], m->id, STR("audio/webm"), id, &m->t->err);
}

static const struct deed interview_deeds[] = {
    /*                                    planned, further (open), ready (open), recording (open), held (open) */
    {"plan one",      "interview",       "+++++++++", false, plan, NULL},
    {"ask partners",  "interview",       "+++++dddd", false, ask_partners, NULL},
    {"another one",   "interview-again", "D++DDDDDD", false, again, NULL},
    {"open",          "interview",       "ddd+d+ddd", false, open_window, NULL},
    {"shut",          "interview",       "dd+d+d+d+", false, shut_window, NULL},
    {"add question",  "interview",       "+++++++dd", false, add, NULL},
    {"change one",    "interview",       "+++++++dd", false, change, NULL},
    {"record",        "record",          "DDD++++DD", false, record_it, NULL},
    {0},
};
const struct thing interview_ours = {"interview", interview_states, make_interview, interview_deeds};

/* --- a question of ours in a window of the partner's --- */

static const char *const question_states[] = {"filed", "in", "joined", "aside", "back", "away", "answered", "filed, shut", "in, shut", "joined, shut", "aside, shut", "back, shut",
                                              "away, shut", "answered, shut", NULL};

static int put_question(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct making *k = arg;
    struct matrix *m = k->m;
    struct together *t = m->t;
    const enum question_state state = (enum question_state)(k->state % 7 + QUESTION_FILED);
    struct window_row window = {.until_ms = k->state < 7 ? t->now_ms + HOUR_MS : 0, .came_ms = t->now_ms, .language = STR("km")};
    struct asked_row row = {.state = str_from(question_state_code(state == QUESTION_ANSWERED ? QUESTION_IN : state)), .at_ms = t->now_ms,
                            .answered_ms = state == QUESTION_ANSWERED ? 1000 : -1};
    struct interview_paper paper = {.kind = PAPER_QUESTION, .text = STR("what?"), .topic = STR("Other"), .why = STR("")};
    int r = forget(node, act, NULL, err);
    memcpy(window.partner, t->house[PARTNER].self.id, ID_LEN);
    memcpy(window.tie, t->tie[OURS][PARTNER], ID_LEN);
    crypto_random(window.interview, ID_LEN);
    memcpy(m->id, window.interview, ID_LEN);
    crypto_random(row.id, ID_LEN);
    memcpy(m->question, row.id, ID_LEN);
    memcpy(row.partner, window.partner, ID_LEN);
    memcpy(row.interview, window.interview, ID_LEN);
    if (r == 0)
        r = vault_put(node->vault, node->db, VAULT_INTERVIEW, str_bytes(interview_paper_write(t->a, &paper)), NULL, &row.content, NULL, err);
    if (r == 0)
        r = window_store_put(node->db, &window, err);
    return r < 0 ? r : asked_store_put(node->db, &row, err);
}

static void make_question(struct matrix *m, int state)
{
    struct making k = {m, state};
    raw(m, put_question, &k);
}

static int file_one(struct matrix *m, const struct casework *w)
{
    uint8_t id[ID_LEN];
    return interview_file_question(w, m->t->house[PARTNER].self.id, m->id, &(struct interview_question){unlike(m), STR("Other"), STR(""), STR("")}, id, &m->t->err);
}

static int take_back(struct matrix *m, const struct casework *w)
{
    return interview_take_back(w, m->t->house[PARTNER].self.id, m->question, &m->t->err);
}

static const struct deed question_deeds[] = {
    {"file another", "question", "+++++++ddddddd", false, file_one, NULL},
    {"take back",    "question", "+++dddd+++dddd", false, take_back, NULL},
    {0},
};
const struct thing question_theirs = {"question of ours", question_states, make_question, question_deeds};

/* --- a recording, which becomes a statement --- */

static void make_recording(struct matrix *m, int state)
{
    struct together *t = m->t;
    uint8_t interview[ID_LEN] = {0};
    raw(m, forget, NULL);
    make_consent(m);
    struct access_file file;
    OK(access_file_get(t->house[OURS].node->db, t->file[OURS], &file, &t->err));
    const unsigned was = file.state;
    file.state = FILE_OPEN;
    OK(access_file_put(t->house[OURS].node->db, &file, &t->err));
    together_record(t, interview, m->id);
    if (state == 1)
        together_seal(t, m->id, NULL);
    file.state = was;
    OK(access_file_put(t->house[OURS].node->db, &file, &t->err));
}

static int append(struct matrix *m, const struct casework *w)
{
    int64_t have;
    return recording_append(w, m->id, &(struct recording_chunk){.sequence = 1, .at_ms = 1000, .media = str_bytes(STR("y"))}, &have, &m->t->err);
}

static int mark(struct matrix *m, const struct casework *w)
{
    return recording_mark(w, m->id, &(struct recording_mark){.kind = MARK_BREAK, .at_ms = 1}, &m->t->err);
}

static int seal(struct matrix *m, const struct casework *w)
{
    struct statement s;
    return statement_seal(w, m->id, STR("{}"), m->t->a, &s, &m->t->err);
}

static int give(struct matrix *m, const struct casework *w)
{
    uint8_t letter[ID_LEN];
    struct statement_gift gift = {.to = &m->t->house[PARTNER].self, .purpose = STR("protection")};
    memcpy(gift.consent, m->consent, ID_LEN);
    int r = statement_give(w, m->t->file[OURS], m->id, &gift, letter, &m->t->err);
    if (r == 0)
        memset(m->consent, 0, ID_LEN); /* one carries so many grants and no more */
    return r;
}

static const char *const recording_states[] = {"open", "sealed", NULL};
static const struct deed recording_deeds[] = {
    {"append", "record", "+d", false, append, NULL},
    {"mark",   "record", "+d", false, mark, NULL},
    {"seal",   "seal",   "+d", false, seal, NULL},
    {"give",   "share",  "D+", false, give, NULL},
    {0},
};
const struct thing recording_ours = {"recording", recording_states, make_recording, recording_deeds};

/* --- a statement that came from a partner --- */

static const enum statement_standing standings[] = {STATEMENT_HOLDS, STATEMENT_HOLDS, STATEMENT_BROKEN, STATEMENT_UNCHECKED};
static const char *const came_states[] = {"in no case", "in her case", "broken", "being checked", NULL};

/* A real letter of the partner, which may be read: once. */
static void bring_letter(struct matrix *m)
{
    static const struct letter_kind kinds[] = {{.name = "paper"}, {0}};
    static const struct letter_kind *const tables[] = {kinds, NULL};
    static const struct post_kinds papers = {tables};
    static const uint8_t none[ID_LEN];
    struct together *t = m->t;
    struct post_house *from = &t->house[PARTNER], *to = &t->house[OURS];
    struct post_out *letters;
    struct post_answer answer;
    struct buf b = buf_new(t->a);
    size_t n;
    if (memcmp(m->letter, none, ID_LEN) != 0)
        return;
    const struct letter l = {.kind = "paper", .purpose = STR("protection"), .reference = STR("M-1"), .type = STR("text/plain"), .payload = str_bytes(STR("a statement"))};
    OK(post_house_send(from, &to->self, &l, t->now_ms, m->letter, &t->err));
    OK(post_due(from->node, &to->self, 0, 16, t->a, &letters, &n, &t->err));
    assert_int_equal(n, 1);
    buf_add(&b, letters[0].line);
    buf_byte(&b, '\n');
    buf_add_bytes(&b, letters[0].sealed.p, letters[0].sealed.len);
    bytes in = buf_bytes(&b);
    OK(letter_receive(to->node, &papers, &from->self, &in, 1, t->now_ms, t->a, &answer, &t->err));
    assert_int_equal(answer.receipt.status, LETTER_ACCEPTED);
    OK(post_receipts_take(from->node, &papers, &to->self, &answer.receipt, 1, t->now_ms, &t->err));
}

static int put_came(struct node *node, struct act *act, void *arg, struct err *err)
{
    struct making *k = arg;
    struct matrix *m = k->m;
    struct statement_received s = {.standing = standings[k->state], .taken_ms = act->now_ms, .checked_ms = act->now_ms, .has_tie = k->state > 0};
    memcpy(s.letter, m->letter, ID_LEN);
    memcpy(s.partner, m->t->house[PARTNER].self.id, ID_LEN);
    memcpy(s.tie, m->t->tie[OURS][PARTNER], ID_LEN);
    int r = received_store_drop(node->db, m->letter, err);
    if (r == 0)
        r = received_store_add(node->db, m->letter, s.partner, NULL, act->now_ms, err);
    return r < 0 ? r : received_store_put(node->db, &s, err);
}

static void make_came(struct matrix *m, int state)
{
    bring_letter(m);
    raw(m, put_came, &(struct making){m, state});
}

static int place(struct matrix *m, const struct casework *w)
{
    return statement_place(w, m->letter, m->t->file[OURS], m->t->person[OURS], &m->t->err);
}

static int hear(struct matrix *m, const struct casework *w)
{
    return statement_hear(w, m->letter, &m->t->err);
}

static const struct deed came_deeds[] = {
    {"put it to her case", "statement-place", "+eee", false, place, NULL},
    {"hear it",            "hear",            "D+dd", false, hear, NULL},
    {0},
};
const struct thing statement_came = {"statement that came", came_states, make_came, came_deeds};

/* --- a consent, and what was given under it --- */

static void make_grant(struct matrix *m, int state)
{
    struct together *t = m->t;
    struct casework w = together_as(t, OURS);
    uint8_t letter[ID_LEN];
    struct access_file file;
    struct grant_item *grants;
    struct record consent;
    size_t n;
    OK(access_file_get(w.node->db, t->file[OURS], &file, &t->err));
    const unsigned was = file.state;
    file.state = FILE_OPEN;
    OK(access_file_put(w.node->db, &file, &t->err));
    together_consent(t, "partner", m->id);
    crypto_random(m->grant, ID_LEN);
    if (state >= 1) {
        OK(consent_share(&w, t->file[OURS], t->a, m->id, &(struct consent_share){.to = &t->house[PARTNER].self, .purpose = STR("protection")}, letter, &t->err));
        OK(record_get(w.node, t->file[OURS], m->id, t->a, &consent, &t->err));
        OK(consent_grants(w.node, t->a, &consent, t->now_ms, &grants, &n, &t->err));
        memcpy(m->grant, grants[0].grant.id, ID_LEN);
    }
    if (state == 2)
        OK(consent_withdraw(&w, t->file[OURS], t->a, m->id, &(struct consent_end){0}, &t->err));
    file.state = was;
    OK(access_file_put(w.node->db, &file, &t->err));
}

static int share(struct matrix *m, const struct casework *w)
{
    uint8_t letter[ID_LEN];
    return consent_share(w, m->t->file[OURS], m->t->a, m->id, &(struct consent_share){.to = &m->t->house[PARTNER].self, .purpose = STR("protection")}, letter, &m->t->err);
}

static int share_elsewhere(struct matrix *m, const struct casework *w)
{
    uint8_t letter[ID_LEN];
    return consent_share(w, m->t->file[OURS], m->t->a, m->id, &(struct consent_share){.to = &m->t->house[THIRD].self, .purpose = STR("protection")}, letter, &m->t->err);
}

static int recall(struct matrix *m, const struct casework *w)
{
    return consent_recall(w, m->t->file[OURS], m->t->a, m->id, m->grant, &m->t->err);
}

static int end_consent(struct matrix *m, const struct casework *w)
{
    return consent_withdraw(w, m->t->file[OURS], m->t->a, m->id, &(struct consent_end){0}, &m->t->err);
}

static const char *const grant_states[] = {"nothing given", "given", "taken back", NULL};
static const struct deed grant_deeds[] = {
    {"give",               "share",       "++d", false, share, NULL},
    {"give to another",    "share",       "ddd", false, share_elsewhere, NULL},
    {"take back one",      "consent-end", "n++", false, recall, NULL},
    {"take back all",      "consent-end", "++d", false, end_consent, NULL},
    {0},
};
const struct thing grant_ours = {"grant", grant_states, make_grant, grant_deeds};

/* --- an offence --- */

static int put_allegation(struct node *node, struct act *act, void *arg, struct err *err)
{
    static const uint8_t nobody[ID_LEN];
    struct making *k = arg;
    struct matrix *m = k->m;
    struct together *t = m->t;
    struct record r = {.unit = FIELD_OF_ALLEGATION, .version = 1, .has_about = true};
    struct shield_row row = {.state = (enum allegation_state)(k->state + ALLEGATION_ASKING), .laid_ms = t->now_ms, .open_ms = t->now_ms, .own_leaf = -1};
    struct access_stop stop = {.since_ms = t->now_ms};
    int result = db_exec(node->db, "delete from access_stop", err);
    if (result == 0)
        result = forget(node, act, NULL, err);
    memcpy(r.file, t->file[OURS], ID_LEN);
    memcpy(r.about, t->person[OURS], ID_LEN);
    record_add(t->a, &r, "all_Offence", STR("crossed the border"));
    record_add(t->a, &r, "all_Country", STR("KH"));
    if (result == 0)
        result = record_insert(node, t->a, &r, t->now_ms, nobody, err);
    memcpy(m->id, r.id, ID_LEN);
    memcpy(row.id, r.id, ID_LEN);
    memcpy(row.file, r.file, ID_LEN);
    memcpy(row.person, r.about, ID_LEN);
    memcpy(stop.file, r.file, ID_LEN);
    memcpy(stop.about, r.id, ID_LEN);
    if (row.state >= ALLEGATION_ENDED)
        row.ruled = row.state;
    if (result == 0)
        result = shield_row_put(node->db, &row, err);
    return result == 0 && shield_stops(row.state) ? access_stop_put(node->db, &stop, err) : result;
}

static void make_allegation(struct matrix *m, int state)
{
    struct making k = {m, state};
    raw(m, put_allegation, &k);
}

static int lay(struct matrix *m, const struct casework *w)
{
    struct together *t = m->t;
    struct record r = {.version = 1, .has_about = true};
    memcpy(r.about, t->person[OURS], ID_LEN);
    record_add(t->a, &r, "all_Offence", STR("crossed the border"));
    record_add(t->a, &r, "all_Kind", str_from(field_find(STR("all_Kind"))->codes[0].value));
    record_add(t->a, &r, "all_Country", STR("KH"));
    record_add(t->a, &r, "all_LaidBy", str_from(field_find(STR("all_LaidBy"))->codes[0].value));
    return allegation_lay(w, t->file[OURS], t->a, &r, &t->err);
}

static int rule(struct matrix *m, const struct casework *w)
{
    static const char *const words[] = {"rul_CausationReasons", "rul_CompulsionReasons", "rul_OutcomeReasons", "rul_Remedy"};
    struct together *t = m->t;
    struct record r = {.version = 1};
    record_add(t->a, &r, "rul_Causation", str_from(field_find(STR("rul_Causation"))->codes[0].value));
    record_add(t->a, &r, "rul_Compulsion", str_from(field_find(STR("rul_Compulsion"))->codes[0].value));
    record_add(t->a, &r, "rul_Outcome", STR("GoesOn"));
    record_add(t->a, &r, "rul_Basis", STR("Discretion"));
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        record_add(t->a, &r, words[i], STR("because"));
    return allegation_rule(w, t->file[OURS], t->a, m->id, &r, &t->err);
}

static int proceed(struct matrix *m, const struct casework *w)
{
    return allegation_proceed(w, m->t->file[OURS], m->t->a, m->id, &m->t->err);
}

static const char *const allegation_states[] = {"asking", "clear", "stopped", "ended", "goes on", NULL};
static const struct deed allegation_deeds[] = {
    {"lay another", "allege",  "+++++", false, lay, "investigation"},
    {"decide",      "rule",    "+++dd", false, rule, "investigation"},
    {"charge",      "proceed", "d+dd+", false, proceed, "charge"},
    {"detain",      "proceed", "d+dd+", false, proceed, "detention"},
    {"remove",      "proceed", "d+dd+", false, proceed, "removal"},
    {0},
};
const struct thing allegation_ours = {"offence", allegation_states, make_allegation, allegation_deeds};
