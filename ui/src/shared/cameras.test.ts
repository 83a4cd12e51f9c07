import { describe, expect, it } from 'vitest';

import type { CameraView, ProvenanceView } from '../backend';
import { behindText, cameraTag, deliveredText, whereText } from './cameras';

const USB: ProvenanceView = {
  bus: 'usb',
  numbers: '046d:0825',
  serial: null,
  driver: 'uvcvideo',
  path: 'pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0',
  physical: true,
  asked: null,
  delivered: null,
};

const WEBCAM: CameraView = {
  id: 'usb:1',
  name: 'Webcam',
  synthetic: false,
  replay: false,
  refused: null,
  provenance: USB,
  largest: null,
};

describe('what is said of a camera', () => {
  it('is nothing where it is a camera like any other', () => {
    expect(cameraTag(WEBCAM)).toBeUndefined();
  });

  it('tells a replay from a camera that a program makes, and one that may not be used from both', () => {
    expect(cameraTag({ ...WEBCAM, synthetic: true, replay: true })).toBe('Replay');
    expect(cameraTag({ ...WEBCAM, synthetic: true })).toBe('Made of software');
    expect(cameraTag({ ...WEBCAM, synthetic: true, refused: 'camera_not_allowed' })).toBe('Not allowed here');
  });

  it('names what stands behind it by what is known', () => {
    expect(behindText(USB)).toBe('A device in the machine, usb 046d:0825 uvcvideo');
    expect(behindText({ ...USB, physical: false, numbers: null, bus: 'none' })).toBe(
      'A program made its pictures, none uvcvideo',
    );
    const unknown = { ...USB, physical: null, bus: null, numbers: null, driver: null };
    expect(whereText(unknown)).toBeNull();
    expect(behindText(unknown)).toBe('The system does not say what is behind it');
    expect(behindText(null)).toBeUndefined();
  });

  it('says what was asked and what came only where both are known', () => {
    expect(deliveredText(USB)).toBeUndefined();
    expect(deliveredText({ ...USB, asked: '1920x1080 mjpeg 30', delivered: '1280x720 mjpeg 30' })).toBe(
      '1920x1080 mjpeg 30 was asked for, 1280x720 mjpeg 30 delivered',
    );
  });
});
