# Lever: records of its API, as connectors hand them on (streams) or as the API answers ({data}).
# system: lever
# format: airbyte
#
# An opportunity is a candidacy; the person is its contact, and two opportunities may be one's. The
# job stands in the opportunity's application, so what an opportunity says of its stage waits until
# its application has come, and that until its posting has. Notes, interviews and referral forms come without
# their opportunity:
#
# --set opportunity=ID      whose notes and interviews they are; a file may bear the id in its name

def epoch: if . == null then null else epoch_ms end;

def user_ref: if type == "object" then .id else . end | record("user");

# Staff may refer people, so each is a person too.
def user:
  {type: "user", id: .id, recruiter: ({name: (.name | person_name), email: (.email | email)} | said)},
  {type: "referrer", id: .id, aliases: [.linkedContactIds[]? | {type: "contact", id: .}],
   person: ({hats: ["CONTACT"], name: (.name | person_name), emails: ([.email] | addresses(email))} | said)};

def posting:
  {type: "posting", id: .id, sourceUpdatedAt: (.updatedAt | epoch),
   job: ({title: (.text | html_text),
          status: ({published: "OPEN", internal: "OPEN", pending: "ON_HOLD", draft: "ON_HOLD",
                    closed: "CANCELLED", rejected: "CANCELLED"}[.state // ""] // null),
          owner: (.owner | user_ref), place: (opt(.categories.location) | place)} | said)};

# What an opportunity says of its contact. Each of a contact's opportunities is a name of the same
# person, with tags of its own: they add up.
def contact:
  (opt(.dataProtection.contact.allowed) == false) as $mute
  | {type: "candidate", id: .id, aliases: [{type: "contact", id: .contact}], sourceUpdatedAt: (.updatedAt | epoch),
   person: ({hats: ["CANDIDATE"], name: (.name | person_name // "Contact without a name"),
     headline: (.headline | html_text), place: (.location | if type == "object" then .name else . end | place),
     emails: (.emails | addresses(email)), phones: (.phones | addresses(phone($region))),
     links: (.links | addresses(profile_url)), tags: [.tags[]? | text | values], owner: (.owner | user_ref)} | said)}
    | if $mute then .person += {doNotContact: true, doNotContactReason: "Lever: no consent to contact"} else . end;

def stage: if type == "object" then .text else . end | text;

def opportunity:
  contact,
  {type: "opportunity", id: .id, sourceUpdatedAt: (.updatedAt | epoch), actor: (.owner | user_ref),
   application: ({person: (.contact | record("contact")), stage: (.stage | stage),
     source: (opt(.sources[0]) // .origin | text), appliedAt: (.createdAt | epoch),
     concludedAt: (opt(.archived.archivedAt) | epoch),
     outcome: (if opt(.archived) == null then null
               elif opt(.archived.reason) == "hired" or opt(.archived.reason.text) == "Hired" then "HIRED"
               else "NOT_SELECTED" end),
     changes: [.stageChanges[]? | {stage: (.toStageId | stage), changedAt: (.updatedAt | epoch)}]} | said)};

# The name of the referrer as somebody typed it, from a form.
def typed_referrer: [.fields[]? | select((.text // "") | test("name of (the )?referrer"; "i")) | .value | strings
  | person_name | values][0];
def typed_tie: [.fields[]? | select((.text // "") | test("^relationship$"; "i")) | .value | strings | text | values][0];
def typed_note: [.fields[]? | select((.text // "") | test("notes|comments"; "i")) | .value | strings | html_text | values][0];

def referral($opportunity; $job):
  typed_referrer as $name
  | (.referrer // .user | record("referrer")) as $user
  | select($name != null or $user != null)
  | {type: "referral", id: .id,
     referral: ({referrer: (if $name then null else $user end), referrerName: $name,
       referred: ($opportunity | record("candidate")), job: $job,
       note: ([typed_tie, typed_note] | map(values) | join("\n")),
       referredAt: (.completedAt // .createdAt | epoch)} | said)};

# The opportunity's application: it alone knows the job.
def application:
  (.opportunityId // .candidateId) as $opportunity
  | (.posting | if type == "object" then .id else . end | record("posting")) as $job
  | select($job != null)
  | {type: "opportunity", id: $opportunity,
     application: {person: ($opportunity | record("candidate")), job: $job}},
    # The form stands among the referrals too, there with its time.
    (if .type == "referral" then .createdAt as $at
       | ([.customQuestions[]? | select(.type == "referral")][0] // {id: .id, user: .user})
       | (.completedAt, .createdAt) = $at
       | referral($opportunity; $job)
     else empty end);

def whose($what):
  (opt(.opportunityId) // opt(.opportunity) // $set.opportunity
   // ($file // "" | capture("(?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})").id)? // null)
  | if . == null then refuse("the \($what) names no opportunity: give --set opportunity=ID") else . end;

def note:
  if opt(.deletedAt) != null then {type: "note", id: .id, deleted: true}
  else whose("note") as $opportunity
    | {type: "note", id: .id, actor: (.user | user_ref),
       interaction: ({people: [$opportunity | record("candidate")], recruiters: [.user | user_ref | values],
         channel: "NOTE", direction: "INTERNAL", visibility: (if .secret == true then "PRIVATE" else "TEAM" end),
         occurredAt: (.completedAt // .createdAt | epoch),
         body: ([.fields[]? | .value | strings | html_text | values] | join("\n"))} | said)} end;

# What is still to come is an appointment and no touch yet.
def interview:
  if opt(.canceledAt) != null then {type: "interview", id: .id, deleted: true}
  else select(.date != null and (.date + (.duration // 0) * 60000) / 1000 < now)
    | whose("interview") as $opportunity
    | {type: "interview", id: .id, actor: (.user | user_ref),
       interaction: ({people: [$opportunity | record("candidate")],
         recruiters: [.interviewers[]?.id | record("user")], channel: "INTERVIEW", visibility: "TEAM",
         occurredAt: (.date | epoch), durationMinutes: .duration, subject: (.subject | html_text),
         body: (.note | html_text)} | said)} end;

def one:
  if $stream == "opportunities" or has("stageChanges") or (has("contact") and has("stage")) then opportunity
  elif $stream == "users" or has("accessRole") then user
  elif $stream == "postings" or (has("state") and has("categories")) then posting
  elif $stream == "applications" or (has("posting") and (has("opportunityId") or has("candidateId"))) then application
  elif $stream == "interviews" or has("interviewers") then interview
  elif $stream == "notes" or has("secret") then note
  # The form of a referral stands in its application, and there with opportunity and job; alone it
  # has lost both.
  else empty end;

if has("data") and (.data | type) == "array" then .data[] | one
elif has("data") and (.data | type) == "object" and $stream == null then .data | one
else one end
