SELECT page.id, page.name, last.id, channel, direction, last.occurred_at, subject
FROM (
    SELECT id, name, coalesce(last_touch_at, '-infinity') AS touched_at
    FROM person
    WHERE tenant_id = $1 AND is_candidate
      AND (coalesce(last_touch_at, '-infinity'), id) < ($2, $3)
    ORDER BY coalesce(last_touch_at, '-infinity') DESC, id DESC
    LIMIT 20
) AS page
CROSS JOIN LATERAL (
    SELECT interaction.id, channel, direction, interaction.occurred_at, subject
    FROM interaction_person AS part
    JOIN interaction ON interaction.tenant_id = $1 AND interaction.id = part.interaction_id
    WHERE part.tenant_id = $1 AND part.person_id = page.id
      AND (visibility = 'TEAM' OR author_id = $4)
    ORDER BY part.occurred_at DESC, part.interaction_id DESC
    LIMIT 5
) AS last
ORDER BY page.touched_at DESC, page.id DESC, last.occurred_at DESC, last.id DESC
