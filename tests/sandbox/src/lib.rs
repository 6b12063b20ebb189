//! A simulated GLPI 9.2 and GLPI 10.0.
