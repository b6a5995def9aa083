# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tagout_global_optspecs
    string join \n data-dir= config= json read-only plain no-header utc wide columns= role= h/help V/version
end

function __fish_tagout_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tagout_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tagout_using_subcommand
    set -l cmd (__fish_tagout_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tagout -n "__fish_tagout_needs_command" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_needs_command" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_needs_command" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_needs_command" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_needs_command" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_needs_command" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_needs_command" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_needs_command" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_needs_command" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_needs_command" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_needs_command" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_needs_command" -s V -l version -d 'Print version'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "demo" -d 'Open the console on a throw-away folder with providers that are not real'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "serve" -d 'Run the server in the foreground'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "sandbox" -d 'Run only the sandbox providers, in the foreground'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "stop" -d 'Stop the server; what is under way is taken up at the next start'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "status" -d 'How the server and the workspace are'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "init" -d 'Make the workspace (the first start does it too)'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "providers" -d 'The catalog, one provider in full, or changes to it'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "dependents" -d 'What depends on a provider, and what the workspace declares to'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "connect" -d 'Connect an account of a provider'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "adopt" -d 'Take over a grant that another tool was given'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "reconnect" -d 'Authorize a connection again'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "swap" -d 'Disconnect, then connect as another account, jobs as they were'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "configure" -d 'Rename a connection, or change its values'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "channels" -d 'Watched channels of a connection'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "routing" -d 'Routing rules of a connection: which records go to which subscription when they change'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "mappings" -d 'Field mappings of a connection'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "connections" -d 'What is connected, or one connection in full'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "plan" -d 'What a disconnect would do'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "disconnect" -d 'Take connections out of service: jobs off, tokens revoked and proven dead, secrets destroyed'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "runs" -d 'Disconnects, past and under way'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "walkthroughs" -d 'Several connections taken out of service as one thing, and what to do with one'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "token" -d 'Print a usable access token'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "jobs" -d 'Sync jobs, and what to do with one'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "executions" -d 'Executions of sync jobs, newest first'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "references" -d 'Links from local records to providers\' objects'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "records" -d 'What syncs brought'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "webhooks" -d 'Inbound webhook endpoints'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "subscriptions" -d 'Outbound webhook subscriptions of the organisation'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "follow-ups" -d 'What a person must still do at the vendors'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "flows" -d 'Authorizations that are open, and a way to end one'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "holds" -d 'Tokens that are kept sealed to retry their revocation'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "users" -d 'Who may do what'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "audit" -d 'The record: who did what to what, and how it ended'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "evidence" -d 'Write the auditor\'s bundle of runs'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "purge" -d 'Wipe the synced data of a provider, or all; irreversible'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "explain" -d 'What a word of the program, or what is said of a connection, means, and what to do about it'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "whoami" -d 'Who you are here, and what you may'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "config" -d 'Every setting, and where its value came from'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "doctor" -d 'Look for what endangers the data on this machine'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "compact" -d 'Drop what was overwritten or removed from the database\'s file'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "backup" -d 'Write everything to one portable file'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "restore" -d 'Fill an empty data folder from a backup; connections are then authorized again, or with its secrets asked about first'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "reset-terminal" -d 'Give a terminal back that a lost line left unusable'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "gateway" -d 'The forced command of a shared SSH account'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c tagout -n "__fish_tagout_needs_command" -f -a "man" -d 'Print a manual page'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l picture -d 'Draw one frame into this file as SVG, and leave' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l keys -d 'Press these keys before, as the keymap writes them' -r
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand demo" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l http -d 'Take webhooks and redirects at this address' -r
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l metrics -d 'Tell health and metrics at this address: /healthz and /metrics' -r
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l passphrase-file -d 'Read the passphrase of the master key from a file, or from standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l workspace -d 'What to call the workspace, at the first start' -r
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l owner -d 'The Unix account of the first Owner, at the first start' -r
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l on-demand -d 'Leave when for ten minutes nothing was attached, scheduled, running or held'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l leashed -d 'Say "ready" on standard output, and stop when standard input ends'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l shared -d 'Listen in /run/tagout, for the members of a group'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l accept-moved -d 'Take on a data folder that comes from another machine, or that the configuration folder does not know (Owner)'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l accept-older -d 'Take on an older copy of a data folder that is lost: a new log begins, every connection is authorized again (Owner)'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand serve" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l listen -d 'Where to listen; a free port of this machine otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand sandbox" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand stop" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand status" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand status" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand status" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand status" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand status" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand status" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l workspace -d 'What the workspace is called' -r
complete -c tagout -n "__fish_tagout_using_subcommand init" -l owner -d 'The Unix account of the first Owner; you otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand init" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand init" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand init" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand init" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand init" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand init" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand init" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -a "add" -d 'Add a provider file'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -a "remove" -d 'Remove a provider that was added'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -a "check" -d 'Check a provider file, without a server'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -a "configure" -d 'Register our app at a provider'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and not __fish_seen_subcommand_from add remove check configure untag" -a "untag" -d 'Take the tag off a provider: accounts there can be authorized again'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l client-id -d 'The public half of the registration' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l client-secret-file -d 'A file with the client secret, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l signing-secret-file -d 'A file with the secret that the vendor signs its events with, or -' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l platform-key-file -d 'A file with the key that speaks for our whole platform, or -' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l redirect-uri -d 'The redirect URI that was registered, instead of the one on this machine' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l app-name -d 'What our app is called there, as the vendor\'s menus show it; an empty name is Tagout again' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l var -d 'A value of the provider file, for self-managed and regional hosts' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l yes -d 'Also where connections have to be authorized again for it'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from configure" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l note -d 'Why' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand providers; and __fish_seen_subcommand_from untag" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -a "add" -d 'Declare that something depends on a provider: whoever disconnects it is told'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and not __fish_seen_subcommand_from add remove" -a "remove" -d 'Take one back that was declared'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l effect -d 'What happens to it without the provider: the end of a sentence that begins with its name' -r
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand dependents; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l name -d 'What to call it; the account\'s label otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l scope -d 'Whose it is' -r -f -a "workspace\t''
personal\t''"
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l flow -d 'How to authorize; a browser where there is one, else a device code or paste' -r -f -a "browser\t''
paste\t''
device\t''"
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l api-key-file -d 'A file with an API key, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l app-id -d 'The id of an app that is installed at the vendor' -r
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l app-key-file -d 'A file with the app\'s private key (PEM), or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l installation -d 'The installation' -r
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l no-browser -d 'Print the URL and wait, open nothing'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l enable-jobs -d 'Enable its jobs at once'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l fill-gap -d 'Pull the events of the time without a connection too'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand connect" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l refresh-token-file -d 'A file with the refresh token that the other tool has, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l access-token-file -d 'A file with an access token that it has, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l account -d 'Whose account it has to be, by its id or name there; then nobody is asked' -r
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l name -d 'What to call it; the account\'s label otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l scope -d 'Whose it is' -r -f -a "workspace\t''
personal\t''"
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l enable-jobs -d 'Enable its jobs at once'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l yes -d 'Keep it, whoever\'s account it is'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l lines -d 'Many at once: JSON Lines on standard input'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand adopt" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l name -d 'What to call it; the account\'s label otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l scope -d 'Whose it is' -r -f -a "workspace\t''
personal\t''"
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l flow -d 'How to authorize; a browser where there is one, else a device code or paste' -r -f -a "browser\t''
paste\t''
device\t''"
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l api-key-file -d 'A file with an API key, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l app-id -d 'The id of an app that is installed at the vendor' -r
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l app-key-file -d 'A file with the app\'s private key (PEM), or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l installation -d 'The installation' -r
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l no-browser -d 'Print the URL and wait, open nothing'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l enable-jobs -d 'Enable its jobs at once'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l fill-gap -d 'Pull the events of the time without a connection too'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l accept-other-account -d 'Another account than before is meant'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand reconnect" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l name -d 'What to call it; the account\'s label otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l scope -d 'Whose it is' -r -f -a "workspace\t''
personal\t''"
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l flow -d 'How to authorize; a browser where there is one, else a device code or paste' -r -f -a "browser\t''
paste\t''
device\t''"
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l api-key-file -d 'A file with an API key, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l app-id -d 'The id of an app that is installed at the vendor' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l app-key-file -d 'A file with the app\'s private key (PEM), or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l installation -d 'The installation' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l reason -d 'Why' -r -f -a "unused\t''
compliance\t''
cleanup\t''
other\t''"
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l note -d 'In words' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l ticket -d 'The ticket' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l if-unreachable -d 'What to do with a token whose provider cannot be reached: destroy it, as without this, or keep it sealed to retry' -r -f -a "destroy\t''
hold\t''"
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l no-browser -d 'Print the URL and wait, open nothing'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l enable-jobs -d 'Enable its jobs at once'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l fill-gap -d 'Pull the events of the time without a connection too'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l accept-other-account -d 'Another account than before is meant, which goes without saying here'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l uninstall -d 'Uninstall the app at the vendor too'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l wider -d 'Make calls that end other connections\' tokens too; without it they are left out while the grant is shared'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l destroy-at-once -d 'Keep nothing sealed until its death is proven: what takes time stays unproven'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l give-up -d 'Give up one that was left in the middle: no new account is connected, the jobs stay off, and authorizations that are open end'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l yes -d 'Ask nobody'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l strict -d 'Exit 6 unless every token is proven dead'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand swap" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l name -d 'What to call it' -r
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l var -d 'A value of the provider file' -r
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l yes -d 'Also where the connection has to be authorized again for it'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand configure" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -a "available" -d 'The channels that the vendor has, watched or not'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -a "add" -d 'Add one'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -a "edit" -d 'Change one; what is left out stays as it was'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and not __fish_seen_subcommand_from available add edit remove" -a "remove" -d 'Remove one'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from available" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l entity -d 'The entity it is about' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l from -d 'The vendor\'s side: a channel, a field' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l to -d 'Our side: its name here, our field; a channel is called as the vendor calls it when this is left out' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l from -d 'The vendor\'s side' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l to -d 'Our side' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand channels; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -a "test" -d 'What would go where of the records that are there; nothing is sent'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -a "add" -d 'Add one: records of the entity go to the subscription when they are new or have changed'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -a "edit" -d 'Change one; what is left out stays as it was'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and not __fish_seen_subcommand_from test add edit remove" -a "remove" -d 'Remove one'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l entity -d 'Records of this entity' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l from -d 'The field that is looked at, a JSON pointer; a part that is `*` is each value of a list. Without it every record is meant' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l equals -d 'It is this; named again, it is one of these' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l contains -d 'It contains this, letter case aside' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l to -d 'The subscription that is told' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l present -d 'It is there, and not empty; so it is asked where nothing else is'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l every -d 'Nothing: every record of the entity is meant'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l from -d 'The field that is looked at' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l equals -d 'It is this; named again, it is one of these' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l contains -d 'It contains this, letter case aside' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l to -d 'The subscription that is told' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l present -d 'It is there, and not empty; so it is asked where nothing else is'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l every -d 'Nothing: every record of the entity is meant'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand routing; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -a "fields" -d 'What can be mapped, with an example of each'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -a "add" -d 'Add one'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -a "edit" -d 'Change one; what is left out stays as it was'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and not __fish_seen_subcommand_from fields add edit remove" -a "remove" -d 'Remove one'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l entity -d 'Of one entity' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from fields" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l entity -d 'The entity it is about' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l from -d 'The vendor\'s side: a channel, a field' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l to -d 'Our side: its name here, our field; a channel is called as the vendor calls it when this is left out' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l from -d 'The vendor\'s side' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l to -d 'Our side' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand mappings; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand connections" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand plan" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l provider -d 'Everything in service at this provider' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l owner -d 'Everything in service of this user, or of the workspace' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l reason -d 'Why' -r -f -a "unused\t''
compliance\t''
cleanup\t''
other\t''"
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l note -d 'In words' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l ticket -d 'The ticket' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l if-unreachable -d 'What to do with a token whose provider cannot be reached: destroy it, as without this, or keep it sealed to retry' -r -f -a "destroy\t''
hold\t''"
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l at -d 'Begin by itself at this time: RFC 3339, HH:MM (the next time that the clock shows it) or "YYYY-MM-DD HH:MM", a year ahead at most' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l all -d 'Everything in service'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l uninstall -d 'Uninstall the app at the vendor too'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l wider -d 'Make calls that end other connections\' tokens too; without it they are left out while the grant is shared'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l destroy-at-once -d 'Keep nothing sealed until its death is proven: what takes time stays unproven'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l tag -d 'With --provider: let nothing new be authorized there until `tagout providers untag`; --reason compliance does so by itself'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l dry-run -d 'Print the plan, do nothing'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l yes -d 'Ask nobody'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l strict -d 'Exit 6 unless every token is proven dead; waits for the proofs that lack nothing but time'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l wait-proof -d 'Wait for the proofs that lack nothing but time, two minutes as a rule, and judge nothing'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand disconnect" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l resume -d 'Go on with one that waits for a person'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand runs" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -a "cancel" -d 'Take back what is planned: it is a draft again'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -a "stop" -d 'Stop between connections: what has begun goes on to its end'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -a "resume" -d 'Begin what had not begun when it was stopped, and watch'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and not __fish_seen_subcommand_from cancel stop resume discard" -a "discard" -d 'Throw a draft away, or close one that stopped or fell: what had not begun stays in service'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l strict -d 'Exit 6 unless every token is proven dead'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand walkthroughs; and __fish_seen_subcommand_from discard" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l min-valid -d 'Refresh it when it is valid for less than this' -r
complete -c tagout -n "__fish_tagout_using_subcommand token" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand token" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand token" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand token" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand token" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand token" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand token" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l follow -d 'Go on: every job once, then a line with the time for each change'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "add" -d 'Make one'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "edit" -d 'Change one'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "enable" -d 'Let one run, or all that ran before a disconnect'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "disable" -d 'Turn one off; a running execution is cancelled'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "run" -d 'Run one now; with --full or --fill-gap a running execution is stopped first'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "reset" -d 'Forget where one stands: its next run begins at the beginning, and asks for everything'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and not __fish_seen_subcommand_from add edit enable disable run reset cancel" -f -a "cancel" -d 'Stop the running execution of one; what was received is kept'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l entity -d 'What it pulls, as tagout providers PROVIDER lists it' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l mode -d 'How much it pulls' -r -f -a "full\t''
incremental\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l schedule -d 'Cron; an empty text for by hand' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l max-retries -d 'How often an execution is tried again' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l timeout -d 'After how long without a page an execution fails; waiting for a limit is no such time' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l mode -d 'How much it pulls' -r -f -a "full\t''
incremental\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l schedule -d 'Cron; an empty text for by hand' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l max-retries -d 'How often an execution is tried again' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l timeout -d 'After how long without a page an execution fails; waiting for a limit is no such time' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l before -d 'Those of this connection that ran before its disconnect' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l full -d 'Ask for everything, not only for what changed'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l fill-gap -d 'Pull the events of the times in which the connection was out of service, too'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l accept-gone -d 'Believe that what the vendor no longer lists is gone, however much it is'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand jobs; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l pages -d 'The latest pages of one, as far as the server remembers them since it started' -r
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand executions" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -a "link" -d 'Say what it is here: it may have many links, and one may stand at many'
complete -c tagout -n "__fish_tagout_using_subcommand references; and not __fish_seen_subcommand_from link unlink" -a "unlink" -d 'Take a link away'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from link" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand references; and __fish_seen_subcommand_from unlink" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -a "show" -d 'One in full: its own fields, then the vendor\'s object'
complete -c tagout -n "__fish_tagout_using_subcommand records; and not __fish_seen_subcommand_from show edit" -a "edit" -d 'Give one fields of its own, which no sync touches'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l set -d 'A field and its value; an empty value takes the field away' -r
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand records; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -f -a "enable" -d 'Take its events'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -f -a "disable" -d 'Answer its events, count them, and drop them'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and not __fish_seen_subcommand_from enable disable deliveries" -f -a "deliveries" -d 'The latest that came in there, newest first'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand webhooks; and __fish_seen_subcommand_from deliveries" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "add" -d 'Send events somewhere'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "edit" -d 'Send elsewhere, or other events; what is left out stays as it was, and so does the secret'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "remove" -d 'Send no more'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "test" -d 'Send a message now, and say what came of it'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "rotate" -d 'Give it another signing secret; the old one signs beside it for a day'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "deliveries" -d 'What it was told last, is to be told, and did not take'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and not __fish_seen_subcommand_from add edit remove test rotate deliveries resend" -f -a "resend" -d 'Send a dead letter again'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l event -d 'Which events, as `run.ended` or `connection.*`; all without it' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l url -d 'Where to; what waits goes there, too' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l event -d 'Which events, in place of those before' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l every-event -d 'All events'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from deliveries" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand subscriptions; and __fish_seen_subcommand_from resend" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -f -a "done" -d 'Tick it off, with your name'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -f -a "undo" -d 'Open one again that was ticked off by mistake'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and not __fish_seen_subcommand_from done undo assign" -f -a "assign" -d 'Ask somebody to do one: they see it at their next start'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l note -d 'What you found' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from done" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l note -d 'Why' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand follow-ups; and __fish_seen_subcommand_from assign" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and not __fish_seen_subcommand_from cancel" -f -a "cancel" -d 'End it: its code is not exchanged any more'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand flows; and __fish_seen_subcommand_from cancel" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and not __fish_seen_subcommand_from drop" -f -a "drop" -d 'Give it up: the token is destroyed without proof, and may live on'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l note -d 'Why' -r
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand holds; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -f -a "add" -d 'Let somebody in'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -f -a "remove" -d 'Let somebody in no more'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -f -a "grant" -d 'Give a permission'
complete -c tagout -n "__fish_tagout_using_subcommand users; and not __fish_seen_subcommand_from add remove grant revoke" -f -a "revoke" -d 'Take a permission'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l role -d 'The highest role' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l acting-role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l unix-user -d 'The Unix account, by name or number' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l ssh-key -d 'The fingerprint of a key at the gateway account, as ssh-keygen -l prints it; several may be given' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l service -d 'It is a program'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l keep -d 'Although they hold connections, authorizations or drafts: these stay as they are, under this name'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from grant" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand users; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l since -d 'From here on: a time, a day, or how long ago (2h, 3d)' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l filter -d 'Only entries with these words; action:, by:, outcome:, provider:, connection:, since:7d, until: and not: work, too' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l follow -d 'Go on: the last ten, or those since, and a line for every further one'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -f -a "verify" -d 'Check the log, or a bundle of evidence, without a server'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -f -a "export" -d 'Every entry as one line of JSON, oldest first, in the form that verify reads'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and not __fish_seen_subcommand_from verify export checkpoint" -f -a "checkpoint" -d 'The latest signed checkpoint, to keep elsewhere'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l checkpoint -d 'An earlier checkpoint that the log must still contain' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l public-key -d 'The key that signed, as audit checkpoint --json gives it; audit.pub beside the log otherwise' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand audit; and __fish_seen_subcommand_from checkpoint" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l out -d 'Where to write: a folder that does not exist yet' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand evidence" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l confirm -d 'The name of the workspace, as a confirmation; asked for where somebody is there' -r
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l all -d 'All of it'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l dry-run -d 'Only say what would be removed'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand purge" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand explain" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand whoami" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand config" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand config" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand config" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand config" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand config" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand config" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand doctor" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand compact" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l passphrase-file -d 'Read the passphrase from a file, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l verify -d 'Only say whether the file is a whole backup, and with --passphrase-file whether its secrets open; needs no server'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l with-secrets -d 'With the secrets, sealed to a passphrase that is asked for twice. What is destroyed here later survives in that file'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand backup" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l passphrase-file -d 'Read the passphrase of its secrets from a file, or - for standard input' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l master-passphrase-file -d 'Read the passphrase of the new folder\'s master key from a file, as `serve --passphrase-file` does' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l without-secrets -d 'Leave its secrets in it, so that every connection is authorized again'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l yes -d 'Do not ask'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand restore" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand reset-terminal" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand gateway" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand completions" -s h -l help -d 'Print help'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l data-dir -d 'Where the data is [env: TAGOUT_DATA_DIR]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand man" -l config -d 'The configuration file; its folder also holds the keys [env: TAGOUT_CONFIG]' -r -F
complete -c tagout -n "__fish_tagout_using_subcommand man" -l columns -d 'Print these columns of a table, in this order: NAME,STATE; one that it does not have is answered with those it has' -r
complete -c tagout -n "__fish_tagout_using_subcommand man" -l role -d 'Act with a lower role than your own' -r -f -a "owner\t''
admin\t''
member\t''
agent\t''"
complete -c tagout -n "__fish_tagout_using_subcommand man" -l json -d 'Print JSON: lists as one array, things as one object'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l read-only -d 'Have everything refused that changes something'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l plain -d 'Show the console as lines, for screen readers and pipes'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l no-header -d 'Print tables without their heads'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l utc -d 'Print times in UTC, with a Z'
complete -c tagout -n "__fish_tagout_using_subcommand man" -l wide -d 'Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing'
complete -c tagout -n "__fish_tagout_using_subcommand man" -s h -l help -d 'Print help'
