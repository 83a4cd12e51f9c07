#!/bin/bash
# initramfs.sh WORK OUT SCENARIO MODULES PROGRAM...: a RAM disk with busybox, the kernel modules named in MODULES and what
# they depend on (from WORK/kernel), the cameras' material (WORK/material), the programs and their libraries. It runs
# checks.sh, then SCENARIO, then powers off.
set -euo pipefail
work=$1 out=$2 scenario=$3 modules=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
kernel=$work/kernel
version=$(ls "$kernel/lib/modules")
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,dev,proc,sys,tmp,modules,lib64}
cp /bin/busybox "$root/bin/"
for applet in $(/bin/busybox --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
[ -f "$kernel/lib/modules/$version/modules.dep" ] || depmod -b "$kernel" "$version"
for module in $modules; do
  modprobe -d "$kernel" -S "$version" --show-depends "$module" | awk '/^insmod/ { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" "$root/modules/"
  basename "$file" >> "$root/modules/order"
done
for program in "$@"; do
  cp "$program" "$root/bin/"
  strip --strip-debug "$root/bin/$(basename "$program")"
  for library in $(ldd "$program" | grep -oE '/[^ ]+'); do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
done
cp "$work/material" "$root/material"
cp "$here/checks.sh" "$root/checks"
cp "$here/$scenario" "$root/scenario"
cat > "$root/init" <<'INIT'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
. /checks
. /scenario
if [ -e /tmp/failed ]; then
  echo "What the kernel said:"
  dmesg | tail -60
fi
echo "VM-DONE after $(now) s"
poweroff -f
INIT
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$out"
