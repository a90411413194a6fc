-- The key of a hall's board: whoever has the address sees numbers, no names. Another one makes the old address void.
create table desk_board(
    hall blob primary key,
    board blob not null,
    made_ms bigint not null
);
