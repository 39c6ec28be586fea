#!/bin/sh
# Ends a command that was started from outside in this instance, with everything it started: its session, the
# descendants of it, and whoever still carries its mark in the environment. Repeats until nobody is left.
#   $1 = process id of the command    $2 = its mark, NAME=VALUE
#   $3 = yes: it has a terminal, which is hung up; whoever is there a second later is killed
leader=$1
mark=$2
polite=${3-}
# Who was told of the hang-up; their numbers are not given again within a second.
told=' '

some_live() {
  for pid; do
    ! kill -s 0 "$pid" 2>/dev/null || return 0
  done
  return 1
}

while :; do
  doomed=' '
  grown=yes
  # A child may have a lower number than its parent, so look again until no descendant is added.
  while [ $grown = yes ]; do
    grown=no
    for directory in /proc/[0-9]*; do
      pid=${directory#/proc/}
      case $doomed in *" $pid "*) continue ;; esac
      { read -r line <"$directory/stat"; } 2>/dev/null || continue
      # After the name, which may hold blanks and parentheses: state, parent, process group, session.
      set -- ${line##*) }
      [ "$1" != Z ] || continue
      case $doomed in *" $2 "*) descends=yes ;; *) descends=no ;; esac
      case $told in *" $pid "*) descends=yes ;; esac
      if [ "$4" = "$leader" ] || [ $descends = yes ] || grep -qsxzF "$mark" "$directory/environ"; then
        doomed="$doomed$pid "
        grown=yes
      fi
    done
  done
  [ "$doomed" != ' ' ] || exit 0
  # The command first, so that it does not see its children die and end in its own way.
  case $doomed in *" $leader "*) doomed=" $leader$doomed" ;; esac
  if [ "$polite" = yes ]; then
    polite=
    told=$doomed
    # Who is stopped hears nothing before it goes on.
    kill -s HUP $doomed 2>/dev/null || :
    kill -s CONT $doomed 2>/dev/null || :
    rounds=0
    while [ $rounds -lt 40 ] && some_live $doomed; do
      sleep 0.025
      rounds=$((rounds + 1))
    done
    continue
  fi
  kill -s KILL $doomed 2>/dev/null || :
done
