//! What the server has to say afterwards: nothing happened twice, nothing is left.

use oneshot_sandbox::{Request, Sandbox, Status};

use crate::person::Walked;

/// Everything that must not be. Empty: it is as it should be.
pub fn violations(sandbox: &Sandbox, walked: &Walked) -> Vec<String> {
    let created = sandbox.created() - walked.created_before;
    if created != 1 {
        return vec![format!("{created} requests were created")];
    }
    let newest = sandbox
        .requests()
        .into_iter()
        .max_by_key(|request| request.request_pk);
    match newest {
        Some(request) => of_request(&request, walked),
        None => vec!["the request is not there".to_owned()],
    }
}

fn of_request(request: &Request, walked: &Walked) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut exactly = |what: &str, times: u32, wanted: u32| {
        if times != wanted {
            wrong.push(format!("{what}: {times}, not {wanted}"));
        }
    };
    let signed = u32::from(!walked.refused);
    exactly("evidences accepted", request.evidences_taken, 1);
    exactly("videos accepted", request.videos_taken, 1);
    exactly("approvals", request.approvals, signed);
    exactly("refusals", request.refusals, u32::from(walked.refused));
    exactly("signatures", request.signatures, signed);
    exactly("cancellations", request.cancellations, 0);
    let mut at_most = |what: &str, times: u32, most: u32| {
        if times > most {
            wrong.push(format!("{what}: {times}, more than {most}"));
        }
    };
    at_most("codes sent", request.otps_sent, walked.asked);
    // One that was taken back out may have been kept after all, and uploaded again.
    at_most(
        "documents accepted",
        request.documents_taken,
        walked.put_in + walked.put_back,
    );
    let status = if walked.refused {
        Status::Cancelled
    } else {
        Status::Issued
    };
    if request.status != status {
        wrong.push(format!("the request is {}", request.status.word()));
    }
    let left = request
        .documents
        .iter()
        .filter(|document| document.original.is_some() || document.signed.is_some());
    let left = left.count();
    if left > 0 {
        wrong.push(format!("{left} documents are left at the server"));
    }
    if !walked.refused && request.documents.len() < walked.papers {
        wrong.push(format!(
            "{} of {} documents were signed",
            request.documents.len(),
            walked.papers
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use oneshot_sandbox::Settings;

    use super::*;

    /// Creates a request as any client would.
    fn create(sandbox: &Sandbox) {
        let body = r#"{"mobile_phone_number":"+34699999999","email":"a@example.org","registration_authority":"139","profile":"PFnubeQAFCiudadano"}"#;
        let mut stream = TcpStream::connect(sandbox.address()).unwrap();
        write!(
            stream,
            "POST /oneshot/api/v1/videoid HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            sandbox.address(),
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_happened_twice_or_not_at_all_is_named() {
        let sandbox = Sandbox::start(Settings::default()).await.unwrap();
        let walked = Walked {
            created_before: 0,
            papers: 1,
            refused: false,
            put_in: 1,
            put_back: 0,
            asked: 1,
        };
        create(&sandbox);
        let wrong = violations(&sandbox, &walked);
        for missing in [
            "evidences accepted: 0, not 1",
            "approvals: 0, not 1",
            "signatures: 0, not 1",
        ] {
            assert!(wrong.iter().any(|what| what == missing), "{missing}: {wrong:?}");
        }
        assert!(
            wrong.contains(&"the request is VIDEOPENDING".to_owned()),
            "{wrong:?}"
        );
        create(&sandbox);
        assert_eq!(violations(&sandbox, &walked), ["2 requests were created"]);
        sandbox.stop().await;
    }
}
