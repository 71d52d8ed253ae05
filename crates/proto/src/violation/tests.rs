//! The law book as a table.
