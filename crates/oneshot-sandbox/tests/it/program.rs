//! The program, as a script starts it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use crate::booth::create_body;

struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_oneshot-sandbox"));
    command.args(arguments);
    command
}

#[tokio::test]
async fn it_prints_where_it_listens_and_takes_its_knobs() {
    let arguments = [
        "--ra",
        "7",
        "--ra-without-videoid",
        "8",
        "--fail",
        "create_videoid=html502",
        "--no-env",
    ];
    let mut program = Program(program(&arguments).stdout(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let base_url = lines.next().unwrap();
    let page_url = lines.next().unwrap();
    assert!(
        base_url.starts_with("http://127.0.0.1:") && base_url.ends_with("/oneshot/api/v1"),
        "{base_url}"
    );
    assert_eq!(base_url, format!("{page_url}oneshot/api/v1"));

    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let create = async |authority: &str, env: &str| {
        let mut body = create_body();
        body["registration_authority"] = json!(authority);
        body["env"] = json!(env);
        http.post(format!("{base_url}/videoid"))
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(create("7", "sandbox").await, 502, "the fault asked for");
    assert_eq!(create("7", "sandbox").await, 200);
    assert_eq!(create("8", "sandbox").await, 400);
    assert_eq!(create("139", "sandbox").await, 404, "only the ones given");

    #[cfg(unix)]
    {
        let interrupted = Command::new("kill")
            .args(["-INT", &program.0.id().to_string()])
            .status()
            .unwrap();
        assert!(interrupted.success());
        assert!(program.0.wait().unwrap().success(), "Ctrl-C is the ordinary end");
    }
}

#[test]
fn what_it_cannot_do_it_says() {
    let check = |arguments: &[&str], words: &str| {
        let output = program(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && output.stdout.is_empty(),
            "{arguments:?}"
        );
        assert!(said.contains(words), "{arguments:?}: {said}");
    };
    check(&["--listen", "0.0.0.0:0"], "can be reached by other machines");
    check(
        &["--fail", "create_videoid=html503"],
        "no fault is called \"html503\"",
    );
    check(&["--fail", "upload=html502"], "no operation is called \"upload\"");
}
