-- The order of events must be that in which each node changed, and transactions are not numbered in
-- that order: one that began earlier may have waited for a later one to let go of the node. Its event
-- then counts with the later number, which hides it no longer than needed and from nobody.
CREATE OR REPLACE FUNCTION event_after_its_node() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xact := greatest(NEW.xact, (
        SELECT max(xact) FROM event WHERE tenant_id = NEW.tenant_id AND node_id = NEW.node_id
    ));
    RETURN NEW;
END
$$;
-- A node that was just made has no earlier events, so the bulk of what an import writes pays nothing.
CREATE TRIGGER event_after_its_node BEFORE INSERT ON event
    FOR EACH ROW WHEN (NEW.change <> 'CREATED') EXECUTE FUNCTION event_after_its_node();
