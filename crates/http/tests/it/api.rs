//! What the types promise beside the conversions.

use core::error::Error;
use core::fmt::Debug;

use tress_http::http::HeaderName;
use tress_http::{ConvertError, Date, Protocol};

fn is_error<T: Error + Send + Sync + 'static>() {}
fn is_shared<T: Clone + Debug + Send + Sync + 'static>() {}

#[test]
fn errors_are_errors_and_values_are_shared() {
    is_error::<ConvertError>();
    is_shared::<Date>();
    is_shared::<Protocol>();
}

#[test]
fn an_error_names_its_field_and_has_its_cause() {
    let source = HeaderName::from_bytes(b"a b").unwrap_err();
    let name = "a b".to_owned();
    let error = ConvertError::FieldName { name, source };
    assert_eq!(error.field(), Some("a b"));
    assert!(error.source().is_some());
    assert_eq!(error.to_string(), "`a b` is not the name of a field");
    assert_eq!(
        ConvertError::ProtocolMisplaced.field(),
        Some(":protocol"),
        "a rule names the field that it is about"
    );
    assert_eq!(ConvertError::TooManyFields.field(), None);
}
