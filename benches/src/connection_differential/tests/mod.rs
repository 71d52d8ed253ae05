//! The comparison is tried by itself: steps, states, classes, the table, and faults that are planted.

mod classes;
mod faults;
mod steps;
mod table;
