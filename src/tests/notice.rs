//! Notices: in the inbox at once, by mail once and until the mail server takes it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use mingfa::{
    domain::{
        exam::{Moment, Policy, Review, Thing},
        id::PersonId,
    },
    error::Fault,
    service::{exam::Setup, mail::Mailer, notice, sitting},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, fault, operator, setup},
};

/// A mail server in this process: takes mails, or refuses the first so many.
struct Server {
    address: String,
    taken: Arc<Mutex<Vec<String>>>,
}

/// How the server answers a mail it does not take.
#[derive(Clone, Copy)]
enum Refusal {
    Busy,
    NoSuchMailbox,
}

impl Server {
    async fn start(refuse: usize, refusal: Refusal) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("smtp://{}", listener.local_addr().expect("its address"));
        let taken = Arc::new(Mutex::new(Vec::new()));
        let (mails, left) = (Arc::clone(&taken), Arc::new(AtomicUsize::new(refuse)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&mails), Arc::clone(&left), refusal));
            }
        });
        Self { address, taken }
    }

    fn mailer(&self) -> Mailer {
        Mailer::new(&self.address, "明法 <mingfa@example.cn>", "https://example.cn/").expect("a mailer")
    }

    fn mails(&self) -> Vec<String> {
        self.taken.lock().expect("the mails").clone()
    }
}

async fn talk(stream: TcpStream, mails: Arc<Mutex<Vec<String>>>, left: Arc<AtomicUsize>, refusal: Refusal) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut say = async |words: &str| {
        let _ = write.write_all(format!("{words}\r\n").as_bytes()).await;
    };
    say("220 test").await;
    let mut mail = String::new();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" => say("250 test").await,
            "RCPT" => {
                let refused = left
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                    .is_ok();
                mail = format!("{line}\n");
                match (refused, refusal) {
                    (false, _) => say("250 ok").await,
                    (true, Refusal::Busy) => say("451 busy").await,
                    (true, Refusal::NoSuchMailbox) => say("550 no such mailbox").await,
                }
            }
            "DATA" => {
                say("354 go on").await;
                while let Ok(Some(line)) = lines.next_line().await
                    && line != "."
                {
                    mail += &format!("{line}\n");
                }
                mails.lock().expect("the mails").push(std::mem::take(&mut mail));
                say("250 taken").await;
            }
            "QUIT" => {
                say("221 bye").await;
                return;
            }
            _ => say("250 ok").await,
        }
    }
}

async fn set_email(stage: &Stage, name: &str, email: &str) -> PersonId {
    let caller = stage.caller(name).await;
    notice::set_own_email(&stage.app, &caller, email)
        .await
        .expect("an address");
    caller.person().expect("a person")
}

/// An exam that shows scores after the close; 1001 and 1002 have sat, the exam has closed.
async fn closed(stage: &Stage) {
    stage.roster(3, 1).await;
    let bank = stage.usual_bank().await;
    let set = setup(bank);
    let policy = Policy {
        review: Review::Custom(BTreeSet::from([(Thing::Score, Moment::AfterClose)])),
        ..set.policy.clone()
    };
    let exam = stage.open_exam(Setup { policy, ..set }).await;
    for name in ["1001", "1002"] {
        stage.sit(name, exam, |_, _, key| key).await;
    }
    stage.clock.advance_seconds(25 * 3600);
}

#[tokio::test]
async fn results_are_announced_once_when_they_can_be_seen() {
    each_engine(async |stage| {
        closed(stage).await;
        let node = stage.second_node().await;
        let (here, there) = tokio::join!(notice::announce_closed(&stage.app), notice::announce_closed(&node));
        assert_eq!(here.expect("told") + there.expect("told"), 2);
        assert_eq!(notice::announce_closed(&stage.app).await.expect("told"), 0);
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let home = browser.get("/").await;
        assert!(home.body.contains("通知（1）"), "{}", home.body);
        let inbox = browser.get("/notices").await;
        assert!(
            inbox.body.contains("成绩可以查看了") && inbox.body.contains("未读"),
            "{}",
            inbox.body
        );
        let upto = inbox
            .body
            .split("name=\"upto\" value=\"")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        let read = browser
            .post("/notices/read", &[("upto", upto.expect("the newest"))])
            .await;
        assert_eq!(read.status, 303);
        let home = browser.get("/").await;
        assert!(!home.body.contains("通知（"), "read is read, at once: {}", home.body);
        let other = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert!(
            other.get("/").await.body.contains("通知（1）"),
            "another person's are untouched"
        );
        let absent = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        assert!(absent.get("/notices").await.body.contains("还没有通知"));
        assert_eq!(browser.post("/notices/read", &[("upto", "x")]).await.status, 400);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn whose_paper_the_clock_handed_in_is_told_and_who_handed_in_is_not() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        stage.sit("1001", exam, |_, _, key| key).await;
        stage.start("1002", exam).await;
        stage.clock.advance_seconds(2 * 3600);
        sitting::hand_in_overdue(&stage.app).await.expect("the sweep");
        let person = stage.person("1002").await;
        let (told, all) = mingfa::db::notice::page(&stage.app.db, person, 10, 0)
            .await
            .expect("the inbox");
        assert_eq!((told.len(), all), (1, 1));
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_mail_goes_once_to_who_has_an_address() {
    each_engine(async |stage| {
        let server = Server::start(0, Refusal::Busy).await;
        closed(stage).await;
        set_email(stage, "1001", "zhang@example.cn").await;
        notice::announce_closed(&stage.app).await.expect("told");
        let node = stage.second_node().await;
        let mailer = server.mailer();
        let (here, there) = tokio::join!(
            notice::send_mails(&stage.app, &mailer),
            notice::send_mails(&node, &mailer)
        );
        assert_eq!(here.expect("sent") + there.expect("sent"), 1);
        assert_eq!(notice::send_mails(&stage.app, &mailer).await.expect("sent"), 0);
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        let lower = mails[0].to_lowercase();
        assert!(
            lower.contains("zhang@example.cn") && lower.contains("message-id: <"),
            "{lower}"
        );
        assert!(
            lower.contains("content-transfer-encoding: base64"),
            "Chinese survives the way"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM mail WHERE state = 'sent'").await, 1);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_mail_the_server_does_not_take_is_tried_again_later_and_later() {
    each_engine(async |stage| {
        let server = Server::start(2, Refusal::Busy).await;
        closed(stage).await;
        set_email(stage, "1001", "zhang@example.cn").await;
        notice::announce_closed(&stage.app).await.expect("told");
        let mailer = server.mailer();
        let send = async || notice::send_mails(&stage.app, &mailer).await.expect("tried");
        assert_eq!(send().await, 0);
        assert_eq!(send().await, 0);
        let tries = async || stage.count("SELECT tries FROM mail").await;
        assert_eq!(tries().await, 1, "not before its time");
        stage.clock.advance_seconds(60);
        assert_eq!((send().await, tries().await), (0, 2));
        stage.clock.advance_seconds(119);
        assert_eq!((send().await, tries().await), (0, 2));
        stage.clock.advance_seconds(1);
        assert_eq!((send().await, server.mails().len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn a_mail_without_a_mailbox_is_given_up_and_one_for_a_week() {
    each_engine(async |stage| {
        let server = Server::start(1, Refusal::NoSuchMailbox).await;
        closed(stage).await;
        set_email(stage, "1001", "gone@example.cn").await;
        set_email(stage, "1002", "there@example.cn").await;
        notice::announce_closed(&stage.app).await.expect("told");
        let mailer = server.mailer();
        assert_eq!(notice::send_mails(&stage.app, &mailer).await.expect("tried"), 1);
        let given_up = async || stage.count("SELECT COUNT(*) FROM mail WHERE state = 'given_up'").await;
        assert_eq!(given_up().await, 1);
        stage.run("UPDATE mail SET state = 'waiting', next_at = 0").await;
        stage.clock.advance_seconds(8 * 24 * 3600);
        assert_eq!(notice::send_mails(&stage.app, &mailer).await.expect("tried"), 0);
        assert_eq!(given_up().await, 2, "too old to be news");
    })
    .await;
}

/// A node that dies between taking a mail and sending it must not keep it for ever.
#[tokio::test]
async fn a_mail_whose_sender_died_is_taken_over() {
    each_engine(async |stage| {
        let server = Server::start(0, Refusal::Busy).await;
        closed(stage).await;
        set_email(stage, "1001", "zhang@example.cn").await;
        notice::announce_closed(&stage.app).await.expect("told");
        let now = stage.app.now();
        let waiting = mingfa::db::notice::mails(&stage.app.db, now, 10)
            .await
            .expect("the mails");
        let id = waiting[0].notice.id;
        let until = now.plus_seconds(600);
        let taken = stage
            .write(move |tx| Box::pin(async move { mingfa::db::notice::take_mail(tx, id, now, until).await }))
            .await;
        assert!(taken.expect("taken"));
        let mailer = server.mailer();
        assert_eq!(notice::send_mails(&stage.app, &mailer).await.expect("tried"), 0);
        stage.clock.advance_seconds(600);
        assert_eq!(notice::send_mails(&stage.app, &mailer).await.expect("tried"), 1);
    })
    .await;
}

#[tokio::test]
async fn an_address_is_set_on_the_own_page_and_rubbish_is_refused() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let set = async |email: &str| browser.post("/me/email", &[("email", email)]).await;
        assert_eq!(set("zhang@example.cn").await.status, 303);
        assert!(browser.get("/me").await.body.contains("value=\"zhang@example.cn\""));
        let refused = set("a@b.cn\r\nbcc: x@y.cn").await;
        assert!(
            refused.status == 422 && refused.body.contains("不像一个邮箱"),
            "{}",
            refused.body
        );
        assert!(
            browser.get("/me").await.body.contains("value=\"zhang@example.cn\""),
            "kept"
        );
        assert_eq!(set("").await.status, 303);
        assert_eq!(stage.count("SELECT COUNT(*) FROM person WHERE email = ''").await, 1);
        let caller = operator();
        assert_eq!(
            fault(notice::set_own_email(&stage.app, &caller, "a@b.cn").await),
            Fault::Forbidden
        );
    })
    .await;
}

#[test]
fn settings_that_cannot_work_are_refused_without_repeating_a_password() {
    for (server, from) in [
        ("http://u:geheim@h", "a@b.cn"),
        ("smtp://u:geheim@h:25", "nobody"),
        ("", ""),
    ] {
        let refused = Mailer::new(server, from, "").err().expect("refused").to_string();
        assert!(!refused.contains("geheim"));
    }
    let secret = mingfa::config::Secret::from("smtp://u:geheim@h".to_owned());
    assert_eq!(format!("{secret:?}"), "***");
}
