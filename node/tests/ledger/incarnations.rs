//! Twenty lives of an office's data: no log forks, nothing that anybody still has is lost, and it is told.

use crate::lives::{Plan, play, share_a_neighbour};

macro_rules! scenarios {
    ($($name:ident: $seed:literal;)*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            play(Plan::of($seed)).await;
        })*
    };
}

scenarios! {
    a_restored_backup: 0;
    a_backup_in_a_new_directory: 1;
    a_clone_beside_the_original: 2;
    a_lost_store: 3;
    a_lost_journal: 4;
    an_older_journal: 5;
    an_older_store: 6;
    a_journal_of_another_life: 7;
    the_keys_alone: 8;
    a_lost_marker: 9;
    a_machine_set_back: 10;
    a_restored_backup_again: 11;
    a_backup_in_a_new_directory_again: 12;
    a_clone_beside_the_original_again: 13;
    a_lost_store_again: 14;
    a_lost_journal_again: 15;
    an_older_journal_again: 16;
    an_older_store_again: 17;
    a_journal_of_another_life_again: 18;
    the_keys_alone_again: 19;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_with_one_key_are_noticed_by_the_neighbour_that_they_share() {
    share_a_neighbour().await;
}
