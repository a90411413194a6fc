/* What test_html.html shows. */
#include "ground/base/base.h"

struct test_view {
    const char *language;
    str name, url;
    int n;
    const char *items[3];
};
