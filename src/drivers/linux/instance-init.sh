#!/bin/sh
# First process of an instance: runs the user data of a first boot, reaps, and on SIGTERM ends the others in order.
# Its output is the console; descriptor 4 tells the daemon that the instance runs.
#   $1 = yes at the first boot
stop() {
  trap '' TERM
  echo 'Stopping.'
  kill -s TERM -- -1 2>/dev/null
  # A child of ours that a fork had just made may have taken the signal as ours, and lost it.
  kill -s KILL "$!" 2>/dev/null
  # Everybody has two seconds. When this process ends, the kernel kills who is left.
  rounds=0
  while [ $rounds -lt 80 ]; do
    sleep 0.025
    set -- /proc/[0-9]*
    [ $# -gt 1 ] || break
    rounds=$((rounds + 1))
  done
  exit 0
}

user_data() {
  text=/var/lib/cloud/instance/user-data.txt
  script=/var/lib/cloud/instance/scripts/part-001
  [ -s $text ] || return 0
  if [ "$(head -c 2 $text | tr -d '\0')" != '#!' ]; then
    echo "User data is no script, which starts with #!; it is kept in $text."
    return 0
  fi
  cp $text $script
  chmod 700 $script
  echo 'Running the user data.'
  (
    cd /
    status=0
    $script || status=$?
    echo "User data ended with status $status."
  ) &
}

trap stop TERM
# Before this line a SIGTERM would be lost: the kernel spares a first process what it does not expect.
echo ready >&4 || :
exec 4>&-
echo "$(cat /etc/hostname) started."
[ "$1" != yes ] || user_data
# wait reaps also orphans that became ours; it returns when the sleeper was killed.
while :; do
  sleep 2147483647 &
  wait
done
