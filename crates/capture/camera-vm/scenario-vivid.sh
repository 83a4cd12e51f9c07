# Two cameras of the kernel's own test driver, raw pixels only.
load vivid n_devs=2 node_types=0x1,0x1 num_inputs=1,1 input_types=0x0,0x0
until_true 20 nodes_are 2

cameras list > /tmp/list.log 2>&1
check "both cameras are listed" list "^2 cameras"
count_is "a camera made of software says so" list "made of software" 2
count_is "it has a driver and no physical parent" list "driver vivid, physical Some\(false\)" 2
grep -E "^(dev|    bus)" /tmp/list.log
FIRST=$(grep -oE "^dev:[^ ]+" /tmp/list.log | head -1)
SECOND=$(grep -oE "^dev:[^ ]+" /tmp/list.log | tail -1)
cameras list > /tmp/again.log 2>&1
same "the list is the same twice" list again

cameras watch "$FIRST" 90 > /tmp/watch.log 2>&1 & WATCH=$!
cameras watch "$SECOND" 12 > /tmp/other.log 2>&1 & OTHER=$!
check "raw pixels become frames" watch "^first frame: .* EncodedHere" 30
check "the other camera runs beside it" other "^first frame" 30
cameras watch "$FIRST" 1 > /tmp/second.log 2>&1
check "a camera in use elsewhere is busy" second "cannot open: the camera is in use by another program"
kill $OTHER

echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind
check "unplugged in the middle" watch "^ended: the camera was unplugged" 10
check "closing after that does not wait" watch "^closed in [0-9.]+(µs|ms)" 5
check "an unplugged camera is not found" watch "cannot open: no source" 10
echo vivid.0 > /sys/bus/platform/drivers/vivid/bind
until_true 20 nodes_are 2
comes_to "plugged in again it is opened again" watch "^opened in" 2 15
kill $WATCH

cameras still "$FIRST" > /tmp/still.log 2>&1
cat /tmp/still.log
check "raw pixels become a whole still" still "decoded whole: "
check "a still from raw pixels says it was encoded here" still "^still .* EncodedHere"
check "the preview goes on after a still" still "preview goes on: [0-9]"
