/* The tables themselves, whole, held against what is written here by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "trust/grant/grant.h"
#include "work/shield/rules.h"
#include "work/together/test_matrix.h"

/* Rows: states; columns: events; a letter for the state that follows, - for none. */
static void walk_requests(struct matrix *m)
{
    /* arrives, take up, part, last, refuse, withdraw, hurry; n none, s sent, o open, t taken, p partly, a answered, r refused, w withdrawn */
    static const char letters[] = "nsotparw";
    static const char *const by_asker[] = {"-------", "o----ws", "-----wo", "-----wt", "-----wp", "-------", "-------", "-------"};
    static const char *const by_holder[] = {"o------", "-------", "-t--r--", "--par--", "--par--", "-------", "-------", "-------"};
    for (int s = 0; s < REQUEST_STATES; s++)
        for (int e = 0; e < REQUEST_EVENTS; e++)
            for (int side = 0; side < 2; side++) {
                const char want = (side ? by_holder : by_asker)[s][e];
                const enum request_state to = request_after((enum request_state)s, (enum request_event)e, side ? REQUEST_HOLDER : REQUEST_ASKER);
                if ((want == '-' ? 'n' : want) != letters[to])
                    fail_msg("request in state %d, event %d, side %d: %c, not %c", s, e, side, letters[to], want);
                m->n++;
                m->n_done += want != '-';
            }
}

static void walk_referrals(struct matrix *m)
{
    /* offer, accept, refuse, follow, end, recall; n none, o offered, a accepted, r refused, e ended, c recalled */
    static const char letters[] = "noarec";
    static const char *const by_giver[] = {"o-----", "-----c", "---a-c", "------", "-----c", "------"};
    static const char *const by_taker[] = {"------", "-ar---", "---ae-", "------", "------", "------"};
    for (int s = 0; s < REFERRAL_STATES; s++)
        for (int e = 0; e < REFERRAL_EVENTS; e++)
            for (int side = 0; side < 2; side++) {
                const char want = (side ? by_taker : by_giver)[s][e];
                const enum referral_state to = referral_after((enum referral_state)s, (enum referral_event)e, side ? REFERRAL_TAKER : REFERRAL_GIVER);
                if ((want == '-' ? 'n' : want) != letters[to])
                    fail_msg("referral in state %d, event %d, side %d: %c, not %c", s, e, side, letters[to], want);
                m->n++;
                m->n_done += want != '-';
            }
}

static void walk_interviews(struct matrix *m)
{
    /* plan, ask, again, open, shut, add, change, file, take back, record, seal; n none, p planned, f further, r ready, c recording, h held; a capital: with the
     * window open. Each of six stages: the window shut, open. */
    static const char letters[] = "npfrch", open[] = "NPFRCH";
    static const char *const ours[6][2] = {{"p----------", "P----------"}, {"-r---pp----", "-R--pPP----"}, {"-rr--ff----", "-RR-fFF----"},
                                           {"-r-R-rr--c-", "-R--rRR--C-"}, {"---C-cc--ch", "----cCC--CH"}, {"-----------", "----h------"}};
    static const char *const again[6][2] = {{"p----------", "P----------"}, {"-f---pp----", "-F--pPP----"}, {"-fr--ff----", "-FR-fFF----"},
                                            {"-f-R-rr--c-", "-F--rRR--C-"}, {"---C-cc--ch", "----cCC--CH"}, {"-----------", "----h------"}};
    static const char *const asker[6][2] = {{"-----------", "-----------"}, {"--------p--", "-------PP--"}, {"--------f--", "-------FF--"},
                                            {"--------r--", "-------RR--"}, {"--------c--", "-------CC--"}, {"-----------", "-----------"}};
    for (int stage = 0; stage < INTERVIEW_STAGES; stage++)
        for (int k = 0; k < 8 * INTERVIEW_EVENTS; k++) {
            const enum interview_event e = (enum interview_event)(k / 8);
            const bool window = k & 1, further = k & 2;
            const enum interview_side side = k & 4 ? INTERVIEW_ASKER : INTERVIEW_OURS;
            const struct interview_state from = {(enum interview_stage)stage, window}, to = interview_then(&from, e, side, further);
            const char want = (side == INTERVIEW_ASKER ? asker : further ? again : ours)[stage][window][e], got = (to.window ? open : letters)[to.stage];
            if ((interview_can(&from, e, side, NULL) == 0) != (want != '-') || (want != '-' && want != got))
                fail_msg("interview in stage %d, window %d, event %d, side %d, further %d: %c, not %c", stage, window, e, side, further, got, want);
            m->n++;
            m->n_done += want != '-';
        }
    /* and the facts: 2^6 of them, by a rule written otherwise than there */
    for (int bits = 0; bits < 64; bits++) {
        const struct interview_facts f = {bits & 1, bits & 2, bits & 4, bits & 8, bits & 16, bits & 32, 5};
        const char got = letters[interview_state(&f, 9).stage];
        const char want = !f.planned ? 'n' : f.recording ? 'c' : f.held ? 'h' : !f.asked ? 'p' : !f.further ? 'r' : f.agreed ? 'r' : 'f';
        assert_int_equal(got, want);
        assert_false(interview_state(&f, 5).window);
        assert_int_equal(interview_state(&f, 4).window, f.planned);
        m->n++;
    }
}

static void walk_questions(struct matrix *m)
{
    /* file, take, join, set aside, turn away, answer, take back; n none, f filed, i in, j joined, s aside, b back, w away, a answered */
    static const char letters[] = "nfijsbwa";
    static const char *const ours[] = {"-------", "-ijswa-", "-ijs-a-", "-ijs-a-", "-ijs-a-", "-------", "-------", "-------"};
    static const char *const asker[] = {"f------", "------b", "------b", "------b", "-------", "-------", "-------", "-------"};
    for (int s = 0; s < QUESTION_STATES; s++)
        for (int e = 0; e < QUESTION_EVENTS; e++)
            for (int side = 0; side < 2; side++) {
                const char want = (side ? asker : ours)[s][e];
                const enum question_state to = question_after((enum question_state)s, (enum question_event)e, side ? INTERVIEW_ASKER : INTERVIEW_OURS);
                if ((want == '-' ? 'n' : want) != letters[to])
                    fail_msg("question in state %d, event %d, side %d: %c, not %c", s, e, side, letters[to], want);
                m->n++;
                m->n_done += want != '-';
            }
}

/* Last decision x answers; what each state lets through, and who may decide. */
static void walk_allegations(struct matrix *m)
{
    static const enum allegation_state ruled[] = {0, ALLEGATION_ENDED, ALLEGATION_GOES_ON};
    static const char *const purposes[] = {"protection", "investigation", "charge", "detention", "removal"};
    static const char *const next[] = {"asss", "csss", "eeee", "eeee", "ggss", "ggss"}; /* a asking, c clear, s stopped; columns: presumed x since the decision */
    static const char letters[] = " acseg", *const lets[] = {"", "yynnn", "yyyyy", "yynnn", "yynnn", "yyyyy"};
    for (int r = 0; r < 3; r++)
        for (int k = 0; k < 8; k++) {
            const struct shield_answers answers = {.unanswered = k & 4 ? 0 : 1, .presumed = k & 1, .since_ruling = k & 2};
            if (!answers.presumed && answers.since_ruling) /* cannot be: who presumes since then presumes */
                continue;
            const char got = letters[shield_next(ruled[r], &answers)], want = next[2 * r + (k >> 2)][(answers.presumed ? 1 : 0) + (answers.since_ruling ? 2 : 0)];
            if (got != want)
                fail_msg("offence decided %d, answers %d: %c, not %c", (int)ruled[r], k, got, want);
            m->n++;
        }
    for (enum allegation_state s = ALLEGATION_ASKING; s <= ALLEGATION_GOES_ON; s++)
        for (size_t p = 0; p < sizeof purposes / sizeof purposes[0]; p++) {
            struct err ignored = {0};
            assert_int_equal(shield_allows(s, str_from(purposes[p]), &ignored), lets[s][p] == 'y' ? 0 : ERR_DENIED);
            m->n++;
        }
}

/* What a holder may do: handling x colour x use x purpose x time. H0 and clear or green: all; H1: not in court; H2: read, print, export; H3: read. */
static void walk_grants(struct matrix *m)
{
    for (int handling = GRANT_H0; handling <= GRANT_H3; handling++)
        for (int tlp = GRANT_TLP_CLEAR; tlp <= GRANT_TLP_RED; tlp++)
            for (int k = 0; k < 4 * GRANT_N_USES; k++) {
                const struct grant g = {.purpose = STR("protection"), .fields = STR("all"), .handling = (enum grant_handling)handling, .handling_words = STR(""), .source = 'A',
                                        .information = '1', .tlp = (enum grant_tlp)tlp, .issued_ms = 1, .expires_ms = 10};
                const enum grant_use use = (enum grant_use)(k / 4);
                struct err ignored = {0};
                const int got = grant_decide(&g, use, k & 1 ? STR("investigation") : STR("protection"), k & 2 ? 10 : 9, &ignored);
                if (k & 3) /* another purpose, or its time is over: nothing */
                    assert_int_equal(got, ERR_DENIED);
                else if (use == GRANT_READ)
                    assert_int_equal(got, 0);
                else if (handling == GRANT_H3 || (use == GRANT_COURT && handling == GRANT_H1) || (use == GRANT_FORWARD && (handling == GRANT_H2 || tlp == GRANT_TLP_RED)))
                    assert_int_equal(got, ERR_DENIED);
                m->n++;
                m->n_done += got == 0;
            }
}

void walk_tables(struct matrix *m)
{
    walk_requests(m);
    walk_referrals(m);
    walk_interviews(m);
    walk_questions(m);
    walk_allegations(m);
    walk_grants(m);
}
