WITH RECURSIVE link (depth, id, referred_id) AS (
    SELECT 1, id, referred_id FROM referral WHERE tenant_id = $1 AND referrer_id = $2
    UNION
    SELECT link.depth + 1, next.id, next.referred_id
    FROM link
    JOIN referral AS next ON next.tenant_id = $1 AND next.referrer_id = link.referred_id
    WHERE link.depth < 5
)
SELECT nearest.depth, referral.id, status, referred_at,
       one.id, one.is_candidate, one.name, other.id, other.is_candidate, other.name
FROM (SELECT id, min(depth) AS depth FROM link GROUP BY id) AS nearest
JOIN referral ON referral.tenant_id = $1 AND referral.id = nearest.id
JOIN person AS one ON one.tenant_id = $1 AND one.id = referrer_id
JOIN person AS other ON other.tenant_id = $1 AND other.id = referral.referred_id
ORDER BY nearest.depth, referral.id
