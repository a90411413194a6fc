/* comity: the map of the program. Each line is a command; the function behind it is in face/cli/cmd_*.c. */
#include "face/cli/cli.h"
#include "face/cli/commands.h"

/* {name, function, arguments, one line, options, more help}; in the order --help shows them */
static const struct cli_command commands[] = {
    {"init", cmd_init, "DIR", "make an agency's folder", init_options, init_help},
    {"import", cmd_import, "DIR FILE.csv", "take in a table of persons", import_options, import_help},
    {"index", cmd_index, "DIR", "build the answer maps for partners", index_options, index_help},
    {"search", cmd_search, "DIR TEXT", "find a person among your own records, in any script and spelling", search_options, search_help},
    {"erase", cmd_erase, "DIR ID", "erase a person", erase_options, erase_help},
    {"log head", cmd_log_head, "DIR", "the log's signed head, to keep elsewhere", log_head_options, log_head_help},
    {"log verify", cmd_log_verify, "DIR", "whether the log holds together", log_verify_options, log_verify_help},
    {"log proof", cmd_log_proof, "DIR INDEX", "a proof that a leaf is in the log", log_proof_options, log_proof_help},
    {"log show", cmd_log_show, "DIR [INDEX]", "the acts in the log, for people", log_show_options, log_show_help},
    {"log recover", cmd_log_recover, "DIR", "go on after an old backup was restored", log_recover_options, log_recover_help},
    {"witness", cmd_witness, "DIR", "whose log contradicts itself, and who has confirmed ours", NULL, witness_help},
    {"witness sync", cmd_witness_sync, "DIR", "ask the witnesses now", NULL, witness_sync_help},
    {"witness look", cmd_witness_look, "DIR", "look at the partners' logs now", NULL, witness_look_help},
    {"witness evidence", cmd_witness_evidence, "DIR", "what was kept of contradictions, whole", NULL, witness_evidence_help},
    {"witness confirm", cmd_witness_confirm, "DIR PARTNER", "take a partner's log as it is now", witness_confirm_options, witness_confirm_help},
    {"keys", cmd_keys, "DIR", "how the keys are protected, and whether they are locked", NULL, keys_help},
    {"keys protect", cmd_keys_protect, "DIR", "let a passphrase open the keys", keys_protect_options, keys_protect_help},
    {"keys split", cmd_keys_split, "DIR", "let any two of three shares open the keys", keys_split_options, keys_split_help},
    {"keys unlock", cmd_keys_unlock, "DIR", "open the keys", keys_unlock_options, keys_unlock_help},
    {"keys lock", cmd_keys_lock, "DIR", "wipe the keys from memory, at once", NULL, keys_lock_help},
    {"keys rotate", cmd_keys_rotate, "DIR", "make a new letter key now", keys_rotate_options, keys_rotate_help},
    {"link", cmd_link, "A.csv B.csv", "link two lists blindly, as two agencies would, and measure it", link_options, link_help},
    {"pair invite", cmd_pair_invite, "DIR", "make an invitation for a partner agency", pair_invite_options, pair_invite_help},
    {"pair accept", cmd_pair_accept, "DIR FILE", "take in a partner's invitation", pair_accept_options, pair_accept_help},
    {"partners", cmd_partners, "DIR", "list the partner agencies", NULL, NULL},
    {"partners show", cmd_partners_show, "DIR PARTNER", "one partner: keys, status, what it announces", partners_show_options,
     partners_show_help},
    {"partners suspend", cmd_partners_suspend, "DIR PARTNER", "stop everything with a partner for now", partners_suspend_options,
     partners_suspend_help},
    {"partners resume", cmd_partners_resume, "DIR PARTNER", "go on with a suspended partner", partners_suspend_options, partners_resume_help},
    {"partners confirm", cmd_partners_confirm, "DIR PARTNER [FILE]", "take a partner's new keys", partners_confirm_options,
     partners_confirm_help},
    {"partners revoke", cmd_partners_revoke, "DIR PARTNER", "let a partner's key count only before a place in its log",
     partners_revoke_options, partners_revoke_help},
    {"serve", cmd_serve, "DIR", "answer partners", serve_options, serve_help},
    {"ask", cmd_ask, "DIR", "ask a partner about one person, blindly", ask_options, ask_help},
    {"send", cmd_send, "DIR PARTNER [FILE]", "write a letter to a partner", send_options, send_help},
    {"letters list", cmd_letters_list, "DIR", "list letters, sent and received", letters_list_options, letters_list_help},
    {"letters show", cmd_letters_show, "DIR ID", "where a letter stands", letters_show_options, letters_show_help},
    {"letters read", cmd_letters_read, "DIR ID", "what a letter says", letters_read_options, letters_read_help},
    {"letters export", cmd_letters_export, "DIR PARTNER FILE", "what waits for a partner, as a file for a stick", letters_export_options,
     letters_export_help},
    {"letters import", cmd_letters_import, "DIR FILE", "take in a partner's file of letters", letters_import_options, letters_import_help},
    {"letters receipt", cmd_letters_receipt, "DIR ID", "the signed receipt of a letter", letters_receipt_options, letters_receipt_help},
    {"verify", cmd_verify, "FILE...", "whether receipts and files of letters hold, offline", verify_options, verify_help},
    {"forward", cmd_forward, "DIR ID PARTNER", "pass a received letter on, under a narrower grant", forward_options, forward_help},
    {"grants", cmd_grants, "DIR", "what partners may do with what they were given, and who is overdue", grants_options, grants_help},
    {"grants show", cmd_grants_show, "DIR ID", "one grant, and who holds below it", NULL, grants_show_help},
    {"grants change", cmd_grants_change, "DIR ID", "give other terms to what was given", grants_change_options, grants_change_help},
    {"grants withdraw", cmd_grants_withdraw, "DIR ID", "take back what was given", grants_withdraw_options, grants_withdraw_help},
    {"names compare", cmd_names_compare, "", "compare pairs of names: CSV in, CSV with scores out", names_compare_options, names_compare_help},
    {0},
};

int main(int argc, char **argv)
{
    return cli_main(commands, (int)(sizeof commands / sizeof commands[0]) - 1, argc, argv);
}
