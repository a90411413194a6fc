/* A node that was away for thirty days comes back: what was under way between two agencies settles without loss, on both sides.
 *
 * Two nodes that serve, their jobs run by hand, and one clock for both that is moved here (the linker puts ours in front of clock_now_ms). On the
 * way a month ends: letter keys and the epoch of the answer maps change while nobody answers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "trust/grant/grant.h"
#include "trust/match/index.h"
#include "trust/peer/test_house.h"
#include "trust/serve/grants.h"
#include "trust/serve/index_job.h"
#include "trust/serve/keys.h"
#include "trust/serve/letters.h"
#include "trust/serve/serve.h"
#include "work/cases/consent.h"
#include "work/cases/consent_act.h"
#include "work/cases/screening_act.h"
#include "work/interviews/interview.h"
#include "work/requests/referral.h"
#include "work/requests/referral_job.h"
#include "work/requests/request.h"
#include "work/shield/check.h"
#include "work/shield/shield_job.h"
#include "work/statements/statement_give.h"

#define SECOND INT64_C(1000)
#define HOUR (3600 * SECOND)
#define DAY (24 * HOUR)
#define BEGIN INT64_C(1795176000000) /* 2026-11-20, noon */

enum { SHELTER, POLICE, N_AGENCIES };

#define OK(expression) \
    do { \
        w.err.text[0] = 0; \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static const struct serve_job *const jobs[] = {&letters_job, &keys_job, &grants_job, &index_job, &shield_job, &statements_job, &referrals_job, &interviews_job};
#define N_JOBS (sizeof jobs / sizeof jobs[0])

struct office {
    struct house h;
    struct serve *server; /* NULL: away */
    char address[40];
    struct serve_context context[N_JOBS];
    struct actor worker;
    uint8_t file[ID_LEN], person[ID_LEN];   /* of her, here */
    uint8_t file_2[ID_LEN], person_2[ID_LEN]; /* of another one */
};

static struct world {
    struct arena *a;
    struct office agency[N_AGENCIES];
    struct names *names;
    struct text *text;
    uint8_t recording[ID_LEN];
    struct err err;
} w;

static int64_t now_ms = BEGIN;

int64_t __wrap_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void)
{
    return __atomic_load_n(&now_ms, __ATOMIC_ACQUIRE);
}

static void later(int64_t ms)
{
    __atomic_add_fetch(&now_ms, ms, __ATOMIC_ACQ_REL);
}

/* --- two nodes --- */

static const struct letter_kind *const tables[] = {interview_kinds, request_kinds, referral_kinds, statement_kinds, grant_letter_kinds, grant_people_kinds, NULL};
static const struct post_kinds kinds = {tables};
static const bool never;

static void note(const char *sentence)
{
    printf("# %s\n", sentence);
}

static void serve(struct office *x)
{
    static const struct peer_route *const routes[] = {peer_routes, letter_routes, keys_routes, NULL};
    const struct serve_settings settings = {.listen = x->address[0] ? x->address : "127.0.0.1:0", .threads = 2, .routes = routes, .kinds = &kinds, .note = note};
    OK(serve_start(x->h.node, &settings, &x->server, &w.err));
    snprintf(x->address, sizeof x->address, "127.0.0.1:%u", serve_port(x->server));
}

static void leave(struct office *x)
{
    serve_stop(x->server);
    x->server = NULL;
}

/* Every job of whoever is there, as often as it says that there is more. */
static void tick(struct office *x)
{
    for (size_t i = 0; x->server && i < N_JOBS; i++)
        for (int n = 0, r = 1; r > 0 && n < 500; n++) {
            w.err.text[0] = 0;
            r = jobs[i]->run(&x->context[i], clock_now_ms(), &w.err);
            if (r < 0)
                fail_msg("%s of %d: %s", jobs[i]->name, (int)(x - w.agency), w.err.text);
        }
}

static void settle(void)
{
    for (int i = 0; i < 24; i++, later(40 * SECOND)) /* longer than a line waits before it is tried again */
        for (int k = 0; k < N_AGENCIES; k++)
            tick(&w.agency[k]);
}

/* The shelter goes on alone. */
static void days(int n)
{
    for (int i = 0; i < 2 * n; i++) {
        later(DAY / 2);
        tick(&w.agency[SHELTER]);
    }
}

static struct casework by(int agency, const char *purpose)
{
    struct office *x = &w.agency[agency];
    x->worker.proved_ms = now_ms;
    return (struct casework){.node = x->h.node, .names = w.names, .actor = &x->worker, .purpose = str_from(purpose), .reference = STR("case 12"), .now_ms = now_ms};
}

static void open_case(int agency, const char *first, const char *family, const char *born, uint8_t file[static ID_LEN], uint8_t person[static ID_LEN])
{
    struct casework job = by(agency, "casework");
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    record_add(w.a, &c[1].record, "prs_FirstName", str_from(first));
    record_add(w.a, &c[1].record, "prs_SecondName", str_from(family));
    record_add(w.a, &c[1].record, "prs_Birthdate", str_from(born));
    record_add(w.a, &c[1].record, "prs_IdentityNumber", str_printf(w.a, "N%s", family));
    OK(casefile_new(&job, w.a, c, 2, file, &w.err));
    memcpy(person, c[1].record.id, ID_LEN);
}

static void presume(const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN])
{
    struct casework job = by(SHELTER, "casework");
    struct record d = {.version = 1, .has_about = true};
    memcpy(d.about, person, ID_LEN);
    record_add(w.a, &d, "cmt_Decision", STR("Presumed"));
    record_add(w.a, &d, "cmt_DecidedBy", STR("Chea Vanna"));
    record_add(w.a, &d, "cmt_DecisionOrgName", STR("ours"));
    OK(decision_keep(&job, file, w.a, &d, &w.err));
}

static void tie_both(void)
{
    for (int i = 0; i < N_AGENCIES; i++) {
        struct tie tie = {.id = {77}, .has_person = true, .made_ms = now_ms};
        memcpy(tie.partner, w.agency[i].h.other.id, ID_LEN);
        memcpy(tie.file, w.agency[i].file, ID_LEN);
        memcpy(tie.person, w.agency[i].person, ID_LEN);
        OK(tie_make(w.agency[i].h.node->db, &tie, &w.err));
    }
}

static void record_statement(void)
{
    struct casework job = by(SHELTER, "protection");
    static uint8_t media[300000] = "HEAD\x1f\x43\xb6\x75";
    const uint8_t none[ID_LEN] = {0};
    struct statement s;
    int64_t have;
    OK(recording_begin(&job, w.agency[SHELTER].file, none, STR("video/webm"), w.recording, &w.err));
    for (int i = 0; i < 3; i++)
        OK(recording_append(&job, w.recording, &(struct recording_chunk){.sequence = i, .at_ms = i * 2000, .media = {media, sizeof media}}, &have, &w.err));
    OK(statement_seal(&job, w.recording, STR("{\"language\":\"km\"}"), w.a, &s, &w.err));
}

static void open_agency(int agency, const char *name, const char *country, const char *kind)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &letter_schema, &grant_schema, &cases_schema, &requests_schema,
                                                    &statements_schema, &interviews_schema, &shield_schema, NULL};
    struct office *x = &w.agency[agency];
    struct access_member m = {.id = {1}, .roles = ROLE_INVESTIGATOR | ROLE_CASEWORKER, .state = MEMBER_ACTIVE};
    house_open_rooms(&x->h, str_from(name), str_from(country), str_from(kind), rooms);
    x->worker = (struct actor){.name = STR("a member"), .role = STR("member"), .member = {1}};
    OK(access_member_put(x->h.node->db, &m, &w.err));
    serve(x);
    for (size_t i = 0; i < N_JOBS; i++) {
        x->context[i] = (struct serve_context){.identity = &x->h.identity, .kinds = &kinds, .note = note, .stopping = &never, .lanes = 1};
        OK(node_open_again(x->h.node, &x->context[i].node, &w.err));
    }
}

static void close_agency(struct office *x)
{
    for (size_t i = 0; i < N_JOBS; i++) {
        if (jobs[i]->close && x->context[i].state)
            jobs[i]->close(x->context[i].state);
        node_close(x->context[i].node);
    }
    if (x->server)
        serve_stop(x->server);
    house_close(&x->h);
}

static void meet(int agency, int other)
{
    struct office *x = &w.agency[agency], *y = &w.agency[other];
    struct pair_letter_key key;
    OK(post_key_current(y->h.node, now_ms, key.public_key, &key.until_ms, &w.err));
    house_accept(&x->h, &y->h, str_from(y->address), &key, 500);
}

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    w.a = arena_new();
    OK(names_open(&w.names, &w.err));
    OK(text_open(&w.text, &w.err));
    open_agency(SHELTER, "Lotus House", "KH", "shelter");
    open_agency(POLICE, "Border Unit 7", "TH", "police");
    meet(SHELTER, POLICE);
    meet(POLICE, SHELTER);
    for (int i = 0; i < N_AGENCIES; i++) {
        struct office *x = &w.agency[i];
        open_case(i, "Sopheap", "Chan", "1999-04-05", x->file, x->person);
        open_case(i, "Dara", "Sok", "2001-11-30", x->file_2, x->person_2);
    }
    presume(w.agency[SHELTER].file, w.agency[SHELTER].person);
    tie_both();
    record_statement();
    settle();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    for (int i = 0; i < N_AGENCIES; i++)
        close_agency(&w.agency[i]);
    names_close(w.names);
    text_close(w.text);
    arena_free(w.a);
    return 0;
}

/* --- what is done --- */

static void agree(const char *elements, uint8_t id[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    struct record c = {.version = 1, .has_about = true};
    memcpy(c.about, w.agency[SHELTER].person, ID_LEN);
    for (size_t i = 0; i < CONSENT_QUESTIONS; i++)
        record_add(w.a, &c, consent_questions[i].field, STR("yes"));
    record_add(w.a, &c, "cmt_ConsentState", STR("Given"));
    record_add(w.a, &c, "cmt_ConsentPurposes", STR("protection"));
    record_add(w.a, &c, "cmt_ConsentElements", str_from(elements));
    record_add(w.a, &c, "cmt_ConsentRecipients", STR("Border Unit 7"));
    record_add(w.a, &c, "cmt_ConsentUntil", STR("2027-06"));
    OK(consent_keep(&job, w.agency[SHELTER].file, w.a, &c, &w.err));
    memcpy(id, c.id, ID_LEN);
}

static void withdraw(const uint8_t consent[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    OK(consent_withdraw(&job, w.agency[SHELTER].file, w.a, consent, &(struct consent_end){.why = STR("she asked")}, &w.err));
}

static void give_statement(const uint8_t consent[static ID_LEN], uint8_t letter[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    struct statement_gift gift = {.to = &w.agency[SHELTER].h.other, .purpose = STR("protection")};
    struct partner now;
    OK(partner_by_id(job.node->db, w.a, gift.to->id, &now, &w.err)); /* with the keys of today */
    gift.to = &now;
    memcpy(gift.consent, consent, ID_LEN);
    OK(statement_give(&job, w.agency[SHELTER].file, w.recording, &gift, letter, &w.err));
}

static int hear(const uint8_t letter[static ID_LEN])
{
    struct casework job = by(POLICE, "protection");
    return statement_hear(&job, letter, &w.err);
}

static void refer(const uint8_t consent[static ID_LEN], uint8_t id[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    struct partner now;
    OK(partner_by_id(job.node->db, w.a, w.agency[SHELTER].h.other.id, &now, &w.err));
    OK(referral_send(&job, w.agency[SHELTER].file, consent, &(struct referral_new){&now, STR("protection"), STR(""), STR("she needs a bed")}, id, &w.err));
}

static int accept(const uint8_t id[static ID_LEN], uint8_t file[static ID_LEN])
{
    struct casework job = by(POLICE, "protection");
    const struct field_rules rules = {w.text, clock_day(now_ms)};
    return referral_accept(&job, &rules, id, file, &w.err);
}

static struct referral referral_at(int agency, const uint8_t id[static ID_LEN])
{
    struct casework job = by(agency, "protection");
    struct referral_step *steps;
    struct referral r;
    struct tie tie;
    size_t n;
    OK(referral_look(&job, id, w.a, &r, &tie, &steps, &n, &w.err));
    return r;
}

static void request(int agency, const char *clock, uint8_t id[static ID_LEN])
{
    struct casework job = by(agency, "protection");
    struct partner now;
    struct request_new n = {.to = &now, .has_person = true, .kind = STR("Statement"), .clock = str_from(clock), .why = STR("she is to be heard"),
                            .basis = STR("Law"), .basis_words = STR("an invented law")};
    OK(partner_by_id(job.node->db, w.a, w.agency[agency].h.other.id, &now, &w.err));
    memcpy(n.file, w.agency[agency].file, ID_LEN);
    memcpy(n.person, w.agency[agency].person, ID_LEN);
    OK(request_send(&job, &n, id, &w.err));
}

static void answer(int agency, const uint8_t id[static ID_LEN], const char *text, bool first, bool last)
{
    struct casework job = by(agency, "protection");
    uint8_t letter[ID_LEN];
    if (first)
        OK(request_take_up(&job, id, w.agency[agency].file, w.agency[agency].person, &w.err));
    OK(request_answer(&job, id, &(struct request_answer){.text = str_from(text), .basis_words = STR("a treaty"), .last = last}, letter, &w.err));
}

static struct request request_at(int agency, const uint8_t id[static ID_LEN], size_t *readable)
{
    struct casework job = by(agency, "protection");
    struct request_part *parts;
    struct request r;
    struct tie tie;
    size_t n;
    OK(request_look(&job, id, w.a, &r, &tie, &parts, &n, &w.err));
    *readable = 0;
    for (size_t i = 0; i < n; i++)
        *readable += parts[i].readable && parts[i].text.len > 0;
    return r;
}

static void open_window(int64_t until_ms, uint8_t interview[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    struct record r = {.has_about = true};
    int64_t told;
    memcpy(r.about, w.agency[SHELTER].person, ID_LEN);
    record_add(w.a, &r, "int_Language", STR("km"));
    record_add(w.a, &r, "int_Protocol", STR("FreeAccount"));
    OK(interview_plan(&job, w.agency[SHELTER].file, w.a, &r, &w.err));
    memcpy(interview, r.id, ID_LEN);
    OK(interview_partners_asked(&job, w.agency[SHELTER].file, w.a, interview, &(struct interview_asked){.said = STR("police: nothing")}, &w.err));
    struct interview_basis basis = {.words = STR("an invented law")};
    memcpy(basis.partner, w.agency[SHELTER].h.other.id, ID_LEN);
    OK(interview_window(&job, w.agency[SHELTER].file, w.a, interview, &(struct interview_window){until_ms, &basis, 1}, &told, &w.err));
    assert_int_equal(told, 1);
}

static int file_question(const uint8_t interview[static ID_LEN], const char *text)
{
    struct casework job = by(POLICE, "protection");
    uint8_t id[ID_LEN];
    const struct interview_question question = {.text = str_from(text), .topic = STR("Documents"), .why = STR("for our case")};
    return interview_file_question(&job, w.agency[POLICE].h.other.id, interview, &question, id, &w.err);
}

static size_t pooled(const uint8_t interview[static ID_LEN])
{
    struct casework job = by(SHELTER, "protection");
    struct interview_asking *asked;
    struct casefile file;
    size_t n;
    OK(casefile_look(&job, w.agency[SHELTER].file, w.a, &file, &w.err));
    interview_questions(w.a, file.records, file.n, interview, &asked, &n);
    return n;
}

/* That are open: one that is shut stays in the list of who asked in it. */
static size_t windows(void)
{
    struct casework job = by(POLICE, "protection");
    struct interview_open_window *all;
    size_t n, open = 0;
    OK(interview_windows(&job, w.a, &all, &n, &w.err));
    for (size_t i = 0; i < n; i++)
        open += all[i].until_ms > job.now_ms;
    return open;
}

static enum allegation_state lay(const uint8_t file[static ID_LEN], const uint8_t person[static ID_LEN], uint8_t id[static ID_LEN])
{
    struct office *x = &w.agency[POLICE];
    struct casework job = by(POLICE, "investigation");
    const struct shield_asker s = {.node = x->h.node, .names = w.names, .identity = &x->h.identity, .actor = &x->worker};
    struct record r = {.version = 1, .has_about = true};
    struct shield_outcome out;
    memcpy(r.about, person, ID_LEN);
    record_add(w.a, &r, "all_Offence", STR("crossed without a permit"));
    record_add(w.a, &r, "all_Kind", STR("ImmigrationStatus"));
    record_add(w.a, &r, "all_Country", STR("TH"));
    record_add(w.a, &r, "all_LaidBy", STR("Immigration"));
    OK(allegation_lay(&job, file, w.a, &r, &w.err));
    memcpy(id, r.id, ID_LEN);
    OK(shield_check(&s, id, now_ms, &out, &w.err));
    return out.state;
}

static struct allegation_standing standing(const uint8_t file[static ID_LEN])
{
    struct allegation_standing *all;
    size_t n;
    OK(allegations_of(w.agency[POLICE].h.node, file, w.a, &all, &n, &w.err));
    assert_int_equal(n, 1);
    return all[0];
}

static int proceed(const uint8_t file[static ID_LEN], const uint8_t id[static ID_LEN])
{
    struct casework job = by(POLICE, "charge");
    return allegation_proceed(&job, file, w.a, id, &w.err);
}

static void assert_nothing_waits(void)
{
    for (int i = 0; i < N_AGENCIES; i++) {
        struct node *node = w.agency[i].h.node;
        struct post_item *items;
        int64_t overdue;
        size_t n;
        OK(post_list(node, &(struct post_filter){.waiting = true}, w.a, &items, &n, &w.err));
        for (size_t k = 0; k < n; k++)
            printf("# %d: %s %s waits\n", i, items[k].outgoing ? "to the other" : "from the other", items[k].kind);
        assert_int_equal(n, 0);
        OK(post_list(node, &(struct post_filter){0}, w.a, &items, &n, &w.err));
        for (size_t k = 0; k < n; k++) {
            if (items[k].state == POST_VOID || items[k].state == POST_WAS_REFUSED)
                printf("# %d: a letter %s was refused or lost\n", i, items[k].kind);
            assert_true(items[k].state != POST_VOID);
        }
        OK(grant_overdue_count(node->db, now_ms, &overdue, &w.err));
        assert_int_equal(overdue, 0);
    }
}

/* --- thirty days --- */

static struct story {
    uint8_t ours_answered[ID_LEN], ours_new[ID_LEN], theirs[ID_LEN];             /* requests */
    uint8_t consent_referral[ID_LEN], referral[ID_LEN], opened[ID_LEN];          /* taken back while they are away */
    uint8_t consent_later[ID_LEN], referral_later[ID_LEN];                       /* offered while they are away */
    uint8_t consent_heard[ID_LEN], heard[ID_LEN];                                /* a statement that they have; taken back */
    uint8_t consent_never[ID_LEN], never_had[ID_LEN];                            /* given and taken back before they see it */
    uint8_t consent_good[ID_LEN], good[ID_LEN];                                  /* given */
    uint8_t long_window[ID_LEN], short_window[ID_LEN];                           /* interviews */
    uint8_t offence[ID_LEN], offence_2[ID_LEN];
} s;

static void before(void)
{
    request(SHELTER, "Days7", s.ours_answered);
    request(POLICE, "Hours8", s.theirs);
    agree("Identity", s.consent_referral);
    refer(s.consent_referral, s.referral);
    agree("Statement", s.consent_heard);
    give_statement(s.consent_heard, s.heard);
    open_window(now_ms + 40 * DAY, s.long_window);
    open_window(now_ms + 2 * DAY, s.short_window);
    settle();
    assert_int_equal(hear(s.heard), 0);
    assert_int_equal(windows(), 2);
    assert_int_equal(lay(w.agency[POLICE].file_2, w.agency[POLICE].person_2, s.offence_2), ALLEGATION_CLEAR);
}

/* The line is cut; the police go on for an hour, and then nobody is there. */
static void their_last_hour(void)
{
    leave(&w.agency[SHELTER]);
    answer(POLICE, s.ours_answered, "She was seen here in May.", true, true);
    OK(accept(s.referral, s.opened));
    OK(file_question(s.long_window, "Who took your passport?"));
    OK(file_question(s.short_window, "How did you come across the border?"));
    assert_int_equal(lay(w.agency[POLICE].file, w.agency[POLICE].person, s.offence), ALLEGATION_ASKING);
    assert_int_equal(proceed(w.agency[POLICE].file, s.offence), ERR_DENIED);
    tick(&w.agency[POLICE]);
    leave(&w.agency[POLICE]);
    serve(&w.agency[SHELTER]);
}

static void thirty_days(void)
{
    size_t readable;
    int64_t overdue;
    days(1);
    request(SHELTER, "Hours8", s.ours_new);
    answer(SHELTER, s.theirs, "She was heard here.", true, false);
    agree("Statement", s.consent_never);
    give_statement(s.consent_never, s.never_had);
    agree("Statement Identity", s.consent_good);
    give_statement(s.consent_good, s.good);
    agree("Identity", s.consent_later);
    refer(s.consent_later, s.referral_later);
    days(5);
    withdraw(s.consent_never);
    answer(SHELTER, s.theirs, "The recording follows.", false, true);
    days(5);
    withdraw(s.consent_heard);
    withdraw(s.consent_referral);
    days(3); /* a month has ended */
    presume(w.agency[SHELTER].file_2, w.agency[SHELTER].person_2);
    days(16);
    assert_int_equal(request_at(SHELTER, s.ours_new, &readable).due_ms, 0); /* their clock has not begun */
    assert_int_equal(request_at(SHELTER, s.ours_answered, &readable).state, REQUEST_OPEN);
    assert_int_equal(referral_at(SHELTER, s.referral).state, REFERRAL_RECALLED);
    OK(grant_overdue_count(w.agency[SHELTER].h.node->db, now_ms, &overdue, &w.err));
    assert_true(overdue > 0); /* and it is seen that nobody confirms */
    assert_int_equal(pooled(s.long_window), 0);
}

static void requests_have_settled(void)
{
    size_t readable;
    for (int i = 0; i < N_AGENCIES; i++) {
        assert_int_equal(request_at(i, s.ours_answered, &readable).state, REQUEST_ANSWERED);
        assert_int_equal(readable, 1);
        assert_int_equal(request_at(i, s.theirs, &readable).state, REQUEST_ANSWERED);
        assert_int_equal(readable, 2);
        struct request r = request_at(i, s.ours_new, &readable);
        assert_int_equal(r.state, REQUEST_OPEN);
        assert_true(r.due_ms > now_ms && r.due_ms <= now_ms + 8 * HOUR); /* eight hours from when it came, not from a month ago */
    }
}

static void what_was_given_has_settled(void)
{
    struct casework job = by(POLICE, "protection");
    struct statement_received came;
    struct casefile c;
    uint8_t file[ID_LEN];
    assert_int_equal(hear(s.heard), ERR_DENIED);
    assert_int_equal(statement_leaves(job.node, s.heard, NULL, NULL, &w.err), ERR_NOT_FOUND);
    assert_true(hear(s.never_had) < 0); /* the recall came before it could be read */
    assert_true(statement_leaves(job.node, s.never_had, NULL, NULL, &w.err) < 0);
    OK(statement_received_find(job.node, s.good, w.a, &came, &w.err));
    assert_int_equal(came.standing, STATEMENT_HOLDS);
    assert_int_equal(hear(s.good), 0);
    for (int i = 0; i < N_AGENCIES; i++) {
        assert_int_equal(referral_at(i, s.referral).state, REFERRAL_RECALLED);
        assert_int_equal(referral_at(i, s.referral_later).state, REFERRAL_OFFERED);
    }
    assert_false(referral_at(POLICE, s.referral).readable);
    OK(casefile_look(&job, s.opened, w.a, &c, &w.err)); /* what they had copied from it is gone too */
    for (size_t i = 0; i < c.n; i++)
        assert_int_equal(record_text(&c.records[i], "prs_FirstName").len, 0);
    OK(accept(s.referral_later, file));
    settle();
    for (int i = 0; i < N_AGENCIES; i++)
        assert_int_equal(referral_at(i, s.referral_later).state, REFERRAL_ACCEPTED);
}

static void questions_have_settled(void)
{
    assert_int_equal(pooled(s.long_window), 1);
    assert_int_equal(pooled(s.short_window), 1); /* it was asked in time, however late it came */
    assert_int_equal(windows(), 1);
    assert_int_equal(file_question(s.short_window, "Who paid for the journey?"), ERR_DENIED);
    OK(file_question(s.long_window, "Who paid for the journey?"));
    settle();
    assert_int_equal(pooled(s.long_window), 2);
}

static void offences_have_settled(void)
{
    struct allegation_standing of = standing(w.agency[POLICE].file), other = standing(w.agency[POLICE].file_2);
    assert_int_equal(of.state, ALLEGATION_STOPPED);
    assert_int_equal(of.unanswered, 0);
    assert_int_equal(of.n_presuming, 1);
    assert_int_equal(other.state, ALLEGATION_STOPPED); /* she was presumed a victim while they were away, in another epoch */
    assert_int_equal(proceed(w.agency[POLICE].file, s.offence), ERR_DENIED);
    assert_int_equal(proceed(w.agency[POLICE].file_2, s.offence_2), ERR_DENIED);
}

static void test_thirty_days(void **state)
{
    (void)state;
    before();
    their_last_hour();
    thirty_days();
    assert_int_not_equal(index_epoch(now_ms), index_epoch(BEGIN));
    serve(&w.agency[POLICE]);
    settle();
    requests_have_settled();
    what_was_given_has_settled();
    questions_have_settled();
    offences_have_settled();
    assert_nothing_waits();
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(test_thirty_days, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
