#compdef sockclient

_arguments -s -S : \
  '*--send=[send this and the end of line]:text: ' \
  '*--recv[wait for one message and print it]' \
  '*--expect=[wait for one message and exit 3 unless it is this]:text: ' \
  '*--pause=[do nothing for so long]:time: ' \
  '(-6)-4[only IPv4]' \
  '(-4)-6[only IPv6]' \
  '(-w --wait)'{-w+,--wait=}'[give up connecting after so long]:time: ' \
  '--retry=[keep trying to connect for so long]:time: ' \
  '(-i --idle-timeout)'{-i+,--idle-timeout=}'[end after so long a silence]:time: ' \
  '--until-silent=[at the end of input, end after so long a silence]:time: ' \
  '--no-shutdown[at the end of input, do not half-close]' \
  '(-C --crlf)--eol=[end of a line sent]:end of line:(lf crlf none)' \
  '(-C --crlf --eol)'{-C,--crlf}'[the same as --eol crlf]' \
  '--timestamps[the time before every line received]' \
  '--raw[do not escape control characters on a terminal]' \
  '(-x --hex-dump)'{-x,--hex-dump}'[all traffic in hexadecimal]' \
  '(-v --verbose)'{-v,--verbose}'[what is being done, and totals at the end]' \
  '(-q --quiet)'{-q,--quiet}'[no prompt, no notices; only errors]' \
  '--color=[colours on a terminal]:when:(auto always never)' \
  '(- *)'{-h,--help}'[show the options]' \
  '(- *)'{-V,--version}'[show the version]' \
  '1:host:_hosts' \
  '2:port: '
