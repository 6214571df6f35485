//! The tables, one file each: columns and parents, no logic.

pub mod enums;

pub mod application;
pub mod application_change;
pub mod company;
pub mod contact_point;
pub mod event;
pub mod external_record;
pub mod feedback;
pub mod idempotency;
pub mod interaction;
pub mod interaction_person;
pub mod interaction_recruiter;
pub mod job;
pub mod label;
pub mod person;
pub mod person_merge;
pub mod person_merge_row;
pub mod person_search;
pub mod position;
pub mod promise;
pub mod promise_reschedule;
pub mod recruiter;
pub mod recruiter_person;
pub mod referral;
pub mod referral_status_change;
pub mod relationship;
pub mod relationship_kind;
pub mod reply_wait;
pub mod snooze;
pub mod sync_deferred;
pub mod sync_snapshot;
pub mod tenant;
pub mod tenant_settings;
pub mod touch;
