/** The keypad of our own: big keys, a decimal point that is always there, no system keyboard sliding over the limits. */

export type PadKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '.' | 'sign' | 'back' | 'clear';

const MAX_DIGITS = 9;
const MAX_DECIMALS = 4;

/** How many decimals make sense for a step of 0.5, 0.01, 1 … */
export function decimalsOf(step: number | undefined): number {
  if (step === undefined) return MAX_DECIMALS;
  if (!(step > 0)) return MAX_DECIMALS;
  const text = String(step);
  const dot = text.indexOf('.');
  return dot === -1 ? 0 : Math.min(MAX_DECIMALS, text.length - dot - 1);
}

function digit(text: string, key: string, decimals: number): string {
  const dot = text.indexOf('.');
  if (dot !== -1 && text.length - dot - 1 >= decimals) return text;
  if (text.replace(/\D/g, '').length >= MAX_DIGITS) return text;
  if (text === '0' || text === '-0') return text.slice(0, -1) + key;
  return text + key;
}

function point(text: string, decimals: number): string {
  if (decimals === 0 || text.includes('.')) return text;
  return text === '' || text === '-' ? `${text}0.` : `${text}.`;
}

/** The text on the display after a key. */
export function press(text: string, key: PadKey, decimals: number = MAX_DECIMALS): string {
  switch (key) {
    case 'clear':
      return '';
    case 'back':
      return text.slice(0, -1);
    case 'sign':
      return text.startsWith('-') ? text.slice(1) : `-${text}`;
    case '.':
      return point(text, decimals);
    default:
      return digit(text, key, decimals);
  }
}

/** The number on the display, or nothing while it is still half typed. */
export function parsePad(text: string): number | null {
  if (!/^-?\d+(\.\d*)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? (Object.is(value, -0) ? 0 : value) : null;
}

export function padText(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

const KEYBOARD: Readonly<Record<string, PadKey>> = { Backspace: 'back', Delete: 'clear', ',': '.', '.': '.', '-': 'sign' };

/** A key of a real keyboard, when there is one. */
export function padKeyOf(key: string): PadKey | null {
  return /^\d$/.test(key) ? (key as PadKey) : (KEYBOARD[key] ?? null);
}
