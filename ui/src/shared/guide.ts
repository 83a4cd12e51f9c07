// Where in the picture the document or the face belongs. Shapes: ISO/IEC 7810 ID-1 (85.60 x 53.98 mm) and ID-3
// (125 x 88 mm).

import type { Crop, DocumentType, Role, SizeView } from '../backend';

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const CARD = 85.6 / 53.98;
const PASSPORT_PAGE = 125 / 88;
const FACE = 0.76;
/** How much of the picture the shape fills, so that it is neither cut nor far away. */
const FILL = 0.84;
/** The same of a face: a head that fills it has its eyes 0.23 of the height apart, well within what is taken by itself (0.125
 * to 0.27), and there is room above it for a word. */
const FACE_FILL = 0.72;

/** The guide in pixels of a picture of `size`. */
export function guideFor(size: SizeView, role: Role, kind: DocumentType | undefined): Box {
  const face = role === 'selfie' || role === 'video';
  const ratio = face ? FACE : kind === 'passport' ? PASSPORT_PAGE : CARD;
  const fill = face ? FACE_FILL : FILL;
  const width = Math.min(size.width * fill, size.height * fill * ratio);
  const height = width / ratio;
  return { x: (size.width - width) / 2, y: (size.height - height) / 2, width, height };
}

/** Width over height of a portrait, as cut-outs of documents are shown. */
export const PORTRAIT = 3 / 4;

/** Where a portrait usually is: in the left third of the document. */
export function likelyPortrait(size: SizeView, kind: DocumentType | undefined): Crop {
  const page = guideFor(size, 'front', kind);
  const height = page.height * (kind === 'passport' ? 0.5 : 0.62);
  const width = height * PORTRAIT;
  return {
    x: (page.x + page.width * 0.05) / size.width,
    y: (page.y + page.height * 0.24) / size.height,
    width: width / size.width,
    height: height / size.height,
  };
}

const SMALLEST = 0.06;

/** `crop` moved by fractions of the picture, as far as the edges let it. */
export function moved(crop: Crop, dx: number, dy: number): Crop {
  return {
    ...crop,
    x: clamp(crop.x + dx, 0, 1 - crop.width),
    y: clamp(crop.y + dy, 0, 1 - crop.height),
  };
}

/** `crop` with its width changed by `dx` around its middle; its shape stays, and it stays inside. */
export function grown(crop: Crop, dx: number): Crop {
  const scale = clamp((crop.width + dx) / crop.width, SMALLEST / crop.width, Math.min(1 / crop.width, 1 / crop.height));
  const width = crop.width * scale;
  const height = crop.height * scale;
  const centred = { x: crop.x + (crop.width - width) / 2, y: crop.y + (crop.height - height) / 2, width, height };
  return moved(centred, 0, 0);
}

/** `crop` with one corner pulled to a point while the corner opposite stays; its shape stays. */
export function pulled(crop: Crop, corner: Corner, x: number, y: number): Crop {
  const left = corner === 'nw' || corner === 'sw';
  const top = corner === 'nw' || corner === 'ne';
  const fixedX = left ? crop.x + crop.width : crop.x;
  const fixedY = top ? crop.y + crop.height : crop.y;
  const roomX = left ? fixedX : 1 - fixedX;
  const roomY = top ? fixedY : 1 - fixedY;
  const shape = crop.height / crop.width;
  const wanted = Math.max(Math.abs(clamp(x, 0, 1) - fixedX), Math.abs(clamp(y, 0, 1) - fixedY) / shape);
  const width = clamp(wanted, SMALLEST, Math.min(roomX, roomY / shape));
  const height = width * shape;
  return { x: left ? fixedX - width : fixedX, y: top ? fixedY - height : fixedY, width, height };
}

export type Corner = 'nw' | 'ne' | 'sw' | 'se';

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
