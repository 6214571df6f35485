//! A small schema for the guard's tests, and documents that try it.

use async_graphql::{
    EmptySubscription, Enum, ID, InputObject, Interface, Object, OneofObject, Schema, SimpleObject,
};

pub(crate) struct Query;
pub(crate) struct Mutation;
pub(crate) struct Person;
pub(crate) struct Robot;

#[derive(Interface)]
#[graphql(field(name = "name", ty = "String"))]
pub(crate) enum Being {
    Person(Person),
    Robot(Robot),
}

#[derive(SimpleObject)]
pub(crate) struct PageInfo {
    has_next_page: bool,
}

#[derive(SimpleObject)]
pub(crate) struct PersonEdge {
    node: Person,
    cursor: String,
}

#[derive(SimpleObject)]
pub(crate) struct PersonConnection {
    edges: Vec<PersonEdge>,
    nodes: Vec<Person>,
    page_info: PageInfo,
    total_count: i32,
}

#[derive(InputObject)]
pub(crate) struct PersonFilter {
    text: Option<String>,
    mood: Option<Mood>,
    all: Option<Vec<PersonFilter>>,
}

#[derive(OneofObject)]
pub(crate) enum PersonBy {
    Id(ID),
    Email(String),
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Glad,
    Sad,
}

fn page() -> PersonConnection {
    PersonConnection {
        edges: vec![PersonEdge {
            node: Person,
            cursor: "c".into(),
        }],
        nodes: vec![Person, Person],
        page_info: PageInfo {
            has_next_page: false,
        },
        total_count: 2,
    }
}

#[Object]
impl Query {
    async fn person(&self) -> Person {
        Person
    }
    async fn beings(&self) -> Vec<Being> {
        vec![Being::Person(Person), Being::Robot(Robot)]
    }
    async fn person_by(&self, by: PersonBy) -> Option<Person> {
        matches!(by, PersonBy::Id(_) | PersonBy::Email(_)).then_some(Person)
    }
    async fn nodes(&self, ids: Vec<ID>) -> Vec<Person> {
        ids.iter().map(|_| Person).collect()
    }
    async fn people(
        &self,
        #[graphql(default = 20)] first: Option<i32>,
        last: Option<i32>,
        filter: Option<PersonFilter>,
    ) -> PersonConnection {
        let _ = (first, last, filter.map(|f| (f.text, f.mood, f.all)));
        page()
    }
    async fn walk(&self, #[graphql(default = 2)] depth: i32) -> Person {
        let _ = depth;
        Person
    }
    async fn echo(
        &self,
        number: i32,
        text: Option<String>,
        #[graphql(default)] flag: bool,
    ) -> String {
        format!("{number}{}{flag}", text.unwrap_or_default())
    }
    async fn slow(&self) -> bool {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        true
    }
    async fn fails(&self) -> Option<async_graphql::Result<String>> {
        Some(Err(async_graphql::Error::new(
            "the table `person` burnt down",
        )))
    }
    async fn panics(&self) -> bool {
        assert!(std::hint::black_box(false), "a secret");
        true
    }
}

#[Object]
impl Person {
    async fn name(&self) -> &'static str {
        "Ada"
    }
    async fn best(&self) -> Person {
        Person
    }
    async fn friends(&self) -> Vec<Person> {
        vec![Person]
    }
    async fn people(&self, first: Option<i32>) -> PersonConnection {
        let _ = first;
        page()
    }
    async fn tags(&self) -> Vec<String> {
        vec![]
    }
    async fn age(&self, in_days: Option<bool>) -> i32 {
        i32::from(in_days.unwrap_or_default())
    }
}

#[Object]
impl Robot {
    async fn name(&self) -> &'static str {
        "R2"
    }
    async fn age(&self) -> i32 {
        3
    }
    async fn maker(&self) -> Person {
        Person
    }
}

/// How many writes that take their time came to their end.
pub(crate) static LINGERED: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

#[Object]
impl Mutation {
    async fn linger(&self) -> bool {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        LINGERED.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        true
    }
    async fn rename(&self, name: String) -> Person {
        let _ = name;
        Person
    }
}

pub(crate) type TestSchema = Schema<Query, Mutation, EmptySubscription>;

pub(crate) fn schema() -> TestSchema {
    Schema::build(Query, Mutation, EmptySubscription)
        .register_output_type::<Being>()
        .finish()
}

/// The schema's text, with a subscription that the guard alone knows of.
pub(crate) fn sdl() -> String {
    let sdl = schema().sdl();
    let sdl = sdl.replace(
        "mutation: Mutation",
        "mutation: Mutation subscription: Subscription",
    );
    format!("{sdl}\ntype Subscription {{ a: Int b: Int }}")
}

/// `{ field { field { leaf } } }`, so many fields deep.
pub(crate) fn nested(field: &str, times: usize, leaf: &str) -> String {
    format!(
        "{}{{ {leaf} }}{}",
        format!("{{ {field} ").repeat(times),
        " }".repeat(times)
    )
}

/// What code generators and explorers ask.
pub(crate) const INTROSPECTION: &str = "
query IntrospectionQuery {
  __schema {
    description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
fragment TypeRef on __Type {
  kind name
  ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}";
