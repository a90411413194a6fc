-- The acts on one object, newest first, without sorting them.
create index act_detail_object_leaf on act_detail (object, leaf);
drop index act_detail_object;
