/* file: whole small files, read and written so that a crash leaves the old one or the new one, never half. */
#ifndef COMITY_BASE_FILE_H
#define COMITY_BASE_FILE_H

#include "ground/base/str.h"

#define FILE_MODE_PRIVATE 0600
#define FILE_MODE_PUBLIC 0644

/* The file's bytes, from arena, with a NUL behind them. ERR_NOT_FOUND, ERR_IO, ERR_LIMIT above max bytes. */
MUST_USE int file_read(struct arena *a, const char *path, size_t max, bytes *out, struct err *err);

/* Writes path.tmp, fsyncs, renames, fsyncs the folder. The old file stays until the new one is durable. */
MUST_USE int file_write(const char *path, bytes content, unsigned mode, struct err *err);

/* Creates a folder with mode 0700, durably; it may exist already (then *existed is set, if given). The parent must exist. */
MUST_USE int file_mkdir(const char *path, bool *existed, struct err *err);

bool file_exists(const char *path);

/* fsync of a folder, so that a rename in it is durable. */
MUST_USE int file_sync_dir(const char *path, struct err *err);

/* While a large file is written from its beginning: called behind each write of len bytes at `at`, sets the disk to work on what was written, and
 * waits where it is far behind. So the fsync at the end is short, and memory does not fill up. Promises nothing: the fsync is needed all the same. */
void file_write_behind(int fd, uint64_t at, uint64_t len);

#endif
