//! A browser as the server sees it: one connection kept alive, the headers of a real one, pages packed by gzip.

use std::{io::Read, net::SocketAddr};

use flate2::read::GzDecoder;
use hyper::StatusCode;
use mingfa::{domain::id::AttemptId, ui::sit::wire::Question};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What went wrong, in words.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct Failed(pub String);

impl Failed {
    pub fn new(what: &str, error: impl std::fmt::Display) -> Self {
        Self(format!("{what}: {error}"))
    }
}

pub type Result<T> = std::result::Result<T, Failed>;

/// What a browser sends with every request beside its cookies.
const HEADERS: [(&str, &str); 5] = [
    (
        "user-agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    ),
    ("accept-encoding", "gzip, deflate, br, zstd"),
    ("accept-language", "zh-CN,zh;q=0.9"),
    ("sec-fetch-site", "same-origin"),
    ("connection", "keep-alive"),
];

/// More headers than any reply of ours has.
const REPLY_HEADERS: usize = 32;

/// Bytes read at a time, at least.
const READ: usize = 4096;

/// One keep-alive connection with the cookies of one person. It writes and reads in the task of its candidate: a client
/// with a task of its own for the connection would take a third of the machine from the server it measures.
pub struct Browser {
    line: TcpStream,
    address: SocketAddr,
    /// What goes with every request, as it goes over the wire.
    headers: String,
    cookie: String,
    /// The header of a proxy in front; empty: none.
    from: String,
    /// What was read and not used yet.
    buffer: Vec<u8>,
}

/// A response, read to its end.
pub struct Reply {
    pub status: StatusCode,
    location: String,
    cookie: Option<String>,
    packed: bool,
    body: Vec<u8>,
}

impl Browser {
    /// Connects; `session` is the token of a person who has signed in before.
    pub async fn open(address: SocketAddr, session: Option<&str>) -> Result<Self> {
        let wrong = |error| Failed::new("connecting", error);
        let line = TcpStream::connect(address).await.map_err(wrong)?;
        line.set_nodelay(true).map_err(wrong)?;
        let mut headers = format!("host: {address}\r\n");
        for (name, text) in HEADERS {
            headers += &format!("{name}: {text}\r\n");
        }
        Ok(Self {
            line,
            address,
            headers,
            cookie: session
                .map(|token| format!("mingfa_session={token}"))
                .unwrap_or_default(),
            from: String::new(),
            buffer: Vec::new(),
        })
    }

    /// From here on it is the browser of somebody else, in a network of its own as a proxy in front says.
    pub fn become_someone(&mut self, cookie: &str, number: u64) {
        cookie.clone_into(&mut self.cookie);
        // A few to each network, as limits count them.
        let [.., high, middle, low] = (number << 5).to_be_bytes();
        self.from = format!("x-forwarded-for: 10.{high}.{middle}.{low}\r\n");
    }

    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub async fn get(&mut self, path: &str) -> Result<Reply> {
        self.send("GET", path, "", &[]).await
    }

    /// Sends a form.
    pub async fn form(&mut self, path: &str, fields: String) -> Result<Reply> {
        self.send("POST", path, "application/x-www-form-urlencoded", fields.as_bytes())
            .await
    }

    pub async fn json(&mut self, path: &str, body: Vec<u8>) -> Result<Reply> {
        self.send("POST", path, "application/json", &body).await
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Result<Reply> {
        let Self {
            address,
            headers,
            cookie,
            from,
            ..
        } = self;
        let mut request = format!("{method} {path} HTTP/1.1\r\n{headers}{from}");
        if !cookie.is_empty() {
            request += &format!("cookie: {cookie}\r\n");
        }
        if !kind.is_empty() {
            let length = body.len();
            request += &format!("content-type: {kind}\r\norigin: http://{address}\r\ncontent-length: {length}\r\n");
        }
        request += "\r\n";
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        self.line
            .write_all(&request)
            .await
            .map_err(|error| Failed::new(path, error))?;
        let reply = self.reply(path).await?;
        if let Some(cookie) = &reply.cookie {
            self.cookie.clone_from(cookie);
        }
        Ok(reply)
    }

    async fn reply(&mut self, path: &str) -> Result<Reply> {
        let (mut reply, head, length) = loop {
            self.read(path).await?;
            if let Some(found) = read_head(&self.buffer).map_err(|error| Failed::new(path, error))? {
                break found;
            }
        };
        while self.buffer.len() < head + length {
            self.read(path).await?;
        }
        reply.body = self.buffer.drain(..head + length).skip(head).collect();
        Ok(reply)
    }

    async fn read(&mut self, path: &str) -> Result<()> {
        self.buffer.reserve(READ);
        match self.line.read_buf(&mut self.buffer).await {
            Ok(0) => Err(Failed(format!("{path}: the server has hung up"))),
            Ok(_) => Ok(()),
            Err(error) => Err(Failed::new(path, error)),
        }
    }
}

/// The head of a reply with its own length and that of its body; `None` while some of it is on its way.
fn read_head(bytes: &[u8]) -> std::result::Result<Option<(Reply, usize, usize)>, httparse::Error> {
    let mut headers = [httparse::EMPTY_HEADER; REPLY_HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(size) = head.parse(bytes)? else {
        return Ok(None);
    };
    let text = |name: &str| {
        let header = head
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    let length = text("content-length").and_then(|length| length.parse().ok());
    let reply = Reply {
        status: head
            .code
            .and_then(|code| StatusCode::from_u16(code).ok())
            .ok_or(httparse::Error::Status)?,
        location: text("location").unwrap_or_default().to_owned(),
        cookie: text("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .map(str::to_owned),
        packed: text("content-encoding") == Some("gzip"),
        body: Vec::new(),
    };
    // Our server always states the length.
    Ok(Some((reply, size, length.ok_or(httparse::Error::HeaderValue)?)))
}

impl Reply {
    /// The reply itself if it has this status.
    pub fn expect(self, status: StatusCode, what: &str) -> Result<Self> {
        if self.status == status {
            return Ok(self);
        }
        let body: String = self.text().unwrap_or_default().chars().take(300).collect();
        Err(Failed(format!("{what}: {} {body}", self.status)))
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        &self.location
    }

    /// The body, unpacked.
    pub fn text(&self) -> Result<String> {
        let unpacked = if self.packed {
            let mut unpacked = Vec::new();
            GzDecoder::new(&*self.body)
                .read_to_end(&mut unpacked)
                .map_err(|error| Failed::new("a body", error))?;
            unpacked
        } else {
            self.body.clone()
        };
        String::from_utf8(unpacked).map_err(|error| Failed::new("a body", error))
    }

    /// Bytes over the wire, without the head.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// The questions of an answer sheet, from the data for its script.
    pub fn questions(&self) -> Result<Vec<Question>> {
        #[derive(Deserialize)]
        struct Island {
            props: Props,
        }
        #[derive(Deserialize)]
        struct Props {
            questions: Vec<Question>,
        }
        let page = self.text()?;
        let props = page
            .split_once("data-props=\"")
            .and_then(|(_, rest)| rest.split_once('"'));
        let (props, _) = props.ok_or_else(|| Failed("the answer sheet has no data for its script".to_owned()))?;
        let json = props
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let island: Island = serde_json::from_str(&json).map_err(|error| Failed::new("the answer sheet", error))?;
        Ok(island.props.questions)
    }
}

/// The attempt a path like `/attempts/ID` or `/attempts/ID/result` is about.
pub fn attempt_in(path: &str) -> Result<AttemptId> {
    let id = path
        .strip_prefix("/attempts/")
        .and_then(|rest| rest.split('/').next()?.parse().ok());
    id.ok_or_else(|| Failed(format!("no attempt in the path {path:?}")))
}
