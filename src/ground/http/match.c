#include "ground/http/match.h"

bool http_match(const char *pattern, str path, str params[], size_t max)
{
    str rest = str_from(pattern), segment, given;
    size_t n = 0;
    for (;;) {
        bool more = str_split(&rest, '/', &segment), more_given = str_split(&path, '/', &given);
        if (more != more_given)
            return false;
        if (!more)
            return true;
        if (!str_eq(segment, STR("{}"))) {
            if (!str_eq(segment, given))
                return false;
        } else {
            if (given.len == 0 || n == max)
                return false;
            params[n++] = given;
        }
    }
}
