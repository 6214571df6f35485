WITH logged AS (
    INSERT INTO interaction (tenant_id, id, channel, direction, outcome, automated, visibility,
        occurred_at, subject, body, author_id, version, created_at, updated_at)
    VALUES ($1, $3, $4, 'MUTUAL', 'REACHED', false, 'TEAM', $5, $6, $7, $8, 1, $5, $5)
), participant AS (
    INSERT INTO interaction_person (tenant_id, interaction_id, person_id, occurred_at)
    VALUES ($1, $3, $2, $5)
), colleague AS (
    INSERT INTO interaction_recruiter (tenant_id, interaction_id, recruiter_id, occurred_at)
    VALUES ($1, $3, $8, $5)
), noted AS (
    INSERT INTO event (tenant_id, id, occurred_at, actor_id, node_kind, node_id, change, fields)
    VALUES ($1, $9, $5, $8, 'INTERACTION', $3, 'CREATED', '[]')
)
UPDATE person
SET last_touch_at = $5, last_inbound_at = $5, last_outbound_at = $5,
    awaiting_reply_since = NULL, waiting_on_them_since = NULL,
    next_touch_at = CASE WHEN NOT do_not_contact
        THEN $5 + cadence_days * interval '1 day' END
WHERE tenant_id = $1 AND id = $2
