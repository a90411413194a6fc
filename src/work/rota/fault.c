#include "work/rota/fault.h"

#include <inttypes.h>

const char *const rota_fault_words[ROTA_FAULTS] = {
    [ROTA_FAULT_NUMBER] = N_("line {line}, column {column}: write a whole number from {min} to {max}"),
    [ROTA_FAULT_DAY] = N_("line {line}, column {column}: write a day as 2026-03-02"),
    [ROTA_FAULT_OUTSIDE] = N_("line {line}, column {column}: this day lies outside the rota"),
    [ROTA_FAULT_TIME] = N_("line {line}, column {column}: write a time as 06:00"),
    [ROTA_FAULT_DAYS] = N_("line {line}, column {column}: write days as Mon Tue, or as 2026-03-02, or leave the cell empty"),
    [ROTA_FAULT_WEEKDAY] = N_("line {line}, column {column}: write a weekday as Sat"),
    [ROTA_FAULT_OFFICER] = N_("line {line}, column {column}: no row makes this name an officer"),
    [ROTA_FAULT_CONTRACT] = N_("line {line}, column {column}: no row makes this name a contract"),
    [ROTA_FAULT_NAME] = N_("line {line}: here a name is missing, or it stands in two rows"),
    [ROTA_FAULT_MANY] = N_("line {line}: there can be at most {max} of these"),
    [ROTA_FAULT_DUTIES] = N_("line {line}: at most {max} shifts at posts: join posts into one"),
    [ROTA_FAULT_TWICE] = N_("line {line}: the rota's days are told twice"),
    [ROTA_FAULT_BACKWARDS] = N_("line {line}: a leave that ends before it begins"),
    [ROTA_FAULT_NEED] = N_("line {line}: a need is: need, POST, SHIFT, AT LEAST, AT MOST, DAYS"),
    [ROTA_FAULT_TERM] = 
        N_("line {line}: a contract is about days, hours, weekends, days in a row, days off in a row, weekends in a row, whole weekends, SHIFT, or SHIFT in a row"),
    [ROTA_FAULT_FIXED] = N_("line {line}: what is fixed is off, or SHIFT/POST of a need"),
    [ROTA_FAULT_WISH] = N_("line {line}: a wish is off, SHIFT, SHIFT/POST, or one of them behind the word not"),
    [ROTA_FAULT_CARRIER] = N_("line {line}: a carrier is: carrier, NAME, POST, SHIFT, DAYS"),
    [ROTA_FAULT_ROTATION] = N_("line {line}: rotation is of pair, post, carrier, counter or neighbour"),
    [ROTA_FAULT_WORD] = N_("line {line}: the first cell is no word of a rota: see the manual page of comity"),
    [ROTA_FAULT_CELLS] = N_("line {line}: this row cannot be read: a quote is not closed, or a letter is not UTF-8"),
    [ROTA_FAULT_NO_ROTA] = N_("there is no row rota with the first day and the number of days"),
    [ROTA_FAULT_NO_OFFICERS] = N_("there is no row officer"),
    [ROTA_FAULT_NO_NEEDS] = N_("there is no row need: nobody has to be anywhere"),
};

int rota_fault_set(struct arena *a, const struct rota_fault *f, struct err *err)
{
    const struct { str name; int64_t value; } args[] = {{STR("{line}"), f->line}, {STR("{column}"), f->column}, {STR("{min}"), f->min}, {STR("{max}"), f->max}};
    const str words = str_from(rota_fault_words[f->kind]);
    struct buf b = buf_new(a);
    for (size_t i = 0; i < words.len; i++) {
        const str rest = str_slice(words, i, words.len);
        size_t k = 0;
        while (k < 4 && !str_starts(rest, args[k].name))
            k++;
        if (k == 4) {
            buf_byte(&b, (uint8_t)words.p[i]);
            continue;
        }
        buf_addf(&b, "%" PRId64, args[k].value);
        i += args[k].name.len - 1;
    }
    const bool full = f->kind == ROTA_FAULT_MANY || f->kind == ROTA_FAULT_DUTIES;
    return err_set(err, full ? ERR_LIMIT : ERR_INPUT, "%.*s", STR_ARG(buf_str(&b)));
}
