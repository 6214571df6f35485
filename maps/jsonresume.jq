# JSON Resume 1.0: one résumé a file, or several in a list.
# system: jsonresume
# format: json
#
# A résumé has no id: the person is known by e-mail, or else by name. Partial dates begin with the
# first day they can mean. References name third people and are left out.

def day: if . == null then null
  elif test("^[0-9]{4}$") then . + "-01-01"
  elif test("^[0-9]{4}-[0-9]{2}$") then . + "-01"
  elif test("^[0-9]{4}-[0-9]{2}-[0-9]{2}") then .[:10]
  else null end;

def edited: opt(.meta.lastModified) // null | if . == null then null
  elif test("(Z|[+-][0-9:]{5})$") then . else local_time("%Y-%m-%dT%H:%M:%S"; $zone) end;

.basics as $basics
| if ($basics | type) != "object" then stop("this is no JSON Resume: it has no `basics`") else . end
| ($basics.name | person_name) as $name
| ($basics.email | email) as $email
| if $name == null and $email == null then refuse("the résumé names nobody") else . end
| {type: "resume", id: ($email // $name | ascii_downcase), sourceUpdatedAt: edited,
   person: ({hats: ["CANDIDATE"], name: ($name // $email), headline: ($basics.label | html_text),
     emails: ([$basics.email] | addresses(email)), phones: ([$basics.phone] | addresses(phone(opt($basics.location.countryCode) // $region))),
     links: ([$basics.url, ($basics.profiles[]? | {value: .url, label: .network})] | addresses(profile_url)),
     place: ({city: (opt($basics.location.city) | text), region: (opt($basics.location.region) | text),
       country: (opt($basics.location.countryCode) | country)} | said),
     positions: [.work[]? | {companyName: (.name // .company | text), title: (.position | html_text),
       startedOn: (.startDate | day), endedOn: (.endDate | day)} | said
       | select(.companyName != null or .title != null)],
     tags: [.skills[]? | .name | text | values]} | said)}
