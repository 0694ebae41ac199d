//! Backups on real nodes: made while they write, restored, tampered with.

use crate::lives::{anew, backup};

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_was_backed_up_while_it_wrote_comes_back_and_what_the_neighbours_heard_after_it() {
    backup::after_a_fire(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_nobody_heard_after_the_backup_is_gone_and_forks_nothing() {
    backup::after_a_fire(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_backup_that_is_restored_beside_the_living_office_forks_no_log_and_both_are_told() {
    backup::beside_the_living().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_file_of_the_keys_and_two_neighbours_bring_everything_back() {
    backup::from_the_keys_alone().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_that_was_changed_anywhere_restores_nothing() {
    backup::tampered().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_program_rebuilds_an_office_from_two_neighbours_and_goes_on_where_it_stopped() {
    backup::by_the_program().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_office_that_lost_all_its_keys_is_enrolled_anew_and_its_neighbours_bring_everything_back() {
    anew::by_new_keys().await;
}
