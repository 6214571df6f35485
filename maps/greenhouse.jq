# Greenhouse: objects of the Harvest API, v1 and v3, and the bodies of its webhooks.
# system: greenhouse
# format: json
#
# A candidate is a person. Prospects without a job are people and no applications. Custom fields,
# answers and educations are left out: what is protected by law often stands among them.
#
# --set candidate=ID        whose activity feed it is, where the feed does not say
# --set staff=acme.com      the domains of our own e-mail addresses, to tell who wrote to whom

# What is named in passing: anything that is told in full is newer.
def passing: .sourceUpdatedAt = "1970-01-01T00:00:00Z";

def name_of: .name // ([.first_name, .last_name] | map(values) | join(" ")) | person_name;

# A user who stands within another object; ids alone are enough to refer to one.
def user_named: select(opt(.id) != null) | select(name_of)
  | {type: "user", id: (.id | id), recruiter: ({name: name_of, email: (opt(.email) | email)} | said)} | passing;

def user_ref($whole; $id): (opt($whole.id) // $id) | record("user");

def user:
  {type: "user", id: (.id | id), sourceUpdatedAt: .updated_at,
   recruiter: ({name: name_of, email: (.primary_email_address // .primary_email // opt(.emails[0]) | email)} | said)};

def job_named: select(opt(.id) != null and opt(.name) != null)
  | {type: "job", id: (.id | id), job: {title: (.name | html_text)}} | passing;

def day: if . == null then null else .[:10] end;

def responsible: (.hiring_team.recruiters // [] | (map(select(.responsible)) + .)[0]);

# "closed" does not say how: a job that hired somebody names the application that filled it.
def job_status:
  if .status == "open" then "OPEN" elif .status == "draft" then "ON_HOLD"
  elif any(.openings[]?; .application_id != null) then "FILLED" else "CANCELLED" end;

def job:
  (responsible | values | user_named),
  {type: "job", id: (.id | id), sourceUpdatedAt: .updated_at,
   job: ({title: (.name | html_text), status: job_status,
          openedOn: (.opened_at | day), closedOn: (.closed_at | day),
          owner: user_ref(responsible; null),
          place: (opt(.offices[0].location.name) | place)} | said)};

def outcome:
  if .status == "hired" then "HIRED"
  elif .status == "rejected" or .rejected_at != null then
    (if opt(.rejection_reason.type.name) == "They rejected us" then "DECLINED" else "NOT_SELECTED" end)
  else null end;

def is_referral: [opt(.source.public_name), opt(.source.name), opt(.source.type.name)]
  | map(strings) | any(test("referr"; "i"));

# Who is credited is one of the staff. Of a referral they are the referrer, who is a person here too;
# of all else their name is kept as words.
def referral($candidate; $job):
  select(is_referral) | select(opt(.credited_to.id) != null)
  | (.credited_to | {type: "referrer", id: (.id | id),
      person: ({hats: ["CONTACT"], name: name_of, givenName: .first_name, familyName: .last_name,
                emails: ([opt(.email)] | addresses(email))} | said)} | passing),
    {type: "referral", id: (.id | id),
     referral: ({referrer: (.credited_to.id | record("referrer")), referred: $candidate, job: $job,
                 referredAt: .applied_at} | said)};

def application($candidate):
  (.jobs // [(opt(.job) | values)]) as $jobs
  | (.job_id // opt($jobs[0].id) | record("job")) as $job
  | outcome as $outcome
  | select(.prospect != true and $job != null and $candidate != null)
  | ($jobs[] | job_named),
    (opt(.recruiter) | values | user_named),
    {type: "application", id: (.id | id), sourceUpdatedAt: (.updated_at // .last_activity_at),
     actor: user_ref(.recruiter; .recruiter_id),
     application: ({person: $candidate, job: $job,
        stage: (opt(.current_stage.name) // opt(.stage_name) | text),
        source: (opt(.source.public_name) // opt(.source.name) | text),
        appliedAt: .applied_at, concludedAt: (.rejected_at // opt(.hired_at)),
        creditedToName: (opt(.credited_to.name) | person_name)} | said + {outcome: $outcome})},
    referral($candidate; $job);

def position($from; $to): {companyName: (opt(.company_name) // opt(.company) | text), title: (.title | html_text),
  startedOn: $from, endedOn: $to} | said | select(.companyName != null or .title != null);

# Employments of webhooks have American days, those of the API times.
def employment_day: if . == null then null elif test("^[0-9]{4}-") then day else local_date("%m/%d/%Y") end;

def person:
  {hats: ["CANDIDATE"], name: name_of, givenName: (.first_name | person_name),
   familyName: (.last_name | person_name),
   place: ([(.applications[]? | opt(.location.address)) | values | place][0]),
   emails: (.email_addresses | addresses(email)), phones: (.phone_numbers | addresses(phone($region))),
   links: ([(.website_addresses[]?), (.social_media_addresses[]?)] | addresses(profile_url)),
   positions: ([position(null; null)]
     + [.employments[]? | position(.start_date | employment_day; .end_date | employment_day)]),
   tags: ([.tags[]? | if type == "object" then .name else . end | text | values]),
   owner: user_ref(.recruiter; .recruiter_id // .recruiter_user_id)}
  | said
  | if .name == null then .name = "Candidate without a name" else . end;

def candidate:
  (.id | record("candidate")) as $me
  | (opt(.recruiter) | values | user_named),
    {type: "candidate", id: (.id | id), sourceUpdatedAt: .updated_at,
     person: (person + if .can_email == false
       then {doNotContact: true, doNotContactReason: "Greenhouse: may not be e-mailed"} else {} end)},
    (.applications[]? | application($me));

# The misspelt `visiblity` is what older records have.
def visibility: if .private == true or ((.visibility // .visiblity // "public") != "public")
  then "PRIVATE" else "TEAM" end;

def domain: if . == null then "" else ascii_downcase | sub(".*@"; "") end;

# An e-mail carries no direction. What bears the name of the user it hangs on was written by them.
def direction:
  (($set.staff // "") | ascii_downcase | split(",") | map(text | values)) as $staff
  | ([opt(.user.first_name), opt(.user.last_name)] | map(strings | ascii_downcase)) as $names
  | def by_user: (. // "" | ascii_downcase | split("@")[0]) as $local
      | ($names | length) > 0 and all($names[]; . as $name | $local | contains($name));
  if ($staff | length) > 0 then
    (.from | domain) as $from | if any($staff[]; . == $from) then "OUTBOUND" else "INBOUND" end
  elif (.to | by_user) and (.from | by_user | not) then "INBOUND" else "OUTBOUND" end;

def whose: (opt(.candidate_id) // $set.candidate // ($file // "" | capture("(?<id>[0-9]{3,})").id)? // null)
  | record("candidate");

def touch($kind; $candidate; $what):
  if $candidate == null then refuse("the \($kind) names no candidate: give --set candidate=ID") else . end
  | (opt(.user) | values | user_named),
    {type: $kind, id: (.id | id), sourceUpdatedAt: opt(.updated_at), actor: user_ref(.user; opt(.user_id)),
     interaction: ({people: [$candidate], recruiters: [user_ref(.user; opt(.user_id)) | values],
                    occurredAt: .created_at, body: (.body | html_text)} + $what | said)};

def note($candidate): touch("note"; $candidate; {channel: "NOTE", direction: "INTERNAL", visibility: visibility});
def mail($candidate): touch("email"; $candidate;
  {channel: "EMAIL", direction: direction, subject: (.subject | html_text), visibility: visibility});

# What is still to come is an appointment and no touch yet.
def interview($candidate):
  (opt(.end.date_time) // opt(.end_at) // opt(.end)) as $end
  | (opt(.start.date_time) // opt(.start_at) // opt(.start)) as $start
  | select($start != null and ($end == null or ($end | sub("\\.[0-9]+"; "") | fromdate) < now))
  | touch("interview"; $candidate;
      {channel: "INTERVIEW", occurredAt: $start, subject: (opt(.interview.name) // opt(.name) | text),
       visibility: "TEAM"});

# What Greenhouse's own screens did (`activities`) is no touch.
def feed: whose as $candidate | (.notes[]? | note($candidate)), (.emails[]? | mail($candidate));

def gone($type): {type: $type, id: (.id | id), deleted: true};

def hook:
  .action as $action | .payload
  | if $action == "delete_candidate" then .person | (gone("candidate"),
        (.deleted_application_ids[]? | {type: "application", id: id, deleted: true}))
    elif $action == "delete_application" then .application | gone("application")
    elif $action == "interview_deleted" then .interview | gone("interview")
    elif $action == "merge_candidate" then .person
      | {type: "candidate", id: (.new_candidate_id | id), aliases: [{type: "candidate", id: (.id | id)}], person: {}}
    elif $action == "candidate_anonymized" then {type: "candidate", id: (.candidate_id | id), deleted: true}
    elif opt(.application) then .application | (opt(.candidate) | values | candidate),
      ((opt(.candidate.id) // opt(.candidate_id) | record("candidate")) as $me
       | (if $action == "hire_candidate" then .status = "hired" else . end) | application($me))
    elif opt(.candidate) then .candidate | candidate
    else empty end;

if has("action") and has("payload") then hook
elif $stream == "users" or has("site_admin") or has("primary_email_address") or has("primary_email") then user
elif $stream == "jobs" or has("hiring_team") or has("openings") then job
elif has("notes") and has("emails") then feed
elif $stream == "notes" or (has("body") and (has("visibility") or has("visiblity"))) then note(whose)
elif $stream == "interviews" or $stream == "scheduled_interviews" or has("interviewers") or (has("start_at") and has("application_id")) then
  interview(whose)
elif $stream == "applications" or (has("candidate_id") and has("status")) then
  application(.candidate_id | record("candidate"))
elif $stream == "candidates" or has("email_addresses") or has("application_ids") then candidate
else empty end
