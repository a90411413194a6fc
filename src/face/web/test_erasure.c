/* erasure: a person who is erased leaves nothing sealed behind in any room, and partners lose what they hold of her. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <string.h>

#include "face/web/erasure.h"
#include "trust/grant/grant.h"
#include "work/shield/check.h"
#include "work/statements/statement_give.h"
#include "work/together/test_together.h"

static int set_up(void **state)
{
    *state = together_open();
    return 0;
}

static int tear_down(void **state)
{
    together_close(*state);
    return 0;
}

static void ask(struct together *t, int house, const uint8_t *tie, uint8_t id[static ID_LEN])
{
    struct casework w = together_as(t, house);
    const int to = house == OURS ? PARTNER : OURS;
    const struct request_new what = {.to = &t->house[to].self, .number = STR(""), .tie = tie, .kind = STR("Statement"), .clock = STR("Days7"), .why = STR("another victim"),
                                     .basis = STR("Law"), .basis_words = STR("article 12")};
    OK(request_send(&w, &what, id, &t->err));
    together_carry_all(t);
}

/* Something of hers in every room: asked by us and by the partner, answered by both, referred, interviewed, recorded, given, accused. */
static void live(struct together *t, uint8_t answered[static ID_LEN], uint8_t referral[static ID_LEN])
{
    struct casework w = together_as(t, OURS), theirs = together_as(t, PARTNER);
    const uint8_t *tie = t->tie[OURS][PARTNER];
    uint8_t to_us[ID_LEN], by_us[ID_LEN], open[ID_LEN], letter[ID_LEN], consent[ID_LEN], interview[ID_LEN], question[ID_LEN], recording[ID_LEN];
    ask(t, PARTNER, tie, to_us);
    OK(request_take_up(&w, to_us, t->file[OURS], t->person[OURS], &t->err));
    OK(request_answer(&w, to_us, &(struct request_answer){.text = STR("she is well"), .basis_words = STR("article 12")}, answered, &t->err));
    ask(t, OURS, tie, by_us);
    OK(request_take_up(&theirs, by_us, t->file[PARTNER], t->person[PARTNER], &t->err));
    OK(request_answer(&theirs, by_us, &(struct request_answer){.text = STR("she was here"), .basis_words = STR("article 12"), .last = true}, letter, &t->err));
    ask(t, OURS, tie, open);
    together_consent(t, "partner", consent);
    OK(referral_send(&w, t->file[OURS], consent, &(struct referral_new){&t->house[PARTNER].self, STR("protection"), STR(""), STR("she needs a bed")}, referral, &t->err));
    together_plan(t, interview);
    together_ask_partners(t, interview);
    OK(together_window(t, &w, interview, t->now_ms + HOUR_MS));
    together_carry_all(t);
    OK(interview_file_question(&theirs, t->house[OURS].self.id, interview, &(struct interview_question){STR("Who was it?"), STR("People"), STR("why"), STR("")}, question, &t->err));
    together_carry_all(t);
    together_record(t, interview, recording);
    together_seal(t, recording, question);
    OK(statement_give(&w, t->file[OURS], recording, &(struct statement_gift){.to = &t->house[PARTNER].self, .purpose = STR("protection"), .consent = {0}}, letter, &t->err) == ERR_NOT_FOUND ? 0 : -1);
    struct statement_gift gift = {.to = &t->house[PARTNER].self, .purpose = STR("protection"), .cut = &(struct statement_cut){.from_ms = 0, .until_ms = 1000, .why = STR("")}};
    memcpy(gift.consent, consent, ID_LEN);
    OK(statement_give(&w, t->file[OURS], recording, &gift, letter, &t->err));
    together_carry_all(t);
}

/* A window of the partner's in which we asked, and what its register says. */
static void ask_there(struct together *t)
{
    struct casework w = together_as(t, OURS), theirs = together_as(t, PARTNER);
    struct interview_basis basis = {.words = STR("treaty of 2009, article 12")};
    struct record r = {.has_about = true};
    uint8_t question[ID_LEN];
    int64_t n;
    memcpy(basis.partner, t->house[OURS].self.id, ID_LEN);
    memcpy(r.about, t->person[PARTNER], ID_LEN);
    OK(interview_plan(&theirs, t->file[PARTNER], t->a, &r, &t->err));
    OK(interview_partners_asked(&theirs, t->file[PARTNER], t->a, r.id, &(struct interview_asked){.said = STR("ours: hit")}, &t->err));
    OK(interview_window(&theirs, t->file[PARTNER], t->a, r.id, &(struct interview_window){t->now_ms + HOUR_MS, &basis, 1}, &n, &t->err));
    together_carry_all(t);
    OK(interview_file_question(&w, t->house[PARTNER].self.id, r.id, &(struct interview_question){STR("When was it?"), STR("Journey"), STR("why"), STR("")}, question, &t->err));
    together_carry_all(t);
    OK(interview_question_change(&theirs, t->file[PARTNER], t->a, question, &(struct interview_change){.set_aside = STR("it hurts her")}, &t->err));
    for (int i = 0; i < AGENCIES; i++)
        OK(interview_tell_registers(t->house[i].node, t->now_ms, &n, &t->err));
    together_carry_all(t);
}

static int64_t sealed(struct together *t, enum vault_kind kind)
{
    int64_t n;
    OK(vault_count(t->house[OURS].node->vault, t->house[OURS].node->db, kind, &n, &t->err));
    return n;
}

static void erase_of(struct together *t, int house, const uint8_t *file, const uint8_t *whom, int64_t *told)
{
    struct node *node = t->house[house].node;
    struct act act = {.verb = VERB_ERASE, .actor = &post_operator, .reference = STR("she asks for it"), .now_ms = t->now_ms};
    struct record person;
    OK(record_get(node, file, whom, t->a, &person, &t->err));
    struct erase what = {.id = person.identity, .rooms = erase_rooms};
    *told = -post_house_count(&t->house[house], "select count(*) from letter_out");
    OK(act_run(node, &act, erase_person, &what, &t->err));
    *told += post_house_count(&t->house[house], "select count(*) from letter_out");
    OK(erase_clean(node, &what.id, erase_rooms, &t->err));
}

static void erase(struct together *t, int house, int64_t *told)
{
    erase_of(t, house, t->file[house], t->person[house], told);
}

static size_t files_of(struct together *t, const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(str_printf(t->a, "%s/%s", t->house[OURS].dir, folder).p);
    for (struct dirent *e; dir && (e = readdir(dir));)
        n += e->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return n;
}

static const char *const of_her[] = {
    "requests_tie where file is not null", "requests_request", "requests_part", "requests_referral", "requests_step", "requests_came", "interviews_window", "interviews_asked",
    "interviews_register", "interviews_told", "statements_recording", "statements_chunk", "statements_mark", "statements_given", "shield_allegation", "shield_answer",
};

/* Letters that came; those of grants say nothing of anybody. */
static const char *const letters[] = {"request", "answer", "request-state", "referral", "referral-state", "interview-window", "interview-questions", "question-state",
                                      "question-back", "interview-register"};

static void test_nothing_sealed_is_left(void **state)
{
    static const enum vault_kind kinds[] = {VAULT_REQUEST, VAULT_INTERVIEW, VAULT_STATEMENT, VAULT_RECORD, VAULT_IDENTITY, VAULT_QUESTION};
    struct together *t = *state;
    uint8_t answered[ID_LEN], referral[ID_LEN];
    int64_t told;
    live(t, answered, referral);
    ask_there(t);
    struct casework w = together_as(t, OURS);
    struct access_member police = {.id = {1}, .roles = ROLE_CASEWORKER | ROLE_INVESTIGATOR, .state = MEMBER_ACTIVE};
    OK(access_member_put(w.node->db, &police, &t->err));
    struct record offence = {.version = 1, .has_about = true};
    memcpy(offence.about, t->person[OURS], ID_LEN);
    record_add(t->a, &offence, "all_Offence", STR("crossed the border"));
    record_add(t->a, &offence, "all_Kind", field_find(STR("all_Kind"))->codes ? str_from(field_find(STR("all_Kind"))->codes[0].value) : STR(""));
    record_add(t->a, &offence, "all_Country", STR("KH"));
    record_add(t->a, &offence, "all_LaidBy", str_from(field_find(STR("all_LaidBy"))->codes[0].value));
    w.purpose = STR("investigation");
    OK(allegation_lay(&w, t->file[OURS], t->a, &offence, &t->err));
    for (size_t i = 0; i < sizeof of_her / sizeof of_her[0]; i++) /* the test holds something to erase */
        if (strcmp(of_her[i], "requests_came") != 0 && strcmp(of_her[i], "requests_step") != 0 &&
            post_house_count(&t->house[OURS], str_printf(t->a, "select count(*) from %s", of_her[i]).p) == 0)
            fail_msg("there is nothing in %s before", of_her[i]);
    assert_int_equal(files_of(t, "recordings"), 1);
    erase(t, OURS, &told);
    for (size_t i = 0; i < sizeof of_her / sizeof of_her[0]; i++)
        if (post_house_count(&t->house[OURS], str_printf(t->a, "select count(*) from %s", of_her[i]).p) != 0)
            fail_msg("something is left in %s", of_her[i]);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (sealed(t, kinds[i]) != 0)
            fail_msg("%d sealed of kind %d are left", (int)sealed(t, kinds[i]), kinds[i]);
    assert_int_equal(files_of(t, "recordings"), 0);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (post_house_count(&t->house[OURS], str_printf(t->a, "select count(*) from letter_in where content is not null and kind = '%s'", letters[i]).p) != 0)
            fail_msg("a letter of kind %s can still be read", letters[i]);
    if (told < 6) fail_msg("%d letters", (int)told); /* three grants asked back, two open requests ended, the window shut */
}

static void test_partners_lose_what_they_hold(void **state)
{
    struct together *t = *state;
    struct err ignored = {0};
    uint8_t answered[ID_LEN], referral[ID_LEN];
    int64_t told;
    live(t, answered, referral);
    struct node *theirs = t->house[PARTNER].node;
    OK(grant_letter_may(theirs, answered, GRANT_READ, STR("protection"), t->now_ms, &t->err));
    OK(grant_letter_may(theirs, referral, GRANT_READ, STR("protection"), t->now_ms, &t->err));
    erase(t, OURS, &told);
    together_carry_all(t);
    assert_int_equal(grant_letter_may(theirs, answered, GRANT_READ, STR("protection"), t->now_ms, &ignored), ERR_DENIED);
    assert_int_equal(grant_letter_may(theirs, referral, GRANT_READ, STR("protection"), t->now_ms, &ignored), ERR_DENIED);
    struct casework w = together_as(t, PARTNER);
    struct interview_open_window *windows;
    struct request *requests;
    size_t n;
    OK(request_list(&w, &(struct request_filter){.open = true, .incoming = true, .outgoing = true}, t->a, &requests, &n, &t->err));
    assert_int_equal(n, 0); /* nobody waits for what will not come */
    OK(interview_windows(&w, t->a, &windows, &n, &t->err));
    for (size_t i = 0; i < n; i++)
        assert_true(windows[i].until_ms <= t->now_ms); /* shut: it stays in the list of who asked in it */
}

/* Of two persons in one case only one goes: what rooms hold of the other stays. */
static void test_another_person_of_the_case_stays(void **state)
{
    struct together *t = *state;
    struct casework w = together_as(t, OURS);
    struct casefile_change other = {.record.unit = FIELD_OF_PERSON};
    uint8_t answered[ID_LEN], referral[ID_LEN];
    int64_t told;
    record_add(t->a, &other.record, "prs_FirstName", STR("Dara"));
    OK(casefile_write(&w, t->file[OURS], t->a, &other, 1, &t->err));
    struct tie hers = {.has_person = true, .made_ms = t->now_ms};
    memcpy(hers.partner, t->house[PARTNER].self.id, ID_LEN);
    memcpy(hers.file, t->file[OURS], ID_LEN);
    memcpy(hers.person, other.record.id, ID_LEN);
    OK(tie_make(w.node->db, &hers, &t->err));
    live(t, answered, referral);
    uint8_t id[ID_LEN];
    ask(t, OURS, hers.id, id);
    erase(t, OURS, &told);
    assert_int_equal(post_house_count(&t->house[OURS], "select count(*) from requests_tie where file is not null"), 1);
    assert_int_equal(post_house_count(&t->house[OURS], "select count(*) from requests_request"), 1);
    assert_int_equal(sealed(t, VAULT_REQUEST), 1);
    assert_int_equal(sealed(t, VAULT_STATEMENT), 0);
    struct casefile file;
    OK(casefile_look(&w, t->file[OURS], t->a, &file, &t->err));
}

/* What a partner gave of her goes with her: the statement, the letter that it came in. */
static void test_a_statement_that_came_goes_with_her(void **state)
{
    struct together *t = *state;
    struct node *theirs = t->house[PARTNER].node;
    struct statement_received *came, gone;
    uint8_t answered[ID_LEN], referral[ID_LEN];
    int64_t told;
    size_t n;
    live(t, answered, referral);
    OK(statements_examine(theirs, t->now_ms, &told, &t->err));
    OK(statements_received(theirs, t->a, &came, &n, &t->err));
    assert_int_equal(n, 1);
    assert_int_equal(came[0].standing, STATEMENT_HOLDS);
    OK(statement_leaves(theirs, came[0].letter, NULL, NULL, &t->err));
    erase(t, PARTNER, &told);
    assert_int_equal(statement_received_find(theirs, came[0].letter, t->a, &gone, &t->err), ERR_NOT_FOUND);
    assert_int_equal(statement_leaves(theirs, came[0].letter, NULL, NULL, &t->err), ERR_NOT_FOUND);
    assert_int_equal(post_house_count(&t->house[PARTNER], "select count(*) from letter_in where content is not null and kind = 'statement'"), 0);

    /* and who gave it has their word that it is gone */
    struct grant_item given;
    struct recording *ours;
    struct statement_given *copies;
    together_carry_all(t);
    OK(recordings_of(t->house[OURS].node, t->file[OURS], t->a, &ours, &n, &t->err));
    OK(statements_given(t->house[OURS].node, ours[0].id, t->a, &copies, &n, &t->err));
    OK(grant_find(t->house[OURS].node, t->a, copies[0].grant, t->now_ms, &given, &t->err));
    assert_true(given.state == GRANT_SETTLED && given.acknowledged_ms == t->now_ms);
}

/* A referral of hers ends where it came from, and what was sent is known to be gone there. */
static void test_an_accepted_referral_ends_by_letter(void **state)
{
    struct together *t = *state;
    struct casework ours = together_as(t, OURS), theirs = together_as(t, PARTNER);
    uint8_t consent[ID_LEN], id[ID_LEN], opened[ID_LEN];
    struct referral_step *steps;
    struct casefile there;
    struct referral r;
    struct grant_item given;
    struct tie tie;
    int64_t told;
    size_t n, hers = 0;
    together_consent(t, "partner", consent);
    OK(referral_send(&ours, t->file[OURS], consent, &(struct referral_new){&t->house[PARTNER].self, STR("protection"), STR(""), STR("she needs a bed")}, id, &t->err));
    together_carry_all(t);
    OK(referral_accept(&theirs, &t->rules, id, opened, &t->err));
    together_carry_all(t);
    OK(casefile_look(&theirs, opened, t->a, &there, &t->err));
    while (there.records[hers].unit != FIELD_OF_PERSON)
        hers++;
    erase_of(t, PARTNER, opened, there.records[hers].id, &told);
    together_carry_all(t);
    OK(referral_look(&ours, id, t->a, &r, &tie, &steps, &n, &t->err));
    assert_int_equal(r.state, REFERRAL_ENDED);
    assert_true(n == 1 && !steps[0].ours && steps[0].last && str_eq(steps[0].outcome, STR(REFERRAL_ERASED)));
    OK(grant_find(ours.node, t->a, r.grant, t->now_ms, &given, &t->err));
    assert_true(given.state == GRANT_SETTLED && given.acknowledged_ms == t->now_ms);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_sealed_is_left, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_partners_lose_what_they_hold, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_another_person_of_the_case_stays, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_statement_that_came_goes_with_her, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_accepted_referral_ends_by_letter, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
