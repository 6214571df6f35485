# OpenCATS: both of its CSV exports, and its `activity` table as CSV.
# system: opencats
# format: csv
# encoding: utf-8
# time zone: UTC
#
# The export of the data grid has no ids and no time of day: a candidate is known by e-mail, or by
# name and telephone number. Days are American with two digits for the year. The table of
# activities comes with ids: import it beside the legacy export, which has them too.

def day: if . == null then null else local_time("%m-%d-%y"; $zone) end;
def skills: . // "" | split(",") | map(text | values);
def name_of($first; $last): [$first, $last] | map(text | values) | join(" ") | person_name;

# A content key: what is least likely to change.
def content_key: (.["E-Mail"] // "" | email) as $email
  | if $email then $email | ascii_downcase
    else [.["First Name"], .["Last Name"], .["Cell Phone"], .["Home Phone"], .["Work Phone"], .["City"]]
      | map(text | values | ascii_downcase) | join("|") end;

def grid:
  content_key as $id
  | ([.["Owner"] | person_name | values][0]) as $owner
  | (select($owner != null) | {type: "owner", id: ($owner | ascii_downcase), recruiter: {name: $owner}}),
    {type: "candidate_row", id: $id, sourceUpdatedAt: (.["Modified"] | day),
     person: ({hats: ["CANDIDATE"], name: (name_of(.["First Name"]; .["Last Name"]) // .["E-Mail"]),
       givenName: (.["First Name"] | person_name), familyName: (.["Last Name"] | person_name),
       emails: ([.["E-Mail"], .["2nd E-Mail"]] | addresses(email)),
       phones: ([{value: .["Home Phone"], label: "home"}, {value: .["Cell Phone"], label: "mobile"},
         {value: .["Work Phone"], label: "work"}] | addresses(phone($region))),
       links: ([.["Web Site"]] | addresses(profile_url)),
       place: ({city: (.["City"] | text), region: (.["State"] | text)} | said),
       positions: [{companyName: (.["Current Employer"] | text)} | said | select(. != {})],
       tags: (.["Key Skills"] | skills),
       owner: (if $owner then {type: "owner", id: ($owner | ascii_downcase)} else null end)} | said)},
    (select((.["Misc Notes"] | text) != null and (.["Created"] | day) != null)
     | {type: "candidate_row_note", id: $id, sourceUpdatedAt: (.["Modified"] | day),
        interaction: {people: [{type: "candidate_row", id: $id}], channel: "NOTE", direction: "INTERNAL",
          occurredAt: (.["Created"] | day), body: (.["Misc Notes"] | html_text)}});

def legacy:
  {type: "candidate", id: (.candidateID | id),
   person: ({hats: ["CANDIDATE"], name: (name_of(.firstName; .lastName) // .email1), givenName: (.firstName | person_name),
     familyName: (.lastName | person_name), emails: ([.email1, opt(.email2)] | addresses(email)),
     phones: ([{value: .phoneHome, label: "home"}, {value: .phoneCell, label: "mobile"}, {value: opt(.phoneWork), label: "work"}]
       | addresses(phone($region))),
     tags: (.keySkills | skills)} | said)};

# Types of activities: 100 call, 200 e-mail, 300 meeting, 400 other, 500 talked, 600 left a message,
# 700 missed. Of the items they hang on, 100 is a candidate.
def activity:
  select((.data_item_type | tostring) == "100")
  | ({"100": ["CALL", "REACHED"], "200": ["EMAIL", "REACHED"], "300": ["MEETING", "REACHED"],
      "500": ["CALL", "REACHED"], "600": ["CALL", "LEFT_MESSAGE"], "700": ["CALL", "NO_ANSWER"]}[.type | tostring]
     // ["NOTE", "REACHED"]) as $what
  | (.date_created // opt(.date_occurred) | local_time("%Y-%m-%d %H:%M:%S"; $zone)) as $at
  # What never was is the year 1000 there.
  | if $at == null or $at < "1900" then refuse("the activity has no date") else . end
  | {type: "activity", id: (.activity_id | id),
     interaction: ({people: [{type: "candidate", id: (.data_item_id | id)}], channel: $what[0], outcome: $what[1],
       direction: (if $what[0] == "EMAIL" then "OUTBOUND" elif $what[0] == "NOTE" then "INTERNAL" else "MUTUAL" end),
       occurredAt: $at, body: (.notes | html_text)} | said)};

if has("activity_id") then activity
elif has("candidateID") then legacy
elif has("First Name") and has("E-Mail") then grid
else stop("this is neither of the two exports of OpenCATS: there is no column `candidateID` and no column `E-Mail`") end
