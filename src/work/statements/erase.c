/* Recordings of a person who is erased: see recordings_erase in recording.h. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "work/cases/erase.h"
#include "work/statements/given_store.h"
#include "work/statements/recording_internal.h"
#include "work/statements/transcript.h"

/* Of an interview of hers, or the transcript of one; of a file that goes whole, all. */
static int is_hers(struct node *node, const struct erase_whom *whom, const struct recording *rec, struct arena *a, bool *hers, struct err *err)
{
    struct record interview;
    struct recording_row of = {.head = *rec};
    int r = 0;
    *hers = whom->whole;
    if (whom->whole)
        return 0;
    if (recording_is_transcript(rec))
        r = recording_store_get(node->db, rec->interview, a, &of, err);
    if (r == 0)
        r = record_get(node, whom->file, of.head.interview, a, &interview, err);
    if (r == 0)
        *hers = interview.has_about && memcmp(interview.about, whom->person, ID_LEN) == 0;
    return r == ERR_NOT_FOUND ? 0 : r;
}

static int erase_given(struct node *node, struct act *act, const uint8_t *id, struct arena *a, struct err *err)
{
    struct given_row *given;
    size_t n;
    int r = given_store_of(node->db, id, a, &given, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = grant_withdraw_object(node, act, given[i].given.letter, err);
        if (r == 0 && given[i].has_cut)
            r = erase_sealed(node, VAULT_STATEMENT, &given[i].cut, err);
    }
    return r;
}

static int erase_one(struct node *node, struct act *act, const uint8_t *id, struct arena *a, struct err *err)
{
    struct recording_row row;
    struct recording_mark_row *marks;
    size_t n = 0;
    int r = recording_store_get(node->db, id, a, &row, err);
    if (r == 0)
        r = recording_store_marks(node->db, id, 0, RECORDING_MARKS_MAX, a, &marks, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = marks[i].has_words ? erase_sealed(node, VAULT_STATEMENT, &marks[i].words, err) : 0;
    if (r == 0)
        r = erase_given(node, act, id, a, err);
    if (r == 0)
        r = erase_sealed(node, VAULT_STATEMENT, &row.seed, err);
    if (r == 0 && row.has_about)
        r = erase_sealed(node, VAULT_STATEMENT, &row.about, err);
    return r < 0 ? r : recording_store_drop(node->db, id, err); /* with the keys of the chunks */
}

/* Statements that partners gave of her: the letter's key goes, and that it came; who gave it has our word. */
static int erase_received(struct node *node, const struct act *act, const struct tie *tie, struct arena *a, struct err *err)
{
    struct statement_received *came;
    size_t n;
    int r = received_store_of_tie(node->db, tie, a, &came, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = grant_give_up(node, act, came[i].letter, err);
        if (r == 0)
            r = received_store_drop(node->db, came[i].letter, err);
    }
    return r;
}

static int erase_all_received(struct node *node, const struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct tie *ties;
    size_t n;
    int r = whom->file ? ties_of(node->db, whom->file, whom->person, a, &ties, &n, err) : ties_of_identity(node->db, whom->identity, a, &ties, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = erase_received(node, act, &ties[i], a, err);
    return r;
}

int recordings_erase(struct node *node, struct act *act, const struct erase_whom *whom, struct arena *a, struct err *err)
{
    struct recording *all = NULL;
    size_t n = 0;
    int r = erase_all_received(node, act, whom, a, err);
    if (r == 0 && whom->file)
        r = recording_store_of(node->db, whom->file, a, &all, &n, err);
    bool *hers = arena_array(a, bool, n);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = is_hers(node, whom, &all[i], a, &hers[i], err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = hers[i] ? erase_one(node, act, all[i].id, a, err) : 0;
    return r;
}

/* A row is there before its file is: a file without one is of nobody any more. */
int recordings_files_drop(struct node *node, struct err *err)
{
    struct arena *a = arena_new();
    struct recording_row row;
    struct dirent *entry;
    uint8_t id[ID_LEN];
    int r = 0;
    DIR *dir = opendir(node_path(node, a, "recordings"));
    while (dir && r == 0 && (entry = readdir(dir))) {
        struct err gone = {0};
        if (!hex_decode_into(str_from(entry->d_name), id, ID_LEN))
            continue;
        int there = recording_store_get(node->db, id, a, &row, &gone);
        if (there == ERR_NOT_FOUND && unlinkat(dirfd(dir), entry->d_name, 0) < 0) {
            r = err_set(err, ERR_IO, "a file of an erased recording cannot be removed: %s", strerrordesc_np(errno));
        } else if (there < 0 && there != ERR_NOT_FOUND) {
            *err = gone;
            r = there;
        }
    }
    if (dir)
        closedir(dir);
    arena_free(a);
    return r;
}
