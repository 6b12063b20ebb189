//! GLPI's words, as its French (and here and there its English) translation has them.

use crate::world::session::Language;

/// For a right that is missing.
pub fn right_missing(language: Language) -> &'static str {
    match language {
        Language::French => "Vous n'avez pas les droits requis pour réaliser cette action.",
        Language::English => "You don't have permission to perform this action.",
    }
}

/// For an item that isn't there.
pub fn not_found(language: Language) -> &'static str {
    match language {
        Language::French => "Élément introuvable",
        Language::English => "Item not found",
    }
}

/// For a followup without text.
pub const EMPTY_FOLLOWUP: &str = "Vous ne pouvez pas ajouter de suivi sans une description";
/// For a task without text; 9.2 takes one.
pub const EMPTY_TASK: &str = "Vous ne pouvez pas ajouter une tâche sans description.";
/// For a task that ends before it begins.
pub const BACKWARDS: &str =
    "Erreur dans la saisie des dates. La date de début est postérieure à la date de fin";
/// For a second solution.
pub const ALREADY_SOLVED: &str =
    "Cet item est déjà résolu, quelqu'un a-t-il publié une solution avant vous ?";
/// For a due date in the past.
pub const BAD_DATES: &str = "Dates invalides. Modification annulée.";
/// For an account that was locked.
pub const DEACTIVATED: &str =
    "Vous n'avez pas accès à cette application car votre compte a été désactivé ou supprimé";
/// For an API that is off.
pub const API_DISABLED: &str = "API désactivée";
