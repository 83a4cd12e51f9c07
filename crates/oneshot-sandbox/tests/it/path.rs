//! The way of a case, from a new request to `VIDEOREVIEW`.

use crate::booth::{Booth, clip, evidences_body};

#[tokio::test]
async fn evidences_then_video_lead_to_review() {
    let booth = Booth::open().await;
    let (request_pk, videoid_pk) = booth.create().await;
    assert_eq!(booth.status(request_pk).await, "VIDEOPENDING");
    let (status, _) = booth
        .evidences(videoid_pk, &evidences_body("evidences.request"))
        .await;
    assert_eq!(status, 200);
    assert_eq!(booth.status(request_pk).await, "VIDEOINCOMPLETE");
    let (status, _) = booth.video(videoid_pk, clip()).await;
    assert_eq!(status, 200);
    assert_eq!(booth.status(request_pk).await, "VIDEOREVIEW");
}
