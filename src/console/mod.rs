//! What is seen and asked for. Events in, effects out; truth is asked for again, never kept.

pub mod app;
pub mod command;
mod draw;
pub mod effect;
pub mod event;
pub mod glyphs;
pub mod keymap;
pub mod look;
pub mod overlays;
pub mod screens;
pub mod text;
pub mod theme;
mod view_state;
pub mod widgets;
pub mod window;
