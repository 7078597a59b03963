//! Brings a part of a page up to date by itself. Without scripts the page has a button for it.

use leptos::prelude::*;

use crate::domain::lang::Lang;

/// How often the part is asked for.
#[cfg(feature = "hydrate")]
const EVERY: std::time::Duration = std::time::Duration::from_secs(3);

/// Replaces the content of the element `now` by what `address` gives, every few seconds while the page is looked at.
#[island]
pub fn Refresh(lang: Lang, address: String) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    let again = address.clone();
    #[cfg(feature = "hydrate")]
    Effect::new(move |started: Option<()>| {
        if started.is_none() {
            let address = again.clone();
            set_interval(move || renew(address.clone()), EVERY);
        }
    });
    let _ = address;
    view! { <span class="small soft">{lang.pick("每 3 秒更新", "Renewed every 3 seconds")}</span> }
}

#[cfg(feature = "hydrate")]
fn renew(address: String) {
    if document().hidden() {
        return;
    }
    leptos::task::spawn_local(async move {
        let Ok(reply) = gloo_net::http::Request::get(&address).send().await else {
            return;
        };
        if !reply.ok() {
            return;
        }
        if let (Ok(html), Some(place)) = (reply.text().await, document().get_element_by_id("now")) {
            place.set_inner_html(html.trim_start_matches("<!DOCTYPE html>"));
        }
    });
}
