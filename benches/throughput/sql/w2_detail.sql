WITH whom AS MATERIALIZED (
    SELECT person.*
    FROM external_record
    JOIN person ON person.tenant_id = $1 AND person.id = person_id
    WHERE external_record.tenant_id = $1 AND system = 'greenhouse' AND record_type = 'candidate'
      AND external_id = $2 AND is_candidate
), touchpoint AS MATERIALIZED (
    SELECT interaction.id, channel, direction, interaction.occurred_at, subject
    FROM whom
    JOIN interaction_person AS part ON part.tenant_id = $1 AND part.person_id = whom.id
    JOIN interaction ON interaction.tenant_id = $1 AND interaction.id = part.interaction_id
    WHERE visibility = 'TEAM' OR author_id = $3
    ORDER BY part.occurred_at DESC, part.interaction_id DESC
    LIMIT 10
)
SELECT 0, id, NULL::uuid, true, last_touch_at, next_touch_at, name, headline,
       CASE WHEN awaiting_reply_since IS NOT NULL THEN 'OURS'
            WHEN waiting_on_them_since IS NOT NULL THEN 'THEIRS' ELSE 'NOBODYS' END
FROM whom
UNION ALL
SELECT 1, id, NULL, true, occurred_at, NULL, channel, subject, direction
FROM touchpoint
UNION ALL
(SELECT 2, recruiter.id, touchpoint.id, true, NULL, NULL, recruiter.name, NULL, ''
 FROM touchpoint
 JOIN interaction_recruiter AS part ON part.tenant_id = $1 AND part.interaction_id = touchpoint.id
 JOIN recruiter ON recruiter.tenant_id = $1 AND recruiter.id = part.recruiter_id
 ORDER BY recruiter.id)
UNION ALL
(SELECT 3, referral.id, other.id, other.is_candidate, referred_at, NULL, other.name, NULL, status
 FROM whom
 JOIN referral ON referral.tenant_id = $1 AND referrer_id = whom.id
 JOIN person AS other ON other.tenant_id = $1 AND other.id = referred_id
 ORDER BY referred_at DESC, referral.id DESC
 LIMIT 10)
UNION ALL
(SELECT 4, referral.id, other.id, other.is_candidate, referred_at, NULL, other.name, NULL, status
 FROM whom
 JOIN referral ON referral.tenant_id = $1 AND referred_id = whom.id
 JOIN person AS other ON other.tenant_id = $1 AND other.id = referrer_id
 ORDER BY referred_at, referral.id
 LIMIT 10)
