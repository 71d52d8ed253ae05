//! The messages, as `prost` sees them: no `.proto` file, no generated code.

/// Who is to be greeted.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct HelloRequest {
    /// The name.
    #[prost(string, tag = "1")]
    pub(crate) name: String,
}

impl HelloRequest {
    /// Makes a request to greet somebody.
    pub(crate) fn to(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

/// The greeting.
#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct HelloReply {
    /// What is said.
    #[prost(string, tag = "1")]
    pub(crate) message: String,
}

impl HelloReply {
    /// Makes a greeting.
    pub(crate) fn to(name: &str) -> Self {
        let message = format!("Hello {name}!");
        Self { message }
    }
}
