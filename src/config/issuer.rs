//! Whose tokens are accepted: one issuer from the plain settings, more from `[[issuer]]` tables.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, bail, ensure};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Layers, Settings, print, values};

/// The least length of an HS256 secret, in bytes: that of the hash (RFC 7518, section 3.2).
pub(crate) const LEAST_SECRET: usize = 32;

/// An issuer of tokens and what its tokens must be like.
#[derive(Clone, Debug, Serialize)]
pub struct IssuerSettings {
    /// The `iss` of its tokens, byte for byte.
    pub issuer: String,
    /// What the `aud` of its tokens must hold.
    pub audience: String,
    /// The one tenant it speaks for; without this the token names its tenant.
    pub tenant: Option<String>,
    /// What proves its tokens.
    #[serde(flatten)]
    pub keys: KeySource,
    /// How far its clock may be off.
    #[serde(serialize_with = "print::time")]
    pub leeway: Duration,
    /// How long its tokens may be valid in all.
    #[serde(serialize_with = "print::time")]
    pub max_token_life: Duration,
    /// Whether its tokens must say that they are access tokens.
    pub require_at_jwt: bool,
}

/// What proves the tokens of an issuer. It, never the token, decides on the algorithm.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// A shared secret: HS256.
    Secret(#[serde(serialize_with = "print::secret")] SecretString),
    /// A public key as PEM.
    PublicKey(String),
    /// The address of a set of public keys.
    JwksUrl(#[serde(serialize_with = "print::url")] Url),
}

impl IssuerSettings {
    /// An issuer with a shared secret, and the default policy.
    pub fn with_secret(issuer: &str, audience: &str, secret: SecretString) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            tenant: None,
            keys: KeySource::Secret(secret),
            leeway: Duration::from_secs(5),
            max_token_life: Duration::from_hours(24),
            require_at_jwt: false,
        }
    }
}

/// What proves tokens, as it is written: one of these must be given, not more.
struct Proofs<'a> {
    secret: Option<SecretString>,
    secret_file: Option<&'a Path>,
    public_key: Option<&'a str>,
    public_key_file: Option<&'a Path>,
    jwks_url: Option<Url>,
}

/// An `[[issuer]]` table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerTable {
    issuer: String,
    audience: String,
    tenant: Option<String>,
    secret: Option<String>,
    secret_file: Option<String>,
    public_key: Option<String>,
    public_key_file: Option<String>,
    jwks_url: Option<String>,
    leeway: Option<String>,
    max_token_life: Option<String>,
    require_at_jwt: Option<bool>,
}

/// All issuers that are set.
pub(super) fn all(settings: &Settings, layers: &Layers) -> anyhow::Result<Vec<IssuerSettings>> {
    let mut issuers: Vec<IssuerSettings> = single(settings, layers)?.into_iter().collect();
    for (index, table) in layers.issuers()?.into_iter().enumerate() {
        let place = format!("[[issuer]] number {}", index + 1);
        let table = table
            .try_into::<IssuerTable>()
            .map_err(|why| anyhow::anyhow!("{place}: {}", why.message().replace('\n', ", ")))?;
        issuers.push(from_table(settings, table, &place)?);
    }
    for (index, one) in issuers.iter().enumerate() {
        // The name alone selects the keys, so two under one name would be a matter of luck.
        ensure!(
            issuers[..index]
                .iter()
                .all(|other| other.issuer != one.issuer),
            "the issuer `{}` is set twice",
            one.issuer
        );
    }
    Ok(issuers)
}

fn single(settings: &Settings, layers: &Layers) -> anyhow::Result<Option<IssuerSettings>> {
    let proofs = Proofs {
        secret: layers.secret("jwt_secret"),
        secret_file: settings.jwt_secret_file.as_deref(),
        public_key: settings.jwt_public_key.as_deref(),
        public_key_file: settings.jwt_public_key_file.as_deref(),
        jwks_url: settings.jwks_url.clone(),
    };
    let (issuer, audience) = (&settings.jwt_issuer, &settings.jwt_audience);
    let Some(keys) = proofs.read(|key| match key {
        "jwks_url" => "RAPPORT_JWKS_URL".to_owned(),
        _ => format!("RAPPORT_JWT_{}", key.to_uppercase()),
    })?
    else {
        ensure!(
            issuer.is_none() && audience.is_none(),
            "nothing proves the tokens of RAPPORT_JWT_ISSUER: set RAPPORT_JWT_SECRET, \
             RAPPORT_JWT_PUBLIC_KEY or RAPPORT_JWKS_URL"
        );
        return Ok(None);
    };
    let issuer = issuer
        .as_ref()
        .context("RAPPORT_JWT_ISSUER is not set: the `iss` of the tokens to accept")?;
    let audience = audience
        .as_ref()
        .context("RAPPORT_JWT_AUDIENCE is not set: the `aud` that the tokens must name")?;
    Ok(Some(IssuerSettings {
        issuer: issuer.clone(),
        audience: audience.clone(),
        tenant: None,
        keys,
        leeway: settings.leeway,
        max_token_life: settings.max_token_life,
        require_at_jwt: settings.require_at_jwt,
    }))
}

fn from_table(
    settings: &Settings,
    table: IssuerTable,
    place: &str,
) -> anyhow::Result<IssuerSettings> {
    let name = |key: &str| format!("{place}, `{key}`");
    let wrong = |key: &str, why: String| anyhow::anyhow!("{}: {why}", name(key));
    let time = |key: &str, text: Option<&String>, default: Duration| match text {
        Some(text) => values::duration(text).map_err(|why| wrong(key, why)),
        None => Ok(default),
    };
    let jwks_url = match &table.jwks_url {
        Some(url) => Some(values::jwks_url(url).map_err(|why| wrong("jwks_url", why))?),
        None => None,
    };
    let leeway = time("leeway", table.leeway.as_ref(), settings.leeway)?;
    let max_token_life = time(
        "max_token_life",
        table.max_token_life.as_ref(),
        settings.max_token_life,
    )?;
    let proofs = Proofs {
        secret: table.secret.map(Into::into),
        secret_file: table.secret_file.as_deref().map(Path::new),
        public_key: table.public_key.as_deref(),
        public_key_file: table.public_key_file.as_deref().map(Path::new),
        jwks_url,
    };
    let keys = proofs
        .read(name)?
        .with_context(|| format!("{place}: set `secret_file`, `public_key_file` or `jwks_url`"))?;
    Ok(IssuerSettings {
        issuer: table.issuer,
        audience: table.audience,
        tenant: table.tenant,
        keys,
        leeway,
        max_token_life,
        require_at_jwt: table.require_at_jwt.unwrap_or(settings.require_at_jwt),
    })
}

impl Proofs<'_> {
    /// Reads the one that is given; `name` tells how the setting of a key is called.
    fn read(self, name: impl Fn(&str) -> String) -> anyhow::Result<Option<KeySource>> {
        let given: Vec<String> = [
            ("secret", self.secret.is_some()),
            ("secret_file", self.secret_file.is_some()),
            ("public_key", self.public_key.is_some()),
            ("public_key_file", self.public_key_file.is_some()),
            ("jwks_url", self.jwks_url.is_some()),
        ]
        .into_iter()
        .filter(|&(_, is_given)| is_given)
        .map(|(key, _)| name(key))
        .collect();
        if let [first, second, ..] = given.as_slice() {
            bail!("{first} and {second} are both set: one issuer has one kind of key");
        }
        if let Some(secret) = self.secret {
            return strong(secret, &name("secret")).map(Some);
        }
        if let Some(path) = self.secret_file {
            let name = name("secret_file");
            let secret = read(path, &name)?;
            return strong(secret.trim_end_matches(['\r', '\n']).into(), &name).map(Some);
        }
        if let Some(path) = self.public_key_file {
            let pem = read(path, &name("public_key_file"))?;
            return Ok(Some(KeySource::PublicKey(pem)));
        }
        if let Some(pem) = self.public_key {
            // Environment files have no way to write a line's end but this.
            return Ok(Some(KeySource::PublicKey(pem.replace("\\n", "\n"))));
        }
        Ok(self.jwks_url.map(KeySource::JwksUrl))
    }
}

fn read(path: &Path, name: &str) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{name}: {}", path.display()))
}

/// Refuses a secret that could be guessed, or that everybody knows.
fn strong(secret: SecretString, name: &str) -> anyhow::Result<KeySource> {
    let text = secret.expose_secret();
    ensure!(
        text.len() >= LEAST_SECRET,
        "{name}: the secret has {} bytes, and {LEAST_SECRET} is the least; \
         `openssl rand -base64 48` makes a good one",
        text.len()
    );
    ensure!(
        !text.contains("-----BEGIN"),
        "{name}: this is a key file, not a secret; a public key is set by RAPPORT_JWT_PUBLIC_KEY"
    );
    Ok(KeySource::Secret(secret))
}
