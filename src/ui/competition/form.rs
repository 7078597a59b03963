//! What somebody fills in to join, or to correct it.

use leptos::prelude::*;

use crate::{
    domain::{
        competition::{Asked, Rules, player::LONGEST_NAME},
        id::OrganizationId,
        lang::Lang,
    },
    error::Fault,
    ui::part::{
        Tone,
        form::{Typed, tick, typed_or},
        notice,
    },
};

/// A division to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub code: u32,
    pub name: String,
    /// `山东省 / 淄博市 / 张店区`
    pub path: String,
}

/// A unit to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub id: OrganizationId,
    pub name: String,
    /// Where it is; empty when that is not known.
    pub path: String,
}

/// What the form offers.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Names of divisions are known; without them the code is typed.
    pub known: bool,
    pub chosen: Option<Place>,
    /// Those found, or those right below the one chosen.
    pub places: Vec<Place>,
    /// The unit chosen before.
    pub unit: Option<Unit>,
    /// Those found in the directory.
    pub units: Vec<Unit>,
}

/// For whom the form is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody joins; with an account that can be used, or without.
    Join { account: bool },
    /// A player corrects it: telephone number and account stay.
    Correct,
}

/// The faults of the last try, one line each.
pub fn faults(lang: Lang, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lines = match wrong {
        None => return None,
        Some(Fault::Join(faults)) => faults.iter().map(|fault| fault.name(lang).to_owned()).collect(),
        Some(fault) => vec![fault.message(lang)],
    };
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    Some(view! { <div class="notice seal" role="alert"><ul class="plain-list">{lines}</ul></div> })
}

/// The fields that the rules ask for.
pub fn fields(lang: Lang, rules: &Rules, choices: &Choices, typed: &Typed, purpose: Purpose) -> impl IntoView + use<> {
    let of = rules.registration;
    let phone = (of.phone != Asked::No && purpose != Purpose::Correct).then(|| phone(lang, typed, of.phone));
    let account = match purpose {
        Purpose::Join { account } if of.account != Asked::No => Some(use_account(lang, typed, account, of.account)),
        _ => None,
    };
    let division = if rules.regions.is_empty() {
        of.division
    } else {
        Asked::Required
    };
    view! {
        {identity(lang, rules, typed)}
        {(division != Asked::No).then(|| division_field(lang, choices, typed, division))}
        {(of.organization != Asked::No).then(|| organization_field(lang, choices, typed, of.organization))}
        {rules.certificate.then(|| name(lang, typed))}
        {phone}
        {account}
    }
}

/// A label with how much it matters.
fn label(lang: Lang, text: &'static str, asked: Asked) -> String {
    format!(
        "{text}{}",
        match asked {
            Asked::Required => lang.pick("（必填）", " (required)"),
            _ => lang.pick("（选填）", " (optional)"),
        }
    )
}

/// A choice with a round button; `name`: of the field.
fn option(name: &'static str, value: String, text: String, checked: bool, required: bool) -> impl IntoView {
    view! { <label class="tick"><input r#type="radio" name=name value=value checked=checked required=required/><span>{text}</span></label> }
}

fn identity(lang: Lang, rules: &Rules, typed: &Typed) -> impl IntoView + use<> {
    let chosen = typed_or(typed, "identity", "");
    let only = rules.identities.len() == 1;
    let options = rules
        .identities
        .iter()
        .map(|identity| {
            let code = identity.code();
            let text = identity.name(lang).to_owned();
            option("identity", code.to_owned(), text, only || chosen == code, true)
        })
        .collect_view();
    view! {
        <fieldset>
            <legend class="strong">{label(lang, lang.pick("参赛身份", "You play as"), Asked::Required)}</legend>
            {options}
        </fieldset>
    }
}

fn division_field(lang: Lang, choices: &Choices, typed: &Typed, asked: Asked) -> impl IntoView + use<> {
    let legend = label(lang, lang.pick("所在地区", "Region"), asked);
    if !choices.known {
        let typed = Some(typed_or(typed, "division", "")).filter(|code| code != "0");
        return view! {
            <div class="field">
                <label for="division">{legend}</label>
                <input id="division" name="division" inputmode="numeric" pattern="[0-9]{2,9}" maxlength="9" autocomplete="off"
                    value=typed.unwrap_or_default() required={asked == Asked::Required} aria-describedby="division-hint"/>
                <p class="small soft" id="division-hint">{lang.pick(
                    "填行政区划代码：身份证号前 6 位是县区，前 4 位是市，如 370303 或 3703。",
                    "The code of the division: 6 digits for a district, 4 for a city, e.g. 370303 or 3703.",
                )}</p>
            </div>
        }
        .into_any();
    }
    let chosen = choices.chosen.as_ref().map(|place| place.code);
    let own = choices.chosen.iter();
    let others = choices.places.iter().filter(|place| Some(place.code) != chosen);
    let options = own
        .chain(others)
        .map(|place| {
            option(
                "division",
                place.code.to_string(),
                place.path.clone(),
                Some(place.code) == chosen,
                false,
            )
        })
        .collect_view();
    let words = typed_or(typed, "q", "");
    let none = (!words.trim().is_empty() && choices.places.is_empty()).then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "没有找到这样的地区，请换个写法。",
                "No region has such a name; try another way to write it.",
            ),
        )
    });
    view! {
        <fieldset class="stack">
            <legend class="strong">{legend}</legend>
            <div class="field">
                <label for="q">{lang.pick("地区名称", "Name of the region")}</label>
                <input id="q" name="q" value=words maxlength="40" autocomplete="off" aria-describedby="q-hint"/>
                <p class="small soft" id="q-hint">{lang.pick(
                    "输入名称后点“查找”；不输入名称，则列出所选地区的下级。",
                    "Type a name and press “Find”; without one the divisions below the chosen one are listed.",
                )}</p>
            </div>
            <button class="button small" r#type="submit" name="go" value="places" formnovalidate=true>{lang.pick("查找地区", "Find regions")}</button>
            {none}
            <div class="choices">{options}</div>
        </fieldset>
    }
    .into_any()
}

fn organization_field(lang: Lang, choices: &Choices, typed: &Typed, asked: Asked) -> impl IntoView + use<> {
    let chosen = typed_or(typed, "organization", "");
    let own = choices.unit.as_ref().map(|unit| unit.id);
    let others = choices.units.iter().filter(|unit| Some(unit.id) != own);
    let found = choices.unit.iter().chain(others).map(|unit| {
        let (value, place) = (unit.id.to_string(), unit.path.as_str());
        let text = match place {
            "" => unit.name.clone(),
            place => format!("{}（{place}）", unit.name),
        };
        let checked = value == chosen;
        option("organization", value, text, checked, false)
    });
    let found: Vec<_> = found.collect();
    let list = (!found.is_empty()).then(|| {
        let none = option(
            "organization",
            String::new(),
            lang.pick("都不是，按上面填写的名称报", "None of these: take the name above")
                .to_owned(),
            false,
            false,
        );
        view! { <div class="choices">{found}{none}</div> }
    });
    let none = (typed_or(typed, "go", "") == "units" && choices.units.is_empty()).then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "名录里没有找到，按您填写的名称报名即可，由主办单位归并。",
                "Not found in the directory. Join with the name you wrote; the organiser puts it in its place.",
            ),
        )
    });
    view! {
        <fieldset class="stack">
            <legend class="strong">{label(lang, lang.pick("所在单位", "Unit"), asked)}</legend>
            <div class="field">
                <label for="organization_text">{lang.pick("单位全称", "Full name of the unit")}</label>
                <input id="organization_text" name="organization_text" value=typed_or(typed, "organization_text", "") maxlength="60" autocomplete="organization"
                    aria-describedby="unit-hint"/>
                <p class="small soft" id="unit-hint">{lang.pick(
                    "社会公众不用填。请先在名录里查找，避免同一个单位有几种写法。",
                    "The public need none. Look it up first, so that one unit is not written in several ways.",
                )}</p>
            </div>
            <button class="button small" r#type="submit" name="go" value="units" formnovalidate=true>{lang.pick("在名录里查找", "Look it up")}</button>
            {none}
            {list}
        </fieldset>
    }
}

fn name(lang: Lang, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <label for="name">{label(lang, lang.pick("真实姓名", "Real name"), Asked::Required)}</label>
            <input id="name" name="name" value=typed_or(typed, "name", "") maxlength=LONGEST_NAME.to_string() autocomplete="name" required=true aria-describedby="name-hint"/>
            <p class="small soft" id="name-hint">{lang.pick("写在证书上；榜上只显示姓。", "It stands on the certificate; boards show its first character only.")}</p>
        </div>
    }
}

fn phone(lang: Lang, typed: &Typed, asked: Asked) -> impl IntoView + use<> {
    view! {
        <div class="field">
            <label for="phone">{label(lang, lang.pick("手机号", "Telephone number"), asked)}</label>
            <input id="phone" name="phone" r#type="tel" value=typed_or(typed, "phone", "") maxlength="20" autocomplete="tel" required={asked == Asked::Required} aria-describedby="phone-hint"/>
            <p class="small soft" id="phone-hint">{lang.pick("只保存密钥摘要和打码后的样子，用来防止一人报两次。", "Only a keyed digest and a masked form are kept, so that nobody joins twice.")}</p>
        </div>
    }
}

fn use_account(lang: Lang, typed: &Typed, account: bool, asked: Asked) -> impl IntoView + use<> {
    match (account, asked) {
        (true, _) => {
            let ticked = typed.is_empty() || typed.contains_key("account");
            tick(
                "account",
                lang.pick(
                    "用登录的账号参赛，在别的设备上登录就能继续",
                    "Play with the account signed in: sign in on another device to go on",
                ),
                ticked,
            )
            .into_any()
        }
        (false, Asked::Required) => notice(
            Tone::Action,
            lang.pick(
                "这次竞赛要先登录本站账号再报名。",
                "Sign in with your account first to join this competition.",
            ),
        )
        .into_any(),
        (false, _) => ().into_any(),
    }
}
