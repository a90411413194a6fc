/* rota_record: a record of a rota's draws, changes in it, and labels of tickets: refused with a sentence, or read. */
#include <stdlib.h>
#include <string.h>

#include "work/rota/rotas_internal.h"
#include "work/watch/days.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char post[] = "rota,2026-03-02,7\nshift,e,06:00,14:00\npost,h,1\nneed,h,e,1,2\ncontract,f\nofficer,A,f\nofficer,B,f\nmoves,100\n";
    struct arena *a = arena_new();
    struct rota_book book;
    struct rotas_seen seen;
    struct threshold_keys keys;
    struct rotas_change change = {0};
    struct watch_label *labels;
    size_t n;
    struct err err = {0};
    if (rotas_record_check(a, str_bytes(str_from(post)), (bytes){data, len}, &seen, &keys, &err) < 0 && !err.text[0])
        abort();
    if (rota_book_read(a, str_bytes(str_from(post)), &book, &err) < 0)
        abort();
    err = (struct err){0};
    if (rotas_change_read(a, (bytes){data, len}, &book.rota, &change, &err) < 0 && !err.text[0])
        abort();
    for (size_t i = 0; !err.code && i < change.n; i++)
        if (change.cells[i].officer >= book.rota.n_officers || change.cells[i].day >= book.rota.n_days)
            abort();
    err = (struct err){0};
    if (watch_labels_read(a, (bytes){data, len}, 4, &labels, &n, &err) < 0 && !err.text[0])
        abort();
    arena_free(a);
    return 0;
}
