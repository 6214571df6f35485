# What mapping programs may use besides jq's own filters and those written in Rust.

# The text without blanks around it; null if there is none, or only a placeholder stands there.
def text: if . == null then null else tostring | clean end;

# What `f` finds, or null if it finds nothing or does not fit: `opt(.source.name)`. Plain `.source?.name?` is
# nothing at all where `source` is a text, and takes the whole object around it away.
def opt(f): [f?][0];

# An id as text, to the last digit; null stays null.
def id: if . == null or . == "" then null else tostring end;

# How a record names another of the same system.
def record($type): id | if . == null then null else {type: $type, id: .} end;

# The object without its nulls, empty texts and empty lists: what the source does not say is left out.
def said: with_entries(select(.value != null and .value != "" and .value != [] and .value != {}));

# Addresses with what they are for; what is no address is left out.
def addresses(f): [.[]? | if type == "object" then . else {value: .} end
  | {value: (.value | text | f), label: ((.label // .type // null) | text)}
  | select(.value != null) | said];

# The record is rejected, with a word of why. `stop($why)` ends the whole import instead.
def refuse($why): error($why);

# A place as people write it in one line: "City", "City, Region", "City, Region, Country".
def place: if . == null then null else
  (split(",") | map(text | values)) as $parts
  | ($parts | length) as $count
  | ($parts[-1] | country) as $country
  | (if $count == 0 then {}
     elif $country != null and $count == 1 then {country: $country}
     elif $country != null then {city: $parts[0], region: (if $count > 2 then $parts[-2] else null end), country: $country}
     else {city: $parts[0], region: $parts[1]} end) | said end;
