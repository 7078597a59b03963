//! Sending mail by SMTP.

use std::time::Duration;

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};

/// How long one mail may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A mail server and what stands on every mail.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// The address under which people reach the site; empty: not known, so that no link is sent.
    url: String,
    /// The host of message ids.
    host: String,
}

/// Why no mail can be sent with these settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSettings {
    #[error("the mail server must be given as smtp://NAME:PASSWORD@HOST:PORT?tls=required or smtps://…")]
    Server,
    #[error("the sender must be an e-mail address, such as 明法 <mingfa@example.cn>")]
    From,
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotSent {
    /// As the mail server or the library said it.
    pub words: String,
    /// There is no such mailbox: to try again is of no use. Anything else may be mended, a wrong password too.
    pub final_: bool,
}

impl Mailer {
    /// A mailer by its server's address (`smtp://…?tls=required`, `smtps://…`), the sender, and the site's address.
    ///
    /// # Errors
    /// When one of them cannot be read; the message holds nothing of it, for the address holds a password.
    pub fn new(server: &str, from: &str, url: &str) -> Result<Self, BadSettings> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(server).map_err(|_| BadSettings::Server)?;
        let from: Mailbox = from.parse().map_err(|_| BadSettings::From)?;
        Ok(Self {
            transport: transport.timeout(Some(TIMEOUT)).build(),
            host: from.email.domain().to_owned(),
            from,
            url: url.trim_end_matches('/').to_owned(),
        })
    }

    /// The whole address of a path; empty when the site's address is not known.
    pub fn link(&self, path: &str) -> String {
        if self.url.is_empty() {
            String::new()
        } else {
            format!("{}{path}", self.url)
        }
    }

    /// Hands a mail to the server. The same `id` makes the same message id, so that a mail whose receipt was lost can be
    /// recognised.
    ///
    /// # Errors
    /// When the server did not take it.
    pub async fn send(&self, id: &str, to: &str, subject: &str, body: String) -> Result<(), NotSent> {
        let unfit = |error: &dyn std::fmt::Display| NotSent {
            words: error.to_string(),
            final_: true,
        };
        let to = to
            .parse()
            .map_err(|error: lettre::address::AddressError| unfit(&error))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .message_id(Some(format!("<{id}@{}>", self.host)))
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(body)
            .map_err(|error| unfit(&error))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(NotSent {
                words: error.to_string().chars().take(300).collect(),
                final_: error
                    .status()
                    .is_some_and(|code| ["550", "551", "553"].contains(&code.to_string().as_str())),
            }),
        }
    }
}
