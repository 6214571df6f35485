WITH RECURSIVE link (depth, id, status, referred_at, referrer_id, referred_id) AS (
    SELECT 1, id, status, referred_at, referrer_id, referred_id
    FROM referral
    WHERE tenant_id = $1 AND referrer_id = $2
    UNION
    SELECT link.depth + 1, next.id, next.status, next.referred_at, next.referrer_id,
           next.referred_id
    FROM link
    JOIN referral AS next ON next.tenant_id = $1 AND next.referrer_id = link.referred_id
    WHERE link.depth < 5
)
SELECT nearest.depth, nearest.id, status, referred_at,
       one.id, one.is_candidate, one.name, other.id, other.is_candidate, other.name
FROM (SELECT DISTINCT ON (id) * FROM link ORDER BY id, depth) AS nearest
CROSS JOIN LATERAL (
    SELECT id, is_candidate, name FROM person
    WHERE tenant_id = $1 AND id = nearest.referrer_id LIMIT 1
) AS one
CROSS JOIN LATERAL (
    SELECT id, is_candidate, name FROM person
    WHERE tenant_id = $1 AND id = nearest.referred_id LIMIT 1
) AS other
ORDER BY nearest.depth, nearest.id
