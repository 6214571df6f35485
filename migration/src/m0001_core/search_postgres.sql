-- The tenant is part of the index, so that a search reads only its own tenant's entries.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE INDEX person_search_body ON person_search USING gin (tenant_id, body gin_trgm_ops);
