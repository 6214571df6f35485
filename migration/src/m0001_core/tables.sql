-- One text for SQLite and PostgreSQL. Every key begins with the tenant, so a row that points
-- across tenants cannot be stored, whatever the code above does.

CREATE TABLE tenant (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE recruiter (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    subject TEXT NOT NULL,
    name TEXT,
    email TEXT,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, subject)
);

-- One row once an administrator has changed something; until then the built-in values hold.
CREATE TABLE tenant_settings (
    tenant_id UUID NOT NULL PRIMARY KEY REFERENCES tenant (id),
    reply_target_hours INTEGER NOT NULL,
    silence_limit_days INTEGER NOT NULL,
    default_cadence_days INTEGER,
    attribution_window_days INTEGER NOT NULL,
    thank_within_days INTEGER NOT NULL,
    time_zone TEXT NOT NULL,
    working_hours JSONB NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE company (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    website TEXT,
    city TEXT,
    region TEXT,
    country TEXT,
    owner_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX company_name ON company (tenant_id, name_key, id);
CREATE INDEX company_updated ON company (tenant_id, updated_at, id);
CREATE INDEX company_owner ON company (tenant_id, owner_id) WHERE owner_id IS NOT NULL;

CREATE TABLE person (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    is_candidate BOOLEAN NOT NULL,
    is_contact BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    given_name TEXT,
    family_name TEXT,
    headline TEXT,
    city TEXT,
    city_key TEXT COLLATE "C",
    region TEXT,
    country TEXT,
    owner_id UUID,
    do_not_contact BOOLEAN NOT NULL,
    do_not_contact_reason TEXT,
    do_not_contact_since TIMESTAMPTZ,
    cadence_days INTEGER,
    cadence_reset TEXT NOT NULL,
    scheduled_touch_at TIMESTAMPTZ,
    scheduled_touch_set_at TIMESTAMPTZ,
    last_touch_at TIMESTAMPTZ,
    last_inbound_at TIMESTAMPTZ,
    last_outbound_at TIMESTAMPTZ,
    awaiting_reply_since TIMESTAMPTZ,
    waiting_on_them_since TIMESTAMPTZ,
    next_touch_at TIMESTAMPTZ,
    news_owed_since TIMESTAMPTZ,
    promise_due_at TIMESTAMPTZ,
    keeper_id UUID,
    past_depth INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, keeper_id) REFERENCES recruiter (tenant_id, id)
);
-- A page reads an order with never-null keys, so "never touched" sorts as the earliest time and
-- "no next touch" as the latest; the queries spell the same expressions (store/page.rs).
CREATE INDEX person_candidate_name ON person (tenant_id, name_key, id) WHERE is_candidate;
CREATE INDEX person_contact_name ON person (tenant_id, name_key, id) WHERE is_contact;
CREATE INDEX person_candidate_touch ON person (tenant_id, (coalesce(last_touch_at, EARLIEST)), id) WHERE is_candidate;
CREATE INDEX person_contact_touch ON person (tenant_id, (coalesce(last_touch_at, EARLIEST)), id) WHERE is_contact;
CREATE INDEX person_next_touch ON person (tenant_id, (coalesce(next_touch_at, LATEST)), id);
CREATE INDEX person_awaiting_reply ON person (tenant_id, (coalesce(awaiting_reply_since, LATEST)), id);
CREATE INDEX person_news_owed ON person (tenant_id, news_owed_since, id) WHERE news_owed_since IS NOT NULL;
CREATE INDEX person_promise_due ON person (tenant_id, promise_due_at, id) WHERE promise_due_at IS NOT NULL;
CREATE INDEX person_keeper ON person (tenant_id, keeper_id, id) WHERE keeper_id IS NOT NULL;
-- What each recruiter is to see to, in the order of their agenda.
CREATE INDEX person_keeper_awaiting ON person (tenant_id, keeper_id, awaiting_reply_since, id) WHERE awaiting_reply_since IS NOT NULL;
CREATE INDEX person_keeper_news ON person (tenant_id, keeper_id, news_owed_since, id) WHERE news_owed_since IS NOT NULL;
CREATE INDEX person_keeper_next_touch ON person (tenant_id, keeper_id, next_touch_at, id) WHERE next_touch_at IS NOT NULL;
CREATE INDEX person_updated ON person (tenant_id, updated_at, id);
CREATE INDEX person_owner ON person (tenant_id, owner_id, (coalesce(last_touch_at, EARLIEST)), id) WHERE owner_id IS NOT NULL;
CREATE INDEX person_place ON person (tenant_id, country, city_key, id);
CREATE INDEX person_city ON person (tenant_id, city_key, id);

-- What text search looks through. It stands apart from person because a touch rewrites the
-- person's row, and a rewritten row would be put into the text index again each time.
CREATE TABLE person_search (
    tenant_id UUID NOT NULL,
    person_id UUID NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);

-- A recruiter who is a person here too, where their e-mail address does not say so.
CREATE TABLE recruiter_person (
    tenant_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    person_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, recruiter_id, person_id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE contact_point (
    tenant_id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    -- The mailbox behind an address that is written in another way.
    mailbox TEXT COLLATE "C",
    value TEXT NOT NULL,
    label TEXT,
    rank INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, person_id, kind, key),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_point_key ON contact_point (tenant_id, kind, key, person_id);
CREATE INDEX contact_point_mailbox ON contact_point (tenant_id, mailbox, person_id) WHERE mailbox IS NOT NULL;

CREATE TABLE label (
    tenant_id UUID NOT NULL,
    person_id UUID NOT NULL,
    kind TEXT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, kind, key),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX label_key ON label (tenant_id, kind, key, person_id);

CREATE TABLE position (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    company_id UUID,
    company_name TEXT,
    title TEXT,
    started_on DATE,
    ended_on DATE,
    rank INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, company_id) REFERENCES company (tenant_id, id)
);
CREATE INDEX position_person ON position (tenant_id, person_id, rank);
CREATE INDEX position_company ON position (tenant_id, company_id, person_id) WHERE company_id IS NOT NULL;

CREATE TABLE job (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    title TEXT NOT NULL,
    title_key TEXT COLLATE "C" NOT NULL,
    status TEXT NOT NULL,
    company_id UUID,
    hiring_manager_id UUID,
    owner_id UUID,
    city TEXT,
    region TEXT,
    country TEXT,
    opened_on DATE,
    closed_on DATE,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, company_id) REFERENCES company (tenant_id, id),
    FOREIGN KEY (tenant_id, hiring_manager_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, owner_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX job_title ON job (tenant_id, title_key, id);
CREATE INDEX job_updated ON job (tenant_id, updated_at, id);
CREATE INDEX job_company ON job (tenant_id, company_id, id) WHERE company_id IS NOT NULL;
CREATE INDEX job_hiring_manager ON job (tenant_id, hiring_manager_id) WHERE hiring_manager_id IS NOT NULL;

CREATE TABLE application (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    job_id UUID NOT NULL,
    stage TEXT,
    milestone TEXT,
    outcome TEXT,
    source TEXT,
    credited_to_name TEXT,
    applied_at TIMESTAMPTZ NOT NULL,
    stage_changed_at TIMESTAMPTZ NOT NULL,
    concluded_at TIMESTAMPTZ,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
);
CREATE INDEX application_person ON application (tenant_id, person_id, applied_at, id);
CREATE INDEX application_job ON application (tenant_id, job_id, applied_at, id);

CREATE TABLE application_change (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    application_id UUID NOT NULL,
    stage TEXT,
    milestone TEXT,
    outcome TEXT,
    reopened BOOLEAN NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    is_dated BOOLEAN NOT NULL,
    recruiter_id UUID NOT NULL,
    note TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX application_change_application ON application_change (tenant_id, application_id, changed_at, id);

CREATE TABLE interaction (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    channel TEXT NOT NULL,
    direction TEXT NOT NULL,
    outcome TEXT NOT NULL,
    automated BOOLEAN NOT NULL,
    visibility TEXT NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    duration_minutes INTEGER,
    subject TEXT,
    body TEXT,
    author_id UUID NOT NULL,
    job_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, author_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id)
);
CREATE INDEX interaction_occurred ON interaction (tenant_id, occurred_at, id);
CREATE INDEX interaction_updated ON interaction (tenant_id, updated_at, id);
CREATE INDEX interaction_job ON interaction (tenant_id, job_id, occurred_at, id) WHERE job_id IS NOT NULL;
-- The touches that the team may see; figures spell the same condition (store/interaction/touch.rs).
CREATE INDEX interaction_touch ON interaction (tenant_id, channel, occurred_at)
    WHERE visibility = 'TEAM' AND NOT automated AND direction <> 'INTERNAL' AND outcome IN ('REACHED', 'LEFT_MESSAGE');

-- The time stands here too, so that a person's newest interactions are the head of one index; and
-- the channel if it is a touch that the team may see, so that figures need no other table.
CREATE TABLE interaction_person (
    tenant_id UUID NOT NULL,
    interaction_id UUID NOT NULL,
    person_id UUID NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    touch_channel TEXT,
    PRIMARY KEY (tenant_id, interaction_id, person_id),
    FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id)
);
CREATE INDEX interaction_person_newest ON interaction_person (tenant_id, person_id, occurred_at, interaction_id, touch_channel);
CREATE INDEX interaction_person_touch ON interaction_person (tenant_id, occurred_at, person_id) WHERE touch_channel IS NOT NULL;

CREATE TABLE interaction_recruiter (
    tenant_id UUID NOT NULL,
    interaction_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    touch_channel TEXT,
    PRIMARY KEY (tenant_id, interaction_id, recruiter_id),
    FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX interaction_recruiter_newest ON interaction_recruiter (tenant_id, recruiter_id, occurred_at, interaction_id, touch_channel);

-- Derived: the pairs of a recruiter and a person whom a touch that the team may see brought
-- together. The two links above say the same, but to count the people of one recruiter from them
-- takes a look at the other table for each touch. The key is the only index: a row is always found
-- by its recruiter and its person, and comes and goes with the links of its interaction, whose
-- foreign keys hold for it too.
CREATE TABLE touch (
    tenant_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    person_id UUID NOT NULL,
    occurred_at TIMESTAMPTZ NOT NULL,
    interaction_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, recruiter_id, person_id, occurred_at, interaction_id)
);

-- Derived: each burst of messages that one side sent and the other answered, or has not yet. The
-- interactions need not be held by keys: whatever removes one derives the waits of its people anew.
CREATE TABLE reply_wait (
    tenant_id UUID NOT NULL,
    person_id UUID NOT NULL,
    turn TEXT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    opened_by_id UUID NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_by_id UUID,
    elapsed_seconds BIGINT,
    working_seconds BIGINT,
    PRIMARY KEY (tenant_id, person_id, turn, opened_at),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);
-- The times stand in the index, so that those of a period are read from it alone.
CREATE INDEX reply_wait_opened ON reply_wait (tenant_id, turn, opened_at, person_id, closed_by_id, elapsed_seconds, working_seconds);

CREATE TABLE promise (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    kind TEXT NOT NULL,
    words TEXT,
    made_at TIMESTAMPTZ NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,
    closed_at TIMESTAMPTZ,
    closing_note TEXT,
    job_id UUID,
    application_id UUID,
    made_in_id UUID,
    kept_by_id UUID,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id),
    FOREIGN KEY (tenant_id, made_in_id) REFERENCES interaction (tenant_id, id),
    FOREIGN KEY (tenant_id, kept_by_id) REFERENCES interaction (tenant_id, id)
);
CREATE INDEX promise_person ON promise (tenant_id, person_id, due_at, id);
CREATE INDEX promise_recruiter ON promise (tenant_id, recruiter_id, due_at, id);
CREATE INDEX promise_due ON promise (tenant_id, due_at, id);
CREATE INDEX promise_updated ON promise (tenant_id, updated_at, id);
CREATE INDEX promise_open ON promise (tenant_id, recruiter_id, due_at, id) WHERE state = 'OPEN';
CREATE INDEX promise_open_due ON promise (tenant_id, due_at, id) WHERE state = 'OPEN';
CREATE INDEX promise_made_in ON promise (tenant_id, made_in_id) WHERE made_in_id IS NOT NULL;
CREATE INDEX promise_kept_by ON promise (tenant_id, kept_by_id) WHERE kept_by_id IS NOT NULL;

-- The due times that a promise had before.
CREATE TABLE promise_reschedule (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    promise_id UUID NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    rescheduled_at TIMESTAMPTZ NOT NULL,
    recruiter_id UUID NOT NULL,
    note TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, promise_id) REFERENCES promise (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX promise_reschedule_promise ON promise_reschedule (tenant_id, promise_id, rescheduled_at, id);

CREATE TABLE feedback (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    side TEXT NOT NULL,
    score INTEGER NOT NULL,
    words TEXT,
    given_at TIMESTAMPTZ NOT NULL,
    recruiter_id UUID,
    job_id UUID,
    interaction_id UUID,
    author_id UUID NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
    FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction (tenant_id, id),
    FOREIGN KEY (tenant_id, author_id) REFERENCES recruiter (tenant_id, id),
    CHECK (score BETWEEN 0 AND 10)
);
CREATE INDEX feedback_person ON feedback (tenant_id, person_id, given_at, id);
CREATE INDEX feedback_newest ON feedback (tenant_id, given_at, id);
CREATE INDEX feedback_recruiter ON feedback (tenant_id, recruiter_id, given_at, id) WHERE recruiter_id IS NOT NULL;
CREATE INDEX feedback_job ON feedback (tenant_id, job_id, given_at, id) WHERE job_id IS NOT NULL;
CREATE INDEX feedback_interaction ON feedback (tenant_id, interaction_id) WHERE interaction_id IS NOT NULL;

-- A recruiter does not wish to be reminded of a person until then.
CREATE TABLE snooze (
    tenant_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    person_id UUID NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    reason TEXT,
    snoozed_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, recruiter_id, person_id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX snooze_person ON snooze (tenant_id, person_id);

CREATE TABLE relationship_kind (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    inverse_code TEXT NOT NULL,
    inverse_name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, code)
);

CREATE TABLE relationship (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    other_id UUID NOT NULL,
    kind TEXT NOT NULL,
    since DATE,
    until DATE,
    ended BOOLEAN NOT NULL,
    note TEXT,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, other_id) REFERENCES person (tenant_id, id),
    CHECK (person_id <> other_id)
);
CREATE UNIQUE INDEX relationship_living ON relationship (tenant_id, person_id, other_id, kind) WHERE NOT ended;
CREATE INDEX relationship_person ON relationship (tenant_id, person_id, id);
CREATE INDEX relationship_other ON relationship (tenant_id, other_id, id);

CREATE TABLE referral (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    referrer_id UUID NOT NULL,
    referred_id UUID NOT NULL,
    job_id UUID,
    application_id UUID,
    recruiter_id UUID NOT NULL,
    relationship_kind TEXT,
    note TEXT,
    status TEXT NOT NULL,
    status_changed_at TIMESTAMPTZ NOT NULL,
    referred_at TIMESTAMPTZ NOT NULL,
    acknowledged_at TIMESTAMPTZ,
    loop_closed_at TIMESTAMPTZ,
    reward_amount TEXT,
    reward_currency TEXT,
    reward_due_on DATE,
    reward_paid_on DATE,
    is_repeat BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, referrer_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, referred_id) REFERENCES person (tenant_id, id),
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id),
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id),
    CHECK (referrer_id <> referred_id)
);
-- A merge of two people may make two claims alike. Both survive; the one that came with the merged
-- person is the repeat.
CREATE UNIQUE INDEX referral_claim ON referral (tenant_id, referrer_id, referred_id, job_id) WHERE job_id IS NOT NULL AND NOT is_repeat;
CREATE UNIQUE INDEX referral_claim_without_job ON referral (tenant_id, referrer_id, referred_id) WHERE job_id IS NULL AND NOT is_repeat;
CREATE INDEX referral_referrer ON referral (tenant_id, referrer_id, referred_at, id);
CREATE INDEX referral_referred ON referral (tenant_id, referred_id, referred_at, id);
CREATE INDEX referral_newest ON referral (tenant_id, referred_at, id);
CREATE INDEX referral_updated ON referral (tenant_id, updated_at, id);
CREATE INDEX referral_job ON referral (tenant_id, job_id) WHERE job_id IS NOT NULL;
CREATE INDEX referral_application ON referral (tenant_id, application_id) WHERE application_id IS NOT NULL;
-- What is left to do for referrers: few rows of many.
CREATE INDEX referral_loop_open ON referral (tenant_id, status_changed_at, id) WHERE loop_closed_at IS NULL AND status IN ('HIRED', 'NOT_SELECTED', 'DECLINED', 'WITHDRAWN');
CREATE INDEX referral_not_thanked ON referral (tenant_id, referred_at, id) WHERE acknowledged_at IS NULL;

CREATE TABLE referral_status_change (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    referral_id UUID NOT NULL,
    application_change_id UUID,
    status TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    recruiter_id UUID NOT NULL,
    note TEXT,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, referral_id) REFERENCES referral (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, application_change_id) REFERENCES application_change (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX referral_status_change_referral ON referral_status_change (tenant_id, referral_id, changed_at, id);
CREATE INDEX referral_status_change_application ON referral_status_change (tenant_id, application_change_id)
    WHERE application_change_id IS NOT NULL;

-- One column for each kind of node, not a kind beside an id: so the database itself refuses a
-- name for a node that does not exist or is another tenant's. A record that was deleted there
-- names nothing any more, and stays so that nothing brings it back.
CREATE TABLE external_record (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    system TEXT NOT NULL,
    record_type TEXT NOT NULL,
    external_id TEXT NOT NULL,
    person_id UUID,
    company_id UUID,
    job_id UUID,
    application_id UUID,
    interaction_id UUID,
    referral_id UUID,
    relationship_id UUID,
    recruiter_id UUID,
    promise_id UUID,
    feedback_id UUID,
    linked_at TIMESTAMPTZ NOT NULL,
    source_updated_at TIMESTAMPTZ,
    payload JSONB,
    payload_hash TEXT,
    seen_in_id UUID,
    deleted_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, system, record_type, external_id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, company_id) REFERENCES company (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, job_id) REFERENCES job (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, application_id) REFERENCES application (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, interaction_id) REFERENCES interaction (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, referral_id) REFERENCES referral (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, relationship_id) REFERENCES relationship (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, promise_id) REFERENCES promise (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, feedback_id) REFERENCES feedback (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX external_record_person ON external_record (tenant_id, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX external_record_company ON external_record (tenant_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX external_record_job ON external_record (tenant_id, job_id) WHERE job_id IS NOT NULL;
CREATE INDEX external_record_application ON external_record (tenant_id, application_id) WHERE application_id IS NOT NULL;
CREATE INDEX external_record_interaction ON external_record (tenant_id, interaction_id) WHERE interaction_id IS NOT NULL;
CREATE INDEX external_record_referral ON external_record (tenant_id, referral_id) WHERE referral_id IS NOT NULL;
CREATE INDEX external_record_relationship ON external_record (tenant_id, relationship_id) WHERE relationship_id IS NOT NULL;
CREATE INDEX external_record_recruiter ON external_record (tenant_id, recruiter_id) WHERE recruiter_id IS NOT NULL;
CREATE INDEX external_record_promise ON external_record (tenant_id, promise_id) WHERE promise_id IS NOT NULL;
CREATE INDEX external_record_feedback ON external_record (tenant_id, feedback_id) WHERE feedback_id IS NOT NULL;

-- A person who was found to be another one. Their row is gone, and their id leads to the survivor;
-- `into_id` is whom they were merged into, `survivor_id` who that one is by now. The trail is what an
-- undo needs beside the rows below, and is there as long as the merge can be undone.
CREATE TABLE person_merge (
    tenant_id UUID NOT NULL,
    merged_id UUID NOT NULL,
    hat TEXT NOT NULL,
    survivor_id UUID NOT NULL,
    into_id UUID NOT NULL,
    recruiter_id UUID NOT NULL,
    merged_at TIMESTAMPTZ NOT NULL,
    trail JSONB,
    PRIMARY KEY (tenant_id, merged_id),
    FOREIGN KEY (tenant_id, survivor_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX person_merge_survivor ON person_merge (tenant_id, survivor_id);
CREATE INDEX person_merge_age ON person_merge (tenant_id, merged_at) WHERE trail IS NOT NULL;

-- The rows that went from the merged person to the survivor, by where they point at a person.
CREATE TABLE person_merge_row (
    tenant_id UUID NOT NULL,
    merged_id UUID NOT NULL,
    place TEXT NOT NULL,
    row_id UUID NOT NULL,
    PRIMARY KEY (tenant_id, merged_id, place, row_id),
    FOREIGN KEY (tenant_id, merged_id) REFERENCES person_merge (tenant_id, merged_id) ON DELETE CASCADE
);

-- Records that were given to a person by what they say, not by their names: from the row of each it
-- can be told what spoke for it, and taken back.
CREATE TABLE record_match (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    person_id UUID NOT NULL,
    system TEXT NOT NULL,
    record_type TEXT NOT NULL,
    external_id TEXT NOT NULL,
    evidence TEXT NOT NULL,
    key TEXT NOT NULL,
    before JSONB,
    matched_at TIMESTAMPTZ NOT NULL,
    undone_at TIMESTAMPTZ,
    undone_by_id UUID,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, system, record_type, external_id)
        REFERENCES external_record (tenant_id, system, record_type, external_id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, undone_by_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX record_match_person ON record_match (tenant_id, person_id, id);
CREATE INDEX record_match_record ON record_match (tenant_id, system, record_type, external_id);

-- Two people who may be one, or who were said to be two; the smaller id comes first, so that a pair
-- has one row.
CREATE TABLE match_suggestion (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    one_id UUID NOT NULL,
    other_id UUID NOT NULL,
    state TEXT NOT NULL,
    strongest TEXT NOT NULL,
    evidence JSONB NOT NULL,
    suggested_at TIMESTAMPTZ NOT NULL,
    dismissed_at TIMESTAMPTZ,
    dismissed_by_id UUID,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, one_id, other_id),
    FOREIGN KEY (tenant_id, one_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, other_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, dismissed_by_id) REFERENCES recruiter (tenant_id, id),
    CHECK (one_id < other_id)
);
CREATE INDEX match_suggestion_other ON match_suggestion (tenant_id, other_id);
CREATE INDEX match_suggestion_open ON match_suggestion (tenant_id, id) WHERE state = 'OPEN';

-- Records of other systems that name something which has not arrived yet.
CREATE TABLE sync_deferred (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    system TEXT NOT NULL,
    record_type TEXT NOT NULL,
    external_id TEXT NOT NULL,
    id UUID NOT NULL,
    record JSONB NOT NULL,
    source_updated_at TIMESTAMPTZ,
    awaits TEXT NOT NULL,
    waits_for JSONB NOT NULL,
    problem JSONB,
    is_applied BOOLEAN NOT NULL,
    recruiter_id UUID NOT NULL,
    deferred_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, system, record_type, external_id),
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX sync_deferred_awaits ON sync_deferred (tenant_id, awaits);

-- A full listing of another system's records that is under way.
CREATE TABLE sync_snapshot (
    tenant_id UUID NOT NULL REFERENCES tenant (id),
    id UUID NOT NULL,
    system TEXT NOT NULL,
    record_type TEXT NOT NULL,
    recruiter_id UUID NOT NULL,
    begun_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, recruiter_id) REFERENCES recruiter (tenant_id, id)
);
CREATE UNIQUE INDEX sync_snapshot_open ON sync_snapshot (tenant_id, system, record_type) WHERE closed_at IS NULL;

-- Read in the order of `xact, position`, by which no event comes to light behind one that was
-- read already; the database fills both. The position runs through all tenants, which SQLite can
-- number only by its primary key.
CREATE TABLE event (
    tenant_id UUID NOT NULL,
    id UUID NOT NULL,
    position NUMBERED,
    xact BIGINT NOT NULL DEFAULT WRITING_TRANSACTION,
    occurred_at TIMESTAMPTZ NOT NULL,
    actor_id UUID NOT NULL,
    origin TEXT,
    node_kind TEXT NOT NULL,
    node_id UUID NOT NULL,
    change TEXT NOT NULL,
    fields JSONB NOT NULL,
    private_to UUID,
    merged_into_id UUID,
    UNIQUE (tenant_id, id),
    FOREIGN KEY (tenant_id, actor_id) REFERENCES recruiter (tenant_id, id),
    FOREIGN KEY (tenant_id, private_to) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX event_feed ON event (tenant_id, xact, position);
CREATE INDEX event_node ON event (tenant_id, node_id, xact);

CREATE TABLE idempotency (
    tenant_id UUID NOT NULL,
    caller_id UUID NOT NULL,
    operation TEXT NOT NULL,
    key TEXT NOT NULL,
    input_hash TEXT NOT NULL,
    node_id UUID NOT NULL,
    answer JSONB,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (tenant_id, caller_id, operation, key),
    FOREIGN KEY (tenant_id, caller_id) REFERENCES recruiter (tenant_id, id)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
