-- Rotas that the agency keeps (work/rota/rotas.h). Names, leave and who is ill stand in the vault only.
create table rota(
    id blob primary key,
    hall blob not null,          -- whose key holders draw for it
    input blob not null,         -- vault: the table of book.h
    state bigint not null,
    first_day bigint not null,
    n_days bigint not null,
    digest blob,                 -- SHA-256 of the input, once it is frozen
    roster blob,                 -- vault: as it was drawn, a byte a cell
    broken bigint not null,
    wishes bigint not null,
    made_ms bigint not null,
    frozen_ms bigint not null,
    rostered_ms bigint not null
);
create unique index rota_digest on rota(hall, digest); -- the same input is drawn once
-- What happened since: illness, a hand, counters.
create table rota_change(
    rota blob not null,
    number bigint not null,
    done bigint not null,
    content blob not null,       -- vault
    primary key (rota, number)
);
-- What was drawn: public, all of it.
create table rota_draw(
    hall blob not null,
    day bigint not null,         -- on which it was drawn
    kind bigint not null,
    number bigint not null,
    rota blob not null,
    change bigint not null,      -- of rota_change; 0: the rota itself
    known blob not null,         -- what holders answer for: a digest of what was frozen before
    answers blob,                -- theirs, once they came
    drawn_ms bigint not null,
    primary key (hall, day, kind, number)
);
create unique index rota_draw_of on rota_draw(rota, change);
