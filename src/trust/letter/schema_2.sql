-- Letters for people by when they came: how many nobody has read yet is asked at every start page.
create index letter_in_shown on letter_in(arrived_ms) where shown = 1;
