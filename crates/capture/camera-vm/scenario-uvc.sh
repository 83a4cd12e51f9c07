# Two USB webcams of the same model with the same serial number, behind the kernel's uvcvideo driver.
load vhci-hcd
load uvcvideo
usbcam 0 & C0=$!
until_true 60 nodes_are 2
usbcam 1 & C1=$!
until_true 60 nodes_are 4
ls /dev/video*

cameras list > /tmp/list.log 2>&1
cat /tmp/list.log
check "two cameras, no metadata nodes" list "^2 cameras"
count_is "twins are told apart by their port" list "^usb:.*Sim UVC Camera.* \(" 2
check "rates are exact" list "Mjpeg 1280x720@15/2"
FIRST=$(grep -oE "^usb:[^ ]+" /tmp/list.log | head -1)
SECOND=$(grep -oE "^usb:[^ ]+" /tmp/list.log | tail -1)

cameras still "$FIRST" > /tmp/still.log 2>&1
cat /tmp/still.log
check "a still has the highest resolution" still "^still .*: 1920x1080 Device, .* note: none"
check "the still decodes whole" still "decoded whole: 1920x1080"
check "the preview goes on in its own size" still "preview goes on: 1280x720"

for node in /sys/class/video4linux/video*; do
  [ "$(cat $node/index)" = 0 ] && poison "$(basename $node | tr -d a-z)" > /tmp/poison.log 2>&1
  break
done
cat /tmp/poison.log
check "the driver was left at 7.5 frames a second" poison "left at 2/15 s"
cameras watch "$FIRST" 4 > /tmp/poisoned.log 2>&1
check "a camera left at 7.5 opens all the same" poisoned "^opened in .*1280x720@30"
check "and delivers its own JPEG" poisoned "^first frame: 1280x720 Device"

cameras watch "$FIRST" 120 > /tmp/watch.log 2>&1 & WATCH=$!
check "frames come" watch "^first frame" 30
cameras watch "$FIRST" 2 > /tmp/second.log 2>&1
check "a camera in use elsewhere is busy" second "cannot open: the camera is in use by another program"

touch /tmp/usbcam-0.silent
check "a silent camera is noticed" watch "^ended: the camera has been silent for 2.5s" 10
check "closing it does not wait for the driver" watch "^closed in [0-9.]+(µs|ms)"
check "opened again it is silent, not busy" watch "cannot open: the camera has been silent" 15
rm /tmp/usbcam-0.silent
sleep 8
count_is "once it delivers again it is opened again" watch "^opened in" 2

touch /tmp/usbcam-0.damaged
check "frames that stop half-way end the camera, named as damage" watch "^ended: the camera delivers damaged pictures" 30
rm /tmp/usbcam-0.damaged
sleep 8
count_is "sound again it is opened again" watch "^opened in" 3

kill -9 $C0
check "unplugged in the middle" watch "^ended: the camera was unplugged" 10
check "an unplugged camera is not found" watch "cannot open: no source" 10
usbcam 0 & C0=$!
until_true 60 nodes_are 4
cameras list > /tmp/replugged.log 2>&1
cmp -s /tmp/list.log /tmp/replugged.log && echo "CHECK ok: names survive a replug" || { echo "CHECK FAILED: names survive a replug"; cat /tmp/replugged.log; }
sleep 6
count_is "plugged in again it is opened again" watch "^opened in" 4
cameras watch "$SECOND" 3 > /tmp/other.log 2>&1
check "the twin is free" other "^first frame"
grep -E "opened|ended|cannot|after|closed" /tmp/watch.log
tail -3 /tmp/watch.log
kill $WATCH

# The number changes when an old handle is still open while the camera comes back.
BEFORE=$(for n in /sys/class/video4linux/video*; do echo "$(basename $n) $(readlink -f $n/device)"; done | grep -E "1:1.0$" | head -1)
(exec 9< /dev/$(echo $BEFORE | cut -d' ' -f1); sleep 25) & HOLD=$!
sleep 1
kill -9 $C0
until_true 20 nodes_are 2
usbcam 0 & C0=$!
until_true 60 nodes_are 4
ls /dev/video*
cameras list > /tmp/renumbered.log 2>&1
cmp -s /tmp/list.log /tmp/renumbered.log && echo "CHECK ok: names survive a change of numbers" || { echo "CHECK FAILED: names survive a change of numbers"; cat /tmp/renumbered.log; }
cameras watch "$FIRST" 4 > /tmp/renumbered-watch.log 2>&1
check "and the camera opens by its name" renumbered-watch "^first frame"
kill $HOLD $C0 $C1
