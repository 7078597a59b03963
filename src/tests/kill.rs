//! The server ends in the middle of an exam, killed or told to: every acknowledged answer is there, and nothing but whole requests.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http_body_util::{BodyExt, Full};
use hyper::{Request, body::Bytes, client::conn::http1::SendRequest};
use hyper_util::rt::TokioIo;
use mingfa::{
    domain::{attempt::Event, exam::Window, id::AttemptId, item::OptionSet},
    service::{
        clock::{Clock, SystemClock},
        exam::Setup,
    },
    ui::sit::wire::{Progress, SaveReply, SaveRequest},
};
use tokio::sync::Notify;

use crate::support::{Chance, Engine, Place, Stage, event, setup};

/// The program, serving.
struct Server {
    process: Child,
    address: SocketAddr,
    /// Kept open, so that the program can go on printing.
    _output: BufReader<ChildStdout>,
}

impl Server {
    fn start(database: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_mingfa"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line of its output");
        let address = line
            .trim()
            .rsplit("http://")
            .next()
            .and_then(|address| address.parse().ok());
        let Some(address) = address else {
            panic!("no address in {line:?}")
        };
        Self {
            process,
            address,
            _output: output,
        }
    }

    /// SIGKILL.
    fn kill(mut self) {
        self.process.kill().expect("the program is killed");
        self.process.wait().expect("the program is gone");
    }

    /// SIGTERM: it ends what it has begun and goes by itself.
    fn stop(mut self) {
        let process = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &process]).status();
        assert!(sent.expect("the kill command").success());
        let ended = self.process.wait().expect("the program ends");
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One connection with a session.
struct Client {
    line: SendRequest<Full<Bytes>>,
    token: String,
}

impl Client {
    async fn new(address: SocketAddr, token: &str) -> Self {
        let stream = tokio::net::TcpStream::connect(address)
            .await
            .expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        let (line, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .expect("a connection");
        tokio::spawn(connection);
        Self {
            line,
            token: token.to_owned(),
        }
    }

    /// Status and body; `None` when the connection broke before the response was whole.
    async fn send(&mut self, method: &str, path: &str, body: String) -> Option<(u16, String)> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1")
            .header("content-type", "application/json")
            .header("cookie", format!("mingfa_session={}", self.token))
            .body(Full::from(body))
            .expect("a request");
        self.line.ready().await.ok()?;
        let response = self.line.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// `None` when the connection broke: the request may be stored or not.
    async fn save(&mut self, attempt: AttemptId, events: &[Event]) -> Option<SaveReply> {
        let body = serde_json::to_string(&SaveRequest {
            events: events.to_vec(),
        })
        .expect("JSON");
        let (status, body) = self
            .send("POST", &format!("/api/v1/attempts/{attempt}/answers"), body)
            .await?;
        assert_eq!(status, 200, "{body}");
        Some(serde_json::from_str(&body).expect("a reply"))
    }

    async fn progress(&mut self, attempt: AttemptId) -> Progress {
        let (status, body) = self
            .send("GET", &format!("/api/v1/attempts/{attempt}"), String::new())
            .await
            .expect("an answer");
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).expect("progress")
    }
}

const CANDIDATES: usize = 20;
/// Acknowledged requests after which the server is killed.
const ENOUGH: usize = 500;

/// What one candidate knows when the server is gone.
struct Told {
    token: String,
    attempt: AttemptId,
    acknowledged: Vec<Event>,
    /// Sent, but never answered.
    pending: Vec<Event>,
    remaining_ms: i64,
}

async fn answer_until_it_breaks(
    address: SocketAddr,
    token: String,
    attempt: AttemptId,
    done: Arc<(AtomicUsize, Notify)>,
) -> Told {
    let mut client = Client::new(address, &token).await;
    let mut chance = Chance(attempt.0 as u64);
    let mut told = Told {
        token,
        attempt,
        acknowledged: Vec::new(),
        pending: Vec::new(),
        remaining_ms: i64::MAX,
    };
    loop {
        let from = told.acknowledged.len() as u32 + 1;
        let row = from..=from + chance.below(3);
        told.pending = row
            .map(|version| event(version, 1 + chance.below(10) as u16, OptionSet(1 << chance.below(2))))
            .collect();
        let Some(reply) = client.save(attempt, &told.pending).await else {
            return told;
        };
        told.acknowledged.append(&mut told.pending);
        assert_eq!(reply.version as usize, told.acknowledged.len());
        told.remaining_ms = reply.remaining_ms;
        done.0.fetch_add(1, Ordering::SeqCst);
        done.1.notify_one();
    }
}

async fn prepare(stage: &Stage) -> Vec<(String, AttemptId)> {
    let now = stage.app.now();
    stage.roster(CANDIDATES, 2).await;
    let bank = stage.usual_bank().await;
    let window = Window {
        opens_at: now,
        closes_at: now.plus_minutes(120),
    };
    let exam = stage.open_exam(Setup { window, ..setup(bank) }).await;
    let mut candidates = Vec::new();
    for person in 0..CANDIDATES {
        let name = (1001 + person).to_string();
        let (_, attempt) = stage.start(&name, exam).await;
        candidates.push((stage.token(&name).await, attempt));
    }
    candidates
}

async fn ended_in_the_middle(engine: Engine, end: fn(Server)) {
    let Some(place) = Place::ready(engine).await else {
        return;
    };
    let stage = Stage::at(place, 1, SystemClock.now()).await;
    let candidates = prepare(&stage).await;
    let server = Server::start(&stage.place.address);
    let done = Arc::new((AtomicUsize::new(0), Notify::new()));
    let mut tasks = tokio::task::JoinSet::new();
    for (token, attempt) in candidates {
        tasks.spawn(answer_until_it_breaks(
            server.address,
            token,
            attempt,
            Arc::clone(&done),
        ));
    }
    while done.0.load(Ordering::SeqCst) < ENOUGH {
        done.1.notified().await;
    }
    end(server);
    let told = tasks.join_all().await;
    let acknowledged: usize = told.iter().map(|told| told.acknowledged.len()).sum();
    assert!(acknowledged >= ENOUGH, "{acknowledged}");

    let server = Server::start(&stage.place.address);
    for told in told {
        let stored = stage.events(told.attempt).await;
        let whole = [told.acknowledged.clone(), told.pending.clone()].concat();
        assert!(
            stored == told.acknowledged || stored == whole,
            "{stored:?} is neither of {told:?}",
            told = told.acknowledged
        );

        let mut client = Client::new(server.address, &told.token).await;
        let progress = client.progress(told.attempt).await;
        assert_eq!(progress.sheet, mingfa::domain::attempt::Sheet::fold(10, stored.clone()));
        assert!(!progress.handed_in);
        assert!(
            progress.remaining_ms > 0 && progress.remaining_ms < told.remaining_ms,
            "the time runs on"
        );
        let (status, page) = client
            .send("GET", &format!("/attempts/{}", told.attempt), String::new())
            .await
            .expect("the page");
        assert!(status == 200 && page.contains("题干"), "the page resumes: {status}");
        // The browser sends again what was never answered, and goes on.
        let next = stored.len() as u32 + 1;
        client
            .save(told.attempt, &told.pending)
            .await
            .expect("the row that was never answered");
        let version = next.max(whole.len() as u32 + 1);
        client
            .save(told.attempt, &[event(version, 1, OptionSet(1))])
            .await
            .expect("and the next answer");
    }
    server.kill();
    stage.remove().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_load_on_sqlite_has_lost_no_acknowledged_answer() {
    ended_in_the_middle(Engine::Sqlite, Server::kill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_under_load_on_postgresql_has_lost_no_acknowledged_answer() {
    ended_in_the_middle(Engine::Postgres, Server::kill).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_told_to_stop_under_load_ends_by_itself_with_every_answer_stored() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        ended_in_the_middle(engine, Server::stop).await;
    }
}
