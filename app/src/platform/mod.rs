//! What the browser offers, each thing behind a function of a line or two.

pub mod clock;
pub mod device;
pub mod files;
pub mod finger;
pub mod interned;
pub mod intl;
pub mod labels;
pub mod locks;
pub mod pictures;
pub mod road;
pub mod settings;
pub mod tabs;
pub mod worker;
