/* rota: any table is refused with a sentence, or is a rota; then the same bytes are tried as its roster, and what is read is written and read again. */
#include <stdlib.h>
#include <string.h>

#include "work/rota/book.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const char post[] = "rota,2026-03-02,7\nshift,e,06:00,14:00\npost,h,1\nneed,h,e,1,2\ncontract,f\nofficer,A,f\nofficer,B,f\n";
    struct arena *a = arena_new();
    struct rota_book book;
    struct err err = {0};
    if (rota_book_read(a, (bytes){data, len}, &book, &err) < 0) {
        if (!err.text[0] || rota_book_read(a, str_bytes(str_from(post)), &book, &err) < 0)
            abort();
    } else {
        rota_judge(a, &book.rota, rota_roster(a, &book.rota), NULL, NULL);
    }
    uint8_t *roster = rota_roster(a, &book.rota), *back = rota_roster(a, &book.rota);
    if (rota_roster_read(a, &book.rota, (bytes){data, len}, roster, &err) == 0) {
        struct buf b = buf_new(a);
        rota_roster_write(&b, &book.rota, roster, 0);
        if (rota_roster_read(a, &book.rota, buf_bytes(&b), back, &err) < 0 || memcmp(roster, back, (size_t)(book.rota.n_officers * book.rota.n_days)) != 0)
            abort();
    }
    arena_free(a);
    return 0;
}
