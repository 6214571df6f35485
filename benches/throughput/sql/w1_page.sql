SELECT id, name, headline, last_touch_at, next_touch_at,
       awaiting_reply_since IS NOT NULL, waiting_on_them_since IS NOT NULL
FROM person
WHERE tenant_id = $1 AND is_candidate
  AND (coalesce(last_touch_at, '-infinity'), id) < ($2, $3)
ORDER BY coalesce(last_touch_at, '-infinity') DESC, id DESC
LIMIT 20
