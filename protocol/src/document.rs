//! The envelope of every signed document.
