//! Why a course was not changed or published.

use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

/// What a lesson lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Text,
    Test,
    Sources,
    /// The sources give fewer questions than the test asks.
    Questions {
        wanted: u32,
        fitting: u32,
    },
}

impl Missing {
    pub fn message(self, lang: Lang) -> String {
        match self {
            Self::Text => lang.pick("没有正文，也没有音视频", "no text and no media").to_owned(),
            Self::Test => lang
                .pick(
                    "没有设测验题数和及格题数",
                    "no number of questions for its test, or none that passes",
                )
                .to_owned(),
            Self::Sources => lang.pick("没有写题目来源", "no source of questions").to_owned(),
            Self::Questions { wanted, fitting } => match lang {
                Lang::Zh => format!("测验要 {wanted} 题，题目来源只有 {fitting} 题可用于练习"),
                Lang::En => format!("the test asks {wanted} questions, the sources give {fitting} open to practice"),
            },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseFault {
    Heading,
    Lesson,
    NoLessons,
    /// By the title of the lesson.
    Incomplete(Vec<(String, Vec<Missing>)>),
    TooManyLessons,
    /// Lessons of a course that people study are neither added nor taken away, and give the same credits.
    Fixed,
    /// No sound or picture that browsers play, by its content.
    Media,
    TooManyMedia,
    /// The course does not ask questions first, or this person has answered them.
    NoDiagnostic,
    /// The pool gives no question.
    NoQuestions,
}

impl CourseFault {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Fixed | Self::NoDiagnostic | Self::NoQuestions | Self::TooManyLessons | Self::TooManyMedia => 409,
            Self::Media => 415,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::Incomplete(lessons) => return incomplete(lessons, lang),
            Self::Heading => lang.pick(
                "请填写课程名称（不超过 100 字）和四位数字的年度；简介不超过 500 字，先测题数 0 到 5。没有保存。",
                "Give a title of at most 100 characters and a year of four digits; the summary has at most 500 characters, the first test 0 to 5 questions a lesson. Nothing was stored.",
            ),
            Self::Lesson => lang.pick(
                "请填写课时名称（不超过 100 字）；正文不超过 60000 字，学分 0 到 100，测验最多 50 题，及格题数不能多于题数，题目来源最多 20 行。没有保存。",
                "Give the lesson a title of at most 100 characters; the text has at most 60,000, credits are 0 to 100, a test has at most 50 questions and not more that pass, sources at most 20 lines. Nothing was stored.",
            ),
            Self::NoLessons => lang.pick(
                "课程还没有课时，没有发布。请先添加课时。",
                "The course has no lesson; it was not published. Add one first.",
            ),
            Self::TooManyLessons => lang.pick(
                "一门课程最多 60 个课时，没有添加。",
                "A course has at most 60 lessons; nothing was added.",
            ),
            Self::Fixed => lang.pick(
                "课程已经发布，课时不能增减，学分、测验题数和及格题数不能改，没有保存。正文可以改。",
                "The course is published: lessons are neither added nor removed, and credits and test stay as they are. The text can be changed. Nothing was stored.",
            ),
            Self::Media => lang.pick(
                "这个文件不是浏览器能播放的音视频（MP4、WebM、MP3、M4A、Ogg、WAV），没有保存。改后缀名没有用，请转换格式后再传。",
                "By its content this is no file that browsers play (MP4, WebM, MP3, M4A, Ogg, WAV); nothing was stored. Another name does not help: convert it first.",
            ),
            Self::TooManyMedia => lang.pick(
                "一个课时最多 10 个音视频文件，没有保存。",
                "A lesson has at most 10 files; nothing was stored.",
            ),
            Self::NoDiagnostic => lang.pick(
                "先测只做一次，您已经做过，或者这门课程没有先测。",
                "The first test is taken once: you have taken it, or the course has none.",
            ),
            Self::NoQuestions => lang.pick(
                "这一课现在没有可用的题目，测验没有开始。请告诉管理员。",
                "The lesson has no question to ask just now; the test was not begun. Please tell an administrator.",
            ),
        };
        text.to_owned()
    }
}

fn incomplete(lessons: &[(String, Vec<Missing>)], lang: Lang) -> String {
    let named: Vec<_> = lessons
        .iter()
        .map(|(title, missing)| {
            let missing: Vec<_> = missing.iter().map(|missing| missing.message(lang)).collect();
            match lang {
                Lang::Zh => format!("“{title}”{}", missing.join("，")),
                Lang::En => format!("“{title}”: {}", missing.join(", ")),
            }
        })
        .collect();
    match lang {
        Lang::Zh => format!("没有发布。{}。", named.join("；")),
        Lang::En => format!("Not published. {}.", named.join("; ")),
    }
}
