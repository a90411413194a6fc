/* The program on another day: linked in front of clock_now_ms, it moves all that the program knows of the time by COMITY_LATER_HOURS. */
#include <stdint.h>
#include <stdlib.h>

int64_t __real_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void);
int64_t __wrap_clock_now_ms(void)
{
    const char *hours = getenv("COMITY_LATER_HOURS"); /* nothing here changes the environment */
    return __real_clock_now_ms() + (hours ? strtol(hours, NULL, 10) * INT64_C(3600000) : 0);
}
