//! Every route, and the layers around them.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware,
    routing::{get, post},
};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use super::{account, bank, exam, files, guard, people, print, respond, rest, sit};
use crate::service::App;

/// How the site is reached from outside.
#[derive(Debug, Clone, Copy, Default)]
pub struct Edge {
    /// Cookies only over https.
    pub https: bool,
    /// The network address is the last entry of X-Forwarded-For.
    pub behind_proxy: bool,
}

/// What handlers share.
#[derive(Clone)]
pub struct State {
    pub app: App,
    pub edge: Arc<Edge>,
}

impl FromRef<State> for App {
    fn from_ref(state: &State) -> Self {
        state.app.clone()
    }
}

/// The largest body of a form or an API request.
const BODY: usize = 256 * 1024;
/// The largest uploaded file, with its envelope.
const UPLOAD: usize = 50 * 1024 * 1024 + 64 * 1024;

/// The whole site.
pub fn router(app: App, edge: Arc<Edge>) -> Router {
    let state = State { app, edge };
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(state.clone(), guard::pass))
        .layer(CatchPanicLayer::custom(respond::panicked));
    let uploads = Router::new()
        .route("/admin/people/import", post(people::upload))
        .route("/admin/banks/import", post(bank::upload))
        .layer(DefaultBodyLimit::max(UPLOAD));
    Router::new()
        .route("/", get(account::home))
        .route("/sign-in", get(account::sign_in_page).post(account::sign_in))
        .route("/sign-out", post(account::sign_out))
        .route("/link/{link}", get(account::link_page).post(account::set_password))
        .route("/language/{lang}", get(account::language))
        .route("/size/{size}", get(account::size))
        .route("/me", get(account::me))
        .route("/exams/{exam}", get(sit::intro))
        .route("/exams/{exam}/start", post(sit::start))
        .route("/attempts/{attempt}", get(sit::sheet))
        .route("/attempts/{attempt}/answer", post(sit::answer))
        .route("/attempts/{attempt}/check", get(sit::check))
        .route("/attempts/{attempt}/hand-in", post(sit::hand_in))
        .route("/attempts/{attempt}/result", get(sit::result))
        .route("/api/v1/attempts/{attempt}", get(rest::progress))
        .route("/api/v1/attempts/{attempt}/answers", post(rest::save))
        .route("/admin/people", get(people::roster))
        .route(
            "/admin/people/import/{upload}",
            get(people::preview).post(people::import),
        )
        .route("/admin/people/links", post(people::links))
        .route("/admin/people/{person}/link", post(people::link))
        .route("/admin/banks", get(bank::banks))
        .route("/admin/banks/{bank}", get(bank::questions))
        .route("/admin/banks/import/{upload}", get(bank::preview).post(bank::import))
        .route("/admin/exams", get(exam::exams).post(exam::create))
        .route("/admin/exams/new", get(exam::new))
        .route("/admin/exams/{exam}", get(exam::exam).post(exam::update))
        .route("/admin/exams/{exam}/edit", get(exam::edit))
        .route("/admin/exams/{exam}/publish", post(exam::publish))
        .route("/admin/exams/{exam}/open", post(exam::open))
        .route("/admin/exams/{exam}/print", get(print::form))
        .route("/admin/exams/{exam}/print/key", get(print::key))
        .route("/admin/exams/{exam}/figures", get(exam::figures))
        .route("/admin/figures", get(exam::figures_list))
        .route("/healthz", get(rest::healthy))
        .route("/readyz", get(rest::ready))
        .layer(DefaultBodyLimit::max(BODY))
        .merge(uploads)
        .fallback(files::file)
        .layer(around)
        .with_state(state)
}
