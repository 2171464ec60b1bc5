# bash completion for sockserver
# shellcheck shell=bash

_sockserver() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words
  # bash makes three words of --mode=async
  if [[ $current == '=' ]]; then
    current=
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $before in
    -P | --protocol) words='echo quit hola greet chat' ;;
    --mode) words='blocking threads async' ;;
    --framing) words='auto line chunk' ;;
    --log-format) words='text json' ;;
    --host)
      mapfile -t COMPREPLY < <(compgen -A hostname -- "$current")
      return
      ;;
    --max-messages | --banner | -p | --port | --backlog | -m | --max-conns | -i | --idle-timeout | \
      --max-message | --grace | --history | --max-queue | --rate | --loops)
      return
      ;;
    *)
      words='-P --protocol --mode --framing --max-messages --banner --once
        -p --port --host --public -4 -6 --backlog
        -m --max-conns -i --idle-timeout --max-message --grace --history --max-queue --rate --loops
        -v --verbose -q --quiet -x --hex-dump --log-format -h --help -V --version'
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _sockserver sockserver
