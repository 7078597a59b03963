//! The answer sheet: one question in view, the answer card one touch away, time and saving always visible.
//! Without scripts it is a form whose buttons save and move on; with them it saves at every change.

use leptos::prelude::*;

use super::{
    filling::filling,
    sender::{Saving, Sender},
    wire::{Pace, Question, SheetProps, Told},
};
use crate::domain::{
    attempt::{Answer, Sheet},
    item::{OptionSet, letter},
    lang::Lang,
    supervision::EventKind,
};

/// Minutes left at which a screen reader is told.
const ANNOUNCED: [i64; 4] = [30, 10, 5, 1];

/// The running state of the page.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) lang: Lang,
    pub(super) questions: StoredValue<Vec<Question>>,
    sheet: RwSignal<Sheet>,
    here: RwSignal<usize>,
    /// Counts how often the sheet was replaced, so that inputs are made anew from it.
    turn: RwSignal<u32>,
    /// What waited in the browser, or stood in the fields before the page woke up, is taken over.
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser wakes up"))]
    pub(super) awake: StoredValue<bool>,
    sender: Sender,
    pace: Option<Pace>,
}

impl Desk {
    fn count(self) -> usize {
        self.questions.with_value(Vec::len)
    }

    pub(super) fn look<T>(self, number: usize, look: impl Fn(&Answer) -> T) -> T {
        self.sheet
            .with(|sheet| match sheet.answers.get(number.wrapping_sub(1)) {
                Some(answer) => look(answer),
                None => look(&Answer::default()),
            })
    }

    fn change(self, number: usize, change: impl Fn(&mut Answer)) {
        let answer = self.put(number, change);
        self.sender.answer(u16::try_from(number).unwrap_or(0), answer);
    }

    fn put(self, number: usize, change: impl Fn(&mut Answer)) -> Answer {
        let mut answer = untrack(|| self.look(number, Answer::clone));
        change(&mut answer);
        self.sheet.update(|sheet| {
            if let Some(place) = sheet.answers.get_mut(number.wrapping_sub(1)) {
                place.clone_from(&answer);
            }
        });
        answer
    }

    /// Takes the fields of a question; while somebody is `typing` they are sent when the pen rests.
    #[cfg(feature = "hydrate")]
    pub(super) fn fill(self, number: usize, text: String, typing: bool) {
        let same = untrack(|| self.look(number, |answer| answer.text == text));
        if !same {
            let answer = self.put(number, |answer| answer.text.clone_from(&text));
            self.sender.typed(u16::try_from(number).unwrap_or(0), answer);
        }
        if !typing {
            self.sender.rest();
        }
    }

    fn choose(self, number: usize, place: usize, one: bool) {
        self.change(number, |answer| {
            answer.choice = if one {
                OptionSet::of([place])
            } else {
                answer.choice.toggled(place)
            };
        });
    }

    fn go(self, number: usize) {
        self.sender.rest();
        self.here.set(number.clamp(1, self.count().max(1)));
        #[cfg(feature = "hydrate")]
        {
            // Closes the card on a phone, which is open by the address.
            let _ = window().location().set_hash("question");
            // The question is there after the next frame; a screen reader begins with its text.
            request_animation_frame(|| {
                window().scroll_to_with_x_and_y(0.0, 0.0);
                let stem = document().get_element_by_id("stem");
                if let Some(stem) =
                    stem.and_then(|stem| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(stem).ok())
                {
                    let _ = stem.focus();
                }
            });
        }
    }
}

#[island]
pub fn AnswerSheet(props: SheetProps) -> impl IntoView {
    let lang = props.lang;
    let sender = Sender::new(&props);
    let desk = Desk {
        lang,
        questions: StoredValue::new(props.questions),
        sheet: RwSignal::new(props.sheet.clone()),
        here: RwSignal::new(props.here),
        turn: RwSignal::new(0),
        awake: StoredValue::new(false),
        sender,
        pace: props.pace,
    };
    #[cfg(feature = "hydrate")]
    wake(desk, props.page.clone(), props.sheet.clone());
    let notice = (!props.notice.is_empty())
        .then(|| view! { <p class="notice warn above-question" role="status">{props.notice.clone()}</p> });
    view! {
        <form class="sit" action=format!("{}/answer", props.page) method="post">
            <input r#type="hidden" name="version" value=props.sheet.version.to_string()/>
            {header(desk, props.title)}
            // Keyed by number, so that every question gets inputs of its own: one that was reused would keep the
            // choice of the question before, and choosing the same place again would not be noticed.
            <main class="question" id="question">
                {notice}
                {props.supervised.then(|| told(desk))}
                // Who cannot save shall not read on either.
                <div class="paused" hidden=move || !desk.sender.paused.get()>
                    <p class="notice warn">{Saving::Paused.text(lang)}</p>
                </div>
                <div hidden=move || desk.sender.paused.get()>
                <For each=move || [(desk.here.get(), desk.turn.get())] key=|shown| *shown children=move |(number, _)| question(desk, number)/>
                </div>
            </main>
            {buttons(desk, props.page.clone())}
            {card(desk, props.page.clone())}
        </form>
    }
}

#[cfg(feature = "hydrate")]
fn wake(desk: Desk, page: String, sheet: Sheet) {
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            let resumed = desk.sender.resume(sheet.clone());
            if resumed == sheet {
                super::filling::take_over(desk, desk.here.get_untracked());
            } else {
                desk.sheet.set(resumed);
                desk.turn.set(1);
            }
            desk.awake.set_value(true);
            let over = StoredValue::new(false);
            let page = page.clone();
            desk.sender.start(move || {
                if !over.get_value() {
                    over.set_value(true);
                    time_up(desk, &page);
                }
            });
        }
    });
}

/// Time is up: whatever waits is sent, then the result is looked at. The server hands in by itself.
#[cfg(feature = "hydrate")]
fn time_up(desk: Desk, page: &str) {
    desk.sender.flush();
    let result = format!("{page}/result");
    let leave = move || {
        let _ = window().location().set_href(&result);
    };
    set_timeout(leave, std::time::Duration::from_secs(6));
}

/// What supervision told, the newest first; read aloud when it comes.
fn told(desk: Desk) -> impl IntoView {
    let lang = desk.lang;
    let line = move |told: &Told| {
        let what = match told.kind {
            EventKind::Message => lang.pick("监考消息", "Message"),
            EventKind::Time => lang.pick("考试时间已延长", "You have got more time"),
            EventKind::Pause => lang.pick("考试暂停", "The exam is paused"),
            EventKind::Resume => lang.pick("考试恢复", "The exam goes on"),
            EventKind::HandIn => lang.pick("已由监考人员收卷", "Handed in by the invigilator"),
        };
        view! { <li><b>{what}</b>" "<span class="small soft num">{told.at.clone()}</span><br/>{told.text.clone()}</li> }
    };
    view! {
        <ul class="told plain-list" role="log" aria-label=lang.pick("监考通知", "From the invigilator") hidden=move || desk.sender.told.with(Vec::is_empty)>
            {move || desk.sender.told.with(|told| told.iter().rev().map(line).collect_view())}
        </ul>
    }
}

fn header(desk: Desk, title: String) -> impl IntoView {
    let lang = desk.lang;
    let left = move || desk.sender.remaining.get() / 1000;
    let clock = move || {
        let left = left();
        match left / 3600 {
            0 => format!("{:02}:{:02}", left / 60, left % 60),
            hours => format!("{hours}:{:02}:{:02}", left / 60 % 60, left % 60),
        }
    };
    let place = move || match lang {
        Lang::Zh => format!("第 {} 题，共 {} 题", desk.here.get(), desk.count()),
        Lang::En => format!("Question {} of {}", desk.here.get(), desk.count()),
    };
    let pace = move || {
        let left = desk.pace?.left(desk.here.get(), desk.sender.remaining.get());
        Some(match (lang, left) {
            (Lang::Zh, 0) => " · 本题时间已到".to_owned(),
            (Lang::En, 0) => " · time for this one is over".to_owned(),
            (Lang::Zh, left) => format!(" · 本题剩 {left} 秒"),
            (Lang::En, left) => format!(" · {left} s for this one"),
        })
    };
    let saving = move || desk.sender.saving.get().text(lang);
    let spoken = move || match (ANNOUNCED.contains(&(left() / 60)) && left() % 60 == 0, left()) {
        (_, 0) => lang.pick("时间到，正在交卷。", "Time is up; handing in.").to_owned(),
        (true, left) => match lang {
            Lang::Zh => format!("还剩 {} 分钟。", left / 60),
            Lang::En => format!("{} minutes left.", left / 60),
        },
        _ => String::new(),
    };
    let until = move || {
        let deadline = desk.sender.deadline.get();
        match lang {
            Lang::Zh => format!("{deadline} 自动交卷"),
            Lang::En => format!("Handed in at {deadline}"),
        }
    };
    view! {
        <header class="sit-top">
            <span class="name">{title}</span>
            <span class="clock" role="timer" aria-label=lang.pick("剩余时间", "Time left") class:low=move || left() < 300>{clock}</span>
            <span class="soft small num">{place}{pace}<span class="until">" · "{until}</span></span>
            <span class="saved" role="status" class:trouble=move || desk.sender.saving.get().trouble()>{saving}</span>
            <span class="visually-hidden" role="status">{spoken}</span>
        </header>
    }
}

fn question(desk: Desk, number: usize) -> impl IntoView {
    let lang = desk.lang;
    let shown = desk
        .questions
        .with_value(|questions| questions.get(number.wrapping_sub(1)).cloned());
    let Some(shown) = shown else { return ().into_any() };
    let one = shown.one;
    let answer = untrack(|| desk.look(number, Answer::clone));
    let fields = shown.fields.map(|fields| filling(desk, number, fields));
    let line = match lang {
        Lang::Zh => format!("{} · {} 分", shown.heading, shown.points),
        Lang::En => format!("{} · {} point(s)", shown.heading, shown.points),
    };
    let options = shown
        .options
        .into_iter()
        .enumerate()
        .map(|(place, text)| {
            let checked = answer.choice.contains(place);
            let chosen = move || desk.look(number, |answer| answer.choice.contains(place));
            view! {
                <label class="option" class:chosen=chosen>
                    <input class="visually-hidden" r#type=if one { "radio" } else { "checkbox" } name="choice"
                        value=place.to_string() checked=checked on:change=move |_| desk.choose(number, place, one)/>
                    <span class="letter" aria-hidden="true">{letter(place).to_string()}</span>
                    <span>{text}</span>
                </label>
            }
        })
        .collect_view();
    let flagged = move || desk.look(number, |answer| answer.flagged);
    let instruction =
        (!shown.instruction.is_empty()).then(|| view! { <p class="small soft">{shown.instruction.clone()}</p> });
    view! {
        <input r#type="hidden" name="item" value=number.to_string()/>
        <fieldset>
            <legend>
                <span class="soft small num">{line}</span>
                {instruction}
                <h1 class="stem" id="stem" tabindex="-1">{shown.stem}</h1>
            </legend>
            {options}
            {fields}
        </fieldset>
        <label class="flag" class:chosen=flagged>
            <input r#type="checkbox" name="flag" value="1" checked=answer.flagged
                on:change=move |_| desk.change(number, |answer| answer.flagged = !answer.flagged)/>
            <span>{lang.pick("标记，稍后再看", "Mark for later")}</span>
        </label>
    }
    .into_any()
}

/// The parts of the paper: heading, first and last number.
fn parts(questions: &[Question]) -> Vec<(String, usize, usize)> {
    let mut parts: Vec<(String, usize, usize)> = Vec::new();
    for (number, shown) in (1..).zip(questions) {
        match parts.last_mut() {
            Some((heading, _, last)) if *heading == shown.heading => *last = number,
            _ => parts.push((shown.heading.clone(), number, number)),
        }
    }
    parts
}

fn card(desk: Desk, page: String) -> impl IntoView {
    let lang = desk.lang;
    let counts = move || {
        let (answered, flagged) = desk.sheet.with(|sheet| (sheet.answered(), sheet.flagged()));
        let open = desk.count() - answered;
        match lang {
            Lang::Zh => format!("已答 {answered} · 标记 {flagged} · 未答 {open}"),
            Lang::En => format!("{answered} answered · {flagged} marked · {open} open"),
        }
    };
    let parts = desk
        .questions
        .with_value(|questions| parts(questions))
        .into_iter()
        .map(|(heading, first, last)| {
            let cells = (first..=last).map(|number| cell(desk, number)).collect_view();
            view! {
                <div>
                    <p class="small soft num">{format!("{heading} {first}–{last}")}</p>
                    <div class="cells">{cells}</div>
                </div>
            }
        })
        .collect_view();
    view! {
        <aside class="answer-card stack" id="card" aria-label=lang.pick("答题卡", "Answer card")>
            <div class="row between">
                <h2>{lang.pick("答题卡", "Answer card")}</h2>
                <span class="small soft num">{counts}</span>
                <a class="button quiet close-card" href="#question">{lang.pick("关闭", "Close")}</a>
            </div>
            {parts}
            <button class="button primary wide" r#type="submit" name="go" value="check" on:click=move |event| leave(desk, &page, &event)>
                {lang.pick("检查并交卷", "Check and hand in")}
            </button>
            <p class="small soft">{lang.pick(
                "到时间会自动交卷，已保存的答案都算数。",
                "At the deadline the paper is handed in by itself; every saved answer counts.",
            )}</p>
        </aside>
    }
}

fn cell(desk: Desk, number: usize) -> impl IntoView {
    let lang = desk.lang;
    let state = move || desk.look(number, |answer| (answer.is_given(), answer.flagged));
    let here = move || desk.here.get() == number;
    let label = move || {
        let (given, flagged) = state();
        let answered = if given {
            lang.pick("已答", "answered")
        } else {
            lang.pick("未答", "not answered")
        };
        let marked = if flagged {
            lang.pick("，已标记", ", marked")
        } else {
            ""
        };
        match lang {
            Lang::Zh => format!("第 {number} 题，{answered}{marked}"),
            Lang::En => format!("Question {number}, {answered}{marked}"),
        }
    };
    view! {
        <button class="cell" r#type="submit" name="go" value=number.to_string() aria-label=label
            aria-current=move || here().then_some("step") class:here=here class:done=move || state().0
            class:flagged=move || state().1 on:click=move |event| { event.prevent_default(); desk.go(number); }>
            {number.to_string()}
        </button>
    }
}

/// To the check page, once everything is sent; answers that wait for the network hold the person here.
fn leave(desk: Desk, page: &str, event: &leptos::ev::MouseEvent) {
    event.prevent_default();
    if desk.sender.all_sent() || desk.sender.saving.get_untracked().dead() {
        let _ = window().location().set_href(&format!("{page}/check"));
    } else {
        #[cfg(feature = "hydrate")]
        desk.sender.flush();
        if !matches!(desk.sender.saving.get_untracked(), Saving::Waiting(_)) {
            let page = page.to_owned();
            let event = event.clone();
            set_timeout(
                move || leave(desk, &page, &event),
                std::time::Duration::from_millis(200),
            );
        }
    }
}

fn buttons(desk: Desk, page: String) -> impl IntoView {
    let lang = desk.lang;
    let answered = move || desk.sheet.with(Sheet::answered);
    let before = move || desk.here.get().saturating_sub(1).max(1);
    // Behind the last question comes the check.
    let after = move || (desk.here.get() < desk.count()).then(|| desk.here.get() + 1);
    let onward = move |event: leptos::ev::MouseEvent| match untrack(after) {
        Some(number) => {
            event.prevent_default();
            desk.go(number);
        }
        None => leave(desk, &page, &event),
    };
    view! {
        <footer class="sit-bottom">
            <button class="button primary next" r#type="submit" name="go" on:click=onward
                value=move || after().map_or_else(|| "check".to_owned(), |number| number.to_string())>
                {move || match after() {
                    Some(_) => lang.pick("下一题", "Next"),
                    None => lang.pick("检查并交卷", "Check"),
                }}
            </button>
            <button class="button" r#type="submit" name="go" value=move || before().to_string() disabled=move || desk.here.get() == 1
                on:click=move |event| { event.prevent_default(); desk.go(untrack(before)); }>
                {lang.pick("上一题", "Previous")}
            </button>
            <a class="button open-card" href="#card">
                {lang.pick("答题卡", "Card")}" "
                <span class="num soft">{move || format!("{}/{}", answered(), desk.count())}</span>
            </a>
        </footer>
    }
}
