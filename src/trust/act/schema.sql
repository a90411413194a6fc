-- Which sealed detail belongs to which leaf, and which object the act was on: so that erasing a person can erase what the
-- acts said of her, and the leaves remain.
create table act_detail (
    leaf   bigint primary key,
    detail blob not null,          -- id of the vault record: nonce and detail
    object blob                    -- random id of what was acted on
);
create index act_detail_object on act_detail (object);
