/* Days of this node's halls into the watch. */
#include <string.h>

#include "work/desk/hall.h"
#include "work/watch/flags.h"
#include "work/watch/watched_store.h"

struct taking { struct watch_day *day; };

static int take(void *arg, const struct day_record *record, struct err *err)
{
    return watch_day_record(((struct taking *)arg)->day, record, err);
}

/* Who sat where: an officer's code is her id, which is sealed with the other names. */
static int seats_of(struct node *node, const struct watched_day *day, struct arena *a, struct watch_seat **out, size_t *n, struct err *err)
{
    struct hall_seated *all;
    int r = hall_seats(node->db, day->hall, day->day, a, &all, n, err);
    *out = arena_array(a, struct watch_seat, r < 0 ? 0 : *n);
    for (size_t i = 0; r == 0 && i < *n; i++)
        (*out)[i] = (struct watch_seat){all[i].counter, all[i].since_ms, all[i].until_ms,
                                        str_printf(a, "%.*s%.*s", STR_ARG(WATCHED_MEMBER), STR_ARG(hex_encode(a, (bytes){all[i].member, ID_LEN})))};
    return r;
}

static int take_day(struct node *node, const struct watched_day *day, struct watch_days_about *about, struct arena *a, struct draws *to, struct err *err)
{
    struct hall_setup hall;
    struct day_book book;
    int r = hall_find(node->db, day->hall, a, &hall, err);
    if (r < 0)
        return r;
    about->family = str_slice(hall.name, 0, DRAWS_CODE_MAX);
    struct taking t = {watch_day_new(about, to)};
    r = day_book_open(node, day->hall, day->day, take, &t, &book, err);
    if (r == 0 && !book.closed)
        r = err_set(err, ERR_RETRY, "this day of the hall is not over: it is kept when it is closed");
    if (r == 0)
        return watch_day_end(t.day, err);
    watch_day_free(t.day);
    return r;
}

int watched_keep_day(struct node *node, const struct actor *actor, const struct watched_day *day, bytes labels, str basis, int64_t now_ms, int64_t days,
                     struct watched_kept *out, struct err *err)
{
    struct arena *a = arena_new();
    struct draws *draws = draws_new();
    struct watch_seat *seats = NULL;
    struct watch_label *all = NULL;
    struct watch_days_about about = {0};
    bool kept = false;
    int r = watched_days_kept(node->db, day, &kept, err);
    if (r == 0 && kept)
        r = err_set(err, ERR_EXISTS, "this day of the hall is kept already: kept twice, each meeting would count twice");
    if (r == 0)
        r = seats_of(node, day, a, &seats, &about.n_seats, err);
    if (r == 0 && labels.len)
        r = watch_labels_read(a, labels, day->day, &all, &about.n_labels, err);
    else if (r == 0)
        r = flags_labels(node->db, day->hall, day->day, now_ms, a, &all, &about.n_labels, err);
    about.seats = seats;
    about.labels = all;
    if (r == 0)
        r = take_day(node, day, &about, a, draws, err);
    if (r == 0)
        r = watched_keep_of(node, actor, draws, &(struct watched_of){.day = day, .once = watch_once(a, day->hall, day->day)}, basis, now_ms, days, out, err);
    draws_free(draws);
    arena_free(a);
    return r;
}
