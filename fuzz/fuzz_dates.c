/* dates: any text gives a valid date, a partial one or a reason; never a date after today. */
#include <stdlib.h>

#include "work/cases/dates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    str text = {(const char *)data + 1, len - 1};
    struct dates_rules rules = {.order = data[0] & 1, .excel_1904 = data[0] & 2, .today = {2026, 11, 23}};
    struct dates_seen seen = {0};
    struct date d;
    enum dates_result result = dates_read(text, &rules, &d);
    if (result >= DATES_RESULTS || (result == DATES_OK && !date_valid(d)) || (d.year && !date_valid(d)))
        abort();
    if (date_known(d) && result != DATES_SWAPPED && date_to_days(d) > date_to_days(rules.today))
        abort();
    dates_look(&seen, text);
    if (seen.day_first + seen.month_first + seen.either > 1)
        abort();
    return 0;
}
