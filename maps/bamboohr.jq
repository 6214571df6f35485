# BambooHR: answers of its applicant tracking API (list and details) and employees.
# system: bamboohr
# format: json
#
# The list tells no time of change; it is compared as it is. `referredBy` is words: they are kept, and
# a person is suggested for them. Employees are contacts, for they refer people; of an employee only
# name, work addresses, title and place of work are taken.

def name_of: [.firstName, .lastName] | map(values) | join(" ") | person_name;

def user_named: select(opt(.id) != null) | select(name_of)
  | {type: "user", id: (.id | id), recruiter: {name: name_of}};

def ended: . // "" | ascii_downcase
  | if test("^hired") then "HIRED"
    elif test("declined") then "DECLINED"
    elif test("withdr[ae]w") then "WITHDRAWN"
    elif test("not (a )?(qualified|fit|selected)|overqualified|rejected|position filled") then "NOT_SELECTED"
    else null end;

def applicant:
  {type: "applicant", id: (.id | id),
   person: ({hats: ["CANDIDATE"], name: (name_of // "Applicant without a name"), givenName: (.firstName | person_name),
     familyName: (.lastName | person_name), emails: ([.email] | addresses(email)),
     phones: ([opt(.phoneNumber)] | addresses(phone($region))),
     links: ([opt(.linkedinUrl), opt(.websiteUrl), (opt(.twitterUsername) | values | "x.com/" + ltrimstr("@"))] | addresses(profile_url)),
     place: ({city: opt(.address.city), region: opt(.address.state), country: (opt(.address.country) | country)} | said)} | said)};

def application:
  (.applicant.id | record("applicant")) as $me
  | (.job.id | record("job")) as $job
  | (.applicant | applicant),
    (.job | {type: "job", id: (.id | id), job: {title: ((opt(.title.label) // .title) | html_text)}}),
    (opt(.status.changedByUser) | values | user_named),
    {type: "application", id: (.id | id), actor: (opt(.status.changedByUser.id) | record("user")),
     application: ({person: $me, job: $job, stage: (opt(.status.label) | text), outcome: (opt(.status.label) | ended),
       source: (opt(.applicant.source) | text), appliedAt: .appliedDate, creditedToName: (opt(.referredBy) | person_name),
       changes: [opt(.status) | select(opt(.dateChanged) != null) | {stage: .label, outcome: (.label | ended),
         changedAt: .dateChanged} | said]} | said)},
    (select((opt(.referredBy) | person_name) != null)
     | {type: "referral", id: (.id | id), referral: ({referrerName: (.referredBy | person_name), referred: $me,
          job: $job, referredAt: .appliedDate} | said)});

def employee:
  {type: "employee", id: (.id // .employeeId | id),
   person: ({hats: ["CONTACT"], name: (opt(.displayName) // name_of | person_name), givenName: (opt(.firstName) | person_name),
     familyName: (opt(.lastName) | person_name), emails: ([opt(.workEmail)] | addresses(email)),
     phones: ([opt(.workPhone), opt(.mobilePhone)] | addresses(phone($region))), headline: (opt(.jobTitle) | html_text),
     links: ([opt(.linkedIn)] | addresses(profile_url)), place: ((opt(.location) // "") | place)} | said)};

# A hook says that an employee changed and not into what: the employee is read again.
if has("applications") then .applications[] | application
elif has("applicant") then application
elif has("employees") and (.employees | type) == "array" then .employees[] | employee
elif has("workEmail") or has("displayName") then employee
else empty end
