/* post_read: received letters, opened again; and taken away. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "trust/letter/inbox.h"

/* The row of a letter that can still be read, with the key of its age file and its content line. */
struct kept {
    struct inbox_row row;
    uint8_t *file_key; /* secret memory */
    struct letter_content content;
};

static int find_kept(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct kept *k, struct err *err)
{
    bytes content;
    int r = inbox_find_any(node->db, id, a, &k->row, err);
    if (r == 0)
        return err_set(err, ERR_NOT_FOUND, "there is no such letter here; comity letters DIR list shows those that are");
    if (r > 0 && !k->row.has_content)
        return err_set(err, ERR_NOT_FOUND, "%s", k->row.status == LETTER_ACCEPTED ? "that letter was erased: nobody reads it any more"
                                                                                  : "that letter was refused, so its content was not kept");
    if (r < 0 || (r = vault_get(node->vault, node->db, VAULT_LETTER, &k->row.content, a, &content, err)) < 0)
        return r;
    if (content.len < AGE_FILE_KEY_LEN)
        return err_set(err, ERR_CORRUPT, "the vault holds a letter without its key: restore the database");
    k->file_key = secret_alloc(AGE_FILE_KEY_LEN);
    memcpy(k->file_key, content.p, AGE_FILE_KEY_LEN);
    crypto_wipe((void *)(uintptr_t)content.p, AGE_FILE_KEY_LEN);
    return letter_content_read(a, (bytes){content.p + AGE_FILE_KEY_LEN, content.len - AGE_FILE_KEY_LEN}, &k->content, err);
}

static int damaged(struct err *err)
{
    return err_set(err, ERR_CORRUPT, "the sealed letter is damaged in the database or in letters/in: restore it from a backup");
}

/* Through post_inside, whose signature and line were verified when it came; age authenticates every byte again. */
static int open_kept(struct node *node, struct arena *a, const struct kept *k, struct age_sink sink, struct err *err)
{
    struct post_inside in;
    struct age_header age;
    uint8_t digest[HASH_LEN];
    bytes sealed;
    post_inside_begin(&in, sink);
    in.known = true;
    int r = inbox_sealed(node->db, k->row.partner, k->row.id, a, &sealed, err);
    if (r < 0)
        return r;
    if (r == 0) {
        const char *path = post_in_path(node, a, k->row.partner, k->row.id, ".age");
        r = post_file_open(a, path, k->file_key, post_inside_sink(&in), NULL, err);
    } else if (age_header_parse(a, sealed, &age, NULL) < 0) {
        return damaged(err);
    } else {
        struct age_open *o = NULL;
        r = age_open_new(k->file_key, &age, post_inside_sink(&in), &o, err);
        if (r == 0 && (r = age_open_update(o, (bytes){sealed.p + age.len, sealed.len - age.len}, err)) == 0)
            r = age_open_end(o, err);
        age_open_free(o);
    }
    if (r == ERR_CRYPTO || r == ERR_INPUT || (r == 0 && !post_inside_end(&in, digest)))
        return damaged(err);
    return r;
}

int post_read(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *content, bytes *payload,
              struct err *err)
{
    struct kept k = {0};
    struct buf b = buf_new(a);
    int r = find_kept(node, id, a, &k, err);
    if (r == 0 && k.row.size > LETTER_INLINE_MAX)
        r = err_set(err, ERR_LIMIT, "that letter is large: read it into a file, with --out FILE");
    if (r == 0)
        r = open_kept(node, a, &k, age_sink_buf(&b), err);
    *content = k.content;
    *payload = buf_bytes(&b);
    secret_free(k.file_key);
    return r;
}

static int put_fd(void *to, bytes data, struct err *err)
{
    const int *fd = to;
    for (size_t done = 0; done < data.len;) {
        ssize_t n = write(*fd, data.p + done, data.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, ERR_IO, errno, "the letter cannot be written out");
        done += (size_t)n;
    }
    return 0;
}

int post_read_to(struct node *node, const uint8_t id[static ID_LEN], struct age_sink sink, struct err *err)
{
    struct arena *a = arena_new();
    struct kept k = {0};
    int r = find_kept(node, id, a, &k, err);
    if (r == 0)
        r = open_kept(node, a, &k, sink, err);
    secret_free(k.file_key);
    arena_free(a);
    return r;
}

int post_read_file(struct node *node, const uint8_t id[static ID_LEN], int fd, struct err *err)
{
    return post_read_to(node, id, (struct age_sink){put_fd, &fd}, err);
}

int post_erase(struct node *node, const uint8_t id[static ID_LEN], struct err *err)
{
    struct arena *a = arena_new();
    struct inbox_row row;
    int r = inbox_find_any(node->db, id, a, &row, err);
    if (r == 0)
        r = err_set(err, ERR_NOT_FOUND, "there is no such letter here; comity letters DIR list shows those that are");
    if (r > 0 && row.has_content) {
        r = vault_erase(node->vault, node->db, VAULT_LETTER, &row.content, err);
        if (r == 0)
            r = inbox_erased(node->db, &row, err);
    }
    arena_free(a);
    return r < 0 ? r : 0;
}

int post_erase_kinds(struct node *node, const uint8_t partner[static ID_LEN], const char *const kinds[], struct arena *a, struct err *err)
{
    uint8_t (*ids)[ID_LEN];
    size_t n;
    int r = 0;
    for (; r == 0 && *kinds; kinds++) {
        r = inbox_of_kind(node->db, partner, str_from(*kinds), a, &ids, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++)
            r = post_erase(node, ids[i], err);
    }
    return r;
}

int post_content(struct node *node, const uint8_t id[static ID_LEN], struct arena *a, struct letter_content *out, struct err *err)
{
    struct kept k = {0};
    int r = find_kept(node, id, a, &k, err);
    *out = k.content;
    secret_free(k.file_key);
    return r;
}
