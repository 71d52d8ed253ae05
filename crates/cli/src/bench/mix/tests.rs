//! Lines of a mix.

use super::{Line, parse};

#[test]
fn a_line_has_a_weight_a_method_a_path_and_perhaps_content() {
    let lines = parse("# what we are asked for\n3 GET /\n\n 1 POST /echo two words\n").unwrap();
    let line = |weight, method: &str, path: &str, data: Option<&str>| Line {
        weight,
        method: method.into(),
        path: path.into(),
        data: data.map(Into::into),
    };
    assert_eq!(
        lines,
        [
            line(3, "GET", "/", None),
            line(1, "POST", "/echo", Some("two words")),
        ]
    );
}

#[test]
fn a_line_that_is_wrong_is_named() {
    for wrong in [
        "GET /",
        "0 GET /",
        "1 GET",
        "1 GET path",
        "x GET /",
        "-1 GET /",
    ] {
        let text = alloc::format!("1 GET /\n{wrong}\n");
        assert_eq!(parse(&text), Err(2), "{wrong:?}");
    }
}
