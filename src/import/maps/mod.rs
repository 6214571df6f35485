//! The mapping programs that come with Rapport.

/// The built-in programs by name.
pub const BUILT_IN: [(&str, &str); 8] = [
    ("bamboohr", include_str!("../../../maps/bamboohr.jq")),
    ("frappe", include_str!("../../../maps/frappe.jq")),
    ("greenhouse", include_str!("../../../maps/greenhouse.jq")),
    ("jsonresume", include_str!("../../../maps/jsonresume.jq")),
    ("lever", include_str!("../../../maps/lever.jq")),
    ("merge", include_str!("../../../maps/merge.jq")),
    ("opencats", include_str!("../../../maps/opencats.jq")),
    ("people-csv", include_str!("../../../maps/people-csv.jq")),
];

/// The built-in program of that name.
pub fn built_in(name: &str) -> Option<&'static str> {
    let found = BUILT_IN.iter().find(|(known, _)| *known == name);
    found.map(|(_, code)| *code)
}

#[cfg(test)]
mod tests;
