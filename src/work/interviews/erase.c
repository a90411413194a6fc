/* What interviews hold of a person who is erased: see interviews_erase in interview.h. */
#include <string.h>

#include "work/cases/erase.h"
#include "work/interviews/interview_internal.h"

/* Windows of ours that are open are shut for those who know of them. One who cannot be written to does not keep her here. */
static int shut(struct node *node, const struct act *act, const struct tie *tie, const struct record *all, size_t n, struct arena *a, struct err *err)
{
    int64_t until;
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++)
        if (all[i].unit == FIELD_OF_INTERVIEW && all[i].has_about && memcmp(all[i].about, tie->person, ID_LEN) == 0 &&
            str_to_int(record_text(&all[i], "int_WindowUntil"), 1, INT64_MAX, &until) && until > act->now_ms && interview_window_is_for(a, &all[i], tie->partner))
            r = interview_tell_shut(node, act->now_ms, tie, &all[i], a, err);
    return r;
}

/* What we asked in windows of the partner's. */
static int erase_asked(struct node *node, const struct tie *tie, struct arena *a, struct err *err)
{
    struct window_row *windows;
    struct asked_row *asked;
    size_t n, n_asked;
    int r = window_store_of_tie(node->db, tie, a, &windows, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = asked_store_of(node->db, windows[i].partner, windows[i].interview, a, &asked, &n_asked, err);
        for (size_t k = 0; r == 0 && k < n_asked; k++) {
            r = erase_sealed(node, VAULT_INTERVIEW, &asked[k].content, err);
            if (r == 0 && asked[k].has_reason)
                r = erase_sealed(node, VAULT_INTERVIEW, &asked[k].reason, err);
        }
        if (r == 0)
            r = window_store_drop(node->db, &windows[i], err);
    }
    const char *kinds[INTERVIEW_PAPERS + 1] = {0};
    for (int i = 0; i < INTERVIEW_PAPERS; i++)
        kinds[i] = interview_letters[i];
    if (r == 0) /* what these letters said has had its effect; which of them were about her only they themselves say */
        r = post_erase_kinds(node, tie->partner, kinds, a, err);
    return r < 0 ? r : register_store_drop(node->db, tie, err);
}

int interviews_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct record *all = NULL;
    struct tie *ties;
    size_t n = 0, n_ties;
    int r = whom->file ? records_of(node, whom->file, a, &all, &n, err) : 0;
    if (r == 0)
        r = whom->file ? ties_of(node->db, whom->file, whom->person, a, &ties, &n_ties, err) : ties_of_identity(node->db, whom->identity, a, &ties, &n_ties, err);
    for (size_t i = 0; r == 0 && i < n_ties; i++) {
        r = shut(node, act, &ties[i], all, n, a, err);
        if (r == 0)
            r = erase_asked(node, &ties[i], a, err);
    }
    return r;
}
