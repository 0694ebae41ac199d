//! The committed OpenAPI document is the one that the routes make.

use std::path::Path;

#[test]
fn the_committed_document_is_what_the_routes_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let made = okrug_node::api::openapi();
    if std::env::var_os("OKRUG_WRITE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(committed == made, "node/openapi.json is old: run this test with OKRUG_WRITE=1 and look at the difference");
}

#[test]
fn every_route_says_what_it_needs_and_what_it_refuses() {
    let document: serde_json::Value = serde_json::from_str(&okrug_node::api::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 52, "{:?}", paths.keys());
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().unwrap() {
            assert!(operation["summary"].is_string(), "{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            let is_open = path.ends_with("z") || (path.ends_with("/session") && method == "post");
            assert!(is_open || answers.contains_key("401") || answers.contains_key("403"), "{method} {path}");
        }
    }
}

/// What the layers around all routes refuse is declared with each of them.
#[test]
fn every_route_declares_what_any_route_may_answer() {
    let document: serde_json::Value = serde_json::from_str(&okrug_node::api::openapi()).unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let mut due = vec!["400", "408", "421", "500", "503"];
            due.extend(path.starts_with("/api/").then_some("403"));
            due.extend(path.contains('{').then_some("404"));
            due.extend(operation["requestBody"].is_object().then_some(["413", "415"]).into_iter().flatten());
            let answers = operation["responses"].as_object().unwrap();
            let missing: Vec<_> = due.into_iter().filter(|status| !answers.contains_key(*status)).collect();
            assert!(missing.is_empty(), "{method} {path}: {missing:?}");
        }
    }
}

/// Generators of clients name their functions and types by these.
#[test]
fn no_two_operations_have_one_name() {
    let document: serde_json::Value = serde_json::from_str(&okrug_node::api::openapi()).unwrap();
    let operations = document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let mut names: Vec<_> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "{names:?}");
}
