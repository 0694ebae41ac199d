//! The directory as it is asked: who is this peer, who reads this topic, who may post.
