// Pages of documents, drawn.

/** What a page shows. */
export interface Sheet {
  title: string;
  page: number;
  pages: number;
  /** Who signed it, where it is signed. */
  stamp: string | null;
}

/** A4, upright; `width` in pixels. */
export function drawPage(sheet: Sheet, width: number): string {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = Math.round(width * Math.SQRT2);
  const pen = canvas.getContext('2d');
  if (!pen) return '';
  pen.scale(width / 595, width / 595);
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, 595, 842);
  pen.fillStyle = '#1d1d1d';
  pen.font = '600 20px sans-serif';
  pen.fillText(sheet.page === 0 ? sheet.title : `${sheet.page + 1}.  Section ${sheet.page + 1}`, 64, 96, 467);
  pen.fillStyle = '#9a9a9a';
  // The same words each time: lengths out of a small generator that begins with the page.
  let seed = sheet.page * 7919 + sheet.title.length;
  for (let y = 130; y < 760; y += 17) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    if (seed % 9 === 0) continue;
    let x = 64;
    const end = seed % 7 === 0 ? 300 : 520;
    while (x < end) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const word = 14 + (seed % 52);
      pen.fillRect(x, y, Math.min(word, 531 - x), 5);
      x += word + 6;
    }
  }
  pen.fillStyle = '#1d1d1d';
  pen.font = '11px sans-serif';
  pen.fillText(`${sheet.page + 1} / ${sheet.pages}`, 510, 800);
  if (sheet.stamp !== null && sheet.page === 0) {
    pen.fillStyle = '#fff';
    pen.fillRect(320, 690, 215, 70);
    pen.strokeStyle = '#0b6e69';
    pen.strokeRect(320, 690, 215, 70);
    pen.fillStyle = '#085753';
    pen.font = '600 12px sans-serif';
    pen.fillText('Signed electronically by', 332, 714);
    pen.fillText(sheet.stamp, 332, 732, 190);
  }
  return canvas.toDataURL('image/png');
}
