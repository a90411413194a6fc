/* Names of countries and languages, as ICU (CLDR) has them. */
#include <string.h>

#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "ground/text/text.h"

#define NAME_MAX_UNITS 128

static str to_utf8(struct arena *a, const UChar *name, int32_t len)
{
    char text[4 * NAME_MAX_UNITS];
    int32_t bytes_len = 0;
    UErrorCode e = U_ZERO_ERROR;
    u_strToUTF8(text, sizeof text, &bytes_len, name, len, &e);
    return U_SUCCESS(e) ? str_dup(a, (str){text, (size_t)bytes_len}) : STR("");
}

static bool short_code(str code)
{
    return code.len == 2 || code.len == 3;
}

str text_country_name(struct arena *a, const char *language, str code)
{
    UChar name[NAME_MAX_UNITS];
    UErrorCode e = U_ZERO_ERROR;
    if (!short_code(code))
        return code;
    str locale = str_printf(a, "und_%.*s", STR_ARG(code));
    int32_t len = uloc_getDisplayCountry(locale.p, language, name, NAME_MAX_UNITS, &e);
    str text = U_SUCCESS(e) ? to_utf8(a, name, len) : STR("");
    return text.len ? text : code;
}

str text_language_name(struct arena *a, const char *language, str code)
{
    UChar name[NAME_MAX_UNITS];
    UErrorCode e = U_ZERO_ERROR;
    if (!short_code(code))
        return code;
    int32_t len = uloc_getDisplayLanguage(str_c(a, code), language, name, NAME_MAX_UNITS, &e);
    str text = U_SUCCESS(e) ? to_utf8(a, name, len) : STR("");
    return text.len ? text : code;
}

size_t text_countries(const char *const **codes)
{
    const char *const *all = uloc_getISOCountries();
    size_t n = 0;
    while (all[n])
        n++;
    *codes = all;
    return n;
}
