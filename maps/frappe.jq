# Frappe HR: documents of its REST API (`/api/resource/...`) or of its webhooks.
# system: frappe
# format: json
# time zone: UTC
#
# Times are the server's, without an offset: --time-zone tells which. A document may be renamed: its
# old name is then lost, so rename in Frappe before the first import, or tell the old name as an alias.

def at: if . == null then null else local_time("%Y-%m-%d %H:%M:%S%.f"; $zone) end;
def day: if . == null then null else .[:10] end;
def gone: (.docstatus // 0) == 2;

def outcome: {Rejected: "NOT_SELECTED", Accepted: "HIRED"}[.status // ""];

def applicant:
  (.country | country) as $country
  | outcome as $outcome
  | if gone then {type: "applicant", id: .name, deleted: true}, {type: "application", id: .name, deleted: true}
  else
    {type: "applicant", id: .name, sourceUpdatedAt: (.modified | at),
     aliases: [.employee_referral | values | {type: "referred", id: .}],
     person: ({hats: ["CANDIDATE"], name: (.applicant_name // .email_id | person_name),
       emails: ([.email_id] | addresses(email)),
       phones: ([.phone_number] | addresses(phone($country // $region))),
       place: ({country: (.country | country)} | said), links: ([.resume_link] | addresses(profile_url))} | said)},
    (select(.job_title != null)
     | {type: "opening", id: .job_title, sourceUpdatedAt: "1970-01-01T00:00:00Z",
        job: {title: (.designation // .job_title | html_text)}},
       {type: "application", id: .name, sourceUpdatedAt: (.modified | at),
        application: ({person: (.name | record("applicant")), job: (.job_title | record("opening")),
          stage: .status, source: .source, appliedAt: (.creation | at)} | said + {outcome: $outcome})}),
    ([.notes, .cover_letter] | map(values | html_text | values) | join("\n\n") | text) as $words
    | select($words != null)
    | {type: "applicant_note", id: .name, sourceUpdatedAt: (.modified | at),
       interaction: {people: [.name | record("applicant")], channel: "NOTE", direction: "INTERNAL",
         occurredAt: (.creation | at), body: $words}} end;

def referral:
  if gone then {type: "employee_referral", id: .name, deleted: true}
  else
    {type: "referred", id: .name, sourceUpdatedAt: (.modified | at),
     person: ({hats: ["CANDIDATE"], name: (.full_name // ([.first_name, .last_name] | map(values) | join(" ")) | person_name),
       givenName: (.first_name | person_name), familyName: (.last_name | person_name),
       emails: ([.email] | addresses(email)), phones: ([.contact_no] | addresses(phone($region))),
       positions: [{companyName: (.current_employer | text), title: (.current_job_title | text)} | said | select(. != {})]} | said)},
    (select(.referrer_name | person_name)
     | {type: "employee", id: .referrer, sourceUpdatedAt: "1970-01-01T00:00:00Z",
        person: {hats: ["CONTACT"], name: (.referrer_name | person_name)}}),
    {type: "employee_referral", id: .name, sourceUpdatedAt: (.modified | at),
     referral: ({referrer: (.referrer | record("employee")), referred: (.name | record("referred")),
       note: (.qualification_reason | html_text), referredAt: (.creation | at),
       status: {Pending: "RECEIVED", "In Process": "CONTACTED", Accepted: "HIRED", Rejected: "NOT_SELECTED"}[.status // ""]} | said)} end;

# What the law protects (birth, gender, blood group, health) is not read.
def employee:
  if gone then {type: "employee", id: .name, deleted: true}
  else {type: "employee", id: .name, sourceUpdatedAt: (.modified | at),
    person: ({hats: ["CONTACT"], name: (.employee_name | person_name), givenName: (.first_name | person_name),
      familyName: (.last_name | person_name), emails: ([.company_email, .prefered_email] | addresses(email) | unique),
      phones: ([.cell_number] | addresses(phone($region))), headline: (.designation | text)} | said)} end;

def opening:
  {type: "opening", id: .name, sourceUpdatedAt: (.modified | at),
   job: ({title: (.job_title | html_text), status: {Open: "OPEN", Closed: "CANCELLED"}[.status // ""],
     openedOn: (.posted_on // .creation | day), closedOn: (.closed_on | day), place: (opt(.location) | place)} | said)};

def document:
  if .doctype == "Job Applicant" or has("applicant_name") then applicant
    elif .doctype == "Employee Referral" or has("referrer") then referral
    elif .doctype == "Job Opening" then opening
    elif .doctype == "Employee" or has("employee_name") then employee
    else empty end;

if (opt(.data) | type) == "array" then .data[] | document
elif (opt(.data) | type) == "object" then .data | document
else document end
