#compdef tagout

autoload -U is-at-least

_tagout() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_tagout_commands" \
"*::: :->tagout" \
&& ret=0
    case $state in
    (tagout)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-command-$line[1]:"
        case $line[1] in
            (demo)
_arguments "${_arguments_options[@]}" : \
'--picture=[Draw one frame into this file as SVG, and leave]:FILE:_files' \
'--keys=[Press these keys before, as the keymap writes them]:KEYS:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(serve)
_arguments "${_arguments_options[@]}" : \
'--http=[Take webhooks and redirects at this address]:ADDR:_default' \
'--metrics=[Tell health and metrics at this address\: /healthz and /metrics]:ADDR:_default' \
'(--on-demand)--passphrase-file=[Read the passphrase of the master key from a file, or from standard input]:F|-:_files' \
'--workspace=[What to call the workspace, at the first start]:WORKSPACE:_default' \
'--owner=[The Unix account of the first Owner, at the first start]:OWNER:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'(--shared)--on-demand[Leave when for ten minutes nothing was attached, scheduled, running or held]' \
'(--on-demand --shared)--leashed[Say "ready" on standard output, and stop when standard input ends]' \
'--shared[Listen in /run/tagout, for the members of a group]' \
'(--on-demand)--accept-moved[Take on a data folder that comes from another machine, or that the configuration folder does not know (Owner)]' \
'(--on-demand)--accept-older[Take on an older copy of a data folder that is lost\: a new log begins, every connection is authorized again (Owner)]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(sandbox)
_arguments "${_arguments_options[@]}" : \
'--listen=[Where to listen; a free port of this machine otherwise]:ADDR:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(init)
_arguments "${_arguments_options[@]}" : \
'--workspace=[What the workspace is called]:NAME:_default' \
'--owner=[The Unix account of the first Owner; you otherwise]:UNIXUSER:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(providers)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::provider -- One in full:_default' \
":: :_tagout__subcmd__providers_commands" \
"*::: :->providers" \
&& ret=0

    case $state in
    (providers)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-providers-command-$line[2]:"
        case $line[2] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The provider file:_files' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':provider -- Which:_default' \
&& ret=0
;;
(check)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The provider file:_files' \
&& ret=0
;;
(configure)
_arguments "${_arguments_options[@]}" : \
'--client-id=[The public half of the registration]:ID:_default' \
'--client-secret-file=[A file with the client secret, or - for standard input]:F|-:_files' \
'--signing-secret-file=[A file with the secret that the vendor signs its events with, or -]:F|-:_files' \
'--platform-key-file=[A file with the key that speaks for our whole platform, or -]:F|-:_files' \
'--redirect-uri=[The redirect URI that was registered, instead of the one on this machine]:URL:_default' \
'--app-name=[What our app is called there, as the vendor'\''s menus show it; an empty name is Tagout again]:NAME:_default' \
'*--var=[A value of the provider file, for self-managed and regional hosts]:KEY=VALUE:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Also where connections have to be authorized again for it]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':provider -- At which:_default' \
&& ret=0
;;
(untag)
_arguments "${_arguments_options[@]}" : \
'--note=[Why]:T:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':provider -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(dependents)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::provider -- What depends on this provider:_default' \
":: :_tagout__subcmd__dependents_commands" \
"*::: :->dependents" \
&& ret=0

    case $state in
    (dependents)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-dependents-command-$line[2]:"
        case $line[2] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--effect=[What happens to it without the provider\: the end of a sentence that begins with its name]:T:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':provider -- On which:_default' \
':feature -- What people call it:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(connect)
_arguments "${_arguments_options[@]}" : \
'--name=[What to call it; the account'\''s label otherwise]:NAME:_default' \
'--scope=[Whose it is]:SCOPE:(workspace personal)' \
'--flow=[How to authorize; a browser where there is one, else a device code or paste]:FLOW:(browser paste device)' \
'(--flow --app-id)--api-key-file=[A file with an API key, or - for standard input]:F|-:_files' \
'--app-id=[The id of an app that is installed at the vendor]:ID:_default' \
'--app-key-file=[A file with the app'\''s private key (PEM), or - for standard input]:F|-:_files' \
'(--flow --api-key-file)--installation=[The installation]:ID:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--no-browser[Print the URL and wait, open nothing]' \
'--enable-jobs[Enable its jobs at once]' \
'--fill-gap[Pull the events of the time without a connection too]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':provider -- The catalog'\''s name for it, as tagout providers lists it:_default' \
&& ret=0
;;
(adopt)
_arguments "${_arguments_options[@]}" : \
'--refresh-token-file=[A file with the refresh token that the other tool has, or - for standard input]:F|-:_files' \
'(--lines)--access-token-file=[A file with an access token that it has, or - for standard input]:F|-:_files' \
'(--yes --lines)--account=[Whose account it has to be, by its id or name there; then nobody is asked]:ACCOUNT:_default' \
'(--lines)--name=[What to call it; the account'\''s label otherwise]:NAME:_default' \
'(--lines)--scope=[Whose it is]:SCOPE:(workspace personal)' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--enable-jobs[Enable its jobs at once]' \
'--yes[Keep it, whoever'\''s account it is]' \
'--lines[Many at once\: JSON Lines on standard input]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::provider -- The catalog'\''s name for it, as tagout providers lists it:_default' \
&& ret=0
;;
(reconnect)
_arguments "${_arguments_options[@]}" : \
'--name=[What to call it; the account'\''s label otherwise]:NAME:_default' \
'--scope=[Whose it is]:SCOPE:(workspace personal)' \
'--flow=[How to authorize; a browser where there is one, else a device code or paste]:FLOW:(browser paste device)' \
'(--flow --app-id)--api-key-file=[A file with an API key, or - for standard input]:F|-:_files' \
'--app-id=[The id of an app that is installed at the vendor]:ID:_default' \
'--app-key-file=[A file with the app'\''s private key (PEM), or - for standard input]:F|-:_files' \
'(--flow --api-key-file)--installation=[The installation]:ID:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--no-browser[Print the URL and wait, open nothing]' \
'--enable-jobs[Enable its jobs at once]' \
'--fill-gap[Pull the events of the time without a connection too]' \
'--accept-other-account[Another account than before is meant]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Which\: id, unique prefix, provider or provider/name:_default' \
&& ret=0
;;
(swap)
_arguments "${_arguments_options[@]}" : \
'--name=[What to call it; the account'\''s label otherwise]:NAME:_default' \
'--scope=[Whose it is]:SCOPE:(workspace personal)' \
'--flow=[How to authorize; a browser where there is one, else a device code or paste]:FLOW:(browser paste device)' \
'(--flow --app-id)--api-key-file=[A file with an API key, or - for standard input]:F|-:_files' \
'--app-id=[The id of an app that is installed at the vendor]:ID:_default' \
'--app-key-file=[A file with the app'\''s private key (PEM), or - for standard input]:F|-:_files' \
'(--flow --api-key-file)--installation=[The installation]:ID:_default' \
'--reason=[Why]:REASON:(unused compliance cleanup other)' \
'--note=[In words]:T:_default' \
'--ticket=[The ticket]:ID:_default' \
'--if-unreachable=[What to do with a token whose provider cannot be reached\: destroy it, as without this, or keep it sealed to retry]:IF_UNREACHABLE:(destroy hold)' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--no-browser[Print the URL and wait, open nothing]' \
'--enable-jobs[Enable its jobs at once]' \
'--fill-gap[Pull the events of the time without a connection too]' \
'--accept-other-account[Another account than before is meant, which goes without saying here]' \
'--uninstall[Uninstall the app at the vendor too]' \
'--wider[Make calls that end other connections'\'' tokens too; without it they are left out while the grant is shared]' \
'--destroy-at-once[Keep nothing sealed until its death is proven\: what takes time stays unproven]' \
'(--name --scope --flow --no-browser --api-key-file --app-id --app-key-file --installation --enable-jobs --fill-gap --reason --note --ticket --if-unreachable --uninstall --wider --destroy-at-once --accept-other-account --strict)--give-up[Give up one that was left in the middle\: no new account is connected, the jobs stay off, and authorizations that are open end]' \
'--yes[Ask nobody]' \
'--strict[Exit 6 unless every token is proven dead]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Whose\: id, unique prefix, provider or provider/name:_default' \
&& ret=0
;;
(configure)
_arguments "${_arguments_options[@]}" : \
'--name=[What to call it]:N:_default' \
'*--var=[A value of the provider file]:K=V:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Also where the connection has to be authorized again for it]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Which\: id, unique prefix, provider or provider/name:_default' \
&& ret=0
;;
(channels)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Whose\: id, unique prefix, provider or provider/name:_default' \
":: :_tagout__subcmd__channels_commands" \
"*::: :->channels" \
&& ret=0

    case $state in
    (channels)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-channels-command-$line[2]:"
        case $line[2] in
            (available)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
'--entity=[The entity it is about]:ENTITY:_default' \
'--from=[The vendor'\''s side\: a channel, a field]:FROM:_default' \
'--to=[Our side\: its name here, our field; a channel is called as the vendor calls it when this is left out]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--from=[The vendor'\''s side]:FROM:_default' \
'--to=[Our side]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(routing)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- Whose\: id, unique prefix, provider or provider/name:_default' \
":: :_tagout__subcmd__routing_commands" \
"*::: :->routing" \
&& ret=0

    case $state in
    (routing)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-routing-command-$line[2]:"
        case $line[2] in
            (test)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- Whose, where that is not said before:_default' \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
'--entity=[Records of this entity]:ENTITY:_default' \
'--from=[The field that is looked at, a JSON pointer; a part that is \`*\` is each value of a list. Without it every record is meant]:FROM:_default' \
'*--equals=[It is this; named again, it is one of these]:VALUE:_default' \
'--contains=[It contains this, letter case aside]:TEXT:_default' \
'--to=[The subscription that is told]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--present[It is there, and not empty; so it is asked where nothing else is]' \
'(--from)--every[Nothing\: every record of the entity is meant]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--from=[The field that is looked at]:FROM:_default' \
'*--equals=[It is this; named again, it is one of these]:VALUE:_default' \
'--contains=[It contains this, letter case aside]:TEXT:_default' \
'--to=[The subscription that is told]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--present[It is there, and not empty; so it is asked where nothing else is]' \
'(--from)--every[Nothing\: every record of the entity is meant]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(mappings)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Whose\: id, unique prefix, provider or provider/name:_default' \
":: :_tagout__subcmd__mappings_commands" \
"*::: :->mappings" \
&& ret=0

    case $state in
    (mappings)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-mappings-command-$line[2]:"
        case $line[2] in
            (fields)
_arguments "${_arguments_options[@]}" : \
'--entity=[Of one entity]:ENTITY:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(add)
_arguments "${_arguments_options[@]}" : \
'--entity=[The entity it is about]:ENTITY:_default' \
'--from=[The vendor'\''s side\: a channel, a field]:FROM:_default' \
'--to=[Our side\: its name here, our field; a channel is called as the vendor calls it when this is left out]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--from=[The vendor'\''s side]:FROM:_default' \
'--to=[Our side]:TO:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(connections)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- One in full\: id, unique prefix, provider or provider/name:_default' \
&& ret=0
;;
(plan)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'*::connections -- Which\: ids, unique prefixes, providers or provider/name:_default' \
&& ret=0
;;
(disconnect)
_arguments "${_arguments_options[@]}" : \
'--provider=[Everything in service at this provider]:P:_default' \
'--owner=[Everything in service of this user, or of the workspace]:U:_default' \
'--reason=[Why]:REASON:(unused compliance cleanup other)' \
'--note=[In words]:T:_default' \
'--ticket=[The ticket]:ID:_default' \
'--if-unreachable=[What to do with a token whose provider cannot be reached\: destroy it, as without this, or keep it sealed to retry]:IF_UNREACHABLE:(destroy hold)' \
'(--dry-run --strict --wait-proof)--at=[Begin by itself at this time\: RFC 3339, HH\:MM (the next time that the clock shows it) or "YYYY-MM-DD HH\:MM", a year ahead at most]:TIME:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'(--provider --owner)--all[Everything in service]' \
'--uninstall[Uninstall the app at the vendor too]' \
'--wider[Make calls that end other connections'\'' tokens too; without it they are left out while the grant is shared]' \
'--destroy-at-once[Keep nothing sealed until its death is proven\: what takes time stays unproven]' \
'--tag[With --provider\: let nothing new be authorized there until \`tagout providers untag\`; --reason compliance does so by itself]' \
'--dry-run[Print the plan, do nothing]' \
'--yes[Ask nobody]' \
'--strict[Exit 6 unless every token is proven dead; waits for the proofs that lack nothing but time]' \
'--wait-proof[Wait for the proofs that lack nothing but time, two minutes as a rule, and judge nothing]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'*::connections -- Which\: ids, unique prefixes, providers or provider/name:_default' \
&& ret=0
;;
(runs)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--resume[Go on with one that waits for a person]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::run -- One in full:_default' \
&& ret=0
;;
(walkthroughs)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::walkthrough -- One in full:_default' \
":: :_tagout__subcmd__walkthroughs_commands" \
"*::: :->walkthroughs" \
&& ret=0

    case $state in
    (walkthroughs)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-walkthroughs-command-$line[2]:"
        case $line[2] in
            (cancel)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':walkthrough -- Its id, or the beginning of it:_default' \
&& ret=0
;;
(stop)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':walkthrough -- Its id, or the beginning of it:_default' \
&& ret=0
;;
(resume)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--strict[Exit 6 unless every token is proven dead]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':walkthrough -- Its id, or the beginning of it:_default' \
&& ret=0
;;
(discard)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':walkthrough -- Its id, or the beginning of it:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(token)
_arguments "${_arguments_options[@]}" : \
'--min-valid=[Refresh it when it is valid for less than this]:SECONDS:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Whose\: id, unique prefix, provider or provider/name:_default' \
&& ret=0
;;
(jobs)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--follow[Go on\: every job once, then a line with the time for each change]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__jobs_commands" \
"*::: :->jobs" \
&& ret=0

    case $state in
    (jobs)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-jobs-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--entity=[What it pulls, as tagout providers PROVIDER lists it]:ENTITY:_default' \
'--mode=[How much it pulls]:MODE:(full incremental)' \
'--schedule=[Cron; an empty text for by hand]:CRON:_default' \
'--max-retries=[How often an execution is tried again]:N:_default' \
'--timeout=[After how long without a page an execution fails; waiting for a limit is no such time]:MINUTES:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':connection -- Of which connection:_default' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--mode=[How much it pulls]:MODE:(full incremental)' \
'--schedule=[Cron; an empty text for by hand]:CRON:_default' \
'--max-retries=[How often an execution is tried again]:N:_default' \
'--timeout=[After how long without a page an execution fails; waiting for a limit is no such time]:MINUTES:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':job -- Which:_default' \
&& ret=0
;;
(enable)
_arguments "${_arguments_options[@]}" : \
'--before=[Those of this connection that ran before its disconnect]:CONNECTION:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::job -- Which:_default' \
&& ret=0
;;
(disable)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':job -- Which:_default' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--full[Ask for everything, not only for what changed]' \
'--fill-gap[Pull the events of the times in which the connection was out of service, too]' \
'--accept-gone[Believe that what the vendor no longer lists is gone, however much it is]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':job -- Which:_default' \
&& ret=0
;;
(reset)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':job -- Which:_default' \
&& ret=0
;;
(cancel)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':job -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(executions)
_arguments "${_arguments_options[@]}" : \
'()--pages=[The latest pages of one, as far as the server remembers them since it started]:EXECUTION:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::job -- Of one job:_default' \
&& ret=0
;;
(references)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- Of one connection:_default' \
":: :_tagout__subcmd__references_commands" \
"*::: :->references" \
&& ret=0

    case $state in
    (references)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-references-command-$line[2]:"
        case $line[2] in
            (link)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':reference -- Which\: the reference'\''s id, or the record as the list calls it:_default' \
':local -- An id or a name in a system of yours:_default' \
&& ret=0
;;
(unlink)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':reference -- Which\: the reference'\''s id, or the record as the list calls it:_default' \
':local -- An id or a name in a system of yours:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(records)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::connection -- Of one connection:_default' \
":: :_tagout__subcmd__records_commands" \
"*::: :->records" \
&& ret=0

    case $state in
    (records)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-records-command-$line[2]:"
        case $line[2] in
            (show)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':record -- Which, as the list calls it:_default' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'*--set=[A field and its value; an empty value takes the field away]:NAME=VALUE:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':record -- Which, as the list calls it:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(webhooks)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__webhooks_commands" \
"*::: :->webhooks" \
&& ret=0

    case $state in
    (webhooks)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-webhooks-command-$line[1]:"
        case $line[1] in
            (enable)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(disable)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(deliveries)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(subscriptions)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__subscriptions_commands" \
"*::: :->subscriptions" \
&& ret=0

    case $state in
    (subscriptions)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-subscriptions-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'*--event=[Which events, as \`run.ended\` or \`connection.*\`; all without it]:EVENT:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':url -- Where to:_default' \
&& ret=0
;;
(edit)
_arguments "${_arguments_options[@]}" : \
'--url=[Where to; what waits goes there, too]:URL:_default' \
'*--event=[Which events, in place of those before]:EVENT:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'(--event)--every-event[All events]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(test)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(rotate)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(deliveries)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(resend)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':delivery -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(follow-ups)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__follow-ups_commands" \
"*::: :->follow-ups" \
&& ret=0

    case $state in
    (follow-ups)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-follow-ups-command-$line[1]:"
        case $line[1] in
            (done)
_arguments "${_arguments_options[@]}" : \
'--note=[What you found]:T:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(undo)
_arguments "${_arguments_options[@]}" : \
'--note=[Why]:T:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
(assign)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
':user -- Whom\: a user'\''s name:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(flows)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__flows_commands" \
"*::: :->flows" \
&& ret=0

    case $state in
    (flows)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-flows-command-$line[1]:"
        case $line[1] in
            (cancel)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(holds)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__holds_commands" \
"*::: :->holds" \
&& ret=0

    case $state in
    (holds)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-holds-command-$line[1]:"
        case $line[1] in
            (drop)
_arguments "${_arguments_options[@]}" : \
'--note=[Why]:T:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':id -- Which:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(users)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__users_commands" \
"*::: :->users" \
&& ret=0

    case $state in
    (users)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-users-command-$line[1]:"
        case $line[1] in
            (add)
_arguments "${_arguments_options[@]}" : \
'--role=[The highest role]:ROLE:(owner admin member agent)' \
'--acting-role=[Act with a lower role than your own]:role:(owner admin member agent)' \
'--unix-user=[The Unix account, by name or number]:U:_default' \
'*--ssh-key=[The fingerprint of a key at the gateway account, as ssh-keygen -l prints it; several may be given]:SHA256:...:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--service[It is a program]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':name -- The name that stands in the record:_default' \
&& ret=0
;;
(remove)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--keep[Although they hold connections, authorizations or drafts\: these stay as they are, under this name]' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':name -- Who:_default' \
&& ret=0
;;
(grant)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':name -- Whose:_default' \
':permission -- Which:(settings.edit token.read)' \
'*::connections -- For which connections:_default' \
&& ret=0
;;
(revoke)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':name -- Whose:_default' \
':permission -- Which:(settings.edit token.read)' \
'*::connections -- For which connections:_default' \
&& ret=0
;;
        esac
    ;;
esac
;;
(audit)
_arguments "${_arguments_options[@]}" : \
'--since=[From here on\: a time, a day, or how long ago (2h, 3d)]:T:_default' \
'(--follow)--filter=[Only entries with these words; action\:, by\:, outcome\:, provider\:, connection\:, since\:7d, until\: and not\: work, too]:TEXT:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--follow[Go on\: the last ten, or those since, and a line for every further one]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
":: :_tagout__subcmd__audit_commands" \
"*::: :->audit" \
&& ret=0

    case $state in
    (audit)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:tagout-audit-command-$line[1]:"
        case $line[1] in
            (verify)
_arguments "${_arguments_options[@]}" : \
'--checkpoint=[An earlier checkpoint that the log must still contain]:FILE:_files' \
'--public-key=[The key that signed, as audit checkpoint --json gives it; audit.pub beside the log otherwise]:K:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::file -- The log, or the folder of a bundle; the log in the data folder otherwise:_files' \
&& ret=0
;;
(export)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(checkpoint)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(evidence)
_arguments "${_arguments_options[@]}" : \
'--out=[Where to write\: a folder that does not exist yet]:DIR:_files' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'*::runs -- Which runs; a walkthrough stands for all of its runs:_default' \
&& ret=0
;;
(purge)
_arguments "${_arguments_options[@]}" : \
'--confirm=[The name of the workspace, as a confirmation; asked for where somebody is there]:WORKSPACE:_default' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--all[All of it]' \
'--dry-run[Only say what would be removed]' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'::provider -- Whose data:_default' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'*::word -- A badge, an outcome, an error, an exit code, what a provider answered (invalid_grant), or any other word that the program says; or a connection, to hear what is said of it and what was seen. All words when left out:_default' \
&& ret=0
;;
(whoami)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(config)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(doctor)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(compact)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(backup)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase from a file, or - for standard input]:FILE:_files' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'(--with-secrets)--verify[Only say whether the file is a whole backup, and with --passphrase-file whether its secrets open; needs no server]' \
'--with-secrets[With the secrets, sealed to a passphrase that is asked for twice. What is destroyed here later survives in that file]' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The file; there must be none yet:_files' \
&& ret=0
;;
(restore)
_arguments "${_arguments_options[@]}" : \
'--passphrase-file=[Read the passphrase of its secrets from a file, or - for standard input]:FILE:_files' \
'--master-passphrase-file=[Read the passphrase of the new folder'\''s master key from a file, as \`serve --passphrase-file\` does]:FILE:_files' \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'(--passphrase-file)--without-secrets[Leave its secrets in it, so that every connection is authorized again]' \
'--yes[Do not ask]' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':file -- The backup:_files' \
&& ret=0
;;
(reset-terminal)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(gateway)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
':shell -- Which shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'--data-dir=[Where the data is \[env\: TAGOUT_DATA_DIR\]]:DIR:_files' \
'--config=[The configuration file; its folder also holds the keys \[env\: TAGOUT_CONFIG\]]:FILE:_files' \
'(--json)*--columns=[Print these columns of a table, in this order\: NAME,STATE; one that it does not have is answered with those it has]:NAMES:_default' \
'--role=[Act with a lower role than your own]:ROLE:(owner admin member agent)' \
'--json[Print JSON\: lists as one array, things as one object]' \
'--read-only[Have everything refused that changes something]' \
'--plain[Show the console as lines, for screen readers and pipes]' \
'--no-header[Print tables without their heads]' \
'--utc[Print times in UTC, with a Z]' \
'--wide[Let tables be wider than the terminal; otherwise the widest text is cut first, ids last, and in a pipe nothing]' \
'-h[Print help]' \
'--help[Print help]' \
'*::verb -- The page of this verb; of all of it otherwise:_default' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_tagout_commands] )) ||
_tagout_commands() {
    local commands; commands=(
'demo:Open the console on a throw-away folder with providers that are not real' \
'serve:Run the server in the foreground' \
'sandbox:Run only the sandbox providers, in the foreground' \
'stop:Stop the server; what is under way is taken up at the next start' \
'status:How the server and the workspace are' \
'init:Make the workspace (the first start does it too)' \
'providers:The catalog, one provider in full, or changes to it' \
'dependents:What depends on a provider, and what the workspace declares to' \
'connect:Connect an account of a provider' \
'adopt:Take over a grant that another tool was given' \
'reconnect:Authorize a connection again' \
'swap:Disconnect, then connect as another account, jobs as they were' \
'configure:Rename a connection, or change its values' \
'channels:Watched channels of a connection' \
'routing:Routing rules of a connection\: which records go to which subscription when they change' \
'mappings:Field mappings of a connection' \
'connections:What is connected, or one connection in full' \
'plan:What a disconnect would do' \
'disconnect:Take connections out of service\: jobs off, tokens revoked and proven dead, secrets destroyed' \
'runs:Disconnects, past and under way' \
'walkthroughs:Several connections taken out of service as one thing, and what to do with one' \
'token:Print a usable access token' \
'jobs:Sync jobs, and what to do with one' \
'executions:Executions of sync jobs, newest first' \
'references:Links from local records to providers'\'' objects' \
'records:What syncs brought' \
'webhooks:Inbound webhook endpoints' \
'subscriptions:Outbound webhook subscriptions of the organisation' \
'follow-ups:What a person must still do at the vendors' \
'flows:Authorizations that are open, and a way to end one' \
'holds:Tokens that are kept sealed to retry their revocation' \
'users:Who may do what' \
'audit:The record\: who did what to what, and how it ended' \
'evidence:Write the auditor'\''s bundle of runs' \
'purge:Wipe the synced data of a provider, or all; irreversible' \
'explain:What a word of the program, or what is said of a connection, means, and what to do about it' \
'whoami:Who you are here, and what you may' \
'config:Every setting, and where its value came from' \
'doctor:Look for what endangers the data on this machine' \
'compact:Drop what was overwritten or removed from the database'\''s file' \
'backup:Write everything to one portable file' \
'restore:Fill an empty data folder from a backup; connections are then authorized again, or with its secrets asked about first' \
'reset-terminal:Give a terminal back that a lost line left unusable' \
'gateway:The forced command of a shared SSH account' \
'completions:Print the completions of a shell' \
'man:Print a manual page' \
    )
    _describe -t commands 'tagout commands' commands "$@"
}
(( $+functions[_tagout__subcmd__adopt_commands] )) ||
_tagout__subcmd__adopt_commands() {
    local commands; commands=()
    _describe -t commands 'tagout adopt commands' commands "$@"
}
(( $+functions[_tagout__subcmd__audit_commands] )) ||
_tagout__subcmd__audit_commands() {
    local commands; commands=(
'verify:Check the log, or a bundle of evidence, without a server' \
'export:Every entry as one line of JSON, oldest first, in the form that verify reads' \
'checkpoint:The latest signed checkpoint, to keep elsewhere' \
    )
    _describe -t commands 'tagout audit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__audit__subcmd__checkpoint_commands] )) ||
_tagout__subcmd__audit__subcmd__checkpoint_commands() {
    local commands; commands=()
    _describe -t commands 'tagout audit checkpoint commands' commands "$@"
}
(( $+functions[_tagout__subcmd__audit__subcmd__export_commands] )) ||
_tagout__subcmd__audit__subcmd__export_commands() {
    local commands; commands=()
    _describe -t commands 'tagout audit export commands' commands "$@"
}
(( $+functions[_tagout__subcmd__audit__subcmd__verify_commands] )) ||
_tagout__subcmd__audit__subcmd__verify_commands() {
    local commands; commands=()
    _describe -t commands 'tagout audit verify commands' commands "$@"
}
(( $+functions[_tagout__subcmd__backup_commands] )) ||
_tagout__subcmd__backup_commands() {
    local commands; commands=()
    _describe -t commands 'tagout backup commands' commands "$@"
}
(( $+functions[_tagout__subcmd__channels_commands] )) ||
_tagout__subcmd__channels_commands() {
    local commands; commands=(
'available:The channels that the vendor has, watched or not' \
'add:Add one' \
'edit:Change one; what is left out stays as it was' \
'remove:Remove one' \
    )
    _describe -t commands 'tagout channels commands' commands "$@"
}
(( $+functions[_tagout__subcmd__channels__subcmd__add_commands] )) ||
_tagout__subcmd__channels__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout channels add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__channels__subcmd__available_commands] )) ||
_tagout__subcmd__channels__subcmd__available_commands() {
    local commands; commands=()
    _describe -t commands 'tagout channels available commands' commands "$@"
}
(( $+functions[_tagout__subcmd__channels__subcmd__edit_commands] )) ||
_tagout__subcmd__channels__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout channels edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__channels__subcmd__remove_commands] )) ||
_tagout__subcmd__channels__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout channels remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__compact_commands] )) ||
_tagout__subcmd__compact_commands() {
    local commands; commands=()
    _describe -t commands 'tagout compact commands' commands "$@"
}
(( $+functions[_tagout__subcmd__completions_commands] )) ||
_tagout__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'tagout completions commands' commands "$@"
}
(( $+functions[_tagout__subcmd__config_commands] )) ||
_tagout__subcmd__config_commands() {
    local commands; commands=()
    _describe -t commands 'tagout config commands' commands "$@"
}
(( $+functions[_tagout__subcmd__configure_commands] )) ||
_tagout__subcmd__configure_commands() {
    local commands; commands=()
    _describe -t commands 'tagout configure commands' commands "$@"
}
(( $+functions[_tagout__subcmd__connect_commands] )) ||
_tagout__subcmd__connect_commands() {
    local commands; commands=()
    _describe -t commands 'tagout connect commands' commands "$@"
}
(( $+functions[_tagout__subcmd__connections_commands] )) ||
_tagout__subcmd__connections_commands() {
    local commands; commands=()
    _describe -t commands 'tagout connections commands' commands "$@"
}
(( $+functions[_tagout__subcmd__demo_commands] )) ||
_tagout__subcmd__demo_commands() {
    local commands; commands=()
    _describe -t commands 'tagout demo commands' commands "$@"
}
(( $+functions[_tagout__subcmd__dependents_commands] )) ||
_tagout__subcmd__dependents_commands() {
    local commands; commands=(
'add:Declare that something depends on a provider\: whoever disconnects it is told' \
'remove:Take one back that was declared' \
    )
    _describe -t commands 'tagout dependents commands' commands "$@"
}
(( $+functions[_tagout__subcmd__dependents__subcmd__add_commands] )) ||
_tagout__subcmd__dependents__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout dependents add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__dependents__subcmd__remove_commands] )) ||
_tagout__subcmd__dependents__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout dependents remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__disconnect_commands] )) ||
_tagout__subcmd__disconnect_commands() {
    local commands; commands=()
    _describe -t commands 'tagout disconnect commands' commands "$@"
}
(( $+functions[_tagout__subcmd__doctor_commands] )) ||
_tagout__subcmd__doctor_commands() {
    local commands; commands=()
    _describe -t commands 'tagout doctor commands' commands "$@"
}
(( $+functions[_tagout__subcmd__evidence_commands] )) ||
_tagout__subcmd__evidence_commands() {
    local commands; commands=()
    _describe -t commands 'tagout evidence commands' commands "$@"
}
(( $+functions[_tagout__subcmd__executions_commands] )) ||
_tagout__subcmd__executions_commands() {
    local commands; commands=()
    _describe -t commands 'tagout executions commands' commands "$@"
}
(( $+functions[_tagout__subcmd__explain_commands] )) ||
_tagout__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'tagout explain commands' commands "$@"
}
(( $+functions[_tagout__subcmd__flows_commands] )) ||
_tagout__subcmd__flows_commands() {
    local commands; commands=(
'cancel:End it\: its code is not exchanged any more' \
    )
    _describe -t commands 'tagout flows commands' commands "$@"
}
(( $+functions[_tagout__subcmd__flows__subcmd__cancel_commands] )) ||
_tagout__subcmd__flows__subcmd__cancel_commands() {
    local commands; commands=()
    _describe -t commands 'tagout flows cancel commands' commands "$@"
}
(( $+functions[_tagout__subcmd__follow-ups_commands] )) ||
_tagout__subcmd__follow-ups_commands() {
    local commands; commands=(
'done:Tick it off, with your name' \
'undo:Open one again that was ticked off by mistake' \
'assign:Ask somebody to do one\: they see it at their next start' \
    )
    _describe -t commands 'tagout follow-ups commands' commands "$@"
}
(( $+functions[_tagout__subcmd__follow-ups__subcmd__assign_commands] )) ||
_tagout__subcmd__follow-ups__subcmd__assign_commands() {
    local commands; commands=()
    _describe -t commands 'tagout follow-ups assign commands' commands "$@"
}
(( $+functions[_tagout__subcmd__follow-ups__subcmd__done_commands] )) ||
_tagout__subcmd__follow-ups__subcmd__done_commands() {
    local commands; commands=()
    _describe -t commands 'tagout follow-ups done commands' commands "$@"
}
(( $+functions[_tagout__subcmd__follow-ups__subcmd__undo_commands] )) ||
_tagout__subcmd__follow-ups__subcmd__undo_commands() {
    local commands; commands=()
    _describe -t commands 'tagout follow-ups undo commands' commands "$@"
}
(( $+functions[_tagout__subcmd__gateway_commands] )) ||
_tagout__subcmd__gateway_commands() {
    local commands; commands=()
    _describe -t commands 'tagout gateway commands' commands "$@"
}
(( $+functions[_tagout__subcmd__holds_commands] )) ||
_tagout__subcmd__holds_commands() {
    local commands; commands=(
'drop:Give it up\: the token is destroyed without proof, and may live on' \
    )
    _describe -t commands 'tagout holds commands' commands "$@"
}
(( $+functions[_tagout__subcmd__holds__subcmd__drop_commands] )) ||
_tagout__subcmd__holds__subcmd__drop_commands() {
    local commands; commands=()
    _describe -t commands 'tagout holds drop commands' commands "$@"
}
(( $+functions[_tagout__subcmd__init_commands] )) ||
_tagout__subcmd__init_commands() {
    local commands; commands=()
    _describe -t commands 'tagout init commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs_commands] )) ||
_tagout__subcmd__jobs_commands() {
    local commands; commands=(
'add:Make one' \
'edit:Change one' \
'enable:Let one run, or all that ran before a disconnect' \
'disable:Turn one off; a running execution is cancelled' \
'run:Run one now; with --full or --fill-gap a running execution is stopped first' \
'reset:Forget where one stands\: its next run begins at the beginning, and asks for everything' \
'cancel:Stop the running execution of one; what was received is kept' \
    )
    _describe -t commands 'tagout jobs commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__add_commands] )) ||
_tagout__subcmd__jobs__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__cancel_commands] )) ||
_tagout__subcmd__jobs__subcmd__cancel_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs cancel commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__disable_commands] )) ||
_tagout__subcmd__jobs__subcmd__disable_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs disable commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__edit_commands] )) ||
_tagout__subcmd__jobs__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__enable_commands] )) ||
_tagout__subcmd__jobs__subcmd__enable_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs enable commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__reset_commands] )) ||
_tagout__subcmd__jobs__subcmd__reset_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs reset commands' commands "$@"
}
(( $+functions[_tagout__subcmd__jobs__subcmd__run_commands] )) ||
_tagout__subcmd__jobs__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'tagout jobs run commands' commands "$@"
}
(( $+functions[_tagout__subcmd__man_commands] )) ||
_tagout__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'tagout man commands' commands "$@"
}
(( $+functions[_tagout__subcmd__mappings_commands] )) ||
_tagout__subcmd__mappings_commands() {
    local commands; commands=(
'fields:What can be mapped, with an example of each' \
'add:Add one' \
'edit:Change one; what is left out stays as it was' \
'remove:Remove one' \
    )
    _describe -t commands 'tagout mappings commands' commands "$@"
}
(( $+functions[_tagout__subcmd__mappings__subcmd__add_commands] )) ||
_tagout__subcmd__mappings__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout mappings add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__mappings__subcmd__edit_commands] )) ||
_tagout__subcmd__mappings__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout mappings edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__mappings__subcmd__fields_commands] )) ||
_tagout__subcmd__mappings__subcmd__fields_commands() {
    local commands; commands=()
    _describe -t commands 'tagout mappings fields commands' commands "$@"
}
(( $+functions[_tagout__subcmd__mappings__subcmd__remove_commands] )) ||
_tagout__subcmd__mappings__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout mappings remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__plan_commands] )) ||
_tagout__subcmd__plan_commands() {
    local commands; commands=()
    _describe -t commands 'tagout plan commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers_commands] )) ||
_tagout__subcmd__providers_commands() {
    local commands; commands=(
'add:Add a provider file' \
'remove:Remove a provider that was added' \
'check:Check a provider file, without a server' \
'configure:Register our app at a provider' \
'untag:Take the tag off a provider\: accounts there can be authorized again' \
    )
    _describe -t commands 'tagout providers commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers__subcmd__add_commands] )) ||
_tagout__subcmd__providers__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout providers add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers__subcmd__check_commands] )) ||
_tagout__subcmd__providers__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'tagout providers check commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers__subcmd__configure_commands] )) ||
_tagout__subcmd__providers__subcmd__configure_commands() {
    local commands; commands=()
    _describe -t commands 'tagout providers configure commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers__subcmd__remove_commands] )) ||
_tagout__subcmd__providers__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout providers remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__providers__subcmd__untag_commands] )) ||
_tagout__subcmd__providers__subcmd__untag_commands() {
    local commands; commands=()
    _describe -t commands 'tagout providers untag commands' commands "$@"
}
(( $+functions[_tagout__subcmd__purge_commands] )) ||
_tagout__subcmd__purge_commands() {
    local commands; commands=()
    _describe -t commands 'tagout purge commands' commands "$@"
}
(( $+functions[_tagout__subcmd__reconnect_commands] )) ||
_tagout__subcmd__reconnect_commands() {
    local commands; commands=()
    _describe -t commands 'tagout reconnect commands' commands "$@"
}
(( $+functions[_tagout__subcmd__records_commands] )) ||
_tagout__subcmd__records_commands() {
    local commands; commands=(
'show:One in full\: its own fields, then the vendor'\''s object' \
'edit:Give one fields of its own, which no sync touches' \
    )
    _describe -t commands 'tagout records commands' commands "$@"
}
(( $+functions[_tagout__subcmd__records__subcmd__edit_commands] )) ||
_tagout__subcmd__records__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout records edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__records__subcmd__show_commands] )) ||
_tagout__subcmd__records__subcmd__show_commands() {
    local commands; commands=()
    _describe -t commands 'tagout records show commands' commands "$@"
}
(( $+functions[_tagout__subcmd__references_commands] )) ||
_tagout__subcmd__references_commands() {
    local commands; commands=(
'link:Say what it is here\: it may have many links, and one may stand at many' \
'unlink:Take a link away' \
    )
    _describe -t commands 'tagout references commands' commands "$@"
}
(( $+functions[_tagout__subcmd__references__subcmd__link_commands] )) ||
_tagout__subcmd__references__subcmd__link_commands() {
    local commands; commands=()
    _describe -t commands 'tagout references link commands' commands "$@"
}
(( $+functions[_tagout__subcmd__references__subcmd__unlink_commands] )) ||
_tagout__subcmd__references__subcmd__unlink_commands() {
    local commands; commands=()
    _describe -t commands 'tagout references unlink commands' commands "$@"
}
(( $+functions[_tagout__subcmd__reset-terminal_commands] )) ||
_tagout__subcmd__reset-terminal_commands() {
    local commands; commands=()
    _describe -t commands 'tagout reset-terminal commands' commands "$@"
}
(( $+functions[_tagout__subcmd__restore_commands] )) ||
_tagout__subcmd__restore_commands() {
    local commands; commands=()
    _describe -t commands 'tagout restore commands' commands "$@"
}
(( $+functions[_tagout__subcmd__routing_commands] )) ||
_tagout__subcmd__routing_commands() {
    local commands; commands=(
'test:What would go where of the records that are there; nothing is sent' \
'add:Add one\: records of the entity go to the subscription when they are new or have changed' \
'edit:Change one; what is left out stays as it was' \
'remove:Remove one' \
    )
    _describe -t commands 'tagout routing commands' commands "$@"
}
(( $+functions[_tagout__subcmd__routing__subcmd__add_commands] )) ||
_tagout__subcmd__routing__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout routing add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__routing__subcmd__edit_commands] )) ||
_tagout__subcmd__routing__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout routing edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__routing__subcmd__remove_commands] )) ||
_tagout__subcmd__routing__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout routing remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__routing__subcmd__test_commands] )) ||
_tagout__subcmd__routing__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'tagout routing test commands' commands "$@"
}
(( $+functions[_tagout__subcmd__runs_commands] )) ||
_tagout__subcmd__runs_commands() {
    local commands; commands=()
    _describe -t commands 'tagout runs commands' commands "$@"
}
(( $+functions[_tagout__subcmd__sandbox_commands] )) ||
_tagout__subcmd__sandbox_commands() {
    local commands; commands=()
    _describe -t commands 'tagout sandbox commands' commands "$@"
}
(( $+functions[_tagout__subcmd__serve_commands] )) ||
_tagout__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'tagout serve commands' commands "$@"
}
(( $+functions[_tagout__subcmd__status_commands] )) ||
_tagout__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'tagout status commands' commands "$@"
}
(( $+functions[_tagout__subcmd__stop_commands] )) ||
_tagout__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'tagout stop commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions_commands] )) ||
_tagout__subcmd__subscriptions_commands() {
    local commands; commands=(
'add:Send events somewhere' \
'edit:Send elsewhere, or other events; what is left out stays as it was, and so does the secret' \
'remove:Send no more' \
'test:Send a message now, and say what came of it' \
'rotate:Give it another signing secret; the old one signs beside it for a day' \
'deliveries:What it was told last, is to be told, and did not take' \
'resend:Send a dead letter again' \
    )
    _describe -t commands 'tagout subscriptions commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__add_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__deliveries_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__deliveries_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions deliveries commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__edit_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__edit_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions edit commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__remove_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__resend_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__resend_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions resend commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__rotate_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__rotate_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions rotate commands' commands "$@"
}
(( $+functions[_tagout__subcmd__subscriptions__subcmd__test_commands] )) ||
_tagout__subcmd__subscriptions__subcmd__test_commands() {
    local commands; commands=()
    _describe -t commands 'tagout subscriptions test commands' commands "$@"
}
(( $+functions[_tagout__subcmd__swap_commands] )) ||
_tagout__subcmd__swap_commands() {
    local commands; commands=()
    _describe -t commands 'tagout swap commands' commands "$@"
}
(( $+functions[_tagout__subcmd__token_commands] )) ||
_tagout__subcmd__token_commands() {
    local commands; commands=()
    _describe -t commands 'tagout token commands' commands "$@"
}
(( $+functions[_tagout__subcmd__users_commands] )) ||
_tagout__subcmd__users_commands() {
    local commands; commands=(
'add:Let somebody in' \
'remove:Let somebody in no more' \
'grant:Give a permission' \
'revoke:Take a permission' \
    )
    _describe -t commands 'tagout users commands' commands "$@"
}
(( $+functions[_tagout__subcmd__users__subcmd__add_commands] )) ||
_tagout__subcmd__users__subcmd__add_commands() {
    local commands; commands=()
    _describe -t commands 'tagout users add commands' commands "$@"
}
(( $+functions[_tagout__subcmd__users__subcmd__grant_commands] )) ||
_tagout__subcmd__users__subcmd__grant_commands() {
    local commands; commands=()
    _describe -t commands 'tagout users grant commands' commands "$@"
}
(( $+functions[_tagout__subcmd__users__subcmd__remove_commands] )) ||
_tagout__subcmd__users__subcmd__remove_commands() {
    local commands; commands=()
    _describe -t commands 'tagout users remove commands' commands "$@"
}
(( $+functions[_tagout__subcmd__users__subcmd__revoke_commands] )) ||
_tagout__subcmd__users__subcmd__revoke_commands() {
    local commands; commands=()
    _describe -t commands 'tagout users revoke commands' commands "$@"
}
(( $+functions[_tagout__subcmd__walkthroughs_commands] )) ||
_tagout__subcmd__walkthroughs_commands() {
    local commands; commands=(
'cancel:Take back what is planned\: it is a draft again' \
'stop:Stop between connections\: what has begun goes on to its end' \
'resume:Begin what had not begun when it was stopped, and watch' \
'discard:Throw a draft away, or close one that stopped or fell\: what had not begun stays in service' \
    )
    _describe -t commands 'tagout walkthroughs commands' commands "$@"
}
(( $+functions[_tagout__subcmd__walkthroughs__subcmd__cancel_commands] )) ||
_tagout__subcmd__walkthroughs__subcmd__cancel_commands() {
    local commands; commands=()
    _describe -t commands 'tagout walkthroughs cancel commands' commands "$@"
}
(( $+functions[_tagout__subcmd__walkthroughs__subcmd__discard_commands] )) ||
_tagout__subcmd__walkthroughs__subcmd__discard_commands() {
    local commands; commands=()
    _describe -t commands 'tagout walkthroughs discard commands' commands "$@"
}
(( $+functions[_tagout__subcmd__walkthroughs__subcmd__resume_commands] )) ||
_tagout__subcmd__walkthroughs__subcmd__resume_commands() {
    local commands; commands=()
    _describe -t commands 'tagout walkthroughs resume commands' commands "$@"
}
(( $+functions[_tagout__subcmd__walkthroughs__subcmd__stop_commands] )) ||
_tagout__subcmd__walkthroughs__subcmd__stop_commands() {
    local commands; commands=()
    _describe -t commands 'tagout walkthroughs stop commands' commands "$@"
}
(( $+functions[_tagout__subcmd__webhooks_commands] )) ||
_tagout__subcmd__webhooks_commands() {
    local commands; commands=(
'enable:Take its events' \
'disable:Answer its events, count them, and drop them' \
'deliveries:The latest that came in there, newest first' \
    )
    _describe -t commands 'tagout webhooks commands' commands "$@"
}
(( $+functions[_tagout__subcmd__webhooks__subcmd__deliveries_commands] )) ||
_tagout__subcmd__webhooks__subcmd__deliveries_commands() {
    local commands; commands=()
    _describe -t commands 'tagout webhooks deliveries commands' commands "$@"
}
(( $+functions[_tagout__subcmd__webhooks__subcmd__disable_commands] )) ||
_tagout__subcmd__webhooks__subcmd__disable_commands() {
    local commands; commands=()
    _describe -t commands 'tagout webhooks disable commands' commands "$@"
}
(( $+functions[_tagout__subcmd__webhooks__subcmd__enable_commands] )) ||
_tagout__subcmd__webhooks__subcmd__enable_commands() {
    local commands; commands=()
    _describe -t commands 'tagout webhooks enable commands' commands "$@"
}
(( $+functions[_tagout__subcmd__whoami_commands] )) ||
_tagout__subcmd__whoami_commands() {
    local commands; commands=()
    _describe -t commands 'tagout whoami commands' commands "$@"
}

if [ "$funcstack[1]" = "_tagout" ]; then
    _tagout "$@"
else
    compdef _tagout tagout
fi
