//! One exchange machine with neighbours that are played by hand: honest, mistaken and hostile ones.

mod table;

mod asking;
mod forks;
mod documents;
mod serving;
mod hostile;
mod live;
mod withheld;
mod slowed;
