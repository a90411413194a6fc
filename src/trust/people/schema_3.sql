-- What the agency decides for all who work here: by its name, in words of the door that asks. Nothing personal.
create table people_setting(
    name text primary key,
    value text not null
);
