//! A browser as the server sees it: one connection kept alive, the headers of a real one, pages packed by gzip.

use std::{io::Read, net::SocketAddr};

use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use hyper_util::rt::TokioIo;
use mingfa::domain::{id::AttemptId, paper::Shown};
use serde::Deserialize;
use tokio::net::TcpStream;

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

/// One keep-alive connection with the cookies of one person.
pub struct Browser {
    line: SendRequest<Full<Bytes>>,
    /// What goes with every request.
    headers: HeaderMap,
    origin: HeaderValue,
}

/// A response, read to its end.
pub struct Reply {
    pub status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Browser {
    /// Connects; `session` is the token of a person who has signed in before.
    pub async fn open(address: SocketAddr, session: Option<&str>) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .map_err(|error| Failed::new("connecting", error))?;
        stream
            .set_nodelay(true)
            .map_err(|error| Failed::new("connecting", error))?;
        let (line, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| Failed::new("connecting", error))?;
        tokio::task::spawn_local(async move {
            // A connection that breaks shows itself at the request that waits for it.
            let _ = connection.await;
        });
        let value = |text: String| HeaderValue::from_str(&text).map_err(|error| Failed::new("a header", error));
        let mut headers: HeaderMap = HEADERS
            .map(|(name, text)| (HeaderName::from_static(name), HeaderValue::from_static(text)))
            .into_iter()
            .collect();
        headers.insert(header::HOST, value(address.to_string())?);
        if let Some(token) = session {
            headers.insert(header::COOKIE, value(format!("mingfa_session={token}"))?);
        }
        Ok(Self {
            line,
            headers,
            origin: value(format!("http://{address}"))?,
        })
    }

    pub async fn get(&mut self, path: &str) -> Result<Reply> {
        self.send(Method::GET, path, "", Bytes::new()).await
    }

    /// Sends a form.
    pub async fn form(&mut self, path: &str, fields: String) -> Result<Reply> {
        self.send(Method::POST, path, "application/x-www-form-urlencoded", fields.into())
            .await
    }

    pub async fn json(&mut self, path: &str, body: Vec<u8>) -> Result<Reply> {
        self.send(Method::POST, path, "application/json", body.into()).await
    }

    async fn send(&mut self, method: Method, path: &str, kind: &'static str, body: Bytes) -> Result<Reply> {
        let wrong = |error: hyper::Error| Failed(format!("{path}: {error}"));
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().map_err(|error| Failed::new(path, error))?;
        *request.headers_mut() = self.headers.clone();
        if !kind.is_empty() {
            let headers = request.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            headers.insert(header::ORIGIN, self.origin.clone());
        }
        self.line.ready().await.map_err(wrong)?;
        let (head, body) = self.line.send_request(request).await.map_err(wrong)?.into_parts();
        let body = body.collect().await.map_err(wrong)?.to_bytes();
        let reply = Reply {
            status: head.status,
            headers: head.headers,
            body,
        };
        if let Some(cookie) = reply
            .header(header::SET_COOKIE)
            .and_then(|cookie| cookie.split(';').next())
        {
            let cookie = HeaderValue::from_str(cookie).map_err(|error| Failed::new(path, error))?;
            self.headers.insert(header::COOKIE, cookie);
        }
        Ok(reply)
    }
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

    fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> &str {
        self.header(header::LOCATION).unwrap_or_default()
    }

    /// The body, unpacked.
    pub fn text(&self) -> Result<String> {
        let mut text = String::new();
        let read = match self.header(header::CONTENT_ENCODING) {
            Some("gzip") => flate2::read::GzDecoder::new(&*self.body).read_to_string(&mut text),
            _ => (&*self.body).read_to_string(&mut text),
        };
        read.map_err(|error| Failed::new("a body", error))?;
        Ok(text)
    }

    /// Bytes over the wire, without the head.
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// The questions of an answer sheet, from the data for its script.
    pub fn questions(&self) -> Result<Vec<Shown>> {
        #[derive(Deserialize)]
        struct Island {
            props: Props,
        }
        #[derive(Deserialize)]
        struct Props {
            questions: Vec<Shown>,
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
