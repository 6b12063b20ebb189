//! What is drawn where, and the shell around every page.

pub mod banners;
mod focus;
mod nav;
mod place;
mod shell;
mod sync_button;
mod timer_chip;

use leptos::prelude::*;

use self::place::{Place, Screen};
use self::shell::Shell;
use crate::components::{ToastHost, Toasts, later, provide_later};
use crate::contexts::{Session, Start, Tournee};
use crate::pages::dashboard::DashboardPage;
use crate::pages::equipment::EquipmentPage;
use crate::pages::mails::MailsPage;
use crate::pages::more::MorePage;
use crate::pages::queue::QueuePage;
use crate::pages::round::RoundPage;
use crate::pages::rules::RulesPage;
use crate::pages::search::SearchPage;
use crate::pages::sign_in::SignInPage;
use crate::pages::tickets::TicketsPage;
use crate::platform::road::Road;
use crate::platform::settings;
use crate::text;

/// The whole app.
pub fn app(start: Start) -> impl IntoView {
    let tournee = Tournee::provide(start);
    Toasts::provide();
    provide_later();
    settings::mark_document(
        tournee.language().get_untracked(),
        tournee.theme().get_untracked(),
    );
    Road::provide();
    // One view for all addresses: the list stays mounted under an open ticket.
    view! { <Places/> }
}

#[component]
fn Places() -> impl IntoView {
    let tournee = Tournee::expect();
    tournee.keep_entrance();
    let path = Road::expect().path();
    let place = Memo::new(move |_| path.with(|path| Place::of(path)));
    let screen = Memo::new(move |_| place.with(Place::screen));
    focus::follow(place);
    send_where_one_belongs(tournee, screen);
    move || {
        let language = tournee.language().get();
        if language != text::current() {
            text::speak(language);
            settings::set_language(language);
        }
        place.with_untracked(focus::title);
        match screen.get() {
            // Nothing is known yet; what keeps it from being known is said.
            Screen::Start => {
                view! { <main id="main">{banners::storage(tournee)}</main> }.into_any()
            }
            Screen::SignIn => {
                view! { <main id="main" class="sign-in"><SignInPage/></main><ToastHost/> }
                    .into_any()
            }
            inside => view! {
                <Shell screen=inside>{page(inside)}</Shell>
                {later(|| view! { <ToastHost/> }.into_any())}
            }
            .into_any(),
        }
    }
}

fn page(screen: Screen) -> AnyView {
    match screen {
        Screen::Round => RoundPage().into_any(),
        Screen::Mails => MailsPage().into_any(),
        Screen::Search => SearchPage().into_any(),
        Screen::Equipment => EquipmentPage().into_any(),
        Screen::Dashboard => DashboardPage().into_any(),
        Screen::Queue => QueuePage().into_any(),
        Screen::More => MorePage().into_any(),
        Screen::Rules => RulesPage().into_any(),
        _ => TicketsPage().into_any(),
    }
}

/// Nobody signed in: to the sign-in. Somebody, at the front door: to his tickets.
fn send_where_one_belongs(tournee: Tournee, screen: Memo<Screen>) {
    let road = Road::expect();
    Effect::new(move |_| {
        let to = match (tournee.session().get(), screen.get()) {
            (Session::SignedOut(_), screen) if screen != Screen::SignIn => "/sign-in",
            (Session::SignedIn | Session::Expired, Screen::Start) => "/tickets",
            _ => return,
        };
        road.turn(to);
    });
}
