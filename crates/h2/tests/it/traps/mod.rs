//! Meanings that a level-headed implementation of this API gets wrong: each trap a module's worth, by
//! its number in the list that the project keeps of them.

mod capacity;
mod closing;
mod errors;
mod handles;
mod messages;
mod settings;
mod turns;
