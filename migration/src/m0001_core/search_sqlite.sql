-- A full-text table speaks of rows by number, and person_search has none that survives a VACUUM;
-- this table gives each person one.
CREATE TABLE person_search_row (
    row INTEGER PRIMARY KEY,
    tenant_id UUID NOT NULL,
    person_id UUID NOT NULL,
    UNIQUE (tenant_id, person_id)
);
CREATE VIRTUAL TABLE person_search_text USING fts5 (
    body, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER person_search_inserted AFTER INSERT ON person_search BEGIN
    INSERT INTO person_search_row (tenant_id, person_id) VALUES (new.tenant_id, new.person_id);
    INSERT INTO person_search_text (rowid, body)
    SELECT row, new.body FROM person_search_row
    WHERE tenant_id = new.tenant_id AND person_id = new.person_id;
END;
CREATE TRIGGER person_search_updated AFTER UPDATE OF body ON person_search WHEN new.body <> old.body BEGIN
    UPDATE person_search_text SET body = new.body WHERE rowid = (
        SELECT row FROM person_search_row
        WHERE tenant_id = new.tenant_id AND person_id = new.person_id
    );
END;
CREATE TRIGGER person_search_deleted AFTER DELETE ON person_search BEGIN
    DELETE FROM person_search_text WHERE rowid = (
        SELECT row FROM person_search_row
        WHERE tenant_id = old.tenant_id AND person_id = old.person_id
    );
    DELETE FROM person_search_row
    WHERE tenant_id = old.tenant_id AND person_id = old.person_id;
END;
