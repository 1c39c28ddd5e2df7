/** A paper as one file that opens anywhere: its own words, marks and style, nothing to load. */

import { saveFile } from '@/device/save';
import css from '../parts/sheet.css?inline';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${String(sign.charCodeAt(0))};`);

export function paperFile(sheet: Element, name: string): File {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(name)}</title><style>body{margin:0}${css}</style>`;
  const page = `<!doctype html><html lang="zh-CN"><head>${head}</head><body>${sheet.outerHTML}</body></html>`;
  return new File([page], `${name.replace(/[\\/:*?"<>|]/g, '-')}.html`, { type: 'text/html' });
}

/** Hand it to another app where the phone can, else keep it as a download. False: the person thought better of it. */
export async function passOn(file: File): Promise<boolean> {
  if (typeof navigator.canShare === 'function' && navigator.canShare({ files: [file] })) {
    try {
      await navigator.share({ files: [file], title: file.name });
      return true;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return false;
    }
  }
  saveFile(file, file.name);
  return true;
}

export const asDataUrl = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => { resolve(typeof reader.result === 'string' ? reader.result : ''); };
    reader.onerror = () => { reject(reader.error ?? new Error('a photo could not be read')); };
    reader.readAsDataURL(blob);
  });
