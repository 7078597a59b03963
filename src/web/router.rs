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

use super::{
    account, activity, annual, annual_records, audit, bank, case, certificate, competition, competition_case,
    competitions, course, course_edit, directory, dispute, exam, exemption, figure, files, filing, guard,
    key_correction, law, ledger, liaison, live, lottery, marking, notice, objection, officer, organization, people,
    person, plan, print, question, receipt, record, reminder, respond, rest, returns, role, round, signal, sit, slot,
    statistics, study, unit, vetting,
};
use crate::service::{self, App};

/// How the site is reached from outside.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// Cookies only over https.
    pub https: bool,
    /// The network address is the last entry of X-Forwarded-For.
    pub behind_proxy: bool,
    /// The address under which people reach the site; without one, what their browser asked for.
    pub url: Option<String>,
    /// The font certificates are printed with; without one it is looked for in the usual places.
    pub font: Option<std::path::PathBuf>,
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

/// The largest document of a request, with its envelope.
const DOCUMENT: usize = service::exemption::DOCUMENT + 64 * 1024;

/// The largest form of a lesson: its text as browsers send it, nine bytes for a Chinese character.
const TEXT: usize = 1024 * 1024;

/// The whole site.
pub fn router(app: App, edge: Arc<Edge>) -> Router {
    let state = State { app, edge };
    let around = ServiceBuilder::new()
        .layer(middleware::from_fn_with_state(state.clone(), guard::pass))
        .layer(CatchPanicLayer::custom(respond::panicked));
    let uploads = Router::new()
        .route("/admin/people/import", post(people::upload))
        .route("/admin/banks/import", post(bank::upload))
        .route("/admin/organizations/import", post(organization::upload))
        .route("/admin/laws/import", post(law::upload))
        .route("/admin/officers/import", post(officer::upload))
        .route("/admin/activities", get(activity::ledger).post(activity::enter))
        .route("/admin/activities/{activity}/evidence", post(activity::add_evidence))
        .route("/admin/years/{year}/fill", post(returns::upload))
        .route("/admin/years/{year}/import", get(ledger::choose).post(ledger::upload))
        .route("/admin/lessons/{lesson}/media", post(course_edit::add_media))
        .layer(DefaultBodyLimit::max(UPLOAD));
    let documents = Router::new()
        .route("/admin/people/{person}/exemptions", post(person::request))
        .route("/admin/exemptions/{exemption}/documents", post(exemption::add_document))
        .route("/record/entries", post(record::enter))
        .layer(DefaultBodyLimit::max(DOCUMENT));
    let texts = Router::new()
        .route("/admin/courses/{course}/lessons", post(course_edit::add_lesson))
        .route(
            "/admin/lessons/{lesson}",
            get(course_edit::lesson).post(course_edit::change_lesson),
        )
        .layer(DefaultBodyLimit::max(TEXT));
    Router::new()
        .route("/", get(account::home))
        .route("/sign-in", get(account::sign_in_page).post(account::sign_in))
        .route("/sign-out", post(account::sign_out))
        .route("/link/{link}", get(account::link_page).post(account::set_password))
        .route("/language/{lang}", get(account::language))
        .route("/size/{size}", get(account::size))
        .route("/me", get(account::me))
        .route("/me/email", post(notice::set_email))
        .route("/notices", get(notice::inbox))
        .route("/notices/read", post(notice::read))
        .route("/receipt", get(receipt::form))
        .route("/receipt/{receipt}", get(receipt::check))
        .route("/certificate", get(certificate::form))
        .route(
            "/certificate/{code}",
            get(certificate::check).post(certificate::check_name),
        )
        .route("/certificates/{certificate}", get(certificate::show))
        .route("/certificates/{certificate}/pdf", get(certificate::pdf))
        .route("/exams/{exam}", get(sit::intro))
        .route("/exams/{exam}/start", post(sit::start))
        .route("/exams/{exam}/seat", post(slot::take))
        .route("/attempts/{attempt}", get(sit::sheet))
        .route("/attempts/{attempt}/answer", post(sit::answer))
        .route("/attempts/{attempt}/check", get(sit::check))
        .route("/attempts/{attempt}/hand-in", post(sit::hand_in))
        .route("/attempts/{attempt}/result", get(sit::result))
        .route(
            "/attempts/{attempt}/objection",
            get(objection::mine).post(objection::raise),
        )
        .route("/api/v1/attempts/{attempt}", get(rest::progress))
        .route("/api/v1/attempts/{attempt}/answers", post(rest::save))
        .route("/api/v1/attempts/{attempt}/live", get(live::listen))
        .route("/api/v1/attempts/{attempt}/beat", post(live::beat))
        .route("/admin/exams/{exam}/live", get(live::live).post(live::deal))
        .route("/admin/exams/{exam}/live/now", get(live::now))
        .route("/admin/people", get(people::roster))
        .route(
            "/admin/people/import/{upload}",
            get(people::preview).post(people::import),
        )
        .route("/admin/people/imports", get(people::imports))
        .route("/admin/people/imports/{import}", get(people::import_record))
        .route("/admin/people/imports/{import}/undo", post(people::undo))
        .route("/admin/people/links", post(people::links))
        .route("/admin/people/{person}", get(person::person))
        .route("/admin/people/{person}/transfer", post(person::transfer))
        .route("/admin/people/{person}/state", post(person::set_state))
        .route("/admin/people/{person}/accommodations", post(person::accommodate))
        .route("/admin/person-changes/{person_change}/withdraw", post(person::withdraw))
        .route(
            "/admin/accommodations/{accommodation}/end",
            post(person::end_accommodation),
        )
        .route("/admin/units", get(unit::units))
        .route("/admin/units/{unit}", get(unit::unit))
        .route("/admin/units/{unit}/move", post(unit::move_to))
        .route("/admin/units/{unit}/rename", post(unit::rename))
        .route("/admin/units/{unit}/region", post(unit::place))
        .route("/admin/units/{unit}/close", post(unit::close))
        .route("/admin/units/{unit}/reopen", post(unit::reopen))
        .route("/admin/unit-changes/{unit_change}/withdraw", post(unit::withdraw))
        .route("/admin/exemptions", get(exemption::queue))
        .route("/admin/exemptions/{exemption}", get(exemption::request))
        .route("/admin/exemptions/{exemption}/approve", post(exemption::approve))
        .route("/admin/exemptions/{exemption}/refuse", post(exemption::refuse))
        .route("/admin/exemptions/{exemption}/withdraw", post(exemption::withdraw))
        .route("/admin/documents/{document}", get(exemption::document))
        .route("/admin/people/{person}/link", post(people::link))
        .route("/admin/banks", get(bank::banks))
        .route("/admin/banks/{bank}", get(bank::questions))
        .route("/admin/banks/import/{upload}", get(bank::preview).post(bank::import))
        .route("/admin/banks/template", get(bank::template))
        .route("/admin/banks/{bank}/export", get(bank::export).post(bank::download))
        .route("/admin/banks/{bank}/review", get(vetting::queue).post(vetting::approve))
        .route("/admin/banks/{bank}/review/setting", post(vetting::set))
        .route(
            "/admin/banks/{bank}/review/{vetting}",
            get(vetting::show).post(vetting::decide),
        )
        .route(
            "/admin/banks/{bank}/questions/{question}/restore",
            post(question::restore),
        )
        .route("/admin/banks/{bank}/practice", post(bank::set_practice))
        .route("/admin/banks/{bank}/near", get(question::near))
        .route("/admin/banks/{bank}/laws", get(question::law_list))
        .route("/admin/banks/{bank}/questions/{question}/law", post(question::confirm))
        .route(
            "/admin/banks/{bank}/questions/new",
            get(question::new).post(question::add),
        )
        .route(
            "/admin/banks/{bank}/questions/{question}",
            get(question::show).post(question::revise),
        )
        .route("/admin/banks/{bank}/questions/{question}/edit", get(question::edit))
        .route(
            "/admin/banks/{bank}/questions/{question}/state",
            post(question::set_state),
        )
        .route("/admin/exams", get(exam::exams).post(exam::create))
        .route("/admin/exams/new", get(exam::new))
        .route("/admin/exams/{exam}", get(exam::exam).post(exam::update))
        .route("/admin/exams/{exam}/edit", get(exam::edit))
        .route("/admin/exams/{exam}/publish", post(exam::publish))
        .route("/admin/exams/{exam}/withdraw", post(exam::withdraw))
        .route("/admin/exams/{exam}/open", post(exam::open))
        .route("/admin/exams/{exam}/print", get(print::form))
        .route("/admin/exams/{exam}/print/key", get(print::key))
        .route("/admin/exams/{exam}/rounds", post(round::add))
        .route("/admin/exams/{exam}/rounds/remove", post(round::remove))
        .route("/admin/exams/{exam}/release", post(round::release))
        .route("/admin/exams/{exam}/figures", get(figure::figures))
        .route("/admin/exams/{exam}/figures/persons", get(figure::persons))
        .route("/admin/exams/{exam}/figures.xlsx", get(figure::workbook))
        .route("/admin/exams/{exam}/items", get(statistics::overview))
        .route("/admin/exams/{exam}/items/{pool}", get(statistics::item))
        .route("/admin/marking", get(marking::queues))
        .route("/admin/exams/{exam}/marking", get(marking::overview))
        .route(
            "/admin/exams/{exam}/marking/{pool}",
            get(marking::desk).post(marking::mark),
        )
        .route("/admin/exams/{exam}/marking/{pool}/take", post(marking::take))
        .route("/admin/exams/{exam}/keys", get(key_correction::overview))
        .route(
            "/admin/exams/{exam}/keys/{pool}",
            get(key_correction::subject).post(key_correction::propose),
        )
        .route("/admin/key-corrections/{key_correction}", get(key_correction::detail))
        .route(
            "/admin/key-corrections/{key_correction}/apply",
            post(key_correction::apply),
        )
        .route(
            "/admin/key-corrections/{key_correction}/refuse",
            post(key_correction::refuse),
        )
        .route(
            "/admin/key-corrections/{key_correction}/undo",
            post(key_correction::undo),
        )
        .route("/admin/disputes", get(dispute::list))
        .route(
            "/admin/disputes/{question}",
            get(dispute::subject).post(dispute::propose),
        )
        .route("/admin/rulings", get(dispute::rulings))
        .route("/admin/rulings/{ruling}", get(dispute::detail))
        .route("/admin/rulings/{ruling}/approve", post(dispute::approve))
        .route("/admin/rulings/{ruling}/refuse", post(dispute::refuse))
        .route("/admin/rulings/{ruling}/undo", post(dispute::undo))
        .route("/admin/exams/{exam}/signals", get(signal::found).post(signal::compare))
        .route("/admin/exams/{exam}/cases", post(signal::open_case))
        .route("/admin/exams/{exam}/slots", get(slot::slots).post(slot::add))
        .route("/admin/exams/{exam}/slots/seats", post(slot::give_all))
        .route("/admin/exams/{exam}/slots/{slot}", get(slot::list).post(slot::give))
        .route("/admin/exams/{exam}/slots/{slot}/remove", post(slot::remove))
        .route("/admin/cases", get(case::list))
        .route("/admin/cases/{case}", get(case::file).post(case::decide))
        .route("/cases/{case}", get(case::mine))
        .route("/cases/{case}/statement", post(case::state))
        .route("/cases/{case}/appeal", post(case::appeal))
        .route("/admin/objections", get(objection::queue))
        .route(
            "/admin/objections/{objection}",
            get(objection::case).post(objection::decide),
        )
        .route(
            "/admin/exams/{exam}/certificates",
            get(certificate::overview).post(certificate::issue),
        )
        .route("/admin/certificates/{certificate}", get(certificate::show))
        .route("/admin/certificates/{certificate}/pdf", get(certificate::pdf))
        .route(
            "/admin/certificates/{certificate}/withdraw",
            post(certificate::withdraw),
        )
        .route("/draws/{lottery}", get(lottery::show).post(lottery::check))
        .route("/draws/{lottery}/file", get(lottery::file))
        .route("/draws/{lottery}/list", get(lottery::list))
        .route(
            "/admin/competitions/{competition}/draws",
            get(lottery::overview).post(lottery::commit),
        )
        .route("/admin/draws/{lottery}/draw", post(lottery::draw))
        .route(
            "/admin/competitions",
            get(competitions::list).post(competitions::create),
        )
        .route("/admin/competitions/new", get(competitions::new))
        .route(
            "/admin/competitions/{competition}",
            get(competitions::competition).post(competitions::update),
        )
        .route("/admin/competitions/{competition}/edit", get(competitions::edit))
        .route("/admin/competitions/{competition}/publish", post(competitions::publish))
        .route("/admin/competitions/{competition}/rules", post(competitions::announce))
        .route("/admin/competitions/{competition}/burden", get(competitions::burden))
        .route(
            "/admin/competitions/{competition}/burden/waive",
            post(competitions::waive),
        )
        .route(
            "/admin/competitions/{competition}/burden/restore",
            post(competitions::restore),
        )
        .route("/admin/competitions/{competition}/counts", get(competitions::counts))
        .route(
            "/admin/competitions/{competition}/export.xlsx",
            get(competitions::workbook),
        )
        .route(
            "/admin/competitions/{competition}/items",
            get(competitions::items).post(competitions::count_items),
        )
        .route(
            "/admin/competitions/{competition}/truth",
            get(competitions::truth).post(competitions::count_truth),
        )
        .route(
            "/admin/competitions/{competition}/cases",
            get(competition_case::list).post(competitions::open_case),
        )
        .route(
            "/admin/competition-cases/{competition_case}",
            get(competition_case::file).post(competition_case::decide),
        )
        .route("/admin/figures", get(figure::list))
        .route("/unit", get(liaison::unit))
        .route("/unit/corrections", post(liaison::ask))
        .route("/admin/corrections", get(liaison::corrections))
        .route("/admin/corrections/{correction}", post(liaison::decide))
        .route("/admin/roles", get(role::roles))
        .route("/admin/roles/grant", post(role::grant))
        .route("/admin/roles/withdraw", post(role::withdraw))
        .route("/admin/accounts", post(role::make_account))
        .route("/admin/audit", get(audit::log))
        .route("/admin/audit/head", get(audit::head))
        .route("/admin/organizations", get(organization::list))
        .route(
            "/admin/organizations/import/{upload}",
            get(organization::preview).post(organization::import),
        )
        .route("/admin/organizations/desk", get(organization::desk))
        .route(
            "/admin/organizations/{organization}",
            get(organization::record).post(organization::revise),
        )
        .route("/admin/organizations/{organization}/list", post(organization::enlist))
        .route("/admin/organizations/{organization}/merge", post(organization::merge))
        .route("/admin/organizations/{organization}/undo", post(organization::undo))
        .route("/api/v1/divisions", get(directory::divisions))
        .route("/api/v1/organizations", get(directory::organizations))
        .route("/c/{code}", get(competition::front))
        .route("/c/{code}/join", post(competition::join))
        .route("/c/{code}/me", get(competition::me))
        .route("/c/{code}/correct", post(competition::correct))
        .route("/c/{code}/board", get(competition::board))
        .route("/c/{code}/qr", get(competition::qr))
        .route("/c/{code}/certificate", get(competition::certificate::show))
        .route("/c/{code}/certificate/pdf", get(competition::certificate::pdf))
        .route("/c/{code}/verify", get(competition::certificate::form))
        .route("/c/{code}/verify/{certificate}", get(competition::certificate::check))
        .route("/c/{code}/cases/{competition_case}", get(competition::case::mine))
        .route(
            "/c/{code}/cases/{competition_case}/statement",
            post(competition::case::state),
        )
        .route(
            "/c/{code}/cases/{competition_case}/appeal",
            post(competition::case::appeal),
        )
        .route(
            "/c/{code}/enter/{token}",
            get(competition::enter_page).post(competition::enter),
        )
        .route("/c/{code}/start", post(competition::start))
        .route("/c/{code}/play/{number}", get(competition::sheet))
        .route("/c/{code}/play/{number}/answer", post(competition::answer))
        .route("/c/{code}/play/{number}/check", get(competition::check))
        .route("/c/{code}/play/{number}/hand-in", post(competition::hand_in))
        .route("/c/{code}/play/{number}/result", get(competition::result))
        .route("/c/{code}/play/{number}/flag", post(competition::flag))
        .route("/api/v1/competitions/{code}/players", post(competition::api::join))
        .route("/api/v1/competitions/{code}/me", get(competition::api::me))
        .route("/api/v1/competitions/{code}/plays", post(competition::api::start))
        .route(
            "/api/v1/competitions/{code}/plays/{number}",
            get(competition::api::progress),
        )
        .route(
            "/api/v1/competitions/{code}/plays/{number}/answers",
            post(competition::api::save),
        )
        .route(
            "/api/v1/competitions/{code}/plays/{number}/hand-in",
            post(competition::api::hand_in),
        )
        .route(
            "/api/v1/competitions/{code}/plays/{number}/result",
            get(competition::api::result),
        )
        .route("/courses", get(course::shelf))
        .route("/courses/{course}", get(course::course))
        .route("/courses/{course}/first", post(course::first))
        .route("/courses/{course}/lessons/{place}", get(course::lesson))
        .route("/courses/{course}/lessons/{place}/test", post(course::begin))
        .route("/courses/tests/{test}", get(course::test).post(course::hand_in))
        .route("/courses/media/{media}", get(course::media))
        .route("/api/v1/study-time", post(course::beat))
        .route("/admin/courses", get(course_edit::desk).post(course_edit::create))
        .route("/admin/courses/new", get(course_edit::new))
        .route(
            "/admin/courses/{course}",
            get(course_edit::file).post(course_edit::change),
        )
        .route("/admin/courses/{course}/publish", post(course_edit::publish))
        .route("/admin/courses/{course}/withdraw", post(course_edit::withdraw))
        .route("/admin/courses/{course}/close", post(course_edit::close))
        .route("/admin/courses/{course}/lessons/new", get(course_edit::new_lesson))
        .route("/admin/lessons/{lesson}/preview", get(course_edit::preview))
        .route("/admin/lessons/{lesson}/remove", post(course_edit::remove_lesson))
        .route("/admin/lesson-media/{media}", get(course_edit::media))
        .route("/admin/lesson-media/{media}/remove", post(course_edit::remove_media))
        .route("/admin/credits", get(course_edit::rules).post(course_edit::make_rule))
        .route("/record", get(record::own))
        .route("/record/documents/{record_document}", get(record::document))
        .route("/admin/people/{person}/record", get(record::of))
        .route("/admin/people/{person}/admit", post(record::admit))
        .route("/admin/records", get(record::desk).post(record::enter_many))
        .route("/admin/records/{record_entry}", post(record::decide))
        .route("/admin/record-documents/{record_document}", get(record::kept_document))
        .route("/laws", get(law::library))
        .route("/laws/marks", get(law::marks))
        .route("/laws/lists", get(law::lists))
        .route("/laws/lists/{must_know}", get(law::list))
        .route("/laws/{law}", get(law::read))
        .route("/laws/{law}/compare", get(law::compare))
        .route("/laws/{law}/articles/{article}", get(law::article))
        .route("/laws/{law}/articles/{article}/mark", post(law::mark))
        .route("/study", get(study::overview))
        .route("/study/practice", post(study::practise))
        .route("/study/laws/{law}", get(study::law))
        .route("/study/mock/{exam}", post(study::start_mock))
        .route("/study/plan/{exam}", get(study::plan).post(study::set_minutes))
        .route("/study/runs/{run}", get(study::show))
        .route("/study/runs/{run}/answer", post(study::answer))
        .route("/study/runs/{run}/hand-in", post(study::hand_in))
        .route("/study/runs/{run}/finish", post(study::finish))
        .route("/study/runs/{run}/result", get(study::result))
        .route("/study/runs/{run}/flag", post(study::flag))
        .route("/study/flags", get(study::flags))
        .route("/admin/laws", get(law::manage))
        .route("/admin/laws/import/{upload}", get(law::preview).post(law::import))
        .route("/admin/laws/{law}", get(law::file))
        .route("/admin/laws/{law}/repeal", post(law::repeal))
        .route("/admin/laws/{law}/join", post(law::join))
        .route("/admin/laws/{law}/part", post(law::unjoin))
        .route("/admin/law-versions/{law_version}", post(law::correct))
        .route("/admin/law-versions/{law_version}/removal", post(law::take_back))
        .route("/admin/must-know", post(law::make_list))
        .route("/admin/must-know/new", get(law::new_list))
        .route(
            "/admin/must-know/{must_know}",
            get(law::edit_list).post(law::change_list),
        )
        .route("/admin/must-know/{must_know}/remove", post(law::remove_list))
        .route("/admin/activities/new", get(activity::new))
        .route("/admin/activities/template", get(ledger::template))
        .route(
            "/admin/activities/import/{upload}",
            get(ledger::preview).post(ledger::import),
        )
        .route(
            "/admin/activities/{activity}",
            get(activity::show).post(activity::change),
        )
        .route("/admin/activities/{activity}/edit", get(activity::edit))
        .route("/admin/activities/{activity}/approve", post(activity::approve))
        .route("/admin/activities/{activity}/send-back", post(activity::send_back))
        .route("/admin/activities/{activity}/withdraw", post(activity::withdraw))
        .route("/admin/activities/{activity}/persons", post(activity::add_persons))
        .route(
            "/admin/activities/{activity}/persons/remove",
            post(activity::remove_person),
        )
        .route("/admin/evidence/{evidence}", get(activity::evidence))
        .route("/admin/evidence/{evidence}/remove", post(activity::remove_evidence))
        .route("/admin/years", post(activity::set_year))
        .route("/admin/years/{year}", get(annual::show))
        .route("/admin/years/{year}/report", get(annual::report))
        .route("/admin/years/{year}/head", get(annual::head))
        .route("/admin/years/{year}/records", get(annual_records::show))
        .route("/admin/years/{year}/return", get(returns::workbook))
        .route("/admin/years/{year}/fill/{upload}", get(returns::filled))
        .route("/admin/years/{year}/fill/{upload}/file", get(returns::file))
        .route("/admin/years/{year}/close", post(annual::close))
        .route("/admin/years/{year}/plan", get(plan::show).post(plan::add))
        .route("/admin/years/{year}/plan/new", get(plan::new))
        .route("/admin/years/{year}/plan/proposal", post(plan::propose))
        .route("/admin/years/{year}/calendar", get(plan::calendar))
        .route("/admin/plan/{plan_entry}", get(plan::entry).post(plan::change))
        .route("/admin/plan/{plan_entry}/edit", get(plan::edit))
        .route("/admin/plan/{plan_entry}/remove", post(plan::remove))
        .route("/admin/years/{year}/editions", post(annual::renew))
        .route("/admin/years/{year}/editions/{number}", get(annual::edition))
        .route("/admin/years/{year}/filings", get(filing::board).post(filing::file))
        .route("/admin/filings/{filing}", get(filing::show))
        .route("/admin/filings/{filing}/accept", post(filing::accept))
        .route("/admin/filings/{filing}/return", post(filing::send_back))
        .route("/admin/officers", get(officer::list).post(officer::enter))
        .route("/admin/officers/new", get(officer::new))
        .route("/admin/officers/review", post(officer::review))
        .route("/admin/officers/train", post(officer::train))
        .route("/admin/officers/rule", post(officer::set_rule))
        .route("/admin/officers/template", get(officer::template))
        .route(
            "/admin/officers/import/{upload}",
            get(officer::preview).post(officer::import),
        )
        .route(
            "/admin/officers/applications",
            get(officer::applications).post(officer::apply),
        )
        .route(
            "/admin/officers/applications/{officer_application}",
            get(officer::application),
        )
        .route(
            "/admin/officers/applications/{officer_application}/stage",
            post(officer::stage),
        )
        .route(
            "/admin/officers/applications/{officer_application}/grant",
            post(officer::grant),
        )
        .route(
            "/admin/officers/applications/{officer_application}/withdraw",
            post(officer::withdraw),
        )
        .route("/admin/officers/{officer_certificate}", get(officer::show))
        .route("/admin/officers/{officer_certificate}/state", post(officer::state))
        .route("/admin/officers/{officer_certificate}/undo", post(officer::undo))
        .route("/admin/officers/{officer_certificate}/untrain", post(officer::untrain))
        .route("/admin/reminders", get(reminder::overview).post(reminder::set))
        .route("/admin/reminders/off", post(reminder::switch_off))
        .route("/admin/reminders/on", post(reminder::switch_on))
        .route("/healthz", get(rest::healthy))
        .route("/readyz", get(rest::ready))
        .layer(DefaultBodyLimit::max(BODY))
        .merge(uploads)
        .merge(documents)
        .merge(texts)
        .fallback(files::file)
        .layer(around)
        .with_state(state)
}
