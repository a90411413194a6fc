/* Labels of charts from any bytes: no longer than there is room for, and never half a letter. */
#include <stdlib.h>

#include "face/web/chart/label.h"
#include "ground/text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new();
    str text = {(const char *)data, size};
    for (int width = 40; width <= 160; width += 60) {
        struct chart_label l = chart_label(a, text, width, 14, 2);
        if (l.width > width)
            abort();
        for (size_t i = 0; i < CHART_LABEL_LINES && text_utf8_valid(text); i++)
            if (!text_utf8_valid(l.line[i]))
                abort();
    }
    arena_free(a);
    return 0;
}
