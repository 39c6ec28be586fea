#!/bin/sh
# First process of a data directory's private namespaces. Started by unshare as whoever the daemon is, with every
# capability inside and no identity yet: tells its process id, waits until the daemon has written the identity map and
# its run file, becomes root of the namespaces, makes them ready, says "ready" and from then on only reaps.
#   $1 = start | settle    $2 = this text
set -eu

# What instances see of the machine: its programs, and the settings that belong to those. Made read-only here, one user
# namespace above theirs, because flags of mounts that come from above cannot be taken back below.
offer_programs() {
  for name in usr bin sbin lib lib32 lib64 libx32; do
    if [ -L "/$name" ]; then
      cp -P "/$name" "/run/yunlan/programs/$name"
    elif [ -d "/$name" ]; then
      mkdir "/run/yunlan/programs/$name"
      mount --rbind "/$name" "/run/yunlan/programs/$name"
    fi
  done
  # Bound and not copied: hundreds of links each, which take longer to make than all the rest of a disk.
  for name in alternatives ssl/certs pki/ca-trust/extracted pki/tls/certs; do
    [ -d "/etc/$name" ] || continue
    mkdir -p "/run/yunlan/settings/$name"
    mount --rbind "/etc/$name" "/run/yunlan/settings/$name"
  done
  while read -r _ _ _ _ point flags _; do
    case $point in /run/yunlan/programs/* | /run/yunlan/settings/*) ;; *) continue ;; esac
    # Blanks are octal in this file. Flags that the machine set have to be repeated, else the kernel refuses.
    mount -o "remount,bind,$(echo "$flags" | sed 's/^rw/ro/')" "$(printf %b "$(echo "$point" | sed 's/\\/\\0/g')")"
  done </proc/self/mountinfo
}

if [ "$1" = settle ]; then
  mount -t tmpfs -o nosuid,nodev,mode=755,size=64m tmpfs /run
  mkdir -m 755 /run/netns /run/userns /run/yunlan /run/yunlan/machine /run/yunlan/programs /run/yunlan/settings \
    /run/yunlan/bin
  # The machine's process tree, in which the first process of an instance finds the number that the daemon knows it by.
  mount --rbind /proc /run/yunlan/machine
  mount -t proc -o nosuid,nodev,noexec proc /proc
  # The machine's /sys lists the machine's interfaces; this one lists ours.
  mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
  ip link set lo up
  offer_programs
  echo ready || :
  # The last argument tells a later daemon that everything is made. wait reaps also orphans that became ours; it returns
  # only when somebody killed the sleeper.
  exec sh -c 'while :; do sleep 2147483647 & wait || :; done' yunlan-holder hold </dev/null >/dev/null 2>&1
fi

# The machine's /proc is still mounted, so this is our process id as the daemon knows it.
read -r self _ </proc/self/stat
echo "made $self"
# End of input instead of an answer: the daemon is gone and has recorded nothing, so nothing may stay.
read -r map || exit 1
case $map in
  many) exec setpriv --reuid 0 --regid 0 --clear-groups sh -c "$2" yunlan-holder settle ;;
  # With one mapped user the kernel forbids setgroups.
  root) exec setpriv --reuid 0 --regid 0 --keep-groups sh -c "$2" yunlan-holder settle ;;
esac
exit 1
