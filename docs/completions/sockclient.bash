# bash completion for sockclient
# shellcheck shell=bash

_sockclient() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words
  # bash makes three words of --eol=crlf
  if [[ $current == '=' ]]; then
    current=
  elif [[ $before == '=' ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  case $before in
    --eol) words='lf crlf none' ;;
    --color) words='auto always never' ;;
    --send | --expect | --pause | -w | --wait | --retry | -i | --idle-timeout | --until-silent)
      return
      ;;
    *)
      if [[ $current != -* ]]; then
        mapfile -t COMPREPLY < <(compgen -A hostname -- "$current")
        return
      fi
      words='--send --recv --expect --pause
        -4 -6 -w --wait --retry -i --idle-timeout --until-silent --no-shutdown
        --eol -C --crlf --timestamps --raw -x --hex-dump -v --verbose -q --quiet --color
        -h --help -V --version'
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _sockclient sockclient
