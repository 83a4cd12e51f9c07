# Sourced in the virtual machine: loads modules and tells the outside what was found.

# load MODULE [OPTION...]: the module after everything it depends on, in the order modprobe would take.
load() {
  module=$1
  shift
  for file in $(cat /modules/order); do
    if [ "$file" = "$module.ko" ]; then
      insmod "/modules/$file" "$@"
      return
    fi
    loaded=$(echo "${file%.ko}" | tr - _)
    grep -q "^$loaded " /proc/modules || insmod "/modules/$file"
  done
}

# until_true SECONDS COMMAND...: waits until the command succeeds.
until_true() {
  tries=$(($1 * 10))
  shift
  while [ $tries -gt 0 ]; do
    "$@" > /dev/null 2>&1 && return 0
    usleep 100000
    tries=$((tries - 1))
  done
  return 1
}

nodes_are() { [ "$(ls /dev/video* 2>/dev/null | wc -l)" -eq "$1" ]; }

said() { grep -qE "$2" "/tmp/$1.log"; }

said_times() { [ "$(grep -cE "$2" "/tmp/$1.log")" -ge "$3" ]; }

now() { cut -d' ' -f1 /proc/uptime; }

good() { echo "CHECK ok: $1 [$(now) s]"; }

bad() {
  touch /tmp/failed
  echo "CHECK FAILED: $1 (wanted: $3) [$(now) s]"
  sed 's/^/    | /' "/tmp/$2.log"
}

# check NAME LOG PATTERN [SECONDS]: the log says it, or comes to say it.
check() {
  if until_true "${4:-1}" said "$2" "$3"; then good "$1"; else bad "$1" "$2" "$3"; fi
}

# count_is NAME LOG PATTERN NUMBER: so often and no more.
count_is() {
  found=$(grep -cE "$3" "/tmp/$2.log")
  if [ "$found" -eq "$4" ]; then good "$1"; else bad "$1" "$2" "$4 times: $3"; fi
}

# comes_to NAME LOG PATTERN NUMBER SECONDS: the log comes to say it so often.
comes_to() {
  if until_true "$5" said_times "$2" "$3" "$4"; then good "$1"; else bad "$1" "$2" "$4 times: $3"; fi
}

# at_most NAME LOG PATTERN LIMIT: the last number behind the pattern is not above the limit.
at_most() {
  found=$(sed -nE "s/.*$3 ([0-9.]+).*/\1/p" "/tmp/$2.log" | tail -1)
  if [ -n "$found" ] && awk "BEGIN { exit !($found <= $4) }"; then
    good "$1: $found"
  else
    bad "$1" "$2" "$3 at most $4, not '$found'"
  fi
}

# same NAME LOG LOG: two listings are alike.
same() {
  if cmp -s "/tmp/$2.log" "/tmp/$3.log"; then good "$1"; else bad "$1" "$3" "as $2"; fi
}
