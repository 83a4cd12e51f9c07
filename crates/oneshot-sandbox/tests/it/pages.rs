//! What a person and a program see of what arrived.

use oneshot_sandbox::Settings;
use serde_json::{Value, json};

use crate::booth::{Booth, clip, evidences_body};

async fn text(booth: &Booth, path: &str) -> String {
    let response = booth.http.get(booth.page(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response.text().await.unwrap()
}

/// One whole case, with a name that would be markup.
async fn case() -> (Booth, u64) {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let mut body = evidences_body("evidences.request.unmeasured");
    body["videoid_data"]["ocr_data"]["given_name"] = json!("<script>alert(1)</script>");
    body["acceptance"]["description"] = json!("\"><img src=x onerror=alert(2)>");
    body["videoid_data"]["images"]["../<b>'\""] = body["videoid_data"]["images"]["document_front"].clone();
    assert_eq!(booth.evidences(videoid_pk, &body).await.0, 200);
    assert_eq!(booth.video(videoid_pk, clip()).await.0, 200);
    (booth, request_pk)
}

#[tokio::test]
async fn the_first_page_says_what_it_is_and_where_to_send() {
    let booth = Booth::open().await;
    let page = text(&booth, "").await;
    assert!(
        page.contains("Sandbox: practice only") && page.contains("Nothing leaves this machine"),
        "{page}"
    );
    assert!(
        page.contains(&booth.sandbox.base_url()),
        "the base URL to copy: {page}"
    );

    let shared = Settings {
        allow_other_machines: true,
        ..Settings::default()
    };
    let page = text(&Booth::with(shared).await, "").await;
    assert!(
        page.contains("practice only") && !page.contains("Nothing leaves"),
        "not promised there: {page}"
    );
}

#[tokio::test]
async fn what_arrived_is_shown_and_nothing_of_it_is_markup() {
    let (booth, request_pk) = case().await;
    let list = text(&booth, "").await;
    let page = text(&booth, &format!("requests/{request_pk}")).await;
    for html in [&list, &page] {
        assert!(
            html.contains(&request_pk.to_string()) && html.contains("VIDEOREVIEW"),
            "{html}"
        );
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{html}");
        for markup in ["<script", "<img src=x", "<b>"] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
    }
    for shown in [
        "document_front",
        "16 × 16",
        "Surname 1",
        "not sent",
        "failed",
        "VIDEOPENDING",
        "booth-test/1",
        "/video",
    ] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
}

#[tokio::test]
async fn every_picture_and_the_video_of_the_page_load() {
    let (booth, request_pk) = case().await;
    let page = text(&booth, &format!("requests/{request_pk}")).await;
    let sources: Vec<&str> = page
        .split("src=\"/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(sources.len(), 6, "five pictures and a video: {sources:?}");
    let kept = booth.sandbox.request(request_pk).unwrap();
    let pictures: Vec<_> = kept
        .evidences
        .unwrap()
        .pictures
        .into_values()
        .map(|picture| picture.bytes)
        .collect();
    for source in sources {
        let response = booth.http.get(booth.page(source)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{source}");
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = response.bytes().await.unwrap();
        if source.ends_with("/video") {
            assert_eq!((media_type.as_str(), &bytes[..]), ("video/mp4", &clip()[..]));
        } else {
            assert!(
                media_type == "image/jpeg" && pictures.contains(&bytes),
                "{source}"
            );
        }
    }
}

#[tokio::test]
async fn a_player_can_seek_in_the_video() {
    let (booth, request_pk) = case().await;
    let url = booth.page(&format!("_sandbox/requests/{request_pk}/video"));
    let ask = async |range: &str| booth.http.get(&url).header("range", range).send().await.unwrap();
    let part = ask("bytes=100-199").await;
    assert_eq!(part.status(), 206);
    assert_eq!(
        part.headers()["content-range"],
        format!("bytes 100-199/{}", clip().len()).as_str()
    );
    assert_eq!(part.bytes().await.unwrap(), clip()[100..200]);
    assert_eq!(ask("bytes=999999999-").await.status(), 416);
}

#[tokio::test]
async fn no_answer_can_be_framed_or_embedded_elsewhere() {
    let (booth, request_pk) = case().await;
    let paths = [
        "".to_owned(),
        format!("requests/{request_pk}"),
        format!("_sandbox/requests/{request_pk}/video"),
    ];
    for path in paths {
        let response = booth.http.get(booth.page(&path)).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("server"), "proofbooth-sandbox");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        let policy = header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
        assert!(
            !policy.contains("script-src") && !policy.contains("unsafe"),
            "no script runs: {policy}"
        );
    }
}

#[tokio::test]
async fn a_program_reads_the_same_as_json() {
    let (booth, request_pk) = case().await;
    let json = async |path: &str| serde_json::from_str::<Value>(&text(&booth, path).await).unwrap();
    let list = json("_sandbox/requests").await;
    assert_eq!(
        (&list[0]["request_pk"], &list[0]["status"]),
        (&json!(request_pk), &json!("VIDEOREVIEW"))
    );
    let one = json(&format!("_sandbox/requests/{request_pk}")).await;
    assert_eq!(one["evidences"]["body"]["acceptance"]["ip"], "186.0.91.53");
    assert_eq!(one["evidences"]["pictures"]["document_front"]["width"], 16);
    assert_eq!(one["video"]["bytes"], clip().len());
    assert!(one["video"]["footage"]["frames"].as_u64().unwrap() > 10, "{one}");
    assert_eq!(one["history"].as_array().unwrap().len(), 3);
    assert_eq!(one["calls"].as_array().unwrap().len(), 3);
    assert_eq!(json("_sandbox/calls").await.as_array().unwrap().len(), 3);
    for path in [
        "_sandbox/requests/1",
        "_sandbox/requests/x/video",
        "requests/1",
        "nowhere",
    ] {
        assert_eq!(
            booth.http.get(booth.page(path)).send().await.unwrap().status(),
            404,
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_no_picture_is_named_and_not_shown() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    let mut body = evidences_body("evidences.request");
    body["videoid_data"]["images"]["document_front"] = json!("PHNjcmlwdD5hbGVydCgzKTwvc2NyaXB0Pg==");
    booth.evidences(videoid_pk, &body).await;
    let page = text(&booth, &format!("requests/{request_pk}")).await;
    assert!(
        page.contains("document_front: not a JPEG or PNG picture") && page.contains("VIDEOERROR"),
        "{page}"
    );
    let image = booth.page(&format!("_sandbox/requests/{request_pk}/images/document_front"));
    let response = booth.http.get(image).send().await.unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "application/octet-stream",
        "no browser runs it"
    );
}
