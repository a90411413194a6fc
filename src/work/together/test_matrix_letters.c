/* What partners can do by letters: each kind, in each state of what it is about, from the right partner, from another one who knows her too, and about
 * somebody else's tie. A letter that is refused changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "work/interviews/interview_internal.h"
#include "work/requests/referral_internal.h"
#include "work/requests/request_internal.h"
#include "work/together/test_matrix.h"

/* True: it was taken. */
static bool send(struct matrix *m, int from, const char *kind, const char *type, str payload)
{
    struct together *t = m->t;
    uint8_t id[ID_LEN];
    enum letter_status status = LETTER_ACCEPTED;
    const struct letter l = {.kind = kind, .purpose = STR("protection"), .reference = STR("case 12"), .type = str_from(type), .payload = str_bytes(payload)};
    OK(post_house_send(&t->house[from], &t->house[OURS].self, &l, t->now_ms, id, &t->err));
    assert_int_equal(together_carry(t, from, OURS, &status), 1);
    m->n++;
    m->n_done += status == LETTER_ACCEPTED;
    return status == LETTER_ACCEPTED;
}

/* --- requests and referrals: their letters carry the request's id --- */

static enum request_state request_is(struct matrix *m)
{
    struct together *t = m->t;
    struct request_row row;
    OK(request_store_get(t->house[OURS].node->db, m->id, t->a, &row, &t->err));
    return row.head.state;
}

/* expected: the state after, by event; - refused; . taken, and nothing changes: both ended it at once. */
static void walk_request(struct matrix *m, const struct thing *thing, int first, const char *const expected[], const enum request_event events[], size_t n)
{
    static const char letters[] = "nsotparw";
    for (int state = 0; thing->states[state]; state++)
        for (size_t e = 0; e < n; e++)
            for (int from = PARTNER; from <= THIRD; from++) {
                thing->make(m, state);
                struct paper_state p = {.event = events[e], .code = events[e] == REQUEST_REFUSE ? STR("Danger") : events[e] == REQUEST_HURRY ? STR("Hours8") : STR(""),
                                        .words = events[e] == REQUEST_REFUSE ? STR("why") : STR("")};
                memcpy(p.request, m->id, ID_LEN);
                const bool taken = send(m, from, "request-state", REQUEST_MEDIA_TYPE, paper_state_write(m->t->a, &p));
                const char want = from == PARTNER ? expected[state][e] : '-', is = letters[request_is(m)], was = letters[first + state];
                if (taken != (want != '-') || is != (want == '-' || want == '.' ? was : want))
                    fail_msg("%s, %s: event %d of %s: %s, %c, not %c", thing->name, thing->states[state], events[e], from == PARTNER ? "the partner" : "another partner",
                             taken ? "taken" : "refused", is, want);
            }
}

static void walk_requests(struct matrix *m)
{
    static const enum request_event events[] = {REQUEST_TAKE_UP, REQUEST_REFUSE, REQUEST_WITHDRAW, REQUEST_HURRY};
    /* of ours: sent, open, taken, partly; answered, refused, withdrawn */
    static const char *const asked[] = {"tr--", "tr--", "-r--", "-r--", "....", "....", "...."};
    static const char *const held[] = {"--wo", "--wt", "--wp", "....", "....", "...."};
    walk_request(m, &request_asked, REQUEST_SENT, asked, events, 4);
    walk_request(m, &request_held, REQUEST_OPEN, held, events, 4);
}

static void walk_referral(struct matrix *m, const struct thing *thing, const char *const expected[])
{
    static const enum referral_event events[] = {REFERRAL_ACCEPT, REFERRAL_REFUSE, REFERRAL_FOLLOW, REFERRAL_END};
    static const char letters[] = "noarec";
    struct together *t = m->t;
    for (int state = 0; thing->states[state]; state++)
        for (size_t e = 0; e < 4; e++)
            for (int from = PARTNER; from <= THIRD; from++) {
                thing->make(m, state);
                struct paper_step p = {.event = events[e], .code = events[e] == REFERRAL_ACCEPT ? STR("") : events[e] == REFERRAL_REFUSE ? STR("NoPlace") : STR("Arrived")};
                struct referral_row row;
                memcpy(p.referral, m->id, ID_LEN);
                const bool taken = send(m, from, "referral-state", REFERRAL_MEDIA_TYPE, paper_step_write(t->a, &p));
                OK(referral_store_get(t->house[OURS].node->db, m->id, t->a, &row, &t->err));
                const char want = from == PARTNER ? expected[state][e] : '-', is = letters[row.head.state], was = letters[state + REFERRAL_OFFERED];
                if (taken != (want != '-') || is != (want == '-' || want == '.' ? was : want))
                    fail_msg("%s, %s: event %d of %s: %s, %c, not %c", thing->name, thing->states[state], events[e], from == PARTNER ? "the partner" : "another partner",
                             taken ? "taken" : "refused", is, want);
            }
}

/* --- interviews: their letters carry a tie --- */

/* From whom, and by whose tie: only the first is the partner's own, of this person. */
static const struct { int from; char tie; const char *words; } senders[] = {
    {PARTNER, 'o', "the partner"}, {PARTNER, 'e', "the partner, of another person"}, {PARTNER, 'x', "the partner, by an unknown tie"},
    {THIRD, 'o', "another partner, by a tie of its own"}, {THIRD, 's', "another partner, by the partner's tie"},
};
enum { SENDERS = sizeof senders / sizeof senders[0] };
static uint8_t elsewhere[ID_LEN]; /* a tie of the partner's to another person of the same case */

static void tie_of(struct matrix *m, size_t k, uint8_t out[static ID_LEN])
{
    struct together *t = m->t;
    memset(out, 7, ID_LEN);
    if (senders[k].tie == 'o')
        memcpy(out, t->tie[OURS][senders[k].from], ID_LEN);
    else if (senders[k].tie == 's')
        memcpy(out, t->tie[OURS][PARTNER], ID_LEN);
    else if (senders[k].tie == 'e')
        memcpy(out, elsewhere, ID_LEN);
}

static bool send_paper(struct matrix *m, size_t k, struct interview_paper *p)
{
    tie_of(m, k, p->tie);
    return send(m, senders[k].from, interview_letters[p->kind], INTERVIEW_MEDIA_TYPE, interview_paper_write(m->t->a, p));
}

static int64_t questions(struct matrix *m, const char *field)
{
    struct together *t = m->t;
    struct record *all;
    size_t n;
    int64_t found = 0;
    OK(records_of(t->house[OURS].node, t->file[OURS], t->a, &all, &n, &t->err));
    for (size_t i = 0; i < n; i++)
        found += all[i].unit == FIELD_OF_QUESTION && record_text(&all[i], field).len > 0;
    return found;
}

static void walk_filing(struct matrix *m)
{
    /*                               planned, further (open), ready (open), recording (open), held (open) */
    static const char *const filed = "--+-+-+--", *const back = "+++++++--";
    struct together *t = m->t;
    for (int state = 0; interview_ours.states[state]; state++)
        for (size_t k = 0; k < SENDERS; k++) {
            struct interview_paper p = {.kind = PAPER_QUESTION, .text = STR("who?"), .topic = STR("People"), .why = STR("")};
            interview_ours.make(m, state);
            memcpy(p.interview, m->id, ID_LEN);
            crypto_random(p.question, ID_LEN);
            int64_t before = questions(m, "que_From");
            bool taken = send_paper(m, k, &p), want = k == 0 && filed[state] == '+';
            if (taken != want || questions(m, "que_From") - before != taken)
                fail_msg("a question of %s, interview %s: %s", senders[k].words, interview_ours.states[state], taken ? "taken" : "refused");
            /* and one that is there, of the partner's, taken back */
            struct record q = {.unit = FIELD_OF_QUESTION, .version = 1, .has_about = true};
            memcpy(q.file, t->file[OURS], ID_LEN);
            memcpy(q.about, t->person[OURS], ID_LEN);
            record_add(t->a, &q, "que_Interview", hex_encode(t->a, (bytes){m->id, ID_LEN}));
            record_add(t->a, &q, "que_Text", STR("where?"));
            record_add(t->a, &q, "que_From", hex_encode(t->a, (bytes){t->house[PARTNER].self.id, ID_LEN}));
            OK(record_insert(t->house[OURS].node, t->a, &q, t->now_ms, q.by, &t->err));
            p.kind = PAPER_BACK;
            memcpy(p.question, q.id, ID_LEN);
            before = questions(m, "que_TakenBack");
            taken = send_paper(m, k, &p);
            want = k == 0 && back[state] == '+';
            if (taken != want || questions(m, "que_TakenBack") - before != taken)
                fail_msg("a question taken back by %s, interview %s: %s", senders[k].words, interview_ours.states[state], taken ? "taken" : "refused");
        }
}

static void walk_states(struct matrix *m)
{
    static const struct { const char *code; enum question_state is; } said[] = {{"in", QUESTION_IN}, {"joined", QUESTION_JOINED}, {"aside", QUESTION_ASIDE}};
    static const char *const moves = "++++---"; /* filed, in, joined, aside, back, away, answered */
    struct together *t = m->t;
    for (int state = 0; question_theirs.states[state]; state++)
        for (size_t e = 0; e < 3; e++)
            for (size_t k = 0; k < SENDERS; k++) {
                struct interview_paper p = {.kind = PAPER_STATE, .state = str_from(said[e].code), .reason = STR("")};
                struct asked_row before, row;
                question_theirs.make(m, state);
                memcpy(p.interview, m->id, ID_LEN);
                memcpy(p.question, m->question, ID_LEN);
                OK(asked_store_get(t->house[OURS].node->db, m->question, t->a, &before, &t->err));
                const bool taken = send_paper(m, k, &p);
                OK(asked_store_get(t->house[OURS].node->db, m->question, t->a, &row, &t->err));
                const enum question_state want = k == 0 && moves[state % 7] == '+' ? said[e].is : asked_state(&before);
                if (taken != (k == 0) || asked_state(&row) != want)
                    fail_msg("\"%s\" by %s of a question that is %s: %s, %s", said[e].code, senders[k].words, question_theirs.states[state], taken ? "taken" : "refused",
                             question_state_words(asked_state(&row)));
            }
}

/* A window and a register are taken from whoever has a tie: each is kept under who sent it. */
static void walk_windows(struct matrix *m)
{
    struct together *t = m->t;
    for (size_t k = 0; k < SENDERS; k++) {
        struct interview_paper p = {.kind = PAPER_WINDOW, .until_ms = t->now_ms + HOUR_MS, .language = STR("km")}, reg = {.kind = PAPER_REGISTER};
        const bool known = senders[k].tie == 'o' || senders[k].tie == 'e';
        crypto_random(p.interview, ID_LEN);
        assert_int_equal(send_paper(m, k, &p), known);
        assert_int_equal(send_paper(m, k, &reg), known);
    }
}

void walk_letters(struct matrix *m)
{
    /* offered, accepted, refused, ended, taken back: accept, refuse, follow, end */
    static const char *const given[] = {"ar--", "--ae", "....", "....", "...."}, *const taken[] = {"----", "--a-", "....", "....", "...."};
    struct together *t = m->t;
    struct tie other = {.has_person = true, .made_ms = t->now_ms};
    memcpy(other.partner, t->house[PARTNER].self.id, ID_LEN);
    memcpy(other.file, t->file[OURS], ID_LEN);
    memset(other.person, 9, ID_LEN);
    OK(tie_make(t->house[OURS].node->db, &other, &t->err));
    memcpy(elsewhere, other.id, ID_LEN);
    walk_requests(m);
    walk_referral(m, &referral_given, given);
    walk_referral(m, &referral_taken, taken);
    walk_filing(m);
    walk_states(m);
    walk_windows(m);
}
