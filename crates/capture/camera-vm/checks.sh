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
  tries=$(($1 * 5))
  shift
  while [ $tries -gt 0 ]; do
    "$@" > /dev/null 2>&1 && return 0
    sleep 0.2
    tries=$((tries - 1))
  done
  return 1
}

nodes_are() { [ "$(ls /dev/video* 2>/dev/null | wc -l)" -eq "$1" ]; }

said() { grep -qE "$2" "/tmp/$1.log"; }

# check NAME LOG PATTERN [SECONDS]: the log says it, or comes to say it.
check() {
  if until_true "${4:-1}" said "$2" "$3"; then
    echo "CHECK ok: $1"
  else
    echo "CHECK FAILED: $1 (wanted: $3)"
    sed 's/^/    | /' "/tmp/$2.log"
  fi
}

# count_is NAME LOG PATTERN NUMBER
count_is() {
  found=$(grep -cE "$3" "/tmp/$2.log")
  if [ "$found" -eq "$4" ]; then
    echo "CHECK ok: $1"
  else
    echo "CHECK FAILED: $1 (wanted $4 times: $3)"
    sed 's/^/    | /' "/tmp/$2.log"
  fi
}
