//! The pages of those who write courses.

use leptos::prelude::*;

use super::{credits, kind_name, state_tag, text::text};
use crate::{
    domain::{
        course::{Course, Lesson, LessonKind, Media, Missing, State},
        id::CourseId,
        lang::Lang,
    },
    error::Fault,
    service::course::{Desk, File, Owners, Text},
    ui::{
        part::{
            Tone, fault,
            form::{Typed, line, lines, select, tick, typed_or},
            heading, notice, table, tag,
        },
        shell::{Frame, as_text, page},
    },
};

fn whom(lang: Lang, path: Option<String>) -> String {
    path.filter(|path| !path.is_empty())
        .unwrap_or_else(|| lang.pick("全体人员", "Everybody").to_owned())
}

/// Every course of the caller.
pub fn desk(frame: &Frame, desk: &Desk) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("课程", "Courses");
    let row = |(course, lessons, sum): &(Course, usize, crate::domain::credit::Credits)| {
        let heading = &course.heading;
        let unit = heading.unit.map(|unit| desk.units.path(unit));
        view! {
            <tr><td><a href=format!("/admin/courses/{}", course.id)>{heading.title.clone()}</a></td>
                <td class="n">{heading.year.to_string()}</td><td>{kind_name(lang, heading.compulsory)}</td><td>{whom(lang, unit)}</td>
                <td class="n">{lessons.to_string()}</td><td class="n">{sum.to_string()}</td><td>{state_tag(lang, course.state)}</td></tr>
        }
    };
    let head = view! {
        <th>{lang.pick("名称", "Title")}</th><th class="n">{lang.pick("年度", "Year")}</th><th>{lang.pick("类别", "Kind")}</th>
        <th>{lang.pick("面向", "For")}</th><th class="n">{lang.pick("课时", "Lessons")}</th><th class="n">{lang.pick("学分", "Credits")}</th>
        <th>{lang.pick("状态", "State")}</th>
    };
    let body = match desk.courses.is_empty() {
        true => notice(
            Tone::Plain,
            lang.pick(
                "还没有课程。先新建课程，再写课时，检查齐全后发布。",
                "No course yet. Make one, write its lessons, and publish it when nothing is missing.",
            ),
        )
        .into_any(),
        false => table(title, head, desk.courses.iter().map(row).collect_view()).into_any(),
    };
    let main = view! {
        <div class="row between wrap">{heading(title, "")}
            <span class="row"><a class="button" href="/admin/credits">{lang.pick("学分规则", "Rules of credits")}</a>
                <a class="button" href="/admin/records">{lang.pick("学法记录", "Law records")}</a>
                <a class="button primary" href="/admin/courses/new">{lang.pick("新建课程", "New course")}</a></span></div>
        <section class="card">{body}</section>
    };
    page(frame, title, main)
}

fn trail(lang: Lang, course: Option<&Course>) -> impl IntoView + use<> {
    let course = course.map(
        |course| view! { " · "<a href=format!("/admin/courses/{}", course.id)>{course.heading.title.clone()}</a> },
    );
    view! { <p class="small"><a href="/admin/courses">{lang.pick("课程", "Courses")}</a>{course}</p> }
}

/// A course to be written: a new one without a file.
pub fn edit(
    frame: &Frame,
    file: Option<&File>,
    owners: &Owners,
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = file.map_or_else(
        || lang.pick("新建课程", "New course").to_owned(),
        |file| file.course.heading.title.clone(),
    );
    let state = file.map(|file| state_tag(lang, file.course.state));
    let below = file.map(|file| credits(lang, file.credits)).unwrap_or_default();
    let id = file.map(|file| file.course.id);
    let main = view! {
        {trail(lang, None)}
        <div class="row between wrap">{heading(title.clone(), below)}{state}</div>
        {fault(wrong, lang)}
        {file.map(|file| lessons(lang, file))}
        {file.map(|file| steps(lang, file))}
        {heading_form(lang, id, owners, typed)}
    };
    page(frame, &title, main)
}

fn heading_form(lang: Lang, id: Option<CourseId>, owners: &Owners, typed: &Typed) -> impl IntoView + use<> {
    let action = id.map_or_else(|| "/admin/courses".to_owned(), |id| format!("/admin/courses/{id}"));
    let value = |name: &str| typed_or(typed, name, "");
    let kinds = [true, false].map(|compulsory| {
        let code = if compulsory { "compulsory" } else { "elective" };
        (code.to_owned(), kind_name(lang, compulsory).to_owned())
    });
    let units = owners
        .iter()
        .map(|(unit, path)| {
            let code = unit.map(|unit| unit.to_string()).unwrap_or_default();
            (code, whom(lang, Some(path.clone())))
        })
        .collect();
    view! {
        <form class="card stack" action=action method="post">
            <h2>{lang.pick("课程信息", "About the course")}</h2>
            {line("course", ("title", "text"), lang.pick("名称", "Title"), value("title"), true)}
            {lines("course", "summary", lang.pick("简介（可不填）", "Summary (optional)"), value("summary"))}
            <div class="thirds">
                {line("course", ("year", "number"), lang.pick("年度", "Year"), value("year"), true)}
                {select("course", "kind", lang.pick("类别", "Kind"), kinds.to_vec(), &value("kind"))}
                {select("course", "unit", lang.pick("面向", "For"), units, &value("unit"))}
            </div>
            {line("course", ("diagnostic", "number"), lang.pick("先测：每课几题（0 表示不先测）", "Test first: questions for each lesson (0: none)"), typed_or(typed, "diagnostic", "3"), true)}
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button></div>
        </form>
    }
}

fn lessons(lang: Lang, file: &File) -> impl IntoView + use<> {
    let row = |(lesson, missing, fitting): &(Lesson, Vec<Missing>, usize)| {
        let draft = &lesson.draft;
        let lacks = missing
            .iter()
            .map(|missing| view! { <li class="small">{missing.message(lang)}</li> })
            .collect_view();
        let check = match missing.is_empty() {
            true => tag(Tone::Good, lang.pick("齐全", "Complete")).into_any(),
            false => {
                view! { {tag(Tone::Warn, lang.pick("还缺", "Missing"))}<ul class="plain-list">{lacks}</ul> }.into_any()
            }
        };
        view! {
            <tr><td class="n">{lesson.place.to_string()}</td>
                <td><a href=format!("/admin/lessons/{}", lesson.id)>{draft.title.clone()}</a></td><td>{draft.kind.name(lang)}</td>
                <td class="n">{draft.credits.to_string()}</td><td class="n">{format!("{} / {}", draft.pass, draft.questions)}</td>
                <td class="n">{fitting.to_string()}</td><td>{check}</td>
                <td><a href=format!("/admin/lessons/{}/preview", lesson.id)>{lang.pick("预览", "Preview")}</a></td></tr>
        }
    };
    let head = view! {
        <th class="n">{lang.pick("序号", "Place")}</th><th>{lang.pick("课时", "Lesson")}</th><th>{lang.pick("类型", "Kind")}</th>
        <th class="n">{lang.pick("学分", "Credits")}</th><th class="n">{lang.pick("及格 / 题数", "Pass / questions")}</th>
        <th class="n">{lang.pick("可用题", "Pool")}</th><th>{lang.pick("检查", "Check")}</th><th>{lang.pick("试看", "Preview")}</th>
    };
    let body = match file.lessons.is_empty() {
        true => view! { <p class="soft">{lang.pick("还没有课时。", "No lesson yet.")}</p> }.into_any(),
        false => table(
            lang.pick("课时", "Lessons"),
            head,
            file.lessons.iter().map(row).collect_view(),
        )
        .into_any(),
    };
    let add = (file.course.state == State::Draft).then(|| {
        view! { <p><a class="button" href=format!("/admin/courses/{}/lessons/new", file.course.id)>{lang.pick("添加课时", "Add a lesson")}</a></p> }
    });
    view! { <section class="card stack"><h2>{lang.pick("课时和发布前检查", "Lessons, and what is missing to publish")}</h2>{body}{add}</section> }
}

/// What can be done with the course as it stands.
fn steps(lang: Lang, file: &File) -> impl IntoView + use<> {
    let to = |step: &str| format!("/admin/courses/{}/{step}", file.course.id);
    let button = |step: &str, class: &'static str, text: &'static str| {
        view! { <form action=to(step) method="post"><button class=class r#type="submit">{text}</button></form> }
            .into_any()
    };
    let buttons = match file.course.state {
        State::Draft => vec![button("publish", "button primary", lang.pick("发布", "Publish"))],
        State::Published => vec![
            button(
                "withdraw",
                "button",
                lang.pick(
                    "撤回为草稿（还没有人得学分时）",
                    "Back to a draft (before anybody has credits)",
                ),
            ),
            button("close", "button", lang.pick("结束课程", "Close the course")),
        ],
        State::Closed => Vec::new(),
    };
    view! { <div class="row">{buttons}</div> }
}

/// A lesson to be written: a new one without a lesson. `media`: its files.
pub fn edit_lesson(
    frame: &Frame,
    course: &Course,
    lesson: Option<&Lesson>,
    media: &[Media],
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lesson.map_or_else(
        || lang.pick("添加课时", "New lesson").to_owned(),
        |lesson| lesson.draft.title.clone(),
    );
    let action = match lesson {
        Some(lesson) => format!("/admin/lessons/{}", lesson.id),
        None => format!("/admin/courses/{}/lessons", course.id),
    };
    let value = |name: &str| typed_or(typed, name, "");
    let kinds = LessonKind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let fixed = (course.state != State::Draft).then(|| {
        notice(
            Tone::Plain,
            lang.pick(
                "课程已发布：正文、标题、题目来源和音视频可以改，学分和测验不能改。",
                "The course is published: text, title, sources and files can be changed, credits and test cannot.",
            ),
        )
    });
    let main = view! {
        {trail(lang, Some(course))}
        {heading(title.clone(), "")}
        {fault(wrong, lang)}
        {fixed}
        <form class="card stack" action=action method="post">
            <div class="thirds">
                {line("lesson", ("place", "number"), lang.pick("序号", "Place"), value("place"), true)}
                {select("lesson", "kind", lang.pick("类型", "Kind"), kinds, &value("kind"))}
                {line("lesson", ("credits", "text"), lang.pick("学分", "Credits"), value("credits"), true)}
            </div>
            {line("lesson", ("title", "text"), lang.pick("名称", "Title"), value("title"), true)}
            <div class="field">
                <label for="lesson-body">{lang.pick("正文（Markdown）", "Text (Markdown)")}</label>
                <textarea id="lesson-body" lang="zh-CN" name="body" rows="16" maxlength="60000" aria-describedby="lesson-body-hint" inner_html=as_text(&value("body"))></textarea>
                <p class="small soft" id="lesson-body-hint">
                    {lang.pick(
                        "# 标题，**重点**，- 列表，> 引文。引用法条单独写一行，例如：",
                        "# heading, **strong**, - list, > quotation. An article of law stands on a line of its own, such as: ",
                    )}
                    <span lang="zh-CN">"[[安全生产法 第二十一条]]"</span>
                    {lang.pick(
                        "。页面上显示现行条文，法律修订后自动跟随并提示。HTML 按文字显示，不支持图片。",
                        ". The page shows its text in force, follows amendments and says so. HTML is shown as text; there are no pictures.",
                    )}
                </p>
            </div>
            {lines("lesson", "sources", lang.pick("题目来源，每行一个", "Where questions come from, one line each"), value("sources"))}
            <p class="small soft">
                {lang.pick("写法条、法规名或知识点（标签），例如：", "Write an article, a law, or a topic (tag), such as: ")}
                <span lang="zh-CN">"安全生产法 第二十一条"</span>
                {lang.pick("。只用开放练习的题库里可用的题。", ". Only ready questions of banks open to practice are used.")}
            </p>
            <div class="halves">
                {line("lesson", ("questions", "number"), lang.pick("测验题数", "Questions of the test"), value("questions"), true)}
                {line("lesson", ("pass", "number"), lang.pick("答对几题通过", "Right answers that pass"), value("pass"), true)}
            </div>
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button>
                {lesson.map(|lesson| view! { <a class="button" href=format!("/admin/lessons/{}/preview", lesson.id)>{lang.pick("预览", "Preview")}</a> })}</div>
        </form>
        {lesson.map(|lesson| files(lang, lesson, media))}
        {lesson.filter(|_| course.state == State::Draft).map(|lesson| remove(lang, lesson))}
    };
    page(frame, &title, main)
}

fn files(lang: Lang, lesson: &Lesson, media: &[Media]) -> impl IntoView + use<> {
    let rows = media
        .iter()
        .map(|file| {
            let size = format!("{:.1} MB", file.size as f64 / 1_048_576.0);
            view! {
                <li class="row between">
                    <span><a href=format!("/admin/lesson-media/{}", file.id)>{file.name.clone()}</a>" "
                        <span class="small soft num">{format!("{} · {size}", file.format.name(lang))}</span></span>
                    <form action=format!("/admin/lesson-media/{}/remove", file.id) method="post"><button class="button small danger" r#type="submit">{lang.pick("删除", "Remove")}</button></form>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card stack">
            <h2>{lang.pick("音视频", "Sound and video")}</h2>
            <ul class="plain-list">{rows}</ul>
            <form class="stack" action=format!("/admin/lessons/{}/media", lesson.id) method="post" enctype="multipart/form-data">
                <div class="field">
                    <label for="file">{lang.pick("上传（MP4、WebM、MP3、M4A、Ogg、WAV，不超过 50 MB）", "Upload (MP4, WebM, MP3, M4A, Ogg, WAV, up to 50 MB)")}</label>
                    <input id="file" name="file" r#type="file" accept="video/mp4,video/webm,audio/*" required=true/>
                </div>
                <button class="button" r#type="submit">{lang.pick("上传", "Upload")}</button>
            </form>
        </section>
    }
}

fn remove(lang: Lang, lesson: &Lesson) -> impl IntoView + use<> {
    view! {
        <form class="row" action=format!("/admin/lessons/{}/remove", lesson.id) method="post">
            {tick("sure", lang.pick("确认删除，连同音视频", "Yes, remove it with its files"), false)}
            <button class="button danger" r#type="submit">{lang.pick("删除课时", "Remove the lesson")}</button>
        </form>
    }
}

/// A lesson as its readers will see it, with what is wrong with it.
pub fn preview(frame: &Frame, course: &Course, lesson: &Lesson, shown: &Text) -> impl IntoView {
    let lang = frame.lang;
    let broken: Vec<String> = shown.broken().map(str::to_owned).collect();
    let warning = (!broken.is_empty()).then(|| {
        let list = broken
            .into_iter()
            .map(|words| view! { <li lang="zh-CN">{format!("[[{words}]]")}</li> })
            .collect_view();
        view! {
            <section class="notice warn" role="alert">
                <p>{lang.pick("法规库里找不到这些引用，或者条文已删去，读者只看到文字：", "The library has none of these articles, or they were deleted; readers see only the words:")}</p>
                <ul class="plain-list">{list}</ul>
            </section>
        }
    });
    let title = lesson.draft.title.clone();
    let main = view! {
        {trail(lang, Some(course))}
        <div class="row between wrap">{heading(title.clone(), lang.pick("预览：读者看到的样子", "Preview: as readers see it"))}
            <a class="button" href=format!("/admin/lessons/{}", lesson.id)>{lang.pick("修改", "Change")}</a></div>
        {warning}
        <div class="narrow stack">{text(lang, shown, "/admin/lesson-media")}</div>
    };
    page(frame, &title, main)
}
