// Pictures for the rehearsal, drawn here: a card of a country that does not exist, and a person who does not either.

import type { CameraRole } from '../backend';
import type { Corners, DocumentType } from '../generated';

export const WIDTH = 1280;
export const HEIGHT = 720;

type Pen = CanvasRenderingContext2D;

/** What the camera of `role` sees at `time` milliseconds. */
export function drawScene(pen: Pen, role: CameraRole, kind: DocumentType, time: number): void {
  if (role === 'front' || role === 'rear') {
    drawTable(pen);
    const { x, y, turn, width, height } = cardAt(kind, time);
    pen.save();
    pen.translate(x, y);
    pen.rotate(turn);
    drawCard(pen, width, height, kind !== 'passport' && role === 'rear');
    pen.restore();
    return;
  }
  drawRoom(pen);
  drawPerson(pen, WIDTH / 2 + Math.sin(time / 1300) * 8, HEIGHT * 0.44, 1.5);
  if (role === 'video' && time % 16_000 > 4000) {
    pen.save();
    pen.translate(950, 470);
    pen.rotate(0.05);
    pen.scale(0.36, 0.36);
    drawCard(pen, 900, 567, time % 16_000 > 8000);
    pen.restore();
  }
}

/** Where the card lies at `time`: its middle in pixels, its turn, its size. */
function cardAt(kind: DocumentType, time: number) {
  const [width, height] = kind === 'passport' ? [820, 578] : [900, 567];
  const x = WIDTH / 2 + Math.sin(time / 900) * 4;
  const y = HEIGHT / 2 + Math.cos(time / 1100) * 3;
  return { x, y, turn: Math.sin(time / 1700) * 0.008, width, height };
}

/** A rectangle of the card, in pixels of the card, where the camera sees it at `time`. */
export function onCard(
  kind: DocumentType,
  time: number,
  part?: { x: number; y: number; width: number; height: number },
): Corners {
  const card = cardAt(kind, time);
  const { x, y, width, height } = part ?? { x: 0, y: 0, width: card.width, height: card.height };
  const [sine, cosine] = [Math.sin(card.turn), Math.cos(card.turn)];
  const seen = (px: number, py: number): [number, number] => {
    const [dx, dy] = [px - card.width / 2, py - card.height / 2];
    return [(card.x + dx * cosine - dy * sine) / WIDTH, (card.y + dx * sine + dy * cosine) / HEIGHT];
  };
  return [seen(x, y), seen(x + width, y), seen(x + width, y + height), seen(x, y + height)];
}

function drawTable(pen: Pen): void {
  const wood = pen.createLinearGradient(0, 0, WIDTH, HEIGHT);
  wood.addColorStop(0, '#7d6a57');
  wood.addColorStop(1, '#5d4d3f');
  pen.fillStyle = wood;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
}

function drawRoom(pen: Pen): void {
  const wall = pen.createLinearGradient(0, 0, 0, HEIGHT);
  wall.addColorStop(0, '#d9d5cc');
  wall.addColorStop(1, '#b9b3a6');
  pen.fillStyle = wall;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
}

function drawPerson(pen: Pen, x: number, y: number, size: number): void {
  pen.save();
  pen.translate(x, y);
  pen.scale(size, size);
  pen.fillStyle = '#3f5f73';
  pen.beginPath();
  pen.ellipse(0, 250, 170, 130, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = '#3b2a20';
  pen.beginPath();
  pen.ellipse(0, -28, 98, 118, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = '#d8a988';
  pen.fillRect(-32, 70, 64, 70);
  pen.beginPath();
  pen.ellipse(0, 0, 80, 104, 0, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = '#2b211b';
  for (const side of [-1, 1]) {
    pen.beginPath();
    pen.arc(side * 30, -10, 7, 0, Math.PI * 2);
    pen.fill();
  }
  pen.strokeStyle = '#8a4f3d';
  pen.lineWidth = 5;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.arc(0, 32, 28, 0.35, Math.PI - 0.35);
  pen.stroke();
  pen.restore();
}

function drawCard(pen: Pen, width: number, height: number, back: boolean): void {
  pen.save();
  pen.translate(-width / 2, -height / 2);
  pen.shadowColor = 'rgb(0 0 0 / 45%)';
  pen.shadowBlur = 30;
  const ground = pen.createLinearGradient(0, 0, width, height);
  ground.addColorStop(0, '#e9f1ee');
  ground.addColorStop(1, '#cfe0ea');
  pen.fillStyle = ground;
  pen.beginPath();
  pen.roundRect(0, 0, width, height, 30);
  pen.fill();
  pen.shadowColor = 'transparent';
  if (back) drawBack(pen, width, height);
  else drawFront(pen, width, height);
  pen.restore();
}

function drawFront(pen: Pen, width: number, height: number): void {
  pen.fillStyle = '#1f4d6b';
  pen.font = '700 34px sans-serif';
  pen.fillText('UTOPIA · SPECIMEN', 45, 70);
  pen.save();
  pen.beginPath();
  pen.rect(45, 130, 230, 306);
  pen.clip();
  pen.fillStyle = '#dfe5e6';
  pen.fillRect(45, 130, 230, 306);
  drawPerson(pen, 160, 275, 1.05);
  pen.restore();
  const rows = [
    ['SURNAME', 'EJEMPLO'],
    ['SECOND SURNAME', 'DE PRUEBA'],
    ['NAME', 'ALMA'],
    ['NUMBER', 'UT 0123456'],
  ];
  rows.forEach(([label, value], index) => {
    pen.fillStyle = '#5b7381';
    pen.font = '500 19px sans-serif';
    pen.fillText(label ?? '', 325, 150 + index * 78);
    pen.fillStyle = '#16242c';
    pen.font = '600 32px sans-serif';
    pen.fillText(value ?? '', 325, 186 + index * 78);
  });
  pen.fillStyle = '#1f4d6b';
  pen.fillRect(45, height - 85, width - 90, 4);
}

function drawBack(pen: Pen, width: number, height: number): void {
  pen.fillStyle = '#16242c';
  pen.fillRect(45, 60, 130, 100);
  pen.font = '600 37px monospace';
  pen.fillText('I<UTO0123456<4<<<<<<<<<<<<<<<', 45, height - 160);
  pen.fillText('9001014F3001019UTO<<<<<<<<<<<6', 45, height - 105);
  pen.fillText('EJEMPLO<DE<PRUEBA<<ALMA<<<<<<', 45, height - 50);
  pen.fillStyle = '#5b7381';
  pen.fillRect(230, 80, width - 290, 6);
  pen.fillRect(230, 120, width - 380, 6);
}
