//! What may run at all. Every way in passes here before anything is executed or even expanded:
//! bytes, words and brackets before parsing, then fields, depth, rules, variables and cost.

pub(in crate::graphql) mod cost;
mod count;
mod index;
mod merge;
mod rules;
#[cfg(test)]
pub(crate) mod testing;
mod tokens;
mod variables;

use std::sync::Arc;

use async_graphql::{
    Pos, Request, Variables,
    parser::{parse_query, types::OperationType},
};

use self::index::Index;
use super::{
    code::Code,
    document::{Document, Documents, Plan},
};
use crate::config::Settings;

/// What a document may ask for.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of its text.
    pub bytes: usize,
    /// Words and signs of its text.
    pub tokens: usize,
    /// Fields, fragments written out.
    pub fields: usize,
    /// Aliases, fragments written out.
    pub aliases: usize,
    /// Directives, fragments written out.
    pub directives: usize,
    /// Directives at one field, spread or operation.
    pub directives_at_one_place: usize,
    /// Fields inside one another.
    pub depth: usize,
    /// Lists inside one another.
    pub list_depth: usize,
    /// Fields inside one another, below `__schema` and `__type`.
    pub introspection_depth: usize,
    /// Lists inside one another, below `__schema` and `__type`.
    pub introspection_list_depth: usize,
    /// Points that an operation may cost.
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 256 * 1024,
            tokens: 5_000,
            fields: 5_000,
            aliases: 100,
            directives: 500,
            directives_at_one_place: 10,
            depth: 12,
            list_depth: 4,
            introspection_depth: 15,
            introspection_list_depth: 3,
            cost: 10_000,
        }
    }
}

impl From<&Settings> for Limits {
    fn from(settings: &Settings) -> Self {
        Self {
            tokens: settings.max_tokens,
            depth: settings.max_depth,
            introspection_depth: settings.max_introspection_depth,
            cost: settings.max_cost as u64,
            ..Self::default()
        }
    }
}

/// Why a request may not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardError {
    /// The class of the problem.
    pub code: Code,
    /// What is wrong and what to do.
    pub message: String,
    /// Where in the document.
    pub locations: Vec<Pos>,
    /// What the operation would have cost, where that is the problem.
    pub cost: Option<u64>,
}

impl GuardError {
    fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            locations: Vec::new(),
            cost: None,
        }
    }

    fn invalid(message: impl Into<String>) -> Self {
        Self::new(Code::GraphqlValidationFailed, message)
    }

    fn at(mut self, position: Pos) -> Self {
        self.locations.push(position);
        self
    }
}

/// A request that may run.
#[derive(Debug)]
pub struct Checked {
    document: Arc<Document>,
    /// Whether it reads, writes or subscribes.
    pub kind: OperationType,
    /// The name of the operation in the document.
    pub name: Option<String>,
    /// What it costs.
    pub cost: u64,
    variables: Variables,
}

impl Checked {
    /// The request for the library, with the document that was checked: what runs is what was
    /// counted.
    pub fn into_request(self) -> Request {
        let shown = self.document.shown.clone();
        let mut request = Request::new("").variables(self.variables).data(shown);
        request.operation_name = self.name;
        request.set_parsed_query(self.document.executable.clone());
        request
    }
}

/// The one door to the schema.
pub struct Guard {
    index: Index,
    limits: Limits,
    documents: Documents,
}

impl Guard {
    /// A guard of the schema with this text.
    pub fn new(sdl: &str, limits: Limits) -> anyhow::Result<Self> {
        Ok(Self {
            index: Index::read(sdl)?,
            limits,
            documents: Documents::default(),
        })
    }

    /// Checks a request, and says what it will cost.
    pub fn check(
        &self,
        query: &str,
        operation_name: Option<&str>,
        mut variables: Variables,
    ) -> Result<Checked, GuardError> {
        let document = self.document(query)?;
        let plan = choose(&document, operation_name)?;
        let definitions = plan.variable_definitions(&document);
        variables::known_only(definitions, &mut variables);
        let variables = variables::coerce(&self.index, definitions, variables)?;
        let cost = plan.cost.of(&variables);
        if cost > self.limits.cost {
            let message = format!(
                "This operation costs {cost} points and {} are allowed; ask for smaller pages or fewer lists inside lists.",
                self.limits.cost
            );
            return Err(GuardError {
                cost: Some(cost),
                ..GuardError::new(Code::QueryTooComplex, message)
            });
        }
        let (kind, name) = (plan.kind, plan.name.clone());
        Ok(Checked {
            document,
            kind,
            name,
            cost,
            variables,
        })
    }

    /// The document of a text, read and checked once.
    fn document(&self, query: &str) -> Result<Arc<Document>, GuardError> {
        if query.len() > self.limits.bytes {
            let message = format!("The document is longer than {} bytes.", self.limits.bytes);
            return Err(GuardError::new(Code::QueryTooLarge, message));
        }
        self.documents.get_or_read(query, || self.read(query))
    }

    fn read(&self, query: &str) -> Result<Document, GuardError> {
        let text = tokens::scan(query, self.limits.tokens)?;
        let executable = parse_query(text).map_err(|error| GuardError {
            code: Code::GraphqlParseFailed,
            message: error.to_string(),
            locations: error.positions().collect(),
            cost: None,
        })?;
        count::check(&self.index, &executable, &self.limits)?;
        rules::check(&self.index, &executable)?;
        Ok(Document::new(executable, |document, operation| {
            cost::Cost::read(&self.index, document, operation)
        }))
    }
}

/// The operation that is to run.
fn choose<'a>(document: &'a Document, name: Option<&str>) -> Result<&'a Plan, GuardError> {
    let refuse = |message: String| Err(GuardError::new(Code::OperationResolutionFailure, message));
    match (name, document.plans.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => {
            refuse("The document has several operations: say which in `operationName`.".to_owned())
        }
        (Some(name), plans) => match plans.iter().find(|plan| plan.name.as_deref() == Some(name)) {
            Some(plan) => Ok(plan),
            None => refuse(format!("The document has no operation named \"{name}\".")),
        },
    }
}

#[cfg(test)]
mod tests;
