//! Epochs: the keys under which a log's bodies are sealed.
