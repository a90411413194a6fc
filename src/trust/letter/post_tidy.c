/* post_tidy: what the post no longer needs: ciphertext whose receipt is long there, files that no letter refers to, old evidence,
 * the secrets of ended months. Nothing here is an act on protected data: what goes cannot be read here anyway. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/letter/post_out.h"

#define DAY_MS (24LL * 3600 * 1000)
#define PAGE 256

struct settled {
    int64_t before_ms;
    uint8_t ids[PAGE][ID_LEN];
    size_t n;
};

static int forget_page(struct db *db, void *arg, struct err *err)
{
    struct settled *s = arg;
    return post_store_out_forget(db, s->before_ms, s->ids, PAGE, &s->n, err);
}

static int forget_ciphertext(struct node *node, int64_t now_ms, struct err *err)
{
    struct settled s = {.before_ms = now_ms - POST_KEEP_DAYS * DAY_MS};
    struct arena *a = arena_new();
    int r;
    do {
        r = db_txn(node->db, forget_page, &s, err);
        for (size_t i = 0; r == 0 && i < s.n; i++)
            unlink(post_out_path(node, a, s.ids[i])); /* most never had a file; one that stays is an orphan of the next time */
        arena_reset(a);
    } while (r == 0 && s.n == PAGE);
    arena_free(a);
    return r;
}

/* The id in a file name of letters/out: ID.age, or ID.age with the suffix of a part. */
static bool id_of_name(const char *name, uint8_t id[static ID_LEN])
{
    const size_t hex = 2 * ID_LEN;
    return strlen(name) > hex && (strcmp(name + hex, ".age") == 0 || strcmp(name + hex, ".age" POST_PART_SUFFIX) == 0) &&
           hex_decode_into((str){name, hex}, id, ID_LEN);
}

/* A file is made before the letter that refers to it: only what is a day old can be an orphan. */
static int remove_if_orphan(struct node *node, int folder, const char *name, int64_t now_ms, struct err *err)
{
    uint8_t id[ID_LEN];
    struct stat st;
    if (!id_of_name(name, id) || fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
        st.st_mtim.tv_sec * 1000 + DAY_MS > now_ms)
        return 0;
    int used = post_store_out_uses_file(node->db, id, err);
    if (used == 0)
        unlinkat(folder, name, 0);
    return used < 0 ? used : 0;
}

static int remove_orphans(struct node *node, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    const char *path = node_path(node, a, "letters/out");
    DIR *folder = opendir(path);
    int r = 0;
    if (!folder && errno != ENOENT)
        r = err_errno(err, ERR_IO, errno, "%s cannot be read", path);
    for (const struct dirent *entry; folder && r == 0 && (entry = readdir(folder));)
        r = remove_if_orphan(node, dirfd(folder), entry->d_name, now_ms, err);
    if (folder)
        closedir(folder);
    arena_free(a);
    return r;
}

/* --- letters whose file is gone though they wait: a folder that was not restored with its database --- */

struct voiding {
    const struct partner *to;
    int64_t now_ms;
};

static int void_lost_files(struct node *node, struct act *act, void *arg, struct err *err)
{
    const struct voiding *v = arg;
    /* where the partner stands its next position tells */
    const struct post_lost nothing = {.begun_ms = INT64_MAX, .from = post_nowhere};
    size_t again, gone;
    act->detail = STR("a new stream: a sealed file that waited is no longer in letters/out");
    return post_restart(node, v->to, &nothing, v->now_ms, &again, &gone, err);
}

static int look_for_lost_files(struct node *node, int64_t now_ms, struct err *err)
{
    struct arena *a = arena_new();
    struct partner *partners;
    size_t n, n_rows;
    int r = partner_list(node->db, a, &partners, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct post_row *rows;
        bool lost = false;
        r = post_store_out_files(node->db, partners[i].id, a, &rows, &n_rows, err);
        for (size_t k = 0; r == 0 && k < n_rows; k++)
            lost = lost || !file_exists(post_out_path(node, a, rows[k].id));
        struct voiding v = {&partners[i], now_ms};
        struct act act = {.verb = VERB_NOTIFY, .actor = &act_node, .now_ms = now_ms};
        if (lost)
            r = act_run(node, &act, void_lost_files, &v, err);
    }
    arena_free(a);
    return r;
}

/* --- keys --- */

static int drop_keys(struct db *db, void *arg, struct err *err)
{
    const struct voiding *v = arg;
    return post_store_keys_drop(db, v->now_ms - POST_KEEP_DAYS * DAY_MS, err);
}

/* The secret leaves the table first, then the file's pages; until both are done the table says so. */
static int forget_keys(struct node *node, int64_t now_ms, struct err *err)
{
    struct voiding v = {.now_ms = now_ms};
    int r = db_txn(node->db, drop_keys, &v, err);
    if (r < 0 || (r = post_store_keys_dropped(node->db, err)) <= 0)
        return r;
    r = db_scrub(node->db, err);
    if (r == ERR_RETRY)
        return 0; /* another connection is reading: the next time */
    return r < 0 ? r : post_store_keys_scrubbed(node->db, err);
}

int post_tidy(struct node *node, int64_t now_ms, struct err *err)
{
    int r = forget_ciphertext(node, now_ms, err);
    if (r == 0)
        r = remove_orphans(node, now_ms, err);
    if (r == 0)
        r = post_in_tidy(node, now_ms, err);
    if (r == 0)
        r = look_for_lost_files(node, now_ms, err);
    if (r == 0) /* their senders have them; of a stream that did not begin within a day they are in nobody's order */
        r = post_store_held_forget(node->db, now_ms - DAY_MS, err);
    if (r == 0)
        r = post_store_evidence_forget(node->db, now_ms - POST_EVIDENCE_KEEP_DAYS * DAY_MS, err);
    return r == 0 ? forget_keys(node, now_ms, err) : r;
}
