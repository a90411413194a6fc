-- For what purpose a record was obtained, and for which purposes against a person it was released all the same (firewall.h). Ids only.
alter table cases_record add column origin text;   -- code of the purpose of the act that wrote it; null: not known, counts as protection
create table cases_release(
    file blob not null,
    record blob not null,      -- or a recording
    purpose text not null,     -- for which it is released
    release blob not null,     -- the record of the release
    primary key (file, record, purpose, release)
);
