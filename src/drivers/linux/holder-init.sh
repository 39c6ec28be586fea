#!/bin/sh
# First process of a data directory's private namespaces. Started by unshare as whoever the daemon is, with every
# capability inside and no identity yet: tells its process id, waits until the daemon has written the identity map and
# its run file, becomes root of the namespaces, makes them ready, says "ready" and from then on only reaps.
#   $1 = start | settle    $2 = this text
set -eu

if [ "$1" = settle ]; then
  mount --make-rprivate /
  mount -t proc -o nosuid,nodev,noexec proc /proc
  mount -t tmpfs -o nosuid,nodev,mode=755,size=64m tmpfs /run
  mkdir -m 755 /run/netns /run/yunlan
  # The machine's /sys lists the machine's interfaces; this one lists ours.
  mount -t sysfs -o nosuid,nodev,noexec sysfs /sys 2>/dev/null || :
  ip link set lo up
  echo ready
  exec </dev/null >/dev/null 2>&1
  # wait reaps also orphans that became ours; it returns only when somebody killed the sleeper.
  while :; do
    sleep 2147483647 &
    wait || :
  done
fi

# The machine's /proc is still mounted, so this is our process id as the daemon knows it.
read -r self rest </proc/self/stat
echo "made $self"
# End of input instead of an answer: the daemon is gone and has recorded nothing, so nothing may stay.
read -r map || exit 1
case $map in
  many) exec setpriv --reuid 0 --regid 0 --clear-groups sh -c "$2" yunlan-holder settle ;;
  # With one mapped user the kernel forbids setgroups.
  root) exec setpriv --reuid 0 --regid 0 --keep-groups sh -c "$2" yunlan-holder settle ;;
esac
exit 1
