# Two USB webcams of the same model with the same serial number, behind the kernel's uvcvideo driver.
load vhci-hcd
load uvcvideo
usbcam 0 & C0=$!
usbcam 1 & C1=$!
until_true 60 nodes_are 4
ls /dev/video*

cameras list > /tmp/list.log 2>&1
cat /tmp/list.log
check "two cameras, no metadata nodes" list "^2 cameras"
count_is "twins are told apart by their port" list "^usb:.*Sim UVC Camera.* \(" 2
check "rates are exact" list "Mjpeg 1280x720@15/2"
count_is "numbers, serial and driver are known" list "bus usb, vendor 1d6b, product 0102, serial 0001, driver uvcvideo" 2
count_is "a port that a program made is no physical parent" list "physical Some\(false\), at platform/vhci_hcd" 2
FIRST=$(grep -oE "^usb:[^ ]+" /tmp/list.log | head -1)
SECOND=$(grep -oE "^usb:[^ ]+" /tmp/list.log | tail -1)

for node in /sys/class/video4linux/video*; do
  [ "$(cat $node/index)" = 0 ] && poison "$(basename $node | tr -d a-z)" > /tmp/poison.log 2>&1
  break
done
cat /tmp/poison.log
check "the driver was left at 7.5 frames a second" poison "left at 2/15 s"
cameras watch "$FIRST" 240 > /tmp/watch.log 2>&1 & WATCH=$!
check "a camera left at 7.5 opens all the same" watch "^opened in .*1280x720@30" 20
check "and delivers its own JPEG" watch "^first frame: 1280x720 Device" 30
cameras watch "$SECOND" 60 > /tmp/other.log 2>&1 & OTHER=$!
cameras watch "$FIRST" 1 > /tmp/second.log 2>&1
check "a camera in use elsewhere is busy" second "cannot open: the camera is in use by another program"
check "its twin runs beside it" other "^first frame" 30
kill $OTHER

touch /tmp/usbcam-0.limping
check "broken frames are counted, and the rest is shown" watch " [1-9][0-9]* damaged" 20
rm /tmp/usbcam-0.limping
count_is "and they do not end the camera" watch "^ended" 0

touch /tmp/usbcam-0.silent
check "a silent camera is noticed" watch "^ended: the camera has been silent for 2.5s" 10
at_most "within three seconds" watch "^noticed" 3.0
check "closing it does not wait for the driver" watch "^closed in [0-9.]+(µs|ms)"
check "opened again it is silent, not busy" watch "cannot open: the camera has been silent" 15
rm /tmp/usbcam-0.silent
comes_to "once it delivers again it is opened again" watch "^opened in" 2 20

comes_to "frames come again" watch "^first frame" 2 20
touch /tmp/usbcam-0.damaged
check "frames that stop half-way end the camera, named as damage" watch "^ended: the camera delivers damaged pictures" 30
rm /tmp/usbcam-0.damaged
comes_to "sound again it is opened again" watch "^opened in" 3 20
comes_to "and its frames are shown" watch "^first frame" 3 20

kill -9 $C0
check "unplugged in the middle" watch "^ended: the camera was unplugged" 10
check "an unplugged camera is not found" watch "cannot open: no source" 10
usbcam 0 & C0=$!
until_true 20 nodes_are 4
comes_to "plugged in again it is found by its name" watch "^opened in" 4 20
cameras list > /tmp/replugged.log 2>&1
same "names survive a replug" list replugged
grep -E "opened|ended|cannot|noticed|closed" /tmp/watch.log
tail -1 /tmp/watch.log
kill $WATCH

cameras still "$FIRST" > /tmp/still.log 2>&1
cat /tmp/still.log
check "a still has the highest resolution" still "^still .*: 1920x1080 Device, .* note: none"
check "the still decodes whole" still "decoded whole: 1920x1080"
check "asked and delivered are known" still "^asked for Mjpeg 1920x1080@[0-9]+, delivered Mjpeg 1920x1080"
check "the preview goes on in its own size" still "preview goes on: 1280x720"

touch /tmp/usbcam-1.limping
cameras still "$SECOND" > /tmp/limping.log 2>&1
rm /tmp/usbcam-1.limping
check "a still among broken frames is a whole one" limping "decoded whole: 1920x1080"
kill -0 $C1 && nodes_are 4 && good "both cameras are still there" || { echo there > /tmp/there.log; bad "both cameras are still there" there "4 nodes"; ls /dev/video*; }

cameras record "$FIRST=640x360" 60 /tmp/take.mp4 > /tmp/take.log 2>&1 & TAKE=$!
check "a recording runs" take "^recording: 3 s" 60
kill -9 $C0
wait $TAKE
cat /tmp/take.log
check "unplugged in the recording" take "ended: CameraFailed\(Unplugged\)"
check "the file plays up to the last second" take "^plays up to the last second"
usbcam 0 & C0=$!
until_true 20 nodes_are 4

cameras still "$FIRST" > /tmp/pulled.log 2>&1 & STILL=$!
until_true 20 said pulled "^preview of the still runs"
kill -9 $C0
wait $STILL
check "unplugged in a still there is none, and a reason" pulled "^no still: the camera was unplugged"

# The number changes when an old handle is still open while the camera comes back.
usbcam 0 & C0=$!
until_true 20 nodes_are 4
BEFORE=$(for n in /sys/class/video4linux/video*; do echo "$(basename $n) $(readlink -f $n/device)"; done | grep -E "1:1.0$" | head -1)
exec 9< /dev/$(echo $BEFORE | cut -d' ' -f1)
kill -9 $C0
until_true 20 nodes_are 2
usbcam 0 & C0=$!
until_true 20 nodes_are 4
ls /dev/video*
cameras list > /tmp/renumbered.log 2>&1
same "names survive a change of numbers" list renumbered
cameras watch "$FIRST" 3 > /tmp/renumbered-watch.log 2>&1
check "and the camera opens by its name" renumbered-watch "^first frame"
exec 9<&-
kill $C0 $C1
until_true 20 nodes_are 0

for layout in yuyv nv12; do
  usbcam 2 $layout & RAW=$!
  until_true 20 nodes_are 2
  cameras list > /tmp/raw-list.log 2>&1
  ONLY=$(grep -oE "^usb:[^ ]+" /tmp/raw-list.log | head -1)
  cameras still "$ONLY" > /tmp/$layout.log 2>&1
  cat /tmp/$layout.log
  check "a camera with nothing but $layout, in an odd size, gives a whole still" $layout "decoded whole: 642x482"
  check "which says it was encoded here" $layout "^still .* 642x482 EncodedHere"
  kill $RAW
  until_true 20 nodes_are 0
done
