//! The HTTP edge: from a request to a use case, from its outcome to a page or a problem document.

mod access;
mod account;
mod activity;
mod annual;
mod annual_records;
mod audit;
mod bank;
mod blueprint;
mod case;
mod certificate;
mod competition;
mod competition_case;
mod competitions;
mod course;
mod course_edit;
mod directory;
mod dispute;
mod exam;
mod exemption;
mod extract;
mod figure;
mod files;
mod filing;
mod guard;
mod key_correction;
mod law;
mod ledger;
mod liaison;
mod live;
mod lottery;
mod marking;
mod notice;
mod objection;
mod officer;
mod organization;
mod pack;
mod people;
mod person;
mod plan;
mod print;
mod question;
mod receipt;
mod record;
mod reminder;
mod respond;
mod rest;
mod returns;
mod role;
mod round;
mod router;
mod signal;
mod sit;
mod slot;
mod statistics;
mod study;
mod unit;
mod vetting;

use std::{sync::Arc, time::Duration};

use axum::serve::ListenerExt;
use tokio::{net::TcpListener, time};

use crate::{
    cli, config,
    service::{
        App, Caller, account as accounts, annual as years, change, competition as contests, demo, dispute as disputes,
        law as laws, mail::Mailer, messenger::Messenger, notice as notices, overtaken, reminder as reminders, sitting,
        statistics as items, supervision,
    },
};

pub use access::{ACCESS, Access};
pub use router::{Edge, router};

/// Serves the site until it is told to stop; answers that wait are stored first.
///
/// # Errors
/// When the database or the address cannot be had.
pub async fn serve(settings: config::Serve) -> Result<(), cli::Error> {
    let app = cli::app(&settings.database).await?;
    let operator = Caller::operator();
    if settings.demo && demo::fill(&app, &operator).await?.is_some() {
        println!("已写入示例内容：示例市应急管理局，138 人，一场正在进行的考试，一场知识竞赛。");
    }
    let listener = TcpListener::bind(settings.listen).await?;
    let address = format!(
        "{}://{}",
        if settings.https { "https" } else { "http" },
        listener.local_addr()?
    );
    println!("明法已启动：{address}");
    if let Some(link) = accounts::first_administrator(&app, &operator).await? {
        println!(
            "管理员一次性登录链接（账号 {}）：{address}/link/{}",
            accounts::FIRST_ADMINISTRATOR,
            link.text()
        );
    }
    if settings.demo {
        for competition in contests::setup::competitions(&app, &operator).await? {
            println!("示例竞赛，手机上打开即可参加：{address}/c/{}", competition.code);
        }
    }
    tokio::spawn(sweep(app.clone()));
    tokio::spawn(follow(app.clone()));
    tokio::spawn(tidy(app.clone()));
    tokio::spawn(announce(app.clone()));
    tokio::spawn(sum_up(app.clone()));
    tokio::spawn(rule(app.clone()));
    tokio::spawn(remind(app.clone()));
    if let Some(command) = &settings.messenger {
        let messenger = Messenger::new(command, settings.url.as_deref().unwrap_or_default());
        tokio::spawn(send_messages(app.clone(), messenger));
    }
    if let Some(smtp) = &settings.mail.smtp {
        let url = settings.url.clone().unwrap_or_default();
        let mailer = Mailer::new(smtp.text(), &settings.mail.from, &url)?;
        tokio::spawn(send_mails(app.clone(), mailer));
    }
    let edge = Edge {
        https: settings.https,
        behind_proxy: settings.behind_proxy,
        url: settings.url.clone(),
        font: settings.font.clone(),
    };
    // A page is written in pieces; without this each piece waits for the last one's acknowledgement.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let service = router(app.clone(), Arc::new(edge)).into_make_service_with_connect_info::<std::net::SocketAddr>();
    let live = app.clone();
    let stop = async move {
        stopped().await;
        live.live.close();
    };
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    app.db.close().await;
    Ok(())
}

/// Once a second: a sign of life, what others tell, and hand-in of what is overdue. In this order: an attempt that an
/// outage took time from gets it back before its old deadline can end it.
async fn sweep(app: App) {
    let mut ticks = time::interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        match supervision::beat(&app).await {
            Ok(None) => {}
            Ok(Some((outage, attempts))) => {
                tracing::warn!(from = %outage.began_at.local(), to = %outage.ended_at.local(), attempts, "an outage was made good");
            }
            Err(error) => {
                // Without a sign of life nothing may be ended either.
                tracing::error!(%error, "no sign of life could be given");
                continue;
            }
        }
        if let Err(error) = supervision::give_out(&app).await {
            tracing::error!(%error, "what candidates are told could not be looked for");
        }
        if let Err(error) = sitting::hand_in_overdue(&app).await {
            tracing::error!(%error, "overdue attempts could not be handed in");
        }
    }
}

/// Twice a second: what other nodes wrote of competitions, and hand-in of what is overdue there.
async fn follow(app: App) {
    if let Err(error) = contests::boards::warm(&app).await {
        tracing::error!(%error, "boards could not be read");
    }
    let mut ticks = time::interval(Duration::from_millis(500));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if let Err(error) = contests::boards::follow(&app).await {
            tracing::error!(%error, "what other nodes wrote could not be read");
        }
        if let Err(error) = contests::play::hand_in_overdue(&app).await {
            tracing::error!(%error, "overdue attempts of competitions could not be handed in");
        }
    }
}

async fn tidy(app: App) {
    let mut ticks = time::interval(Duration::from_secs(600));
    loop {
        ticks.tick().await;
        if let Err(error) = accounts::tidy(&app).await {
            tracing::error!(%error, "expired sessions could not be removed");
        }
        if let Err(error) = change::carry_out_due(&app).await {
            tracing::error!(%error, "planned changes of units and persons could not be carried out");
        }
        if let Err(error) = laws::settle(&app, None).await {
            tracing::error!(%error, "questions could not be followed to the law in force");
        }
        if let Err(error) = contests::overtaken::leave_out(&app).await {
            tracing::error!(%error, "competitions could not be followed to the law in force");
        }
        if let Err(error) = overtaken::leave_out(&app).await {
            tracing::error!(%error, "exams could not be followed to the law in force");
        }
        if let Err(error) = contests::count::count_ended(&app).await {
            tracing::error!(%error, "competitions that are over could not be counted");
        }
    }
}

/// Keeps the sums over the questions of exams up to date, once a minute; and counts the year a minute after the start, when those who
/// were cut off are back.
async fn sum_up(app: App) {
    let mut ticks = time::interval(Duration::from_secs(60));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    ticks.tick().await;
    for minute in 0u64.. {
        if minute == 1
            && let Err(error) = years::warm(&app).await
        {
            tracing::error!(%error, "the year could not be counted");
        }
        if let Err(error) = items::fold(&app).await {
            tracing::error!(%error, "answers to questions could not be summed up");
        }
        ticks.tick().await;
    }
}

/// Tells people that results can be seen, once a minute.
async fn announce(app: App) {
    let mut ticks = time::interval(Duration::from_secs(60));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if let Err(error) = notices::announce_closed(&app).await {
            tracing::error!(%error, "results could not be announced");
        }
    }
}

/// Every ten seconds: goes on with rulings that another node, or this one before it was started anew, has left lying.
async fn rule(app: App) {
    let mut ticks = time::interval(Duration::from_secs(10));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if let Err(error) = disputes::carry_on(&app).await {
            tracing::error!(%error, "rulings that were left lying could not be looked for");
        }
    }
}

/// Every five minutes, whether it is time to remind; the reminders themselves go out once an hour.
async fn remind(app: App) {
    let mut ticks = time::interval(Duration::from_secs(300));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        match reminders::remind(&app).await {
            Ok(0) => {}
            Ok(sent) => tracing::info!(sent, "reminders were sent"),
            Err(error) => tracing::error!(%error, "reminders could not be sent"),
        }
    }
}

/// Hands reminders to the messenger's command.
async fn send_messages(app: App, messenger: Messenger) {
    let mut ticks = time::interval(Duration::from_secs(10));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if let Err(error) = reminders::send_messages(&app, &messenger).await {
            tracing::error!(%error, "reminders could not be handed to the messenger");
        }
    }
}

/// Sends what waits to be mailed.
async fn send_mails(app: App, mailer: Mailer) {
    let mut ticks = time::interval(Duration::from_secs(5));
    ticks.set_missed_tick_behavior(time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        // As long as some were sent there may be more.
        loop {
            match notices::send_mails(&app, &mailer).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "mails could not be sent");
                    break;
                }
            }
        }
    }
}

async fn stopped() {
    let interrupt = async { tokio::signal::ctrl_c().await.ok() };
    #[cfg(unix)]
    let terminate = async {
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
}
