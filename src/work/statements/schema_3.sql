-- Whom a statement that came is about: a tie with the agency that gave it (work/requests); null: it named none, and nobody has put it to a case.
alter table statements_received add column tie blob;
create index statements_received_tie on statements_received(tie);
