#!/bin/sh
# Makes or removes the user and network namespace of instances, from within the holder. Run again, it changes nothing.
#   $1 = make | remove    the rest: instance ids; with make those that run as ID=PID, as the machine counts processes
set -eu
act=$1
shift

# Users and groups of the new namespace are those of ours, one to one. The kernel takes a map in one write.
same() {
  lines=
  while read -r first _ count; do
    lines="$lines$first $first $count
"
  done <"$1"
  printf %s "$lines"
}
users=$(same /proc/self/uid_map)
groups=$(same /proc/self/gid_map)

forget() {
  if [ -e "/run/yunlan/guests/$1" ]; then rm -f "/run/yunlan/guests/$1"; fi
  for file in "/run/netns/$1" "/run/userns/$1"; do
    [ -e "$file" ] || continue
    umount -l "$file" 2>/dev/null || :
    rm -f "$file"
  done
}

mkdir -p /run/yunlan/guests
if [ "$act" = remove ]; then
  # One process for all; some thousand would take seconds. Ids have no spaces.
  marks=
  files=
  for id; do
    marks="$marks /run/yunlan/guests/$id"
    files="$files /run/netns/$id /run/userns/$id"
  done
  rm -f $marks
  # Without -l umount asks about each alone and need not read the list of all mounts each time.
  umount $files 2>/dev/null || umount -l $files 2>/dev/null || :
  rm -f $files
  exit 0
fi
for word; do
  id=${word%%=*}
  # The third file is written last: without it a kill came between the others.
  if [ -e "/run/netns/$id" ] && [ -e "/run/userns/$id" ] && [ -e "/run/yunlan/guests/$id" ]; then continue; fi
  forget "$id"
  : >"/run/netns/$id"
  : >"/run/userns/$id"
  if [ "$word" != "$id" ]; then
    namespaces=/run/yunlan/machine/${word#*=}/ns
    mount --bind "$namespaces/user" "/run/userns/$id"
    mount --bind "$namespaces/net" "/run/netns/$id"
    : >"/run/yunlan/guests/$id"
    continue
  fi
  unshare --user --net sleep 60 &
  keeper=$!
  # The kernel changes the user namespace last; before that a map would be written to ours.
  while [ "/proc/$keeper/ns/user" -ef /proc/self/ns/user ]; do :; done
  printf '%s\n' "$users" >"/proc/$keeper/uid_map"
  printf '%s\n' "$groups" >"/proc/$keeper/gid_map"
  mount --bind "/proc/$keeper/ns/user" "/run/userns/$id"
  mount --bind "/proc/$keeper/ns/net" "/run/netns/$id"
  kill "$keeper"
  : >"/run/yunlan/guests/$id"
done
