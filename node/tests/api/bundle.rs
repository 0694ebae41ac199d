//! Bundles over HTTP: for the administrator alone, whole or from a frame on, and every wrong file by its own code.

use serde_json::json;

use crate::served::{Served, post_body};

const MAKE: &str = "/api/v1/bundle";
const TAKE: &str = "/api/v1/bundle/import";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_fetches_and_looks_into_a_bundle() {
    let served = Served::start().await;
    let member = served.member("ann", 2).await;
    member.write("POST", "/api/v1/chat/u2/message", &post_body("one", "по флешке")).await;
    let wish = json!({ "for": ["office-2"] });
    for client in [&member, &served.stranger()] {
        assert!(matches!(client.write("POST", MAKE, &wish).await.status, 401 | 403));
        assert!(matches!(client.file(TAKE, b"x").await.status, 401 | 403));
        assert!(matches!(client.get("/api/v1/bundle/00").await.status, 401 | 403));
    }
    let person = served.office().people_views().unwrap()[0].id;
    served.office().set_keeper(person, true).await.unwrap();
    assert_eq!(member.write("POST", MAKE, &wish).await.status, 201, "who has the right `it` may");
    let made = served.admin().write("POST", MAKE, &wish).await;
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    let path = format!("/api/v1/bundle/{}", made["id"].as_str().unwrap());
    let file = served.admin().get(&path).await;
    assert_eq!(file.header("content-disposition"), Some(&*format!("attachment; filename=\"{}\"", made["file"].as_str().unwrap())));
    assert_eq!(u64::try_from(file.body.len()).unwrap(), made["bytes"].as_u64().unwrap());
    let rest = served.admin().get(&format!("{path}?frame=1")).await.body;
    let before = usize::try_from(made["head_bytes"].as_u64().unwrap() + made["frame_bytes"].as_u64().unwrap()).unwrap();
    assert_eq!(rest.len(), file.body.len() - before);
    assert_eq!(served.admin().get("/api/v1/bundle/0123").await.refusal(), (404, "no_such_bundle".to_owned()));

    // Its maker looks into it, or takes it, and nothing changes.
    let whole = [&file.body[..before], &rest].concat();
    let looked = served.admin().file(&format!("{TAKE}?look=true"), &whole).await.json();
    assert_eq!(
        (&looked["whole"], &looked["verified"], &looked["new"], &looked["known"]),
        (&true.into(), &true.into(), &0.into(), &0.into())
    );
    let taken = served.admin().file(TAKE, &whole).await.json();
    assert_eq!((&taken["new"], &taken["known"]), (&0.into(), &looked["entries"]["routine"]), "{taken}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_bundle_or_for_nobody_is_refused_by_its_own_code() {
    let served = Served::start().await;
    let admin = served.admin();
    for (wish, status, code) in [
        (json!({ "for": [] }), 422, "bundle_for_whom"),
        (json!({ "for": ["office-1"] }), 422, "bundle_for_whom"),
        (json!({ "for": ["nobody"] }), 404, "no_such_office"),
        (json!({ "for": ["o2"], "max_bytes": 100 }), 422, "bundle_too_small"),
        (json!({ "for": ["o2"], "only": "slow" }), 400, "bad_request"),
    ] {
        assert_eq!(admin.write("POST", MAKE, &wish).await.refusal(), (status, code.to_owned()), "{wish}");
    }
    for (what, bytes) in [("nothing", Vec::new()), ("a letter", b"a letter".to_vec()), ("half a head", b"OKRUGBDL\x01\x0a".to_vec())] {
        assert_eq!(admin.file(TAKE, &bytes).await.refusal(), (422, "bundle_unreadable".to_owned()), "{what}");
    }
    assert_eq!(admin.write("POST", TAKE, &json!({})).await.refusal(), (415, "media_type".to_owned()));
    served.stop().await;
}
