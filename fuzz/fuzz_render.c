/* render: any bytes are a document's description or refused, and nothing points outside of them. */
#include <stdlib.h>

#include "ground/report/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct paper_reader reader = {0};
    struct paper_item item;
    bool ended = false;
    while (len >= PAPER_ITEM_HEAD) {
        int64_t n = paper_length(data, NULL);
        if (n < 0 || (uint64_t)n > len - PAPER_ITEM_HEAD || paper_read(&reader, data[0], (bytes){data + PAPER_ITEM_HEAD, (size_t)n}, &item, NULL) < 0)
            break;
        if (ended)
            abort();
        ended = reader.ended;
        for (size_t i = 0; i < item.n; i++)
            if (item.texts[i].text.len && (const uint8_t *)item.texts[i].text.p + item.texts[i].text.len > data + PAPER_ITEM_HEAD + n)
                abort();
        data += PAPER_ITEM_HEAD + n;
        len -= PAPER_ITEM_HEAD + (size_t)n;
    }
    return 0;
}
