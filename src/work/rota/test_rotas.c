/* Rotas that a node keeps: frozen before they are drawn, a hand that shows, two who swap, somebody ill, counters twice a shift. */
#include "work/rota/test_rotas_node.h"

static void test_frozen_then_drawn(void **state)
{
    (void)state;
    struct rotas_one one = save(table);
    struct rotas_seen s = look(&one);
    uint8_t digest[HASH_LEN];
    assert_int_equal(s.one.state, ROTAS_DRAFT);
    settle(0);
    assert_int_equal(w.keys.asked, 0); /* nothing is drawn that is not frozen */
    one = s.one;
    OK(rotas_save(w.node, &w.people[BOSS], &one, str_bytes(str_from(table)), w.now_ms, &w.err));
    OK(rotas_freeze(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err));
    assert_int_equal(rotas_save(w.node, &w.people[BOSS], &one, str_bytes(str_from(table)), w.now_ms, &w.err), ERR_DENIED);
    assert_int_equal(rotas_drop(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err), ERR_DENIED);
    s = look(&one);
    crypto_sha256(digest, str_bytes(str_from(table)));
    assert_memory_equal(s.one.digest, digest, HASH_LEN);
    assert_memory_equal(s.draws[0].known, digest, HASH_LEN);
    settle(0);
    s = look(&one);
    assert_int_equal(s.one.state, ROTAS_MADE);
    assert_int_equal(s.one.score.hard, 0);
    assert_int_equal(w.keys.asked, 1);
    assert_int_equal(s.attempt, 1);
    /* a stranger's: the same seed from the answers, the same roster from the seed */
    uint8_t seed[ROTA_SEED_LEN], *roster = rota_roster(w.a, &s.book.rota);
    OK(rotas_seed(&w.keys.keys, &s.draws[0], seed, &w.err));
    OK(rota_solve(&s.book.rota, seed, s.book.moves, roster, NULL, &w.err));
    assert_memory_equal(roster, s.roster, (size_t)(s.book.rota.n_officers * s.book.rota.n_days));
    /* answers that were for another table do not hold */
    s.draws[0].known[0] ^= 1;
    assert_true(rotas_seed(&w.keys.keys, &s.draws[0], seed, &w.err) < 0);
}

static void test_a_node_that_stops_begins_the_search_anew(void **state)
{
    (void)state;
    const bool stopping = true;
    bool more;
    /* she wishes for a shift on a day of leave: nothing ends the search early */
    struct rotas_one one = save(str_printf(w.a, "%swish,Gus,2026-11-28,early,1\n", table).p);
    struct rotas_seen s;
    struct rotas_progress progress;
    const struct rotas_clock clock = {w.now_ms, w.now_ms / (INT64_C(24) * 3600 * 1000), 0};
    assert_int_equal(rotas_waiting(w.node, one.id, w.a, &s, &w.err), ERR_NOT_FOUND);
    OK(rotas_freeze(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err));
    OK(rotas_tend(w.node, &w.holders, &clock, &more, &w.err));
    OK(rotas_waiting(w.node, one.id, w.a, &s, &w.err));
    assert_int_equal(s.one.state, ROTAS_DRAWN);
    assert_int_equal(s.n_draws, 1);
    assert_int_equal(s.attempt, 1);
    OK(rotas_make(w.node, w.now_ms, &stopping, &more, &w.err));
    assert_false(more);
    s = look(&one);
    assert_int_equal(s.one.state, ROTAS_DRAWN);
    assert_false(rotas_progress(one.id, &progress));
    OK(rotas_make(w.node, w.now_ms, NULL, &more, &w.err));
    s = look(&one);
    assert_int_equal(s.one.state, ROTAS_MADE);
    assert_int_equal(rotas_waiting(w.node, one.id, w.a, &s, &w.err), ERR_NOT_FOUND);
    s = look(&one);
    uint8_t seed[ROTA_SEED_LEN], *roster = rota_roster(w.a, &s.book.rota);
    OK(rotas_seed(&w.keys.keys, &s.draws[0], seed, &w.err));
    OK(rota_solve(&s.book.rota, seed, s.book.moves, roster, NULL, &w.err));
    assert_memory_equal(roster, s.roster, (size_t)(s.book.rota.n_officers * s.book.rota.n_days));
}

static void test_holders(void **state)
{
    (void)state;
    struct rotas_one one = save(table), other;
    bool more;
    OK(rotas_freeze(w.node, &w.people[BOSS], one.id, w.now_ms, &w.err));
    w.keys.there = 1 << 2; /* one alone: never */
    assert_int_equal(tend(0, &more), ERR_RETRY);
    w.keys.there = 0;
    assert_int_equal(tend(0, &more), ERR_RETRY);
    assert_int_equal(look(&one).one.state, ROTAS_FROZEN);
    w.keys.there = 1 << 1 | 1 << 3; /* one is missing */
    settle(0);
    struct rotas_seen s = look(&one);
    assert_int_equal(s.one.state, ROTAS_MADE);
    /* whichever two it is, it is the same */
    uint8_t seed[ROTA_SEED_LEN], again[ROTA_SEED_LEN];
    OK(rotas_seed(&w.keys.keys, &s.draws[0], seed, &w.err));
    w.keys.there = TEST_ALL_HOLDERS;
    s.draws[0].answers = (struct draw_answers){0};
    OK(test_hall_ask(&w.keys, &s.draws[0].what, (bytes){s.draws[0].known, HASH_LEN}, &s.draws[0].answers, &w.err));
    OK(rotas_seed(&w.keys.keys, &s.draws[0], again, &w.err));
    assert_memory_equal(seed, again, sizeof seed);
    /* the same table once more is refused, another for the same days is counted */
    other = save(table);
    assert_int_equal(rotas_freeze(w.node, &w.people[BOSS], other.id, w.now_ms, &w.err), ERR_EXISTS);
    other = save(str_printf(w.a, "%s# again\n", table).p);
    assert_int_equal(look(&other).attempt, 2);
    OK(rotas_freeze(w.node, &w.people[BOSS], other.id, w.now_ms + 1, &w.err));
    s = look(&other);
    assert_int_equal(s.attempt, 2);
    assert_int_equal(s.draws[0].what.number, 2);
    assert_int_equal(look(&one).attempt, 1);
    /* nobody answered for two days: it never comes */
    w.now_ms += 2 * DAY_KEYS_AHEAD_MS;
    assert_true(rotas_lapsed(&s.draws[0], w.now_ms));
    settle(0);
    assert_int_equal(look(&other).one.state, ROTAS_FROZEN);
}

static void test_who_may(void **state)
{
    (void)state;
    struct rotas_one one = {0};
    struct rotas_seen s;
    struct rotas_shift *shifts;
    size_t n;
    memcpy(one.hall, w.keys.id, ID_LEN);
    assert_int_equal(rotas_save(w.node, &w.people[BOSS], &one, str_bytes(STR("rota,2026-11-28,14\nshift,early,06:00\n")), w.now_ms, &w.err), ERR_INPUT);
    assert_non_null(strstr(w.err.text, "line 2"));
    assert_int_equal(rotas_save(w.node, &w.people[ANN], &one, str_bytes(str_from(table)), w.now_ms, &w.err), ERR_DENIED);
    one = made(table);
    assert_int_equal(rotas_look(w.node, &w.people[ANN], one.id, w.now_ms, w.a, &s, &w.err), ERR_DENIED);
    assert_int_equal(rotas_look(w.node, &w.people[CLERK], one.id, w.now_ms, w.a, &s, &w.err), ERR_DENIED);
    assert_int_equal(rotas_shifts(w.node, &w.people[CLERK], STR("ann"), 0, w.now_ms, w.a, &shifts, &n, &w.err), ERR_DENIED);
    OK(rotas_shifts(w.node, &w.people[ANN], STR("Ann"), 0, w.now_ms, w.a, &shifts, &n, &w.err));
    s = look(&one);
    size_t own = 0;
    for (int d = 0; d < 14; d++)
        own += s.roster[d] != ROTA_OFF; /* she is the first */
    assert_int_equal(n, own);
    assert_true(n >= 2);
    OK(rotas_shifts(w.node, &w.people[ANN], STR("Ann"), TEST_DAY + 14, w.now_ms, w.a, &shifts, &n, &w.err));
    assert_int_equal(n, 0);
}

static void test_a_hand_shows(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one);
    const int to = s.roster[3] ? ROTA_OFF : 1;
    assert_int_equal(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, 3, to}, STR(" "), w.now_ms, &w.err), ERR_INPUT);
    assert_int_equal(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){9, 3, to}, STR("x"), w.now_ms, &w.err), ERR_INPUT);
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, 3, to}, STR("a course"), w.now_ms, &w.err));
    s = look(&one);
    for (int c = 0; c < s.book.rota.n_officers * 14; c++) {
        assert_int_equal(s.mark[c], c == 3 ? ROTAS_BY_HAND : ROTAS_AS_DRAWN);
        assert_int_equal(s.roster[c] == s.drawn[c], c != 3);
    }
    assert_true(str_eq(s.changes[0].why, STR("a course")));
}

static int count(str text, const char *what)
{
    int n = 0;
    for (const char *at = text.p; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

static str calendar(const struct rotas_one *one, int officer)
{
    struct buf b = buf_new(w.a);
    const struct rotas_seen s = look(one);
    rotas_calendar(w.a, &b, &s, officer);
    return buf_str(&b);
}

/* A calendar that reads the newer file replaces the event of that day, and takes out what is called off. */
static void test_a_calendar_is_brought_up_to_date(void **state)
{
    (void)state;
    struct rotas_one one = made(table), other;
    struct rotas_seen s = look(&one);
    int on = 0;
    while (s.roster[on] == ROTA_OFF)
        on++;
    const str before = calendar(&one, 0);
    assert_int_equal(count(before, "SEQUENCE:0\r\n"), count(before, "BEGIN:VEVENT"));
    assert_int_equal(count(before, "STATUS:CANCELLED"), 0);
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, on, s.roster[on] == 1 ? 2 : 1}, STR("a course"), w.now_ms, &w.err));
    str after = calendar(&one, 0);
    const char *uid = strstr(before.p, "UID:");
    const str first = str_slice(before, (size_t)(uid - before.p), (size_t)(strstr(uid, "\r\n") - before.p));
    assert_int_equal(count(after, str_dup(w.a, first).p), 1);
    assert_int_equal(count(after, "SEQUENCE:1\r\n"), 1);
    assert_int_equal(count(after, "BEGIN:VEVENT"), count(before, "BEGIN:VEVENT"));
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){0, on, ROTA_OFF}, STR("no course"), w.now_ms, &w.err));
    after = calendar(&one, 0);
    assert_int_equal(count(after, "SEQUENCE:2\r\nSTATUS:CANCELLED\r\n"), 1);
    assert_int_equal(count(after, str_dup(w.a, first).p), 1);
    assert_int_equal(count(calendar(&one, 1), "SEQUENCE:2"), 0); /* nobody else's */
    /* her own page shows what is, her own calendar also what is over */
    struct rotas_shift *shifts;
    size_t n, over = 0;
    OK(rotas_shifts(w.node, &w.people[ANN], STR("ann"), 0, w.now_ms, w.a, &shifts, &n, &w.err));
    for (size_t i = 0; i < n; i++)
        over += shifts[i].called_off;
    assert_int_equal(over, 1);
    /* another table for the same days: every day of hers is said anew */
    other = save(str_printf(w.a, "%s# again\n", table).p);
    OK(rotas_freeze(w.node, &w.people[BOSS], other.id, w.now_ms + 1, &w.err));
    settle(0);
    after = calendar(&other, 0);
    assert_int_equal(count(after, "SEQUENCE:100000\r\n"), 14);
    assert_int_equal(count(after, str_dup(w.a, first).p), 1);
}

static int ask(str name, str other, int day, int other_day)
{
    const struct rotas_wish wish = {TEST_DAY + day, TEST_DAY + other_day, other};
    w.err = (struct err){0};
    return rotas_ask_swap(w.node, &w.people[ANN], name, &wish, TEST_DAY, w.now_ms, &w.err);
}

static int answer_as(int who, str name, const struct rotas_one *one, int64_t number, bool agrees)
{
    w.err = (struct err){0};
    return rotas_answer_swap(w.node, &w.people[who], name, one->id, number, agrees, TEST_DAY, w.now_ms, &w.err);
}

static int64_t meetings(const struct rota *rota, const uint8_t *roster)
{
    const struct rota_breach *all;
    size_t n;
    int64_t cost = 0;
    rota_judge(w.a, rota, roster, &all, &n);
    for (size_t i = 0; i < n; i++)
        cost += all[i].kind == ROTA_BREACH_MEETINGS ? all[i].cost : 0;
    return cost;
}

static void test_two_swap(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one);
    const struct rota *rota = &s.book.rota;
    struct rotas_own own;
    int other = 0, day = 0, r = ERR_DENIED;
    for (int d = 1; r < 0 && d < 14; d++)
        for (int o = 1; r < 0 && s.roster[d] && o < 7; o++) /* not Gus, who is on leave, and not by chance the same */
            if (o != 6 && s.roster[o * 14 + d] != s.roster[d] && (r = ask(STR("Ann"), rota->officers[o].name, d, d)) == 0) {
                other = o;
                day = d;
            }
    assert_int_equal(r, 0);
    const str her = rota->officers[other].name;
    s = look(&one);
    assert_memory_equal(s.roster, s.drawn, 8 * 14); /* nothing before she agrees */
    OK(rotas_own(w.node, &w.people[ANN], her, TEST_DAY - 1, w.now_ms, w.a, &own, &w.err));
    assert_int_equal(own.n_swaps, 1);
    assert_false(own.swaps[0].asked);
    assert_int_equal(own.swaps[0].days[0].day, TEST_DAY + day);
    assert_true(str_eq(own.swaps[0].days[0].gets->name, rota->duties[s.drawn[day]].name));
    const int64_t number = own.swaps[0].number;
    assert_int_equal(answer_as(BOSS, STR("ann"), &one, number, true), ERR_NOT_FOUND); /* who asked cannot agree for both */
    assert_int_equal(answer_as(BOSS, rota->officers[other == 1 ? 2 : 1].name, &one, number, true), ERR_NOT_FOUND);
    assert_int_equal(answer_as(CLERK, her, &one, number, true), ERR_DENIED);
    OK(answer_as(BOSS, her, &one, number, true));
    assert_int_equal(answer_as(BOSS, her, &one, number, true), ERR_NOT_FOUND);
    s = look(&one);
    for (int c = 0; c < 8 * 14; c++) {
        const bool swapped = c == day || c == other * 14 + day;
        assert_int_equal(s.mark[c], swapped ? ROTAS_BY_HAND : ROTAS_AS_DRAWN);
        assert_int_equal(s.roster[c], swapped ? s.drawn[c == day ? other * 14 + day : day] : s.drawn[c]);
    }
    const struct rotas_change *c = &s.changes[s.n - 1];
    assert_true(c->kind == ROTAS_SWAP && c->done && c->by[0] == ANN + 1 && c->agreed[0] == BOSS + 1);
    /* a stranger follows it, and sees a swap that is none */
    struct rotas_seen again;
    struct threshold_keys keys;
    const str record = rotas_record_write(w.a, &s, &w.keys.keys);
    OK(rotas_record_check(w.a, str_bytes(str_from(table)), str_bytes(record), &again, &keys, &w.err));
    assert_memory_equal(again.mark, s.mark, 8 * 14);
    s.changes[s.n - 1].cells[0].to = (s.changes[s.n - 1].cells[0].to + 1) % 3;
    const str forged = rotas_record_write(w.a, &s, &w.keys.keys);
    assert_int_equal(rotas_record_check(w.a, str_bytes(str_from(table)), str_bytes(forged), &again, &keys, &w.err), ERR_CORRUPT);
}

static void test_what_cannot_be_swapped(void **state)
{
    (void)state;
    struct rotas_one one = made(str_printf(w.a, "%srotation,pair,1,,2\n", table).p);
    struct rotas_seen s = look(&one);
    const struct rota *rota = &s.book.rota;
    uint8_t *after = rota_roster(w.a, rota);
    int asked = 0, meet = 0, broken = 0;
    for (int o = 0; o < 8; o++)
        for (int d = 1; d < 14; d++)
            for (int p = 0; p < 8; p++) {
                if (p == o || s.roster[o * 14 + d] == ROTA_OFF || s.roster[o * 14 + d] == s.roster[p * 14 + d])
                    continue;
                const int r = ask(rota->officers[o].name, rota->officers[p].name, d, d);
                memcpy(after, s.roster, 8 * 14);
                after[o * 14 + d] = s.roster[p * 14 + d];
                after[p * 14 + d] = s.roster[o * 14 + d];
                const bool law = rota_judge(w.a, rota, after, NULL, NULL).hard <= s.one.score.hard, pairs = meetings(rota, after) <= meetings(rota, s.roster);
                assert_int_equal(r, law && pairs ? 0 : ERR_DENIED);
                broken += !law && strstr(w.err.text, "a rule that must hold");
                meet += law && !pairs && strstr(w.err.text, "the same two");
                if (r == 0)
                    OK(answer_as(ANN, rota->officers[o].name, &one, look(&one).changes[asked].number, false)); /* taken back */
                asked += r == 0;
            }
    assert_true(asked > 0 && meet > 0 && broken > 0);
    s = look(&one);
    assert_memory_equal(s.roster, s.drawn, 8 * 14);
    int o = 0, d = 1;
    while (s.roster[o * 14] == ROTA_OFF)
        o++;
    assert_int_equal(ask(rota->officers[o].name, rota->officers[(o + 1) % 8].name, 0, 0), ERR_INPUT); /* today */
    for (o = 0; s.roster[o * 14 + d] == ROTA_OFF; o++)
        ;
    assert_int_equal(ask(rota->officers[o].name, STR("nobody"), d, d), ERR_INPUT);
    assert_int_equal(ask(rota->officers[o].name, rota->officers[o].name, d, d), ERR_INPUT);
    assert_int_equal(ask(rota->officers[o].name, rota->officers[(o + 1) % 8].name, d, 20), ERR_INPUT);
}

static void test_somebody_is_ill(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    struct rotas_seen s = look(&one);
    int who = 0;
    while (s.roster[who * 14 + 2] != 1)
        who++;
    OK(rotas_ill(w.node, &w.people[BOSS], one.id, who, 2, 2, w.now_ms, &w.err));
    s = look(&one);
    assert_false(s.changes[0].done); /* the lot is not drawn yet */
    assert_memory_equal(s.roster, s.drawn, 14);
    assert_int_equal(s.draws[1].what.kind, DRAW_STANDBY);
    settle(0);
    s = look(&one);
    int others = 0;
    assert_int_equal(s.roster[who * 14 + 2], ROTA_OFF);
    for (int c = 0; c < s.book.rota.n_officers * 14; c++)
        others += s.mark[c] == ROTAS_REPAIRED && c / 14 != who;
    assert_true(others >= 1 && others <= 3);
    assert_true(s.changes[0].eligible >= 1);
    assert_int_equal(rota_judge(w.a, &s.book.rota, s.roster, NULL, NULL).hard, 0);
    /* anybody can do it again */
    uint8_t seed[ROTA_SEED_LEN];
    struct rotas_seen before = s;
    struct rotas_change again = s.changes[0];
    before.roster = s.drawn;
    before.n = 0;
    OK(rotas_seed(&w.keys.keys, &s.draws[1], seed, &w.err));
    OK(rotas_stand_in(w.a, &before, &again, seed, &w.err));
    assert_int_equal(again.n, s.changes[0].n);
    assert_memory_equal(again.cells, s.changes[0].cells, again.n * sizeof *again.cells);
}

static void test_counters(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    settle(5 * 60);
    assert_int_equal(look(&one).n, 0); /* before the shift */
    settle(6 * 60);
    settle(9 * 60 + 59);
    struct rotas_seen s = look(&one);
    assert_int_equal(s.n, 1);
    assert_int_equal(s.draws[1].what.kind, DRAW_COUNTERS);
    settle(10 * 60);
    s = look(&one);
    assert_int_equal(s.n, 2);
    assert_int_equal(s.changes[1].half, 1);
    unsigned seats[2] = {0};
    for (int k = 0; k < 2; k++) {
        assert_int_equal(s.changes[k].n, 3);
        for (int i = 0; i < 3; i++) {
            assert_int_equal(s.roster[s.changes[k].cells[i].officer * 14], s.changes[k].duty);
            seats[k] |= 1u << s.changes[k].cells[i].to;
        }
    }
    assert_int_equal(seats[0], 0xe); /* each of the three has another counter */
    assert_int_equal(seats[1], 0xe);
    settle(23 * 60); /* the night begins */
    w.now_ms += DAY_KEYS_AHEAD_MS;
    settle(3 * 60); /* and goes on after midnight */
    s = look(&one);
    assert_int_equal(s.n, 4);
    assert_int_equal(s.changes[3].first, 0);
    struct rotas_shift *shifts;
    size_t n;
    OK(rotas_shifts(w.node, &w.people[ANN], STR("ann"), 0, w.now_ms, w.a, &shifts, &n, &w.err));
    for (size_t i = 0; i < n; i++)
        assert_int_equal(shifts[i].counter[0] >= 0, shifts[i].day == TEST_DAY);
}

static int64_t leaves(void)
{
    int64_t n;
    OK(log_size(w.node->log, w.node->db, &n, &w.err));
    return n;
}

static struct rotas_half half_now(int who, str name, int minute)
{
    const struct rotas_asked asked = {w.keys.id, w.people[who].member, name, TEST_DAY * INT64_C(1440) + minute, w.now_ms};
    struct rotas_half half;
    OK(rotas_half_now(w.node, &w.people[who], &asked, &half, &w.err));
    return half;
}

/* A page that is asked for every other second is one look for each time that something changed, and none where nothing is drawn. */
static void test_her_counter(void **state)
{
    (void)state;
    struct rotas_one one = made(table);
    int64_t before = leaves();
    assert_int_equal(half_now(ANN, STR("ann"), 6 * 60).counter, 0);
    assert_int_equal(leaves(), before);
    settle(6 * 60);
    struct rotas_seen s = look(&one);
    const struct rotas_cell *cell = &s.changes[0].cells[0];
    const str name = s.book.rota.officers[cell->officer].name;
    before = leaves();
    for (int i = 0; i < 50; i++)
        assert_int_equal(half_now(ANN, name, 6 * 60 + i).counter, cell->to);
    assert_int_equal(leaves(), before + 1);
    settle(10 * 60);
    before = leaves();
    const struct rotas_half half = half_now(ANN, name, 10 * 60);
    s = look(&one);
    for (size_t i = 0; i < s.changes[1].n; i++)
        if (s.changes[1].cells[i].officer == cell->officer)
            assert_int_equal(half.counter, s.changes[1].cells[i].to);
    assert_true(half.midway && half.counter > 0);
    assert_int_equal(leaves(), before + 2); /* hers, and ours */
    OK(rotas_hand(w.node, &w.people[BOSS], one.id, (struct rotas_cell){cell->officer, 0, 0}, STR("a course"), w.now_ms, &w.err));
    assert_int_equal(half_now(ANN, name, 10 * 60).counter, 0); /* seen at once */
    const struct rotas_asked asked = {w.keys.id, w.people[CLERK].member, name, TEST_DAY * INT64_C(1440) + 600, w.now_ms};
    struct rotas_half none;
    assert_int_equal(rotas_half_now(w.node, &w.people[CLERK], &asked, &none, &w.err), ERR_DENIED);
}

/* The table from another day on, without the leave. */
static const char *from_day(const char *day)
{
    const char *shifts = strchr(table, '\n'), *leave = strstr(table, "leave,"), *rest = strchr(leave, '\n') + 1;
    return str_printf(w.a, "rota,%s,14%.*s%s", day, (int)(leave - shifts), shifts, rest).p;
}

/* The last night of a rota goes on while the next one holds already: its counters change midway as in every night. */
static void test_the_last_night(void **state)
{
    (void)state;
    struct rotas_one one = made(from_day("2026-11-15"));
    w.now_ms += 1;
    made(from_day("2026-11-29"));
    settle(23 * 60);
    w.now_ms += DAY_KEYS_AHEAD_MS;
    settle(3 * 60);
    struct rotas_seen s = look(&one);
    assert_int_equal(s.n, 3); /* the night before went on when it was made */
    assert_true(s.changes[2].half == 1 && s.changes[2].first == 13);
}
int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        TEST(test_frozen_then_drawn),
        TEST(test_a_node_that_stops_begins_the_search_anew),
        TEST(test_holders),
        TEST(test_who_may),
        TEST(test_a_hand_shows),
        TEST(test_a_calendar_is_brought_up_to_date),
        TEST(test_two_swap),
        TEST(test_what_cannot_be_swapped),
        TEST(test_somebody_is_ill),
        TEST(test_counters),
        TEST(test_her_counter),
        TEST(test_the_last_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
