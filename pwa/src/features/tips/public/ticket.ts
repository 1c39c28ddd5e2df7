/** The number that only the reporter holds: to copy, to print, to keep as a picture. */
import { drawing, h } from './dom';
import { t } from './words';

export interface Square {
  readonly size: number;
  readonly path: string;
}

export const grouped = (receipt: string): string => receipt.replace(/(.{6})(?=.)/g, '$1 ');

/** A picture of number and square, drawn here: nothing of it leaves the phone. */
function asPicture(receipt: string, square: Square | null): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = 720;
  canvas.height = 900;
  const pen = canvas.getContext('2d');
  if (!pen) return canvas;
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, 720, 900);
  pen.fillStyle = '#000000';
  pen.textAlign = 'center';
  pen.font = '600 44px sans-serif';
  pen.fillText(t('tips.p-title'), 360, 80);
  pen.font = '30px sans-serif';
  pen.fillText(t('tips.p-receipt'), 360, 140);
  pen.font = '600 46px monospace';
  pen.fillText(grouped(receipt), 360, 210);
  if (square) {
    pen.translate(110, 270);
    pen.scale(500 / square.size, 500 / square.size);
    pen.fill(new Path2D(square.path));
    pen.setTransform(1, 0, 0, 1, 0, 0);
  }
  pen.font = '28px sans-serif';
  pen.fillText(t('tips.p-receipt-where', { host: location.host }), 360, 840);
  return canvas;
}

function savePicture(receipt: string, square: Square | null): void {
  asPicture(receipt, square).toBlob((blob) => {
    if (!blob) return;
    const link = h('a', { href: URL.createObjectURL(blob), download: `anxun-${receipt.slice(0, 6)}.png` });
    link.click();
    setTimeout(() => { URL.revokeObjectURL(link.href); }, 10_000);
  });
}

export function ticket(receipt: string, square: Square | null): HTMLElement {
  const drawn = square ? h('div', { class: 'square' }, drawing(square.size, square.path, t('tips.p-receipt-square'))) : null;
  return h('section', { class: 'card ticket', 'data-testid': 'tip-ticket' },
    h('h2', {}, t('tips.p-receipt')),
    h('p', { class: 'number', 'data-testid': 'tip-receipt' }, grouped(receipt)),
    drawn,
    h('p', { class: 'soft' }, t('tips.p-receipt-text')),
    h('div', { class: 'acts' },
      h('button', { type: 'button', class: 'plain', 'data-testid': 'tip-save', onclick: () => { savePicture(receipt, square); } }, t('tips.p-save')),
      h('button', { type: 'button', class: 'plain', onclick: () => { print(); } }, t('tips.p-print'))));
}
