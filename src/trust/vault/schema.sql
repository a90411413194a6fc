-- One table for all that is sealed. Rows are appended in order of arrival; only the two narrow indexes have random keys, so a
-- large import touches few pages. kind leads: a walk of one kind reads one stretch of the index.
create table vault_record(
    kind bigint not null,
    id blob not null,
    fingerprint blob,       -- keyed; null when the record is always stored
    wrapped blob not null,  -- the record's data key, sealed with the node's key
    sealed blob not null,   -- the padded content, sealed with the data key
    primary key (kind, id)
);
create unique index vault_fingerprint on vault_record(kind, fingerprint) where fingerprint is not null;
