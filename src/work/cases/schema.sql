-- What is said in files. Each table leads with the file's id. Everything about a person is sealed (vault); here stand ids, kinds and clocks.
create table cases_record(
    file blob not null,
    id blob not null,          -- the file's own record has the file's id
    unit bigint not null,      -- enum field_unit
    about blob,                -- the record of the person it tells of
    version bigint not null,
    content blob not null,     -- vault: the values
    identity blob,             -- vault: of a person, what search and the blind question know of her
    attached blob,             -- vault: bytes of an attachment
    by_member blob not null,
    made_ms bigint not null,
    changed_ms bigint not null,
    due_ms bigint not null,    -- of a task; 0: no clock runs
    assignee blob,             -- of a task
    done boolean not null,
    primary key (file, id)
);
create index cases_record_made on cases_record(made_ms, file) where id = file; -- exports go through it
create index cases_record_identity on cases_record(identity) where identity is not null;
create index cases_record_due on cases_record(assignee, due_ms) where assignee is not null and done = false;
-- Earlier versions, whole.
create table cases_version(
    file blob not null,
    record blob not null,
    version bigint not null,
    content blob not null,     -- vault
    by_member blob not null,
    at_ms bigint not null,
    primary key (file, record, version)
);
-- What a member keeps for herself: forms typed and not sent yet, searches she repeats.
create table cases_kept(
    member blob not null,
    kind bigint not null,      -- enum kept_kind
    place blob not null,       -- keyed hash of what it is kept under
    content blob not null,     -- vault
    changed_ms bigint not null,
    primary key (member, kind, place)
);
-- Which rows of imported tables became files: a keyed fingerprint of all that a row said, so that it does not come in twice.
create table cases_imported(
    fingerprint blob not null primary key,
    file blob not null
);
create index cases_imported_file on cases_imported(file);
