/* post_watch: a large letter is opened, hashed and looked at while its parts come in, by a thread beside those that take them.
 *
 * Why:  what waits for the last byte and then reads gigabytes again takes as long once more, and reads them from the disk, where they went past the
 *       cache. Of the work nothing is left out: the same functions as for a letter that is read from its file (receive_open.h).
 *
 *     post_watch_part(node, kinds, from, path, offset, part);        // behind each part that was written (post_part.c)
 *     if (post_watch_take(path, &header, &inside, digest, ...))      // the whole is here: what the watcher found
 *
 * It may know nothing: after a restart, when parts came twice or out of order, when more than WATCHES_MAX grow at once, when the keys are locked.
 * Then the file is read, as ever; and so it is whenever what the watcher found does not hold, so that there is one judge of what is wrong. What it
 * held is dropped WATCH_KEEP_S after the last part. Not here: anything durable.
 */
#ifndef COMITY_LETTER_POST_WATCH_H
#define COMITY_LETTER_POST_WATCH_H

#include "trust/letter/receive_open.h"

#define WATCHES_MAX 4
#define WATCH_KEEP_S 600

/* path: the file that grows: it names node, partner and letter. kinds NULL: nobody looks. */
void post_watch_part(struct node *node, const struct post_kinds *kinds, const struct partner *from, const char *path, uint64_t offset, bytes part);

/* Waits for the rest of the work. True: all bytes of h->size went through, the age file holds with the key that h names, and its digest is that of h;
 * then *in is as after the last byte of a file, and file_key is set. look: what the kind's look saw, or NULL; the caller's, with kind->look to drop it. */
bool post_watch_take(const char *path, const struct letter_header *h, struct post_inside *in, uint8_t file_key[static AGE_FILE_KEY_LEN],
                     const struct letter_look **kind, void **look);

#endif
