#compdef sockserver

_arguments -s -S : \
  '(-P --protocol)'{-P+,--protocol=}'[what it serves]:protocol:(echo quit hola greet chat)' \
  '--mode=[on which thread a client is served]:mode:(blocking threads async)' \
  '--framing=[what a message is]:framing:(auto line chunk)' \
  '--max-messages=[close a connection after so many messages]:number: ' \
  '--banner=[say this to every client first]:text: ' \
  '--once[serve one client, then exit]' \
  '(-p --port)'{-p+,--port=}'[where it listens; 0 takes any free port]:port: ' \
  '(--public)*--host=[listen on this address]:address:_hosts' \
  '(--host)--public[listen on all addresses of this machine]' \
  '(-6)-4[only IPv4]' \
  '(-4)-6[only IPv6]' \
  '--backlog=[connections waiting to be accepted]:number: ' \
  '(-m --max-conns)'{-m+,--max-conns=}'[connections at once]:number: ' \
  '(-i --idle-timeout)'{-i+,--idle-timeout=}'[end a connection silent for so long]:time: ' \
  '--max-message=[bytes in one message]:size: ' \
  '--grace=[time to finish when stopped]:time: ' \
  '--history=[chat\: earlier messages shown on joining]:number: ' \
  '--max-queue=[chat: lines kept for those who read slowly]:size: ' \
  '--rate=[chat: bytes a second one client may say]:size: ' \
  '--loops=[event loops of async]:number: ' \
  '(-q --quiet)*'{-v,--verbose}'[every message; twice\: every read and write]' \
  '(-q --quiet -v --verbose)'{-q,--quiet}'[only errors]' \
  '(-x --hex-dump)'{-x,--hex-dump}'[all traffic in hexadecimal]' \
  '--log-format=[how events are told]:format:(text json)' \
  '(- *)'{-h,--help}'[show the options]' \
  '(- *)'{-V,--version}'[show the version]'
