/* commands: what main.c puts into the table of commands: one function, its options and its longer help text each, from
 * cmd_*.c. Sorted; a group for each file.
 */
#ifndef COMITY_CLI_COMMANDS_H
#define COMITY_CLI_COMMANDS_H

#include "face/cli/cli.h"

/* cmd_ask.c */
int cmd_ask(struct cli *cli);
extern const struct cli_option ask_options[];
extern const char ask_help[];

/* cmd_desk_day.c */
int cmd_desk_export(struct cli *cli);
int cmd_desk_verify(struct cli *cli);
extern const struct cli_option desk_export_options[], desk_verify_options[];
extern const char desk_export_help[], desk_verify_help[];

/* cmd_hall.c */
int cmd_hall_board(struct cli *cli);
int cmd_hall_close(struct cli *cli);
int cmd_hall_list(struct cli *cli);
int cmd_hall_open(struct cli *cli);
int cmd_hall_change(struct cli *cli);
int cmd_hall_over(struct cli *cli);
int cmd_hall_setup(struct cli *cli);
extern const struct cli_option hall_options[], hall_setup_options[], hall_change_options[];
extern const char hall_setup_help[], hall_open_help[], hall_close_help[], hall_over_help[], hall_change_help[];

/* cmd_hall_press.c */
int cmd_hall_call(struct cli *cli);
int cmd_hall_override(struct cli *cli);
int cmd_hall_press(struct cli *cli);
int cmd_hall_sit(struct cli *cli);
int cmd_hall_ticket(struct cli *cli);
extern const struct cli_option hall_override_options[], hall_sit_options[], hall_ticket_options[];
extern const char hall_ticket_help[], hall_call_help[], hall_override_help[], hall_press_help[];

/* cmd_desk_held.c */
int cmd_desk_held(struct cli *cli);
int cmd_desk_compare(struct cli *cli);
extern const struct cli_option desk_compare_options[];
extern const char desk_held_help[], desk_compare_help[];

/* cmd_desk_keys.c */
int cmd_desk_hold(struct cli *cli);
int cmd_desk_keys(struct cli *cli);
extern const struct cli_option desk_keys_options[];
extern const char desk_hold_help[], desk_keys_help[];

/* cmd_desk_simulate.c */
int cmd_desk_simulate(struct cli *cli);
extern const struct cli_option desk_simulate_options[];
extern const char desk_simulate_help[];

/* cmd_erase.c */
int cmd_erase(struct cli *cli);
extern const struct cli_option erase_options[];
extern const char erase_help[];

/* cmd_export.c */
int cmd_export(struct cli *cli);
extern const struct cli_option export_options[];
extern const char export_help[];

/* cmd_forward.c */
int cmd_forward(struct cli *cli);
extern const struct cli_option forward_options[];
extern const char forward_help[];

/* cmd_grants.c */
int cmd_grants(struct cli *cli);
int cmd_grants_change(struct cli *cli);
int cmd_grants_receipt(struct cli *cli);
int cmd_grants_show(struct cli *cli);
int cmd_grants_withdraw(struct cli *cli);
extern const struct cli_option grants_options[], grants_change_options[], grants_receipt_options[], grants_withdraw_options[];
extern const char grants_help[], grants_change_help[], grants_receipt_help[], grants_show_help[], grants_withdraw_help[];

/* cmd_import.c */
int cmd_import(struct cli *cli);
extern const struct cli_option import_options[];
extern const char import_help[];

/* cmd_index.c */
int cmd_index(struct cli *cli);
extern const struct cli_option index_options[];
extern const char index_help[];

/* cmd_init.c */
int cmd_init(struct cli *cli);
extern const struct cli_option init_options[];
extern const char init_help[];

/* cmd_keys.c */
int cmd_keys(struct cli *cli);
int cmd_keys_protect(struct cli *cli);
int cmd_keys_unlock(struct cli *cli);
int cmd_keys_lock(struct cli *cli);
int cmd_keys_split(struct cli *cli);
int cmd_keys_rotate(struct cli *cli);
extern const struct cli_option keys_protect_options[], keys_unlock_options[], keys_split_options[], keys_rotate_options[];
extern const char keys_help[], keys_protect_help[], keys_unlock_help[], keys_lock_help[], keys_split_help[], keys_rotate_help[];

/* cmd_letters.c, cmd_letters_read.c */
int cmd_letters_list(struct cli *cli);
int cmd_letters_show(struct cli *cli);
int cmd_letters_read(struct cli *cli);
int cmd_letters_receipt(struct cli *cli);
extern const struct cli_option letters_list_options[], letters_show_options[], letters_read_options[], letters_receipt_options[];
extern const char letters_list_help[], letters_show_help[], letters_read_help[], letters_receipt_help[];

/* cmd_letters_stick.c */
int cmd_letters_export(struct cli *cli);
int cmd_letters_import(struct cli *cli);
extern const struct cli_option letters_export_options[], letters_import_options[];
extern const char letters_export_help[], letters_import_help[];

/* cmd_link.c */
int cmd_link(struct cli *cli);
extern const struct cli_option link_options[];
extern const char link_help[];

/* cmd_log.c */
int cmd_log_head(struct cli *cli);
int cmd_log_verify(struct cli *cli);
int cmd_log_proof(struct cli *cli);
int cmd_log_show(struct cli *cli);
extern const struct cli_option log_head_options[], log_verify_options[], log_proof_options[], log_show_options[];
extern const char log_head_help[], log_verify_help[], log_proof_help[], log_show_help[];

/* cmd_names.c */
int cmd_names_compare(struct cli *cli);
extern const struct cli_option names_compare_options[];
extern const char names_compare_help[];

/* cmd_pair.c */
int cmd_pair_invite(struct cli *cli);
extern const struct cli_option pair_invite_options[];
extern const char pair_invite_help[];
int cmd_pair_accept(struct cli *cli);
extern const struct cli_option pair_accept_options[];
extern const char pair_accept_help[];
int cmd_partners(struct cli *cli);

/* cmd_members.c */
int cmd_members(struct cli *cli);
int cmd_members_add(struct cli *cli);
int cmd_members_code(struct cli *cli);
int cmd_members_roles(struct cli *cli);
int cmd_members_suspend(struct cli *cli);
int cmd_members_resume(struct cli *cli);
int cmd_members_leave(struct cli *cli);
extern const struct cli_option members_add_options[], members_roles_options[];
extern const char members_add_help[], members_code_help[], members_roles_help[], members_suspend_help[], members_resume_help[], members_leave_help[];

/* cmd_partners.c */
int cmd_partners_show(struct cli *cli);
int cmd_partners_suspend(struct cli *cli);
int cmd_partners_resume(struct cli *cli);
int cmd_partners_confirm(struct cli *cli);
int cmd_partners_revoke(struct cli *cli);
extern const struct cli_option partners_show_options[], partners_suspend_options[], partners_confirm_options[], partners_revoke_options[];
extern const char partners_show_help[], partners_suspend_help[], partners_resume_help[], partners_confirm_help[], partners_revoke_help[];

/* cmd_requests.c */
int cmd_requests(struct cli *cli);
int cmd_requests_scores(struct cli *cli);
extern const struct cli_option requests_options[];
extern const char requests_help[], requests_scores_help[];

/* cmd_rota.c */
int cmd_rota(struct cli *cli);
extern const char rota_help[];
int cmd_rota_make(struct cli *cli);
extern const struct cli_option rota_make_options[];
extern const char rota_make_help[];
int cmd_rota_check(struct cli *cli);
extern const struct cli_option rota_check_options[];
extern const char rota_check_help[];
int cmd_rota_repair(struct cli *cli);
extern const struct cli_option rota_repair_options[];
extern const char rota_repair_help[];
int cmd_rota_show(struct cli *cli);
extern const struct cli_option rota_show_options[];
extern const char rota_show_help[];
int cmd_rota_counters(struct cli *cli);
extern const struct cli_option rota_counters_options[];
extern const char rota_counters_help[];

/* cmd_search.c */
int cmd_search(struct cli *cli);
extern const struct cli_option search_options[];
extern const char search_help[];

/* cmd_send.c */
int cmd_send(struct cli *cli);
extern const struct cli_option send_options[];
extern const char send_help[];

/* cmd_serve.c */
int cmd_serve(struct cli *cli);
extern const struct cli_option serve_options[];
extern const char serve_help[];

/* cmd_watch.c */
int cmd_watch(struct cli *cli);
int cmd_watch_keep(struct cli *cli);
int cmd_watch_days(struct cli *cli);
extern const struct cli_option watch_options[], watch_keep_options[], watch_days_options[];
extern const char watch_help[], watch_keep_help[], watch_days_help[];

/* cmd_witness.c */
int cmd_witness(struct cli *cli);
int cmd_witness_sync(struct cli *cli);
int cmd_witness_look(struct cli *cli);
int cmd_witness_evidence(struct cli *cli);
int cmd_witness_confirm(struct cli *cli);
int cmd_log_recover(struct cli *cli);
extern const struct cli_option witness_confirm_options[], log_recover_options[];
extern const char witness_help[], witness_sync_help[], witness_look_help[], witness_evidence_help[], witness_confirm_help[], log_recover_help[];

/* cmd_verify.c */
int cmd_verify(struct cli *cli);
extern const struct cli_option verify_options[];
extern const char verify_help[];

#endif
