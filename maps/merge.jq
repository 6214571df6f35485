# Merge: objects of its unified ATS API, alone or in pages ({results}).
# system: merge
# format: json
#
# --set remote=greenhouse   the system behind the connection: its ids become names of the same records,
#                           so that what came from it directly and through Merge is one
#
# Demographic records (EEOC) are left out.

def aliases($type): [select($set.remote != null and .remote_id != null)
  | {system: $set.remote, type: $type, id: (.remote_id | id)}];
def key($type): {type: $type, id: (.id | id), sourceUpdatedAt: (.modified_at // null), aliases: aliases($type)};
def ref($type): if type == "object" then .id else . end | record($type);

def candidate:
  (.can_email == false) as $mute
  | key("candidate") + if .remote_was_deleted == true then {deleted: true} else
    {person: ({hats: ["CANDIDATE"],
       name: ([.first_name, .last_name] | map(values) | join(" ") | person_name // "Candidate without a name"),
       givenName: (.first_name | person_name), familyName: (.last_name | person_name),
       place: (opt(.locations[0]) | if type == "object" then .name else . end | place),
       emails: ([.email_addresses[]? | {value, type: .email_address_type}] | addresses(email)),
       phones: ([.phone_numbers[]? | {value, type: .phone_number_type}] | addresses(phone($region))),
       links: ([.urls[]? | {value, type: .url_type}] | addresses(profile_url)),
       positions: [{companyName: (.company | text), title: (.title | html_text)} | said | select(. != {})],
       tags: [.tags[]? | if type == "object" then .name else . end | text | values]} | said)}
      | if $mute then .person += {doNotContact: true, doNotContactReason: "Merge: may not be e-mailed"} else . end end;

def job:
  key("job") + if .remote_was_deleted == true then {deleted: true} else
    {job: ({title: (.name | html_text),
       status: {OPEN: "OPEN", CLOSED: "CANCELLED", DRAFT: "ON_HOLD", ARCHIVED: "CANCELLED", PENDING: "ON_HOLD"}[.status // ""],
       openedOn: ((.remote_created_at // null) | values | .[:10])} | said)} end;

# Who is credited is a user by id alone; where it is a referral, that user is the referrer.
def application:
  (if .rejected_at != null then "NOT_SELECTED" else null end) as $outcome
  | key("application") + if .remote_was_deleted == true then {deleted: true} else
    {application: ({person: (.candidate | ref("candidate")), job: (.job | ref("job")),
       stage: (.current_stage | if type == "object" then .name else null end | text),
       source: (.source | text), appliedAt: .applied_at, concludedAt: .rejected_at} | said
       + {outcome: $outcome})} end;

def applied:
  application,
  (select(.remote_was_deleted != true and .credited_to != null and ((.source // "") | test("referr"; "i")))
   | key("referral") + {aliases: [],
     referral: ({referrer: (.credited_to | if type == "object" then .id else . end | record("referrer")),
       referred: (.candidate | ref("candidate")), job: (.job | ref("job")), referredAt: .applied_at} | said)});

# Staff may refer people, so each is a person too.
def user:
  ([.first_name, .last_name] | map(values) | join(" ") | person_name) as $name
  | (key("user") + if .remote_was_deleted == true then {deleted: true} else
      {recruiter: ({name: $name, email: (.email | email)} | said)} end),
    (select($name != null and .remote_was_deleted != true)
     | key("referrer") + {aliases: [], person: ({hats: ["CONTACT"], name: $name, emails: ([.email] | addresses(email))} | said)});

# No direction is told: what a user of ours is named in was written by them.
def activity:
  key("activity") + if .remote_was_deleted == true then {deleted: true} else
    {actor: (.user | ref("user")),
     interaction: ({people: [.candidate | ref("candidate") | values], recruiters: [.user | ref("user") | values],
       channel: (if .activity_type == "EMAIL" then "EMAIL" else "NOTE" end),
       direction: (if .activity_type != "EMAIL" then "INTERNAL" elif .user != null then "OUTBOUND" else "INBOUND" end),
       visibility: (if (.visibility // "PUBLIC") == "PUBLIC" then "TEAM" else "PRIVATE" end),
       occurredAt: (.remote_created_at // .created_at), subject: (.subject | html_text), body: (.body | html_text)} | said)} end;

def one:
  if has("race") or has("veteran_status") or has("disability_status") then empty
  elif $stream == "activities" or has("activity_type") then activity
  elif $stream == "candidates" or has("email_addresses") then candidate
  elif $stream == "applications" or (has("candidate") and has("job")) then applied
  elif $stream == "users" or has("access_role") then user
  elif $stream == "jobs" or has("hiring_managers") or has("job_type") then job
  else empty end;

if has("results") then .results[] | one else one end
