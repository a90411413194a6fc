-- By which search a roster was made (ROTA_SEARCH, work/rota/rota.h): what stood here before was made by the first.
alter table rota add column search bigint not null default 1;
