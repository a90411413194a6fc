"""crash_power: what a disk may hold after a power cut.

Reads the journal of test/fault/faultio.c and follows it with a model of files and folders in which only what was synced is
sure: the bytes of a file since its last fsync, and the names in a folder since the folder's last fsync, may be there or not,
each on its own and in any order (POSIX promises no more). `leave` writes one such outcome into a folder.
"""
import os
import struct

WRITE, SYNC, TRUNCATE, CREATE, MKDIR, RENAME, UNLINK, RMDIR, OUTPUT = range(1, 10)
HEAD = struct.Struct("<QQQQIIHHI")
SECTOR = 512

# none: nothing that was not synced is there. some: each change by itself, there or not. torn: also each sector of a write by
# itself. late: the newer half is there, the older is not.
HOWS = ("none", "some", "torn", "late")


class Change:
    """One line of the journal."""
    __slots__ = ("seq", "kind", "ino", "offset", "length", "path", "path2", "data", "is_dir")


def read(journal):
    with open(journal, "rb") as f:
        raw = f.read()
    changes, at = [], 0
    while at < len(raw):
        c = Change()
        c.seq, c.ino, c.offset, c.length, c.kind, _, n, n2, c.is_dir = HEAD.unpack_from(raw, at)
        at += HEAD.size
        c.path, c.path2 = raw[at:at + n].decode(), raw[at + n:at + n + n2].decode()
        at += n + n2
        c.data = b""
        if c.kind in (WRITE, OUTPUT):
            c.data = raw[at:at + c.length]
            at += c.length
        changes.append(c)
    return changes


class File:
    def __init__(self):
        self.sure, self.pending = bytearray(), []  # pending: (offset, data), or (length, None) for a new length

    def sync(self):
        for change in self.pending:
            put(self.sure, *change)
        self.pending = []

    def outcome(self, how, chance):
        content = bytearray(self.sure)
        for i, (offset, data) in enumerate(self.pending):
            if how == "torn" and data:
                for part in range(0, len(data), SECTOR):
                    if chance.random() < 0.5:
                        put(content, offset + part, data[part:part + SECTOR])
            elif survives(how, i, len(self.pending), chance):
                put(content, offset, data)
        return content


class Folder:
    def __init__(self):
        self.sure, self.now, self.pending = {}, {}, []  # pending: {name: object or None}

    def change(self, names):
        self.pending.append(names)
        place(self.now, names)

    def sync(self):
        self.sure, self.pending = dict(self.now), []

    def outcome(self, how, chance):
        names = dict(self.sure)
        for i, change in enumerate(self.pending):
            if survives(how, i, len(self.pending), chance):
                place(names, change)
        return names


def put(content, offset, data):
    if data is None:
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    if len(content) < offset + len(data):
        content.extend(bytes(offset + len(data) - len(content)))
    content[offset:offset + len(data)] = data


def place(names, change):
    for name, what in change.items():
        if what is None:
            names.pop(name, None)
        else:
            names[name] = what


def survives(how, i, n, chance):
    return how != "none" and (i >= n // 2 if how == "late" else chance.random() < 0.5)


class Tree:
    """The files below root, which exists and is empty when the journal begins. forgetful: as if no file had ever been synced."""

    def __init__(self, root, forgetful=False):
        self.root, self.top, self.forgetful = root, Folder(), forgetful

    def find(self, path):
        """The object at the path, or None."""
        here = self.top
        for name in path[len(self.root):].split("/"):
            if name and here is not None:
                here = here.now.get(name) if isinstance(here, Folder) else None
        return here

    def parent(self, path):
        folder, name = os.path.split(path)
        return self.find(folder), name

    def apply(self, change):
        kind, path = change.kind, change.path
        if kind == OUTPUT or not (path + "/").startswith(self.root + "/"):
            return
        if kind == RENAME:
            self.rename(path, change.path2)
            return
        here = self.find(path)
        folder, name = self.parent(path)
        if kind == MKDIR:
            folder.change({name: Folder()})
        elif kind in (UNLINK, RMDIR):
            folder.change({name: None})
        elif kind == CREATE:
            if here is None:
                folder.change({name: File()})
            elif change.length & os.O_TRUNC:
                here.pending.append((0, None))
        elif here is None:
            raise ValueError(f"the journal changes a file that it did not make: {path}")
        elif kind == SYNC:
            if not self.forgetful or isinstance(here, Folder):
                here.sync()
        elif kind == WRITE:
            here.pending.append((change.offset, change.data))
        elif kind == TRUNCATE:
            here.pending.append((change.length, None))

    def rename(self, old, new):
        from_folder, from_name = self.parent(old)
        to_folder, to_name = self.parent(new)
        what = from_folder.now[from_name]
        if from_folder is to_folder:
            from_folder.change({from_name: None, to_name: what})
        else:
            to_folder.change({to_name: what})
            from_folder.change({from_name: None})

    def leave(self, folder, how, chance):
        os.makedirs(folder, mode=0o700)
        leave(self.top, folder, how, chance)


def leave(here, folder, how, chance):
    for name, what in here.outcome(how, chance).items():
        path = f"{folder}/{name}"
        if isinstance(what, Folder):
            os.mkdir(path, 0o700)
            leave(what, path, how, chance)
        elif name.endswith("-shm"):
            if how == "torn":  # the shared index is written through memory: after a power cut it may hold anything
                write(path, chance.randbytes(32768))
        else:
            write(path, what.outcome(how, chance))


def write(path, content):
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as f:
        f.write(content)
