#!/bin/sh
# Boots an instance: from the holder's namespaces to the first process of the instance in its own root.
#   outer ID HOSTNAME ADDRESS    in the holder: starts the console's writer and the rest, and ends
#   launch ...                   in the instance's user, network, mount, host-name, IPC and process namespaces
#   boot ...                     as first process of the instance: its root, then instance-init.sh
# Talk with the daemon: standard output says "console PID", "made PID" (as the machine counts processes) and "ready";
# descriptor 3 answers "go BYTES" and that many bytes of user data. When it is gone before its answer, everything here ends.
# What an instance left on its disk is not trusted: before its own root is all we see, nothing is written through a
# name that it could have made.
set -eu

# Writes standard input to a file, at most twice 2 MiB: when one is full it becomes .1. What cat had read and not
# written when the limit struck is lost, one piece of at most 128 KiB.
console() {
  read -r self _ </run/yunlan/machine/self/stat
  echo "console $self" >&4
  exec 3<&- 4>&- >/dev/null 2>&1
  ulimit -c 0
  while :; do
    status=0
    (ulimit -f 4096 && exec cat) >>"$1.log" || status=$?
    # 153: the limit was reached (SIGXFSZ). Anything else, such as a full disk, does not pass by trying faster.
    case $status in 0) return ;; 153) mv -f "$1.log" "$1.log.1" ;; *) sleep 1 ;; esac
  done
}

# What of the machine's /etc an instance starts with: how its programs are set up, nothing about the machine itself.
COPIED='bash.bashrc ca-certificates ca-certificates.conf crypto-policies debian_version ethertypes inputrc iproute2
  ld.so.cache ld.so.conf ld.so.conf.d localtime login.defs mime.types netconfig os-release protocols python3 python3.9
  python3.10 python3.11 python3.12 python3.13 python3.14 redhat-release rpc services shells skel ssl/openssl.cnf terminfo
  timezone vim'
# What stays the machine's, where the instance keeps a directory for it.
BOUND='alternatives ssl/certs pki/ca-trust/extracted pki/tls/certs'

# A new disk, made beside its place and moved there when it is whole.
make_disk() {
  rm -rf "$disk/root.new"
  mkdir -p "$disk/root.new"
  cd "$disk/root.new"
  mkdir dev etc home media mnt opt proc root run srv sys tmp usr var
  mkdir -p var/cache var/lib/cloud/instance/scripts var/log var/spool var/tmp
  for name in $BOUND; do [ ! -d "/run/yunlan/settings/$name" ] || mkdir -p "etc/$name"; done
  chmod 1777 tmp var/tmp
  ln -s /run var/run
  ln -s /run/lock var/lock
  (cd /etc && for name in $COPIED; do [ ! -e "$name" ] || echo "$name"; done |
    xargs cp -a --parents --no-preserve=ownership -t "$disk/root.new/etc") 2>/dev/null || :
  [ ! -d etc/skel ] || cp -a etc/skel/. root/
  chmod 700 root
  rm -f etc/machine-id etc/resolv.conf
  tr -d - </proc/sys/kernel/random/uuid >etc/machine-id
  : >etc/fstab
  cat >etc/resolv.conf <<'END'
# The resolvers of this network, which know its instances by name.
search vpc.internal
nameserver 100.100.2.136
nameserver 100.100.2.138
options timeout:2 attempts:2
END
  cat >etc/nsswitch.conf <<'END'
passwd: files
group: files
shadow: files
hosts: files dns
networks: files
protocols: files
services: files
ethers: files
rpc: files
END
  cat >etc/profile <<'END'
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
umask 022
PS1='\u@\h:\w\$ '
[ -z "${BASH-}" ] || [ ! -r /etc/bash.bashrc ] || . /etc/bash.bashrc
END
  cat >etc/passwd <<'END'
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
END
  cat >etc/group <<'END'
root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:8:
man:x:12:
proxy:x:13:
kmem:x:15:
sudo:x:27:
www-data:x:33:
backup:x:34:
shadow:x:42:
utmp:x:43:
video:x:44:
staff:x:50:
users:x:100:
nogroup:x:65534:
END
  mkdir -p etc/pam.d
  cat >etc/pam.d/other <<'END'
auth sufficient pam_rootok.so
auth required pam_unix.so
account required pam_unix.so
password required pam_unix.so
session required pam_unix.so
END
  sed 's/:.*/:*:20000:0:99999:7:::/' etc/passwd >etc/shadow
  chmod 640 etc/shadow
  cd "$disk"
  mv root.new root
}

# A directory to mount on, whatever the instance made of it.
place() {
  [ -d "$1" ] && [ ! -L "$1" ] || {
    rm -rf "./$1"
    mkdir "$1"
  }
}

# Many mounts by one process; it reads no pipe.
mount_all() {
  cat >"/run/yunlan/$id.fstab"
  mount --all --fstab "/run/yunlan/$id.fstab"
  rm "/run/yunlan/$id.fstab"
}

mount_root() {
  new=$disk/root
  mount --bind "$new" "$new"
  cd "$new"
  for name in dev proc run sys; do place "$name"; done
  fstab=
  for source in /run/yunlan/programs/*; do
    name=${source##*/}
    if [ -L "$source" ]; then
      [ -L "$name" ] || {
        rm -rf "./$name"
        cp -P "$source" "$name"
      }
    else
      place "$name"
      fstab="$fstab
$source $new/$name none rbind"
    fi
  done
  for name in $BOUND; do
    [ ! -d "/run/yunlan/settings/$name" ] || [ ! -d "etc/$name" ] || fstab="$fstab
/run/yunlan/settings/$name $new/etc/$name none rbind"
  done
  mount_all <<END
$fstab
proc $new/proc proc nosuid,nodev,noexec
sysfs $new/sys sysfs nosuid,nodev,noexec
tmpfs $new/run tmpfs nosuid,nodev,mode=755,size=25%
tmpfs $new/dev tmpfs nosuid,mode=755,size=1m
END
  cd dev
  mkdir pts shm
  ln -s pts/ptmx ptmx
  ln -s /proc/self/fd fd
  ln -s /proc/self/fd/0 stdin
  ln -s /proc/self/fd/1 stdout
  ln -s /proc/self/fd/2 stderr
  ln -s /proc/1/fd/1 console
  # Group 5 owns terminals, where it exists.
  groups=0
  while read -r _ _ count; do groups=$((groups + count)); done </proc/self/gid_map
  terminals=newinstance,ptmxmode=0666,mode=620
  [ $groups -le 5 ] || terminals=$terminals,gid=5
  fstab="devpts $new/dev/pts devpts $terminals
tmpfs $new/dev/shm tmpfs nosuid,nodev,mode=1777"
  for name in null zero full random urandom tty net/tun; do
    [ -c "/dev/$name" ] || continue
    [ "$name" != net/tun ] || mkdir net
    : >"$name"
    fstab="$fstab
/dev/$name $new/dev/$name none bind"
  done
  mount_all <<END
$fstab
END
  cd "$new"
  cp /run/yunlan/bin/instance-init.sh run/init
  mkdir -m 1777 run/lock
  rm -rf ./.machine
  mkdir -m 700 .machine
  pivot_root . .machine
  cd /
  umount -l /.machine
  rmdir /.machine
}

# Files that follow the instance's attributes. Ours are the lines that end with this word; the rest is the instance's.
name_itself() {
  printf '%s\n' "$1" >/run/hostname
  hostname -F /run/hostname
  rm -rf /etc/hostname /etc/hosts.new
  mv /run/hostname /etc/hostname || :
  {
    [ ! -f /etc/hosts ] || grep -v '# own address$' /etc/hosts || :
    [ -f /etc/hosts ] || printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n'
    printf '%s %s # own address\n' "$2" "$1"
  } >/etc/hosts.new
  mv -f /etc/hosts.new /etc/hosts
}

stage=$1
shift
case $stage in
  outer)
    id=$1
    cd /run/yunlan/logs
    exec 4>&1
    nsenter --preserve-credentials --user="/run/userns/$id" --net="/run/netns/$id" -- \
      unshare --mount --uts --ipc --pid --cgroup sh "$0" launch "$@" | console "$id" &
    ;;

  launch)
    # The first process that is started here becomes the first of the new process namespace.
    sh "$0" boot "$@" <&3 3<&- &
    ;;

  boot)
    id=$1
    disk=/run/yunlan/disks/$id
    cd /
    read -r self _ </run/yunlan/machine/self/stat
    echo "made $self" >&4
    read -r word bytes || exit 1
    [ "$word" = go ] || exit 1
    umask 022
    [ -d "$disk/root" ] || make_disk
    # Empty until the instance's own programs may run for the first time; before, all on the disk is ours.
    first=no
    if [ ! -s "$disk/first-boot" ]; then
      first=yes
      (umask 077 && head -c "$bytes" >"$disk/root/var/lib/cloud/instance/user-data.txt")
      [ "$(wc -c <"$disk/root/var/lib/cloud/instance/user-data.txt")" -eq "$bytes" ] || exit 1
    fi
    exec 5>>"$disk/first-boot" </dev/null
    mount_root
    # What fails from here on is the instance's own doing, and no reason not to start it.
    name_itself "$2" "$3" || :
    ip link set lo up || :
    # User data runs at most once: this is on the disk before it starts, also when the machine loses power then.
    if [ $first = yes ]; then
      echo started >&5
      [ "$bytes" -eq 0 ] || sync /proc/self/fd/5
    fi
    exec 5>&-
    exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=linux LANG=C.UTF-8 \
      sh /run/init "$first" 2>&1
    ;;
esac
