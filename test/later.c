/* The program on another day: linked in front of clock_now_ms, it moves all that the program knows of the time by COMITY_LATER_HOURS
 * and COMITY_LATER_SECONDS. */
#include <stdint.h>
#include <stdlib.h>

int64_t __real_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void)
{
    const char *hours = getenv("COMITY_LATER_HOURS"); /* nothing here changes the environment */
    const char *seconds = getenv("COMITY_LATER_SECONDS");
    return __real_clock_now_ms() + (hours ? strtol(hours, NULL, 10) * INT64_C(3600000) : 0) + (seconds ? strtol(seconds, NULL, 10) * INT64_C(1000) : 0);
}
