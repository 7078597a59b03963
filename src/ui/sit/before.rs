//! Before the exam: its rules in words, the round that is open, and the one thing to do now.

use leptos::prelude::*;

use crate::{
    domain::{
        accommodation::TimeFactor,
        attempt::{Attempt, NoStart},
        lang::Lang,
        slot::NoEntry,
    },
    error::Fault,
    service::sitting::Standing,
    ui::{
        part::{Tone, fault, heading, moment, notice, rules::rules, tag},
        shell::{Frame, page},
    },
};

/// What a candidate reads before starting; `wrong`: why the last try to begin was refused.
pub fn intro(frame: &Frame, standing: &Standing, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let exam = &standing.exam;
    let fixed = [
        lang.pick(
            "每次作答马上保存。换设备、刷新、断网都不要紧，回来接着答，时间照常走。",
            "Every answer is saved at once. You may change device, reload or lose the network and go on; the clock keeps running.",
        ),
        lang.pick("到时间自动交卷，已保存的答案都算数。", "At the deadline the paper is handed in by itself; every saved answer counts."),
        lang.pick(
            "离开答题页的次数和时长、从几处登录作答会有记录，只作人工核查的线索，不影响成绩。",
            "How often and how long the page is left, and from how many sign-ins it is opened, is noted: a hint for a person who looks, which changes no score.",
        ),
    ];
    let lines = rules(lang, &exam.policy, &exam.blueprint, &standing.rounds)
        .into_iter()
        .chain(fixed.map(str::to_owned))
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    let main = view! {
        <div class="narrow stack">
            {heading(exam.title.clone(), round_now(lang, standing))}
            {fault(wrong, lang)}
            <section class="card stack">
                <ul class="plain-list">{lines}</ul>
                {allowance(lang, standing)}
                {action(frame, standing)}
            </section>
            {rooms(lang, standing)}
            {attempts(frame, standing)}
        </div>
    };
    page(frame, &exam.title, main)
}

/// Which round is open, or what comes next, in words.
pub fn round_now(lang: Lang, standing: &Standing) -> String {
    let Some(round) = standing.round() else {
        return String::new();
    };
    let (name, now) = (round.name(lang), standing.now);
    let (opens, closes) = (
        moment(lang, round.window.opens_at),
        moment(lang, round.window.closes_at),
    );
    match lang {
        Lang::Zh if round.is_open(now) => format!("{name}进行中：{opens} 至 {closes}"),
        Lang::Zh if now < round.window.opens_at => format!("{name}还没有开放：{opens} 至 {closes}"),
        Lang::Zh => format!("{name}已结束：{opens} 至 {closes}"),
        Lang::En if round.is_open(now) => format!("{name} is open: {opens} to {closes}"),
        Lang::En if now < round.window.opens_at => format!("{name} is not open yet: {opens} to {closes}"),
        Lang::En => format!("{name} has closed: {opens} to {closes}"),
    }
}

/// More time, said before the clock starts.
fn allowance(lang: Lang, standing: &Standing) -> impl IntoView + use<> {
    let factor = standing.allowance.factor;
    (factor != TimeFactor::USUAL && standing.no_start.is_none()).then(|| {
        let text = match lang {
            Lang::Zh => format!("您的答题时间按 {} 倍计算。", factor.times()),
            Lang::En => format!("Your time is {} times the usual.", factor.times()),
        };
        notice(Tone::Action, text)
    })
}

/// The one thing to do now: start, go on, or nothing and why.
pub fn action(frame: &Frame, standing: &Standing) -> impl IntoView + use<> {
    let lang = frame.lang;
    if let Some(running) = standing.running() {
        let until = format!("{}{}", lang.pick("截止 ", "Until "), running.deadline.clock());
        let href = format!("/attempts/{}", running.id);
        return view! {
            <a class="button primary wide" href=href>{lang.pick("继续考试", "Go on with the exam")}</a>
            <p class="small soft num">{until}</p>
        }
        .into_any();
    }
    let short = standing.credits.filter(|held| !held.opens());
    if let (Some(held), None | Some(NoStart::NotYet)) = (short, standing.no_start) {
        return view! {
            {notice(Tone::Warn, held.message(lang))}
            <p><a class="button" href="/courses">{lang.pick("去学习课程", "Go to the courses")}</a></p>
        }
        .into_any();
    }
    let words = match standing.no_start {
        None => {
            let rooms = standing.rooms.as_ref();
            let own = rooms.and_then(|rooms| rooms.own.as_ref());
            let refused = match (rooms, own) {
                (Some(_), None) => Some(NoEntry::NoSeat),
                (_, Some(slot)) if standing.now < slot.window.opens_at => Some(NoEntry::NotYet(slot.window.opens_at)),
                (_, Some(slot)) if standing.now >= slot.window.closes_at => Some(NoEntry::Over(slot.window.closes_at)),
                _ => None,
            };
            if let Some(why) = refused {
                let href = format!("/exams/{}", standing.exam.id);
                let to = lang.pick("看场次", "See the slots");
                return view! { {notice(Tone::Action, why.message(lang))}<p><a class="button" href=href>{to}</a></p> }
                    .into_any();
            }
            let password = own.filter(|slot| !slot.password.is_empty()).map(|_| {
                view! {
                    <div class="field">
                        <label for="room-password">{lang.pick("考场口令", "Password of the room")}</label>
                        <input id="room-password" name="password" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="60" required=true/>
                    </div>
                }
            });
            let action = format!("/exams/{}/start", standing.exam.id);
            return view! {
                <form class="stack" action=action method="post">
                    {password}
                    <button class="button primary wide" r#type="submit">{lang.pick("开始考试", "Start the exam")}</button>
                </form>
                <p class="small soft">{lang.pick("点开始就计时。", "The clock starts when you press start.")}</p>
            }
            .into_any();
        }
        Some(NoStart::NotYet) => lang.pick("还没有到开放时间。", "Not open yet."),
        Some(NoStart::Closed) => lang.pick("考试已结束。", "The exam has closed."),
        Some(NoStart::NotDue) => lang.pick("您不在应考名单里。", "You are not on the list."),
        Some(NoStart::NotAdmitted) => {
            let admits = standing.round().map_or("", |round| round.admits.name(lang));
            return notice(
                Tone::Plain,
                match lang {
                    Lang::Zh => format!("补考面向{admits}，您不在其中，不用参加。"),
                    Lang::En => format!(
                        "The make-up round is for others: {}. There is nothing for you to do.",
                        admits.to_lowercase()
                    ),
                },
            )
            .into_any();
        }
        Some(NoStart::NoAttemptLeft) => lang.pick("您已经交卷。", "You have handed in."),
    };
    notice(Tone::Plain, words).into_any()
}

/// One's room and time, or the slots to choose from.
fn rooms(lang: Lang, standing: &Standing) -> impl IntoView + use<> {
    standing.rooms.as_ref().filter(|_| standing.running().is_none()).map(|rooms| {
        let begun = rooms.own.as_ref().is_some_and(|own| own.window.opens_at <= standing.now);
        let own = rooms.own.as_ref().map(|slot| {
            let text = format!("{}{}", lang.pick("您的场次：", "Your slot: "), slot.name());
            notice(Tone::Good, text)
        });
        let choice = (!rooms.given && !begun).then(|| {
            let rows = rooms
                .choice
                .iter()
                .map(|(slot, left)| {
                    let mine = rooms.own.as_ref().is_some_and(|own| own.id == slot.id);
                    let seats = match lang {
                        Lang::Zh => format!("余 {left} 座"),
                        Lang::En => format!("{left} seats left"),
                    };
                    let action = format!("/exams/{}/seat", standing.exam.id);
                    let take = (!mine && *left > 0).then(|| view! {
                        <form action=action method="post">
                            <input type="hidden" name="slot" value=slot.id.to_string()/>
                            <button class="button small" r#type="submit">{lang.pick("选这一场", "Take it")}</button>
                        </form>
                    });
                    view! { <div class="row between"><span>{slot.name()}<br/><span class="small soft num">{seats}</span></span>{take}</div> }
                })
                .collect_view();
            let none = rooms.choice.is_empty().then(|| {
                notice(Tone::Warn, lang.pick("没有可选的场次，请联系本单位联络员。", "There is no slot left. Ask your liaison."))
            });
            view! { {none}{rows} }
        });
        view! { <section class="card stack"><h2>{lang.pick("考场和场次", "Room and slot")}</h2>{own}{choice}</section> }
    })
}

fn attempts(frame: &Frame, standing: &Standing) -> impl IntoView {
    let lang = frame.lang;
    let done: Vec<_> = standing
        .attempts
        .iter()
        .filter(|attempt| attempt.outcome.is_some())
        .collect();
    (!done.is_empty()).then(|| {
        let several = standing.rounds.len() > 1;
        let round = |attempt: &Attempt| {
            let of = standing.rounds.iter().find(|round| round.number == attempt.round);
            of.filter(|_| several).map(|round| round.name(lang)).unwrap_or_default()
        };
        let rows = done
            .into_iter()
            .map(|attempt| row(lang, attempt, round(attempt)))
            .collect_view();
        view! { <section class="card stack"><h2>{lang.pick("我的成绩", "My results")}</h2>{rows}</section> }
    })
}

fn row(lang: Lang, attempt: &Attempt, round: String) -> impl IntoView + use<> {
    let label = match lang {
        Lang::Zh => format!("第 {} 次", attempt.number),
        Lang::En => format!("Attempt {}", attempt.number),
    };
    let label = if round.is_empty() {
        label
    } else {
        format!("{label} · {round}")
    };
    view! {
        <p class="row between">
            <a href=format!("/attempts/{}/result", attempt.id)>{label}</a>
            {tag(Tone::Plain, lang.pick("已交卷", "Handed in"))}
        </p>
    }
}
