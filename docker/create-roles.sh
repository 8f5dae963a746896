#!/bin/sh
# PostgreSQL's image runs this once, when it creates the database. Neither role is a superuser, because
# superusers read past row-level security: the owner migrates, the app role is all the application has.
psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" \
    --set=database="$POSTGRES_DB" \
    --set=owner_password="$DATABASE_OWNER_PASSWORD" --set=app_password="$DATABASE_PASSWORD" <<'SQL'
create role ninefold_owner login bypassrls password :'owner_password';
create role ninefold_app login password :'app_password';
alter database :"database" owner to ninefold_owner;
create extension pg_trgm;
create extension btree_gin;
revoke create on schema public from public;
grant usage on schema public to ninefold_app;
SQL
