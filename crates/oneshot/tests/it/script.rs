//! A server of a few lines: each connection gets the next step of the script, whatever it asks for.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What to do with one connection.
pub enum Step {
    /// Read the whole request, write this, close.
    Answer(Vec<u8>),
    /// Read the head, write this, then let the rest of the request run out: what nginx does.
    AnswerEarly(Vec<u8>),
    /// Read the head, write this and close, whatever is still coming: the system then resets the connection.
    AnswerAndSlam(Vec<u8>),
    /// Write this without waiting for a request.
    Blurt(Vec<u8>),
    /// Close without reading a byte.
    CloseAtOnce,
    /// Read the head and a little of the body, close.
    CloseInTheMiddle,
    /// Read the whole request, close without a word.
    CloseAfterwards,
    /// Read the whole request, keep the connection, say nothing.
    Silence,
    /// Read the head, then nothing more, and keep the connection.
    StopReading,
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Received {
    pub head: String,
    pub body: Vec<u8>,
}

impl Received {
    /// `POST /path`.
    pub fn line(&self) -> &str {
        self.head
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches(" HTTP/1.1")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn announced(&self) -> usize {
        self.header("content-length")
            .map_or(0, |length| length.parse().unwrap())
    }
}

pub struct Script {
    /// The base URL to configure.
    pub base: String,
    received: Arc<Mutex<Vec<Received>>>,
    task: JoinHandle<()>,
}

impl Script {
    /// Listens, and plays one step a connection; connections after the last step are closed at once.
    pub async fn play(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/oneshot/api/v1", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let steps: Vec<Step> = steps.into_iter().collect();
        let log = Arc::clone(&received);
        let task = tokio::spawn(async move {
            let mut kept = Vec::new();
            let mut steps = steps.into_iter();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                if step(&mut stream, steps.next().unwrap_or(Step::CloseAtOnce), &log).await {
                    kept.push(stream);
                }
            }
        });
        Self { base, received, task }
    }

    /// What came so far, in order.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// The only request that came.
    pub fn only(&self) -> Received {
        let received = self.received();
        assert_eq!(received.len(), 1, "one request was expected: {received:?}");
        received[0].clone()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Plays a step; true if the connection is to be kept open.
async fn step(stream: &mut TcpStream, step: Step, log: &Mutex<Vec<Received>>) -> bool {
    if matches!(step, Step::CloseAtOnce) {
        return false;
    }
    if let Step::Blurt(words) = step {
        stream.write_all(&words).await.unwrap();
        run_out(stream).await;
        return false;
    }
    let mut request = read_head(stream).await;
    let announced = request.announced();
    match step {
        Step::CloseAtOnce | Step::Blurt(_) => unreachable!("these wait for no request"),
        Step::Answer(answer) => {
            read_body(stream, &mut request, announced).await;
            log.lock().unwrap().push(request);
            stream.write_all(&answer).await.unwrap();
            false
        }
        Step::AnswerEarly(answer) => {
            log.lock().unwrap().push(request);
            stream.write_all(&answer).await.unwrap();
            run_out(stream).await;
            false
        }
        Step::AnswerAndSlam(answer) => {
            log.lock().unwrap().push(request);
            stream.write_all(&answer).await.unwrap();
            false
        }
        Step::CloseInTheMiddle => {
            let some = (announced / 4).min(100_000);
            read_body(stream, &mut request, some).await;
            log.lock().unwrap().push(request);
            false
        }
        Step::CloseAfterwards => {
            read_body(stream, &mut request, announced).await;
            log.lock().unwrap().push(request);
            false
        }
        Step::Silence => {
            read_body(stream, &mut request, announced).await;
            log.lock().unwrap().push(request);
            true
        }
        Step::StopReading => {
            log.lock().unwrap().push(request);
            true
        }
    }
}

/// Says that nothing more will come, and takes what the other side still has.
async fn run_out(stream: &mut TcpStream) {
    let _ = stream.shutdown().await;
    let mut rest = vec![0; 64 * 1024];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

async fn read_head(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = bytes.split_off(end + 4);
            return Received {
                head: String::from_utf8(bytes).unwrap(),
                body,
            };
        }
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
            _ => return Received::default(),
        }
    }
}

async fn read_body(stream: &mut TcpStream, request: &mut Received, len: usize) {
    let mut buffer = vec![0; 64 * 1024];
    while request.body.len() < len {
        match stream.read(&mut buffer).await {
            Ok(read @ 1..) => request.body.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
}

/// A whole HTTP answer.
pub fn http(status: u16, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

/// A JSON answer.
pub fn json(status: u16, body: &[u8]) -> Step {
    Step::Answer(http(status, "application/json", body))
}

/// A fixture as an answer, with the status its name carries.
pub fn fixture_answer(name: &str) -> Step {
    let status = crate::fixtures::http_status(name);
    let kind = if name.ends_with(".html") {
        "text/html"
    } else {
        "application/json"
    };
    Step::Answer(http(status, kind, &crate::fixture(name)))
}
