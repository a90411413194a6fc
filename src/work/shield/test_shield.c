/* Two agencies and a real line: an offence is laid, a partner presumes her a victim, the case stops, a prosecutor decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trust/match/index.h"
#include "trust/peer/test_house.h"
#include "trust/serve/serve.h"
#include "work/shield/check.h"
#include "work/cases/screening_act.h"

#define HOUR (INT64_C(3600) * 1000)

#define OK(expression) \
    do { \
        if ((expression) < 0) \
            fail_msg("%s: %s", #expression, w.err.text); \
    } while (0)

static struct world {
    struct house police, shelter;
    struct names *names;
    struct serve *server;
    char address[40];
    struct err err;
    struct actor officer, prosecutor, both, caseworker;
    int64_t now_ms;
} w;

static struct actor member(struct house *h, uint8_t first, unsigned roles)
{
    struct access_member m = {.id = {first}, .roles = roles, .state = MEMBER_ACTIVE};
    OK(access_member_put(h->node->db, &m, &w.err));
    return (struct actor){.name = STR("a member"), .role = STR("member"), .member = {first}, .proved_ms = clock_now_ms()};
}

static void serve(const char *listen)
{
    static const struct peer_route *const routes[] = {peer_routes, NULL};
    OK(serve_start(w.shelter.node, &(struct serve_settings){.listen = listen, .threads = 2, .routes = routes}, &w.server, &w.err));
}

static struct casework at(struct house *h, const struct actor *who, const char *purpose)
{
    return (struct casework){.node = h->node, .names = w.names, .actor = who, .purpose = str_from(purpose), .reference = STR("case 7"), .now_ms = w.now_ms};
}

struct opened { uint8_t file[ID_LEN], person[ID_LEN]; };

static struct opened open_case(struct house *h, const struct actor *who, const char *first, const char *family, const char *born, const char *document)
{
    struct opened o;
    struct casework job = at(h, who, "casework");
    struct casefile_change c[2] = {{.record.unit = FIELD_OF_FILE}, {.record.unit = FIELD_OF_PERSON}};
    record_add(h->a, &c[0].record, "cmt_Title", STR("a case"));
    record_add(h->a, &c[1].record, "prs_FirstName", str_from(first));
    record_add(h->a, &c[1].record, "prs_SecondName", str_from(family));
    record_add(h->a, &c[1].record, "prs_Birthdate", str_from(born));
    record_add(h->a, &c[1].record, "prs_IdentityNumber", str_from(document));
    OK(casefile_new(&job, h->a, c, 2, o.file, &w.err));
    memcpy(o.person, c[1].record.id, ID_LEN);
    return o;
}

static void decide(struct house *h, const struct actor *who, const struct opened *o, const char *decision)
{
    struct casework job = at(h, who, "casework");
    struct record d = {.version = 1, .has_about = true};
    memcpy(d.about, o->person, ID_LEN);
    record_add(h->a, &d, "cmt_Decision", str_from(decision));
    record_add(h->a, &d, "cmt_DecidedBy", STR("Chea Vanna"));
    record_add(h->a, &d, "cmt_DecisionOrgName", STR("ours"));
    OK(decision_keep(&job, o->file, h->a, &d, &w.err));
}

static void lay(const struct opened *o, const struct actor *who, uint8_t id[static ID_LEN])
{
    struct record r = {.version = 1, .has_about = true};
    struct casework job = at(&w.police, who, "investigation");
    memcpy(r.about, o->person, ID_LEN);
    record_add(w.police.a, &r, "all_Offence", STR("secret-offence: crossed without a permit"));
    record_add(w.police.a, &r, "all_Kind", STR("ImmigrationStatus"));
    record_add(w.police.a, &r, "all_Country", STR("TH"));
    record_add(w.police.a, &r, "all_LaidBy", STR("Immigration"));
    OK(allegation_lay(&job, o->file, w.police.a, &r, &w.err));
    memcpy(id, r.id, ID_LEN);
}

static struct shield_outcome check(const struct actor *who, const uint8_t *id)
{
    struct shield_outcome out;
    const struct shield_asker s = {.node = w.police.node, .names = w.names, .identity = &w.police.identity, .actor = who};
    OK(shield_check(&s, id, w.now_ms, &out, &w.err));
    return out;
}

static size_t watch(void)
{
    size_t n;
    const struct shield_asker s = {.node = w.police.node, .names = w.names, .identity = &w.police.identity, .actor = &act_node};
    OK(shield_watch(&s, w.now_ms, &n, &w.err));
    return n;
}

static enum allegation_state state_of(const struct opened *o, const uint8_t *id)
{
    struct allegation_standing *all;
    size_t n;
    OK(allegations_of(w.police.node, o->file, w.police.a, &all, &n, &w.err));
    for (size_t i = 0; i < n; i++)
        if (memcmp(all[i].id, id, ID_LEN) == 0)
            return all[i].state;
    fail_msg("there is no such offence");
    return 0;
}

static void later(int64_t ms)
{
    w.now_ms += ms;
    w.officer.proved_ms = w.prosecutor.proved_ms = w.both.proved_ms = w.now_ms;
}

static int proceed(const struct opened *o, const struct actor *who, const uint8_t *id, const char *purpose)
{
    struct casework job = at(&w.police, who, purpose);
    struct err err = {0};
    return allegation_proceed(&job, o->file, w.police.a, id, &err);
}

static int rule(const struct opened *o, const struct actor *who, const uint8_t *id, const char *outcome, const char *compulsion_reasons)
{
    struct casework job = at(&w.police, who, "non-punishment");
    struct record r = {.version = 1};
    struct err err = {0};
    record_add(w.police.a, &r, "rul_Causation", STR("Yes"));
    record_add(w.police.a, &r, "rul_CausationReasons", STR("secret-reasons: brought across"));
    record_add(w.police.a, &r, "rul_Compulsion", STR("Doubtful"));
    record_add(w.police.a, &r, "rul_CompulsionReasons", str_from(compulsion_reasons));
    record_add(w.police.a, &r, "rul_Basis", STR("Thailand"));
    record_add(w.police.a, &r, "rul_Outcome", str_from(outcome));
    record_add(w.police.a, &r, "rul_OutcomeReasons", STR("no interest in punishing her"));
    record_add(w.police.a, &r, "rul_Remedy", STR("to the court, in 30 days"));
    return allegation_rule(&job, o->file, w.police.a, id, &r, &err);
}

static void give_part(const struct opened *o, uint8_t first, unsigned relation)
{
    struct access_part part = {.member = {first}, .relation = relation, .since_ms = 1};
    memcpy(part.file, o->file, ID_LEN);
    OK(access_part_put(w.police.node->db, &part, &w.err));
}

static int set_up(void **state)
{
    static const struct db_schema *const rooms[] = {&peer_schema, &index_schema, &cases_schema, &shield_schema, NULL};
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    house_open_rooms(&w.police, STR("Border Unit 7"), STR("TH"), STR("police"), rooms);
    house_open_rooms(&w.shelter, STR("Lotus House"), STR("KH"), STR("shelter"), rooms);
    OK(names_open(&w.names, &w.err));
    w.now_ms = clock_now_ms();
    w.officer = member(&w.police, 1, ROLE_INVESTIGATOR);
    w.prosecutor = member(&w.police, 2, ROLE_PROSECUTOR);
    w.both = member(&w.police, 3, ROLE_INVESTIGATOR | ROLE_PROSECUTOR);
    w.caseworker = member(&w.shelter, 1, ROLE_CASEWORKER);
    serve("127.0.0.1:0");
    snprintf(w.address, sizeof w.address, "127.0.0.1:%u", serve_port(w.server));
    house_accept(&w.shelter, &w.police, STR("127.0.0.1:1"), NULL, 500);
    house_accept(&w.police, &w.shelter, str_from(w.address), NULL, 500);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (w.server)
        serve_stop(w.server);
    names_close(w.names);
    house_close(&w.police);
    house_close(&w.shelter);
    return 0;
}

/* --- */

static void presumed_by_a_partner(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    struct opened theirs = open_case(&w.shelter, &w.caseworker, "Sopheap", "Chan", "1999-04-05", "N1234567");
    decide(&w.shelter, &w.caseworker, &theirs, "Presumed");
    house_index(&w.shelter);
    struct opened o = open_case(&w.police, &w.officer, "Sopheap", "Chan", "1999-04-05", "N1234567");
    give_part(&o, 2, RELATION_WORKER);
    assert_int_equal(shield_may(w.police.node, o.file, o.person, STR("charge"), &w.err), ERR_DENIED); /* nobody was asked yet */
    int64_t there = house_log_size(&w.shelter);
    lay(&o, &w.officer, id);
    assert_int_equal(state_of(&o, id), ALLEGATION_ASKING); /* stopped from the first moment */
    assert_int_equal(proceed(&o, &w.officer, id, "charge"), ERR_DENIED);
    struct shield_outcome out = check(&w.officer, id);
    assert_int_equal(out.state, ALLEGATION_STOPPED);
    assert_int_equal(out.unanswered, 0);
    assert_int_equal(house_log_size(&w.shelter), there + 1); /* one question */
    for (size_t i = 0; i < 3; i++) {
        static const char *const against[] = {"charge", "detention", "removal"};
        assert_int_equal(proceed(&o, &w.officer, id, against[i]), ERR_DENIED);
        assert_int_equal(shield_may(w.police.node, o.file, o.person, str_from(against[i]), &w.err), ERR_DENIED);
        struct casework job = at(&w.police, &w.officer, against[i]);
        struct casefile f;
        assert_int_equal(casefile_look(&job, o.file, w.police.a, &f, &w.err), ERR_DENIED); /* no look for that either */
        assert_int_equal(casefile_state_set(&job, o.file, FILE_CLOSED, &w.err), ERR_DENIED);
    }
    /* nobody but a prosecutor with a part in the case who did not lay it */
    assert_int_equal(rule(&o, &w.officer, id, "Ended", "locked in"), ERR_DENIED);
    assert_int_equal(rule(&o, &w.both, id, "Ended", "locked in"), ERR_DENIED); /* no part */
    assert_int_equal(rule(&o, &w.prosecutor, id, "Ended", ""), ERR_INPUT);     /* each finding has its own reasons */
    assert_int_equal(state_of(&o, id), ALLEGATION_STOPPED);
    struct actor stale = w.prosecutor;
    stale.proved_ms = w.now_ms - HOUR;
    assert_int_equal(rule(&o, &stale, id, "Ended", "locked in"), ERR_STALE);
    assert_int_equal(rule(&o, &w.prosecutor, id, "GoesOn", "locked in"), 0);
    assert_int_equal(state_of(&o, id), ALLEGATION_GOES_ON);
    assert_int_equal(rule(&o, &w.prosecutor, id, "Ended", "locked in"), ERR_DENIED); /* once */
    /* where it is another day now than in Greenwich: the day of the step is the agency's */
    const int64_t day = w.now_ms / (24 * HOUR);
    bool evening = w.now_ms % (24 * HOUR) >= 11 * HOUR;
    w.police.node->time_zone = evening ? STR("Pacific/Kiritimati") : STR("Etc/GMT+12");
    assert_int_equal(proceed(&o, &w.officer, id, "charge"), 0);
    char written[DATE_TEXT_MAX];
    date_format(written, date_from_days(evening ? day + 1 : day - 1));
    struct casework looks = at(&w.police, &w.officer, "casework");
    struct casefile now;
    OK(casefile_look(&looks, o.file, w.police.a, &now, &w.err));
    bool said = false;
    for (size_t i = 0; i < now.n; i++)
        said = said || str_eq(record_text(&now.records[i], "all_Charged"), str_from(written));
    assert_true(said);
    w.police.node->time_zone = STR("");
    /* the same presumption does not stop it again */
    assert_int_equal(check(&act_node, id).state, ALLEGATION_GOES_ON);
}

static void whoever_laid_it_does_not_decide(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    struct opened o = open_case(&w.police, &w.both, "Malee", "Wongsa", "1988-02-01", "M7654321");
    lay(&o, &w.both, id);
    assert_int_equal(rule(&o, &w.both, id, "Ended", "locked in"), ERR_DENIED);
    give_part(&o, 2, RELATION_READER);
    assert_int_equal(rule(&o, &w.prosecutor, id, "Ended", "locked in"), ERR_DENIED); /* who may only read decides nothing */
    give_part(&o, 2, RELATION_WORKER);
    assert_int_equal(rule(&o, &w.prosecutor, id, "NotProsecuted", "locked in"), 0); /* before all have answered, too */
    assert_int_equal(proceed(&o, &w.both, id, "charge"), ERR_DENIED); /* for good */
    assert_int_equal(check(&w.both, id).state, ALLEGATION_ENDED);
    assert_int_equal(proceed(&o, &w.both, id, "removal"), ERR_DENIED);
}

/* The case is open and nothing is known; then the shelter writes down what it found. One question in all: the later map is searched with its outputs. */
static void a_presumption_that_comes_later(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    struct opened theirs = open_case(&w.shelter, &w.caseworker, "Dara", "Sok", "2001-11-30", "D5550001");
    house_index(&w.shelter);
    struct opened o = open_case(&w.police, &w.officer, "Dara", "Sok", "2001-11-30", "D5550001");
    lay(&o, &w.officer, id);
    assert_int_equal(check(&w.officer, id).state, ALLEGATION_CLEAR);
    assert_int_equal(proceed(&o, &w.officer, id, "detention"), 0);
    int64_t there = house_log_size(&w.shelter);
    watch();
    assert_int_equal(watch(), 0); /* nothing new, nothing done, no leaf here */
    assert_int_equal(house_log_size(&w.shelter), there);
    decide(&w.shelter, &w.caseworker, &theirs, "Identified");
    house_index(&w.shelter);
    there = house_log_size(&w.shelter);
    assert_true(watch() > 0);
    assert_int_equal(state_of(&o, id), ALLEGATION_STOPPED);
    assert_int_equal(house_log_size(&w.shelter), there); /* it was not asked again */
    assert_int_equal(proceed(&o, &w.officer, id, "removal"), ERR_DENIED);
    struct casework job = at(&w.police, &w.officer, "casework");
    struct casefile_entry *tasks;
    size_t n;
    OK(casefile_tasks(&job, 10, w.police.a, &tasks, &n, &w.err)); /* whoever answers for the case is told */
    assert_true(n > 0);
    /* described otherwise, she is asked about anew */
    struct casefile f;
    OK(casefile_look(&job, o.file, w.police.a, &f, &w.err));
    assert_int_equal(watch(), 0);
}

static void our_own_records_count(void **state)
{
    (void)state;
    uint8_t id[ID_LEN], other[ID_LEN];
    struct opened o = open_case(&w.police, &w.officer, "Nimol", "Keo", "1995-07-08", "K1112223"),
                  elsewhere = open_case(&w.police, &w.officer, "Nimol", "Keo", "1995-07-08", "K1112223");
    lay(&o, &w.officer, id);
    assert_int_equal(check(&w.officer, id).state, ALLEGATION_CLEAR);
    decide(&w.police, &w.officer, &o, "NotIdentified");
    later(HOUR);
    watch();
    assert_int_equal(state_of(&o, id), ALLEGATION_CLEAR);
    decide(&w.police, &w.officer, &elsewhere, "Presumed"); /* another case of ours knows her */
    later(HOUR);
    watch();
    assert_int_equal(state_of(&o, id), ALLEGATION_STOPPED);
    lay(&elsewhere, &w.officer, other);
    assert_int_equal(check(&w.officer, other).state, ALLEGATION_STOPPED); /* and her own record */
}

static void a_partner_that_is_away_has_not_answered(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    struct opened o = open_case(&w.police, &w.officer, "Rotha", "Meas", "1983-01-20", "R9998887");
    serve_stop(w.server);
    w.server = NULL;
    lay(&o, &w.officer, id);
    struct shield_outcome out = check(&w.officer, id);
    assert_int_equal(out.state, ALLEGATION_ASKING);
    assert_int_equal(out.unanswered, 1);
    assert_int_equal(proceed(&o, &w.officer, id, "charge"), ERR_DENIED);
    later(2 * HOUR);
    watch(); /* our own records, for all that are open */
    int64_t here = house_log_size(&w.police);
    watch();
    assert_int_equal(house_log_size(&w.police), here); /* nobody was reached: nothing to write down */
    serve(w.address);
    watch();
    assert_int_equal(state_of(&o, id), ALLEGATION_CLEAR);
    assert_int_equal(proceed(&o, &w.officer, id, "charge"), 0);
}

static void overdue_ones_go_up(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    struct shield_count all, hers, high;
    size_t n;
    struct opened o = open_case(&w.police, &w.officer, "Vanna", "Chea", "1979-12-12", "V3334445");
    OK(shield_tend(w.police.node, w.now_ms, &n, &w.err)); /* those of before */
    OK(shield_count(w.police.node->db, &(struct shield_whose){0}, w.now_ms, &high, &w.err));
    lay(&o, &w.officer, id);
    int64_t laid = w.now_ms;
    OK(shield_count(w.police.node->db, &(struct shield_whose){0}, laid + 71 * HOUR, &all, &w.err));
    assert_int_equal(all.open, high.open + 1);
    OK(shield_tend(w.police.node, laid + 71 * HOUR, &n, &w.err));
    size_t before = n;
    OK(shield_tend(w.police.node, laid + 71 * HOUR, &n, &w.err));
    assert_int_equal(n, 0);
    (void)before;
    OK(shield_tend(w.police.node, laid + 72 * HOUR, &n, &w.err));
    assert_true(n >= 1);
    OK(shield_count(w.police.node->db, &(struct shield_whose){.level = 1}, laid + 72 * HOUR, &all, &w.err));
    OK(shield_count(w.police.node->db, &(struct shield_whose){.member = w.officer.member, .level = 1}, laid + 72 * HOUR, &hers, &w.err));
    assert_true(all.open >= 1 && hers.open == all.open);
    assert_true(all.oldest_ms >= 72 * HOUR && all.median_ms >= 72 * HOUR);
    OK(shield_count(w.police.node->db, &(struct shield_whose){.member = w.prosecutor.member, .level = 1}, laid + 72 * HOUR, &hers, &w.err));
    assert_int_equal(hers.open, 0); /* no part in it */
    OK(shield_tend(w.police.node, laid + 7 * 24 * HOUR, &n, &w.err));
    assert_true(n >= 1);
    OK(shield_count(w.police.node->db, &(struct shield_whose){.level = 2}, laid + 7 * 24 * HOUR, &high, &w.err));
    assert_true(high.open >= 1);
    give_part(&o, 2, RELATION_WORKER);
    assert_int_equal(rule(&o, &w.prosecutor, id, "Ended", "locked in"), 0);
    OK(shield_count(w.police.node->db, &(struct shield_whose){.level = 2}, laid + 7 * 24 * HOUR, &all, &w.err));
    assert_int_equal(all.open, high.open - 1);
}

/* What both logs say of all this, sealed or not: not a name, not an offence. */
static void nobody_is_named(void **state)
{
    (void)state;
    static const char *const planted[] = {"Sopheap", "Dara", "Nimol", "secret-", "1234567", "5550001"};
    struct house *houses[] = {&w.police, &w.shelter};
    for (size_t h = 0; h < 2; h++)
        for (int64_t i = 0, n = house_log_size(houses[h]); i < n; i++) {
            bytes leaf;
            OK(log_leaf_get(houses[h]->node->log, houses[h]->node->db, i, houses[h]->a, &leaf, &w.err));
            for (size_t k = 0; k < sizeof planted / sizeof planted[0]; k++)
                assert_false(str_contains(bytes_str(leaf), str_from(planted[k])));
        }
}

static void what_is_left_of_an_erased_file_goes(void **state)
{
    (void)state;
    uint8_t id[ID_LEN];
    size_t n;
    int64_t kept, after;
    struct opened o = open_case(&w.police, &w.officer, "Srey", "Pov", "1990-10-10", "P1231231");
    lay(&o, &w.officer, id);
    check(&w.officer, id);
    OK(vault_count(w.police.node->vault, w.police.node->db, VAULT_QUESTION, &kept, &w.err));
    OK(access_file_drop(w.police.node->db, o.file, &w.err));
    OK(shield_tend(w.police.node, w.now_ms, &n, &w.err));
    OK(vault_count(w.police.node->vault, w.police.node->db, VAULT_QUESTION, &after, &w.err));
    assert_int_equal(after, kept - 1);
    struct allegation_standing *all;
    OK(allegations_of(w.police.node, o.file, w.police.a, &all, &n, &w.err));
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presumed_by_a_partner), cmocka_unit_test(whoever_laid_it_does_not_decide), cmocka_unit_test(a_presumption_that_comes_later),
        cmocka_unit_test(our_own_records_count), cmocka_unit_test(a_partner_that_is_away_has_not_answered), cmocka_unit_test(overdue_ones_go_up),
        cmocka_unit_test(what_is_left_of_an_erased_file_goes), cmocka_unit_test(nobody_is_named),
    };
    return cmocka_run_group_tests_name("shield", tests, set_up, tear_down);
}
