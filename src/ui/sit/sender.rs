//! Sends answers as they are given and keeps them in the browser until the server has them.

use leptos::prelude::*;

use super::wire::{SheetProps, Told};
use crate::domain::{attempt::Answer, lang::Lang, outbox::Outbox, signal::Leaving};

/// What the page says about saving.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser saves"))]
pub enum Saving {
    /// Nothing given yet on this page.
    Idle,
    Sending,
    /// Somebody types: it is kept here, and sent when the pen rests.
    Typing,
    /// Civil time of the server.
    Saved(String),
    /// No network: so many answers wait in the browser.
    Waiting(usize),
    /// Another page or device has answered; this one must be loaded anew.
    Stale,
    /// Time is up or the paper is handed in.
    Over,
    SignedOut,
    /// The browser no longer knows who plays.
    NotJoined,
    /// Answers kept from before were overtaken by another device.
    Dropped,
    /// The clock stands.
    Paused,
}

impl Saving {
    pub fn text(&self, lang: Lang) -> String {
        let text = match self {
            Self::Idle => lang.pick("每次作答都会马上保存", "Every answer is saved at once"),
            Self::Sending => lang.pick("正在保存…", "Saving…"),
            Self::Typing => lang.pick("正在输入，停笔就保存", "Writing; saved when you pause"),
            Self::Saved(clock) => return format!("{} {clock}", lang.pick("已保存", "Saved")),
            Self::Waiting(count) => {
                return match lang {
                    Lang::Zh => format!("网络断了，{count} 次作答先存在本机，连上后自动送出"),
                    Lang::En => format!("No network: {count} changes are kept here and sent when it is back"),
                };
            }
            Self::Stale => lang.pick(
                "您在另一个页面或设备上作答过，本页不能再保存。请刷新后继续",
                "You answered on another page or device; this page can no longer save. Reload to go on",
            ),
            Self::Over => lang.pick("已到时间或已交卷，这里的改动不再计入", "Time is up or it is handed in; changes here no longer count"),
            Self::SignedOut => lang.pick(
                "登录已过期，作答先存在本机。请重新登录后回到考试",
                "Your sign-in has expired; answers are kept here. Sign in again and come back",
            ),
            Self::NotJoined => lang.pick(
                "这台设备认不出您的参赛身份，作答先存在本机。请用换设备链接进入后回到这里",
                "This device no longer knows you as a player; answers are kept here. Enter by your link for another device and come back",
            ),
            Self::Paused => lang.pick(
                "考试已暂停，计时停止，恢复后自动继续",
                "The exam is paused and the clock stands; it goes on by itself",
            ),
            Self::Dropped => lang.pick(
                "这台设备上有几次没有送达的作答，因为您在别处又作答过，没有计入。请核对答案",
                "Some changes kept on this device were overtaken by another one and do not count. Please check your answers",
            ),
        };
        text.to_owned()
    }

    /// Whether this page can still save.
    pub fn dead(&self) -> bool {
        matches!(self, Self::Stale | Self::Over)
    }

    pub fn trouble(&self) -> bool {
        !matches!(self, Self::Idle | Self::Sending | Self::Typing | Self::Saved(_))
    }
}

/// The line to the server. Copies share one outbox.
#[derive(Clone, Copy)]
pub struct Sender {
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser sends"))]
    api: StoredValue<String>,
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "only the browser gives signs of life")
    )]
    supervised: bool,
    outbox: StoredValue<Outbox>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser sends"))]
    busy: StoredValue<bool>,
    /// How often something was typed, and since when on the steady clock nothing of it was sent.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser sends"))]
    typing: StoredValue<(u32, Option<i64>)>,
    /// The deadline on the browser's steady clock.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser counts down"))]
    deadline_at: StoredValue<i64>,
    /// How the page was left, not yet told.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser can be left"))]
    left: StoredValue<Leaving>,
    /// Since when it is not seen, on the steady clock.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser can be left"))]
    hidden_at: StoredValue<Option<i64>>,
    pub saving: RwSignal<Saving>,
    /// Milliseconds left, as the server measures them.
    pub remaining: RwSignal<i64>,
    /// The clock stands.
    pub paused: RwSignal<bool>,
    /// What supervision told, the oldest first.
    pub told: RwSignal<Vec<Told>>,
    /// Civil time of the deadline.
    pub deadline: RwSignal<String>,
}

impl Sender {
    pub fn new(props: &SheetProps) -> Self {
        Self {
            api: StoredValue::new(props.api.clone()),
            supervised: props.supervised,
            outbox: StoredValue::new(Outbox::resume(&props.sheet, Vec::new()).0),
            busy: StoredValue::new(false),
            typing: StoredValue::new((0, None)),
            deadline_at: StoredValue::new(props.remaining_ms),
            left: StoredValue::new(Leaving::default()),
            hidden_at: StoredValue::new(None),
            saving: RwSignal::new(Saving::Idle),
            remaining: RwSignal::new(props.remaining_ms),
            paused: RwSignal::new(props.paused),
            told: RwSignal::new(props.told.clone()),
            deadline: RwSignal::new(props.deadline.clone()),
        }
    }

    /// Gives a change its version and sends it.
    pub fn answer(self, item: u16, answer: Answer) {
        if self.saving.get_untracked().dead() {
            return;
        }
        self.outbox.update_value(|outbox| {
            outbox.push(item, answer);
        });
        #[cfg(feature = "hydrate")]
        self.keep_and_flush();
    }

    /// Takes what is being typed: kept in the browser at once, sent when the pen rests.
    #[cfg(feature = "hydrate")]
    pub fn typed(self, item: u16, answer: Answer) {
        if self.saving.get_untracked().dead() {
            return;
        }
        let long = answer.text.len() > browser::LONG;
        self.outbox.update_value(|outbox| {
            outbox.push(item, answer);
        });
        self.keep_and_wait(long);
    }

    /// The pen rests: what was typed is sent.
    pub fn rest(self) {
        #[cfg(feature = "hydrate")]
        self.send_typed();
    }

    /// Whether everything given on this page has reached the server.
    pub fn all_sent(self) -> bool {
        self.outbox.with_value(|outbox| outbox.waiting().is_empty())
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use gloo_net::http::Request;
    use leptos::{ev, prelude::*, task::spawn_local};
    use wasm_bindgen::{JsCast, closure::Closure};

    use super::{
        super::wire::{Beat, Progress, Refusal, SaveReply, SaveRequest},
        Saving, Sender,
    };
    use crate::domain::{
        attempt::{Event, Sheet},
        id::EventId,
        signal::Leaving,
        supervision::BEAT_SECONDS,
    };

    /// Events sent in one request.
    const BATCH: usize = 200;
    const RETRY: Duration = Duration::from_secs(2);
    /// Bytes of text from which on it is sent less often: every sending is kept in the journal with all of it.
    pub(super) const LONG: usize = 1500;
    /// So long the pen rests before what was typed is sent, a short text and a long one.
    const PAUSE: Duration = Duration::from_secs(1);
    const LONG_PAUSE: Duration = Duration::from_secs(4);
    /// Who never rests is sent so often, in milliseconds.
    const NO_PAUSE: i64 = 15_000;

    /// Milliseconds of a clock that the person cannot turn.
    fn steady_ms() -> i64 {
        window().performance().map_or(0.0, |performance| performance.now()) as i64
    }

    impl Sender {
        fn storage(self) -> Option<(web_sys::Storage, String)> {
            let storage = window().local_storage().ok().flatten()?;
            Some((storage, format!("mingfa{}", self.api.get_value())))
        }

        fn keep(self) {
            if let Some((storage, key)) = self.storage() {
                let waiting = self.outbox.with_value(|outbox| outbox.waiting().to_vec());
                // A full or forbidden storage must not stop the sending.
                let _ = match waiting.as_slice() {
                    [] => storage.remove_item(&key),
                    waiting => storage.set_item(&key, &serde_json::to_string(waiting).unwrap_or_default()),
                };
            }
        }

        /// Takes up what an earlier page could not send; gives the sheet with those answers on it.
        pub fn resume(self, mut sheet: Sheet) -> Sheet {
            let kept = self
                .storage()
                .and_then(|(storage, key)| storage.get_item(&key).ok().flatten());
            let kept: Vec<Event> = kept
                .and_then(|json| serde_json::from_str(&json).ok())
                .unwrap_or_default();
            let (outbox, dropped) = super::Outbox::resume(&sheet, kept);
            outbox.waiting().iter().for_each(|event| sheet.apply(event.clone()));
            let waiting = !outbox.waiting().is_empty();
            self.outbox.set_value(outbox);
            if dropped {
                self.saving.set(Saving::Dropped);
            }
            self.keep();
            if waiting {
                self.flush();
            }
            sheet
        }

        pub(super) fn keep_and_flush(self) {
            self.keep();
            self.flush();
        }

        pub(super) fn keep_and_wait(self, long: bool) {
            self.keep();
            if matches!(self.saving.get_untracked(), Saving::Idle | Saving::Saved(_)) {
                self.saving.set(Saving::Typing);
            }
            let now = steady_ms();
            let (count, since) = self.typing.get_value();
            let (count, since) = (count.wrapping_add(1), since.unwrap_or(now));
            self.typing.set_value((count, Some(since)));
            let send = move || {
                self.typing.set_value((count, None));
                self.flush();
            };
            if now - since > NO_PAUSE {
                send();
                return;
            }
            let rests = move || {
                if self.typing.with_value(|(last, _)| *last == count) {
                    send();
                }
            };
            set_timeout(rests, if long { LONG_PAUSE } else { PAUSE });
        }

        /// Sends what was typed without waiting for the pen to rest.
        pub(super) fn send_typed(self) {
            self.typing.update_value(|(_, since)| *since = None);
            self.flush();
        }

        /// Sends what waits, one request at a time, so that answers arrive in order.
        pub fn flush(self) {
            if self.busy.get_value() || self.all_sent() || self.saving.get_untracked().dead() {
                return;
            }
            let batch = self.outbox.try_update_value(|outbox| outbox.batch(BATCH));
            let events = batch.unwrap_or_default();
            self.busy.set_value(true);
            if !matches!(self.saving.get_untracked(), Saving::Waiting(_)) {
                self.saving.set(Saving::Sending);
            }
            spawn_local(async move {
                let outcome = send(&self.api.get_value(), events).await;
                self.busy.set_value(false);
                self.settle(outcome);
            });
        }

        fn settle(self, outcome: Outcome) {
            match outcome {
                Outcome::Saved(reply) => {
                    self.outbox.update_value(|outbox| outbox.acknowledge(reply.version));
                    self.keep();
                    self.set_remaining(reply.remaining_ms);
                    self.saving.set(Saving::Saved(reply.saved_at));
                    // What is being typed is sent when the pen rests.
                    if self.typing.with_value(|(_, since)| since.is_none()) {
                        self.flush();
                    }
                }
                Outcome::Refused(code) => self.refused(&code),
                Outcome::NoNetwork => self.wait(),
            }
        }

        fn refused(self, code: &str) {
            match code {
                "stale" => self.end(Saving::Stale),
                "late" | "not_found" => self.end(Saving::Over),
                "paused" => {
                    self.paused.set(true);
                    self.saving.set(Saving::Paused);
                    set_timeout(move || self.flush(), RETRY);
                }
                "not_signed_in" => self.saving.set(Saving::SignedOut),
                "not_joined" => self.saving.set(Saving::NotJoined),
                _ => self.wait(),
            }
        }

        /// What could not be sent is sent again soon.
        fn wait(self) {
            let waiting = self.outbox.with_value(|outbox| outbox.waiting().len());
            self.saving.set(Saving::Waiting(waiting));
            set_timeout(move || self.flush(), RETRY);
        }

        /// This page is over: what still waits here must not reach the server later.
        fn end(self, why: Saving) {
            self.saving.set(why);
            self.outbox.update_value(|outbox| outbox.acknowledge(u32::MAX));
            self.keep();
        }

        fn set_remaining(self, remaining_ms: i64) {
            self.deadline_at.set_value(steady_ms() + remaining_ms);
            self.remaining.set(remaining_ms);
        }

        /// Starts the clock and listens for the network and the page coming back.
        pub fn start(self, on_time_up: impl Fn() + 'static) {
            // The page was rendered some time after the navigation began: better a little early than late.
            self.deadline_at.set_value(self.remaining.get_untracked());
            let tick = move || {
                if self.paused.get_untracked() {
                    return;
                }
                let left = self.deadline_at.get_value() - steady_ms();
                self.remaining.set(left.max(0));
                if left <= 0 {
                    on_time_up();
                }
            };
            set_interval(tick, Duration::from_millis(500));
            let _ = window_event_listener(ev::online, move |_| self.flush());
            let _ = window_event_listener(ev::visibilitychange, move |_| {
                if document().hidden() {
                    self.hidden_at.set_value(Some(steady_ms()));
                    return;
                }
                if let Some(since) = self.hidden_at.try_update_value(Option::take).flatten() {
                    let ms = u64::try_from(steady_ms() - since).unwrap_or(0);
                    self.left.update_value(|left| left.add(Leaving { times: 1, ms }));
                    self.beat();
                }
                self.catch_up();
            });
            if self.supervised {
                self.listen();
                set_interval(move || self.beat(), Duration::from_secs(BEAT_SECONDS));
            }
        }

        /// Keeps a line open over which the server says that there is something to ask for.
        fn listen(self) {
            let Ok(line) = web_sys::EventSource::new(&format!("{}/live", self.api.get_value())) else {
                return;
            };
            let hear = Closure::<dyn Fn()>::new(move || self.ask());
            line.set_onmessage(Some(hear.as_ref().unchecked_ref()));
            // It lives as long as the page; the browser opens the line again when it breaks.
            hear.forget();
        }

        /// Tells the server that the page is there, and what of the things told it has shown.
        fn beat(self) {
            if !self.supervised || self.saving.get_untracked().dead() {
                return;
            }
            let seen = self
                .told
                .with_untracked(|told| told.last().map_or(EventId(0), |told| told.id));
            let left = self.left.try_update_value(std::mem::take).unwrap_or_default();
            spawn_local(async move {
                let beat = Beat { seen, left };
                let Ok(request) = Request::post(&format!("{}/beat", self.api.get_value())).json(&beat) else {
                    return;
                };
                // One that is lost is followed by the next, which tells all again.
                if !request.send().await.is_ok_and(|reply| reply.ok()) {
                    self.left.update_value(|again| again.add(left));
                }
            });
        }

        /// Asks the server where the attempt stands: another device may have gone on with it.
        fn catch_up(self) {
            self.flush();
            self.ask();
        }

        fn ask(self) {
            if self.saving.get_untracked().dead() {
                return;
            }
            spawn_local(async move {
                let request = Request::get(&self.api.get_value()).send().await;
                let Ok(reply) = request else { return };
                let Ok(progress) = reply.json::<Progress>().await else {
                    return;
                };
                self.set_remaining(progress.remaining_ms);
                self.deadline.set(progress.deadline);
                let went_on = self.paused.get_untracked() && !progress.paused;
                self.paused.set(progress.paused);
                if self.told.with_untracked(Vec::len) != progress.told.len() {
                    self.told.set(progress.told);
                    self.beat();
                }
                if went_on {
                    self.saving.set(Saving::Idle);
                    self.flush();
                }
                // What is on its way makes this page the newest.
                let quiet = !self.busy.get_value() && self.all_sent();
                if progress.handed_in {
                    self.end(Saving::Over);
                } else if quiet && self.outbox.with_value(|outbox| outbox.last() < progress.sheet.version) {
                    self.end(Saving::Stale);
                }
            });
        }
    }

    enum Outcome {
        Saved(SaveReply),
        /// The code of the fault.
        Refused(String),
        NoNetwork,
    }

    async fn send(api: &str, events: Vec<Event>) -> Outcome {
        let request = Request::post(&format!("{api}/answers")).json(&SaveRequest { events });
        let Ok(request) = request else {
            return Outcome::NoNetwork;
        };
        let Ok(reply) = request.send().await else {
            return Outcome::NoNetwork;
        };
        if reply.ok() {
            return reply.json().await.map_or(Outcome::NoNetwork, Outcome::Saved);
        }
        match reply.json::<Refusal>().await {
            Ok(refusal) if refusal.status < 500 => Outcome::Refused(refusal.code),
            _ => Outcome::NoNetwork,
        }
    }
}
