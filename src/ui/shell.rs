//! The frame around every page: document, navigation, language and text size.

use leptos::prelude::*;

use crate::domain::{lang::Lang, role::Right};

/// Who looks at the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    /// A person of the roster.
    pub candidate: bool,
    /// What the viewer may do somewhere; what is not among it is not offered.
    pub rights: Vec<Right>,
}

/// What every page needs to know of the request.
#[derive(Debug, Clone)]
pub struct Frame {
    pub lang: Lang,
    /// Large text (适老化).
    pub large: bool,
    pub viewer: Option<Viewer>,
    /// Notices not read.
    pub unread: i64,
    /// Path and query asked for, to come back to after changing language or text size.
    pub path: String,
    /// Changes with every build, so that browsers may keep files for ever.
    pub version: String,
}

impl Frame {
    /// Whether the viewer may do this somewhere.
    pub fn offers(&self, right: Right) -> bool {
        self.viewer
            .as_ref()
            .is_some_and(|viewer| viewer.rights.contains(&right))
    }

    fn asset(&self, path: &str) -> String {
        format!("/{path}?v={}", self.version)
    }
}

/// The whole document around `body`.
fn document<B: IntoView>(frame: &Frame, title: &str, islands: bool, body: B) -> impl IntoView + use<B> {
    let title = format!("{title} · {}", frame.lang.pick("明法", "Mingfa"));
    let scripts = islands.then(|| {
        view! {
            <link rel="modulepreload" href=frame.asset("pkg/mingfa.js")/>
            <link rel="preload" href=frame.asset("pkg/mingfa.wasm") r#as="fetch" r#type="application/wasm" crossorigin=""/>
            <script r#type="module" src=frame.asset("islands.js")></script>
        }
    });
    view! {
        <html lang=frame.lang.tag() data-size=if frame.large { "large" } else { "normal" }>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title inner_html=as_text(&title)></title>
                <link rel="icon" href=frame.asset("icon.svg") r#type="image/svg+xml"/>
                <link rel="stylesheet" href=frame.asset("pkg/mingfa.css")/>
                {scripts}
            </head>
            <body>{body}</body>
        </html>
    }
}

/// A place in the navigation: path, the right it needs, Chinese, English.
type Place = (&'static str, Right, &'static str, &'static str);

const NOTICES: &str = "/notices";
const LAWS: &str = "/laws";
const COURSES: &str = "/admin/courses";
const STUDY: &str = "/study";
const LEDGER: &str = "/admin/activities";

/// The most used first: on a phone the bar has room for four.
const ADMINISTRATION: [Place; 11] = [
    ("/unit", Right::AskForCorrections, "本单位", "My unit"),
    ("/admin/people", Right::ManagePeople, "人员与单位", "People"),
    ("/admin/banks", Right::ManageBanks, "题库", "Questions"),
    ("/admin/exams", Right::ManageExams, "考试", "Exams"),
    (COURSES, Right::ManageCourses, "课程", "Courses"),
    ("/admin/competitions", Right::ManageCompetitions, "竞赛", "Competitions"),
    ("/admin/figures", Right::ReadFigures, "数据", "Figures"),
    (LEDGER, Right::ReadFigures, "台账", "Ledger"),
    ("/admin/marking", Right::MarkPapers, "阅卷", "Marking"),
    ("/admin/audit", Right::ReadAudit, "操作记录", "Audit log"),
    ("/admin/roles", Right::ManageRoles, "角色", "Roles"),
];

/// A page with navigation.
pub fn page<M: IntoView>(frame: &Frame, title: &str, main: M) -> impl IntoView + use<M> {
    document(frame, title, false, body(frame, main))
}

/// A page with navigation and, where one is named, a script of ours.
pub fn page_with_script<M: IntoView>(
    frame: &Frame,
    title: &str,
    script: Option<&'static str>,
    main: M,
) -> impl IntoView + use<M> {
    let script = script.map(|script| view! { <script r#type="module" src=frame.asset(script)></script> });
    document(frame, title, false, view! { {body(frame, main)}{script} })
}

/// A page with navigation and a part that renews itself.
pub fn page_with_islands<M: IntoView>(frame: &Frame, title: &str, main: M) -> impl IntoView + use<M> {
    document(frame, title, true, body(frame, main))
}

fn body<M: IntoView>(frame: &Frame, main: M) -> impl IntoView + use<M> {
    let skip = frame.lang.pick("跳到正文", "Skip to content");
    view! {
        <a class="skip" href="#main">{skip}</a>
        <div class="shell">
            {frame.viewer.as_ref().map(|viewer| navigation(frame, viewer))}
            <div class="column">
                {top(frame)}
                <main class="page stack" id="main">{main}</main>
                {foot(frame)}
            </div>
        </div>
    }
}

/// A page that is one island from edge to edge: the exam.
pub fn island<M: IntoView>(frame: &Frame, title: &str, main: M) -> impl IntoView + use<M> {
    document(frame, title, true, main)
}

/// A page without navigation: nothing may lead away from a running exam by accident.
pub fn bare<M: IntoView>(frame: &Frame, title: &str, main: M) -> impl IntoView + use<M> {
    document(frame, title, false, main)
}

fn navigation(frame: &Frame, viewer: &Viewer) -> impl IntoView + use<> {
    let home = viewer.candidate.then_some(("/", "首页", "Home"));
    let study = viewer.candidate.then_some((STUDY, "学习", "Study"));
    let administration = ADMINISTRATION
        .into_iter()
        .filter(|(_, right, _, _)| viewer.rights.contains(right))
        .map(|(place, _, zh, en)| (place, zh, en));
    let notices = viewer.candidate.then_some((NOTICES, "通知", "Notices"));
    let laws = std::iter::once((LAWS, "法规", "Laws"));
    let me = viewer.candidate.then_some(("/me", "我的", "Me"));
    let path = frame.path.split('?').next().unwrap_or_default().to_owned();
    let figures = path.contains("/figures");
    let here = move |place: &str| match place {
        "/" => path == "/",
        "/admin/figures" => figures,
        LAWS => ["/laws", "/admin/laws", "/admin/must-know"]
            .iter()
            .any(|start| path.starts_with(start)),
        LEDGER => [
            "/admin/activities",
            "/admin/years",
            "/admin/evidence",
            "/admin/filings",
            "/admin/plan",
            "/admin/officers",
        ]
        .iter()
        .any(|start| path.starts_with(start)),
        STUDY => ["/study", "/courses", "/record"]
            .iter()
            .any(|start| path.starts_with(start)),
        COURSES => ["/admin/courses", "/admin/lessons", "/admin/credits", "/admin/records"]
            .iter()
            .any(|start| path.starts_with(start)),
        place => path.starts_with(place) && !figures,
    };
    let links = home
        .into_iter()
        .chain(study)
        .chain(notices)
        .chain(administration)
        .chain(laws)
        .chain(me)
        .map(|(place, zh, en)| {
            let label = match frame.unread {
                unread @ 1.. if place == NOTICES => format!("{}（{unread}）", frame.lang.pick(zh, en)),
                _ => frame.lang.pick(zh, en).to_owned(),
            };
            view! { <a href=place aria-current=here(place).then_some("page")>{label}</a> }
        })
        .collect_view();
    view! {
        <nav class="nav" aria-label=frame.lang.pick("主导航", "Main")>
            <a class="brand" href="/">{frame.lang.pick("明法", "Mingfa")}</a>
            {links}
        </nav>
    }
}

fn top(frame: &Frame) -> impl IntoView + use<> {
    let brand = frame.lang.pick("明法", "Mingfa");
    let who = frame
        .viewer
        .as_ref()
        .map(|viewer| view! { <a class="small soft" href="/me">{viewer.name.clone()}</a> });
    view! { <header class="top"><a class="brand" href="/">{brand}</a>{who}</header> }
}

fn foot(frame: &Frame) -> impl IntoView + use<> {
    let other = frame.lang.pick(Lang::En, Lang::Zh);
    let size = if frame.large {
        ("normal", "标准字号", "Normal text")
    } else {
        ("large", "大字", "Large text")
    };
    let back = encode(&frame.path);
    view! {
        <footer class="foot small">
            <a href=format!("/language/{}?to={back}", other.code()) lang=other.tag()>{other.pick("中文", "English")}</a>
            <a href=format!("/size/{}?to={back}", size.0)>{frame.lang.pick(size.1, size.2)}</a>
        </footer>
    }
}

/// Text as the `inner_html` of `<title>` and `<textarea>`, whose children the view macro neither escapes nor leaves without
/// a mark.
pub fn as_text(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// Percent-encodes a value for a query string.
pub fn encode(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}
