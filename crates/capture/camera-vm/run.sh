#!/bin/bash
# run.sh [SCENARIO...]: plays what cameras do wrong to this crate through the kernel's real drivers, in virtual machines
# without disk and network (QEMU in software emulation).
#   vivid   raw pixels only: formats, two at once, busy, unplug, replug
#   uvc     USB webcams over USB/IP: metadata nodes, provenance, 7.5 fps left behind, broken frames, silent, unplugged in
#           preview, recording and still, found again, renumbered, raw layouts in odd sizes
# `cargo xtask test-camera` installs what this needs. Today's Debian kernel package is fetched into the target folder on
# the first run. Exit code 2: a program is missing; 3: the kernel package cannot be had; 1: a check failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repo=$(cd "$here/../../.." && pwd)
target=${CARGO_TARGET_DIR:-$repo/target}
work=$target/camera-vm
scenarios=${*:-vivid uvc}
# So long a machine may take; ten times what it needs.
limit=600

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
get_kernel() {
  # The exact name changes with each update.
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -1)
  [ -n "$package" ] || return 1
  rm -rf "$work/kernel.new"
  (cd "$work" && apt-get download "$package" && dpkg-deb -x "$package"_*.deb kernel.new && rm -f "$package"_*.deb) &&
    mv "$work/kernel.new" "$work/kernel"
}
if [ ! -d "$work/kernel/lib/modules" ]; then
  rm -rf "$work/kernel"
  get_kernel || {
    # Lists that are missing or out of date name what is not there any more.
    apt-get update -qq 2> /dev/null || sudo -n apt-get update -qq 2> /dev/null || true
    get_kernel || exit 3
  }
fi
# The selection of packages that the tests have, so that nothing is compiled a second time with other features.
(cd "$repo" && cargo build --quiet --workspace --example cameras --example usbcam --example poison)
programs="$target/debug/examples"
"$programs/usbcam" draw "$work/material"

failed=0
for scenario in $scenarios; do
  case $scenario in
    vivid) modules="vivid" ;;
    uvc) modules="vhci-hcd uvcvideo" ;;
    *) echo "no scenario $scenario" >&2; exit 2 ;;
  esac
  "$here/initramfs.sh" "$work" "$work/$scenario.img" "scenario-$scenario.sh" "$modules" \
    "$programs/cameras" "$programs/usbcam" "$programs/poison"
  log="$work/$scenario.log"
  began=$SECONDS
  echo "== $scenario (log: $log)"
  timeout "$limit" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -display none -serial stdio \
    -monitor none -no-reboot -nic none -kernel "$work"/kernel/boot/vmlinuz-* -initrd "$work/$scenario.img" \
    -append "console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off" < /dev/null > "$log" 2>&1 || true
  grep -aE "^(CHECK|    \|)" "$log" || true
  if ! grep -aq "^VM-DONE" "$log"; then
    echo "the machine did not get to its end; its log closes with:"
    tail -20 "$log"
    failed=1
  fi
  if grep -aq "^CHECK FAILED" "$log" || ! grep -aq "^CHECK ok" "$log"; then
    failed=1
  fi
  echo "== $scenario took $((SECONDS - began)) s"
done
exit $failed
