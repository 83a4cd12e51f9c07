#!/bin/bash
# run.sh [WORK_FOLDER] [SCENARIO]: plays what cameras do wrong to this crate through the kernel's real drivers, in a
# virtual machine without disk and network (QEMU in software emulation; 5 to 10 minutes on two cores).
#   vivid   raw pixels only: formats, busy, unplug, replug
#   uvc     USB webcams over USB/IP: metadata nodes, stills, 7.5 fps left behind, silent, damaged, unplug, renumbering
# Installs nothing; fetches today's Debian kernel package into the work folder on the first run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$repo/target}
work=${1:-$target/camera-vm}
scenarios=${2:-vivid uvc}

missing=""
for need in qemu-system-x86_64:qemu-system-x86 cpio:cpio modprobe:kmod dpkg-deb:dpkg apt-get:apt; do
  PATH=$PATH:/sbin:/usr/sbin command -v "${need%%:*}" > /dev/null || missing="$missing ${need##*:}"
done
[ -x /bin/busybox ] && ! ldd /bin/busybox > /dev/null 2>&1 || missing="$missing busybox-static"
[ -e /usr/share/seabios/bios-256k.bin ] || missing="$missing seabios"
if [ -n "$missing" ]; then
  echo "missing:$missing" >&2
  echo "install with: apt-get install --no-install-recommends$missing" >&2
  exit 2
fi
export PATH=$PATH:/sbin:/usr/sbin

mkdir -p "$work"
if [ ! -d "$work/kernel/lib/modules" ]; then
  # The exact name changes with each update.
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
  (cd "$work" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb kernel && rm -f "$package"_*.deb)
fi
(cd "$repo" && cargo build --quiet -p capture --example cameras --example usbcam --example poison)
programs="$target/debug/examples"

failed=0
for scenario in $scenarios; do
  case $scenario in
    vivid) modules="vivid" ;;
    uvc) modules="vhci-hcd uvcvideo" ;;
    *) echo "no scenario $scenario" >&2; exit 2 ;;
  esac
  "$here/initramfs.sh" "$work/kernel" "$work/$scenario.img" "scenario-$scenario.sh" "$modules" \
    "$programs/cameras" "$programs/usbcam" "$programs/poison"
  log="$work/$scenario.log"
  echo "== $scenario (log: $log)"
  timeout 900 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -display none -serial stdio \
    -monitor none -no-reboot -nic none -kernel "$work"/kernel/boot/vmlinuz-* -initrd "$work/$scenario.img" \
    -append "console=ttyS0 quiet loglevel=4 panic=-1" < /dev/null > "$log" 2>&1 || true
  grep -aE "^CHECK" "$log" || true
  if ! grep -aq "^VM-DONE" "$log"; then
    echo "the machine did not get to its end"
    failed=1
  fi
  if grep -aq "^CHECK FAILED" "$log"; then
    failed=1
  fi
done
exit $failed
