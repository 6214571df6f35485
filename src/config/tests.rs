//! Where a setting comes from, and what is said when it is wrong.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches};
use secrecy::ExposeSecret;

use super::*;

const SECRET: &str = "a secret for tests, and for tests alone";
const ENVIRONMENT: [(&str, &str); 3] = [
    ("RAPPORT_JWT_SECRET", SECRET),
    ("RAPPORT_JWT_ISSUER", "https://id.example"),
    ("RAPPORT_JWT_AUDIENCE", "rapport"),
];

fn settings(flags: &[&str], environment: &[(&str, &str)], file: &str) -> anyhow::Result<Settings> {
    let layers = Layers::of(environment, file)?;
    let command = layers.apply(Settings::augment_args(Command::new("rapport")));
    let arguments = ["rapport"].iter().chain(flags);
    let matches = command.try_get_matches_from(arguments)?;
    let mut settings = Settings::from_arg_matches(&matches)?;
    settings.complete(&layers)?;
    Ok(settings)
}

fn refused(environment: &[(&str, &str)], file: &str) -> String {
    match settings(&[], environment, file) {
        Ok(_) => panic!("accepted: {environment:?} {file}"),
        Err(why) => format!("{why:#}"),
    }
}

#[test]
fn a_flag_goes_before_the_environment_before_the_file_before_the_default() {
    let file = "listen = '127.0.0.1:1'\nmax_depth = 1\nleeway = '1s'\nmax_batch = 1";
    let environment = [
        ("RAPPORT_LISTEN", "127.0.0.1:2"),
        ("RAPPORT_MAX_DEPTH", "2"),
        ("RAPPORT_LEEWAY", ""),
    ];

    let settings = settings(&["--listen", "127.0.0.1:3"], &environment, file).unwrap();

    assert_eq!(settings.listen.port(), 3);
    assert_eq!(settings.max_depth, 2);
    assert_eq!(settings.leeway, Duration::from_secs(1), "empty is unset");
    assert_eq!(settings.max_batch, 1);
    assert_eq!(settings.max_tokens, 5_000);
}

#[test]
fn lists_and_switches_come_from_every_layer() {
    let file = "cors_origins = ['https://a.example', 'https://b.example:8443']\ngraphiql = false";
    let from_file = settings(&[], &[], file).unwrap();
    let from_environment = settings(
        &[],
        &[("RAPPORT_CORS_ORIGINS", "https://c.example,http://d.example")],
        file,
    );

    assert_eq!(
        from_file.cors_origins,
        ["https://a.example", "https://b.example:8443"]
    );
    assert!(!from_file.graphiql);
    assert_eq!(
        from_environment.unwrap().cors_origins,
        ["https://c.example", "http://d.example"]
    );
}

#[test]
fn the_database_is_named_by_its_own_variable() {
    let settings = settings(
        &[],
        &[("RAPPORT_DATABASE_URL", "postgres://r:sesame@db/rapport")],
        "",
    )
    .unwrap();

    assert_eq!(settings.database_or("-"), "postgres://r:sesame@db/rapport");
    assert!(!format!("{settings:?}").contains("sesame"));
}

#[test]
fn a_wrong_file_is_told_by_line_and_key() {
    let cases = [
        (
            "lisen = '127.0.0.1:1'",
            "`lisen` in rapport.toml: there is no such setting",
        ),
        (
            "print_config = true",
            "`print_config` in rapport.toml: there is no such setting",
        ),
        (
            "listen = { port = 1 }",
            "`listen` in rapport.toml: give one value",
        ),
        (
            "max_depth = 1\njwt_secret = sesame",
            "rapport.toml, line 2: ",
        ),
        (
            "issuer = 'x'",
            "`issuer` in rapport.toml: write `[[issuer]]`",
        ),
    ];
    for (file, message) in cases {
        let told = refused(&[], file);
        assert!(told.starts_with(message), "{told}");
        assert!(!told.contains("sesame") && !told.contains('\n'), "{told}");
    }
}

#[test]
fn the_issuer_of_the_environment_is_complete_or_refused() {
    let settings = settings(&[], &ENVIRONMENT, "").unwrap();
    assert_eq!(settings.issuers.len(), 1);
    assert_eq!(settings.issuers[0].audience, "rapport");

    let without = |name: &str| {
        let left = ENVIRONMENT.iter().filter(|(other, _)| *other != name);
        refused(&left.copied().collect::<Vec<_>>(), "")
    };
    for (name, _) in ENVIRONMENT {
        assert!(without(name).contains(name), "{}", without(name));
    }
}

#[test]
fn a_secret_that_could_be_guessed_is_refused() {
    for secret in ["sesame", "0123456789012345678901234567890"] {
        let mut environment = ENVIRONMENT;
        environment[0].1 = secret;
        let told = refused(&environment, "");
        assert!(
            told.starts_with("RAPPORT_JWT_SECRET: the secret has"),
            "{told}"
        );
        assert!(!told.contains(secret), "{told}");
    }
    let pem = include_str!("../auth/fixtures/rsa_public.pem");
    let mut environment = ENVIRONMENT;
    environment[0].1 = pem;
    assert!(refused(&environment, "").contains("not a secret"));
}

#[test]
fn one_issuer_has_one_kind_of_key() {
    let two = [
        ENVIRONMENT.as_slice(),
        &[("RAPPORT_JWKS_URL", "https://id.example/k")],
    ]
    .concat();

    let told = refused(&two, "");

    assert!(
        told.starts_with("RAPPORT_JWT_SECRET and RAPPORT_JWKS_URL are both set"),
        "{told}"
    );
}

#[test]
fn more_issuers_come_from_tables() {
    let file = format!(
        "leeway = '7s'
        [[issuer]]
        issuer = 'a'
        audience = 'rapport'
        tenant = 'acme'
        secret = '{SECRET}'
        [[issuer]]
        issuer = 'b'
        audience = 'rapport'
        jwks_url = 'https://b.example/keys'
        leeway = '1m'
        require_at_jwt = true"
    );

    let issuers = settings(&[], &ENVIRONMENT, &file).unwrap().issuers;

    assert_eq!(issuers.len(), 3);
    assert_eq!(issuers[1].tenant.as_deref(), Some("acme"));
    assert_eq!(issuers[1].leeway, Duration::from_secs(7));
    assert_eq!(issuers[2].leeway, Duration::from_mins(1));
    assert!(issuers[2].require_at_jwt && !issuers[1].require_at_jwt);
    let KeySource::Secret(secret) = &issuers[1].keys else {
        panic!("not the secret");
    };
    assert_eq!(secret.expose_secret(), SECRET);
}

#[test]
fn a_wrong_table_is_told_by_number_and_key() {
    let cases = [
        (
            "audience = 'r'",
            "[[issuer]] number 1: missing field `issuer`",
        ),
        (
            "issuer = 'a'\naudience = 'r'",
            "[[issuer]] number 1: set `secret_file`",
        ),
        (
            "issuer = 'a'\naudience = 'r'\nkey = 'x'",
            "[[issuer]] number 1: unknown field `key`",
        ),
        (
            "issuer = 'a'\naudience = 'r'\nsecret = 'short'",
            "[[issuer]] number 1, `secret`: the secret has 5 bytes",
        ),
        (
            "issuer = 'a'\naudience = 'r'\njwks_url = 'http://id.example/keys'",
            "[[issuer]] number 1, `jwks_url`: it must be an https address",
        ),
        (
            "issuer = 'a'\naudience = 'r'\nleeway = '5'\nsecret = 'x'",
            "[[issuer]] number 1, `leeway`: give a number and a unit",
        ),
    ];
    for (table, message) in cases {
        let told = refused(&[], &format!("[[issuer]]\n{table}"));
        assert!(told.starts_with(message), "{told}");
    }
    let twice =
        format!("[[issuer]]\nissuer = 'https://id.example'\naudience = 'r'\nsecret = '{SECRET}'");
    assert!(refused(&ENVIRONMENT, &twice).contains("is set twice"));
}

#[test]
fn values_that_cannot_be_are_refused() {
    let wrong = [
        ("RAPPORT_LISTEN", "8080"),
        ("RAPPORT_DATABASE_URL", "mysql://db"),
        ("RAPPORT_DATABASE_CONNECTIONS", "1"),
        ("RAPPORT_MAX_DEPTH", "0"),
        ("RAPPORT_BODY_TIMEOUT", "10"),
        ("RAPPORT_LEEWAY", "-5s"),
        ("RAPPORT_CORS_ORIGINS", "*"),
        ("RAPPORT_CORS_ORIGINS", "https://a.example/"),
        ("RAPPORT_JWKS_URL", "http://id.example/keys"),
        ("RAPPORT_JWKS_URL", "https://r:sesame@id.example/keys"),
        ("RAPPORT_TENANTS", "some"),
        ("RAPPORT_GRAPHIQL", "perhaps"),
        ("RAPPORT_LOG_FORMAT", "xml"),
        ("RAPPORT_LOG_LEVEL", "rapport=loud"),
    ];
    for (name, value) in wrong {
        refused(&[(name, value)], "");
    }
}

#[test]
fn what_is_printed_can_be_read_again_and_holds_no_secret() {
    let file = "cors_origins = ['https://a.example']\nmax_depth = 9";
    let database = (
        "RAPPORT_DATABASE_URL",
        "postgres://r:sesame@db/rapport?password=sesame",
    );
    let environment = [ENVIRONMENT.as_slice(), &[database]].concat();

    let printed = settings(&[], &environment, file)
        .unwrap()
        .printed()
        .unwrap();

    assert!(
        !printed.contains("sesame") && !printed.contains(SECRET),
        "{printed}"
    );
    let again = printed.replace("(hidden)", SECRET);
    let again = settings(&[], &[], &again).unwrap();
    assert_eq!(again.max_depth, 9);
    assert_eq!(again.cors_origins, ["https://a.example"]);
    assert_eq!(again.issuers.len(), 1);
}

#[test]
fn the_defaults_are_safe() {
    let settings = Settings::default();

    assert!(settings.listen.ip().is_loopback());
    assert!(settings.cors_origins.is_empty() && settings.issuers.is_empty());
    assert_eq!(settings.leeway, Duration::from_secs(5));
    assert_eq!(settings.max_body_bytes, 5 << 20);
    assert_eq!(settings.tenants, Tenants::Any);
}

#[test]
fn times_are_read_as_they_are_shown() {
    for text in ["0s", "250ms", "5s", "10m", "24h", "90s"] {
        assert_eq!(in_words(duration(text).unwrap()), text);
    }
    for wrong in ["", "5", "s", "5 s", "1d", "-1s", "99999999999h", "1.5s"] {
        assert!(duration(wrong).is_err(), "{wrong}");
    }
}
