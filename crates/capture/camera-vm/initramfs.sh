#!/bin/bash
# initramfs.sh KERNEL_ROOT OUT SCENARIO MODULES PROGRAM...: a RAM disk with busybox, the kernel modules named in MODULES
# and what they depend on, the programs and their libraries. It runs checks.sh, then SCENARIO, then powers off.
set -euo pipefail
kernel=$1 out=$2 scenario=$3 modules=$4
shift 4
here=$(cd "$(dirname "$0")" && pwd)
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
  for library in $(ldd "$program" | grep -oE '/[^ ]+'); do
    mkdir -p "$root$(dirname "$library")"
    cp -Ln "$library" "$root$library"
  done
done
cp "$here/checks.sh" "$root/checks"
cp "$here/$scenario" "$root/scenario"
cat > "$root/init" <<'INIT'
#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
. /checks
. /scenario
echo "VM-DONE after $(cut -d' ' -f1 /proc/uptime) s"
poweroff -f
INIT
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$out"
