# People from a spreadsheet: any CSV with a column for the name or the e-mail address.
# system: people-csv
# format: csv
#
# Columns are known by many names, in any order and spelling: "E-Mail", "Email ID" and "Official
# Email" are one. Columns that are not listed here are not read; so nothing of religion, caste,
# health, birth, marriage, nationality or pay comes in.
#
# --set hat=contact         the people are contacts (employees, clients) and no candidates
# --set type=employee       the record type of their ids; candidate or contact if not told
# --set dates=mdy           days such as 04/05/2026 are in April; without it, in May

def plain: ascii_downcase | gsub("[^a-z0-9]"; "");
with_entries(.key |= plain) as $row
| def column($names): first($names[] | plain | $row[.] | text | values) // null;
  def has_column($names): any($names[] | plain; . as $name | $row | has($name));
  def day: if . == null then null else . as $day
    | first(("%Y-%m-%d", "%d-%b-%Y", "%d %b %Y", "%d.%m.%Y", "%b %d, %Y",
       (if $set.dates == "mdy" then "%m/%d/%Y", "%m-%d-%Y" else "%d/%m/%Y", "%d-%m-%Y" end)) as $format
       | $day | sub("[T ][0-9]{1,2}:.*"; "") | local_date($format) | values) // null end;
  def midnight: day | if . == null then null else local_time("%Y-%m-%d"; $zone) end;
  ["Name", "Full Name", "Employee Name", "Candidate Name", "Applicant Name", "Display Name", "Emp Name", "Contact Name"] as $names
| ["First Name", "Given Name", "Forename", "FName"] as $given
| ["Last Name", "Family Name", "Surname", "LName"] as $family
| ["Email", "E-Mail", "Email ID", "Email Address", "E-mail Address", "Mail", "Official Email", "Official Email ID",
   "Work Email", "Company Email", "Candidate Email"] as $mails
| if has_column($names + $given + $family + $mails) then .
  else stop("there is no column for a name or an e-mail address; the columns are " + (keys_unsorted | join(", "))) end
| column(["ID", "Employee ID", "Employee Code", "Emp Code", "Emp ID", "Employee No", "Employee Number", "Candidate ID", "Applicant ID",
   "Contact ID", "Code", "Record ID"]) as $id
| (column($names) // ([column($given), column(["Middle Name"]), column($family)] | map(values) | join(" ")) | person_name) as $name
| (column($mails) | email) as $email
| [column(["Mobile", "Mobile No", "Mobile Number", "Cell", "Cell Phone", "Phone", "Phone No", "Phone Number", "Contact No",
    "Contact Number", "Telephone"]), column(["Work Phone", "Office Phone", "Alternate Number", "Alternate Phone", "Home Phone"])] as $phones
| if $name == null and $email == null then refuse("the row names nobody") else . end
| (if $set.hat == "contact" then "CONTACT" else "CANDIDATE" end) as $hat
| ($set.type // ($hat | ascii_downcase)) as $type
| ($id // ([$email // ([$name, $phones[0]] | map(values) | join("|"))] | .[0] | ascii_downcase)) as $key
| {type: $type, id: $key} as $me
| (column(["Country", "Country Name", "Nation"]) | country) as $country
| (column(["Owner", "Recruiter", "Recruiter Name", "Assigned To", "Recruiter Assigned"]) | person_name) as $owner
| (column(["Job", "Job Applied For", "Position Applied For", "Applied For", "Requisition", "Job Opening", "Vacancy"]) | html_text) as $job
| (column(["Referred By", "Referrer", "Referral Name", "Employee Referral", "Name of Referrer"]) | person_name) as $referrer
| (column(["Applied On", "Application Date", "Date Applied", "Applied Date"]) | midnight) as $applied
| (column(["Modified", "Last Modified", "Updated On", "Last Updated"]) | midnight) as $changed
| (select($owner != null) | {type: "owner", id: ($owner | ascii_downcase), recruiter: {name: $owner}}),
  $me + {sourceUpdatedAt: $changed,
   person: ({hats: [$hat], name: ($name // $email), givenName: (column($given) | person_name),
     familyName: (column($family) | person_name),
     headline: column(["Headline", "Profile", "Profile Title"]),
     emails: ([$email, column(["Personal Email", "Personal Email ID", "Alternate Email", "2nd E-Mail"])] | addresses(email)),
     phones: ($phones | addresses(phone($country // $region))),
     links: ([column(["LinkedIn", "LinkedIn URL", "LinkedIn Profile"]), column(["Website", "Web Site", "URL", "GitHub"])] | addresses(profile_url)),
     place: ({city: column(["City", "Location", "Work Location", "Current Location", "Base Location"]),
       region: column(["State", "Region", "Province", "County"]), country: $country} | said),
     positions: [{companyName: column(["Company", "Current Company", "Current Employer", "Employer", "Organisation", "Organization", "Client"]),
       title: column(["Designation", "Title", "Job Title", "Current Designation", "Position", "Role"]),
       startedOn: (column(["Date of Joining", "Joining Date", "DOJ", "Start Date"]) | day),
       endedOn: (column(["Date of Leaving", "Relieving Date", "Last Working Day", "End Date"]) | day)} | said
       | select(.companyName != null or .title != null)],
     tags: (column(["Skills", "Key Skills", "Skill Set", "Tags"]) // "" | split("[,;|]"; null) | map(text | values)),
     communities: (column(["Community", "Communities", "Group", "Groups"]) // "" | split("[,;|]"; null) | map(text | values)),
     owner: (if $owner then {type: "owner", id: ($owner | ascii_downcase)} else null end)} | said
     + if (column(["Do Not Contact", "DNC", "Opt Out", "Unsubscribed"]) // "" | test("^(y|yes|true|1|x)$"; "i"))
       then {doNotContact: true, doNotContactReason: "the spreadsheet says so"} else {} end)},
  (select($job != null)
   | {type: "job", id: ($job | ascii_downcase), sourceUpdatedAt: "1970-01-01T00:00:00Z", job: {title: $job}},
     {type: "application", id: ($key + "|" + ($job | ascii_downcase)), sourceUpdatedAt: $changed,
      application: ({person: $me, job: {type: "job", id: ($job | ascii_downcase)},
        stage: column(["Stage", "Status", "Candidate Status", "Application Status"]), source: column(["Source", "Source of Hire", "Channel"]),
        appliedAt: $applied, creditedToName: $referrer} | said)}),
  (select($referrer != null)
   | {type: "referral", id: $key, referral: ({referrerName: $referrer, referred: $me, referredAt: $applied,
        job: (if $job then {type: "job", id: ($job | ascii_downcase)} else null end)} | said)}),
  (column(["Notes", "Note", "Remarks", "Comments", "Misc Notes"]) | html_text) as $note
  | select($note != null)
  | (column(["Created", "Created On", "Date Added"]) | midnight) as $created
  | ($created // $changed // $applied) as $at
  | select($at != null)
  | {type: "note", id: $key, sourceUpdatedAt: $changed,
     interaction: {people: [$me], channel: "NOTE", direction: "INTERNAL", occurredAt: $at, body: $note}}
