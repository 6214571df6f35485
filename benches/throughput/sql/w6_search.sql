SELECT id, name, headline, city, country
FROM person
WHERE tenant_id = $1 AND is_candidate
  AND id IN (SELECT person_id FROM person_search WHERE tenant_id = $1 AND body LIKE $2)
  AND id IN (SELECT person_id FROM label WHERE tenant_id = $1 AND kind = 'TAG' AND key = $3)
ORDER BY name_key, id
LIMIT 20
