/** A QR code of version 6, level M, mask 0: 41 by 41 dots, up to 106 bytes. What a team's code needs, and no more. */
export const QR_SIZE = 41;
export const QR_BYTES = 106;

const BLOCKS = 4;
const BLOCK_DATA = 27;
const BLOCK_CHECK = 16;
const DATA = BLOCKS * BLOCK_DATA;
const ALIGNMENT = 34;
const TIMING = 6;
/** Level M and mask 0, with their check bits, as the standard masks them. */
const FORMAT = 0x5412;
const FIELD = 0x11d;

const multiply = (a: number, b: number): number => {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ ((product >>> 7) * FIELD);
    product ^= ((b >>> bit) & 1) * a;
  }
  return product;
};

/** The divisor of the Reed-Solomon code, highest power first and without its leading 1. */
const divisor = (degree: number): number[] => {
  const result = [...Array<number>(degree - 1).fill(0), 1];
  let root = 1;
  for (let i = 0; i < degree; i += 1) {
    for (let j = 0; j < degree; j += 1) result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0);
    root = multiply(root, 2);
  }
  return result;
};

const remainder = (data: readonly number[], by: readonly number[]): number[] => {
  let rest: number[] = Array<number>(by.length).fill(0);
  for (const byte of data) {
    const factor = byte ^ (rest[0] ?? 0);
    rest = [...rest.slice(1), 0].map((one, i) => one ^ multiply(by[i] ?? 0, factor));
  }
  return rest;
};

/** Byte mode: four bits of mode, eight of length, the bytes, and padding to the full length. */
const dataOf = (bytes: Uint8Array): number[] => {
  const half = [4, bytes.length >>> 4, bytes.length & 15, ...[...bytes].flatMap((byte) => [byte >>> 4, byte & 15]), 0];
  const data = Array.from({ length: half.length / 2 }, (_none, i) => ((half[2 * i] ?? 0) << 4) | (half[2 * i + 1] ?? 0));
  for (let pad = 0xec; data.length < DATA; pad ^= 0xec ^ 0x11) data.push(pad);
  return data;
};

const interleaved = (data: readonly number[]): number[] => {
  const blocks = Array.from({ length: BLOCKS }, (_none, i) => data.slice(i * BLOCK_DATA, (i + 1) * BLOCK_DATA));
  const by = divisor(BLOCK_CHECK);
  const checks = blocks.map((block) => remainder(block, by));
  const across = (parts: readonly (readonly number[])[], length: number): number[] =>
    Array.from({ length }, (_none, i) => parts.map((part) => part[i] ?? 0)).flat();
  return [...across(blocks, BLOCK_DATA), ...across(checks, BLOCK_CHECK)];
};

type Dots = (boolean | null)[][];

/** A square of rings around a centre; outside the code nothing is drawn. */
const ring = (dots: Dots, x: number, y: number, reach: number, isDark: (distance: number) => boolean): void => {
  for (let dy = -reach; dy <= reach; dy += 1) {
    for (let dx = -reach; dx <= reach; dx += 1) {
      const row = dots[y + dy];
      if (row !== undefined && x + dx >= 0 && x + dx < QR_SIZE) row[x + dx] = isDark(Math.max(Math.abs(dx), Math.abs(dy)));
    }
  }
};

const set = (dots: Dots, x: number, y: number, isDark: boolean): void => {
  const row = dots[y];
  if (row !== undefined) row[x] = isDark;
};

const drawFormat = (dots: Dots): void => {
  const bit = (i: number): boolean => ((FORMAT >>> i) & 1) === 1;
  const last = QR_SIZE - 1;
  for (let i = 0; i < 6; i += 1) set(dots, 8, i, bit(i));
  set(dots, 8, 7, bit(6));
  set(dots, 8, 8, bit(7));
  set(dots, 7, 8, bit(8));
  for (let i = 9; i < 15; i += 1) set(dots, 14 - i, 8, bit(i));
  for (let i = 0; i < 8; i += 1) set(dots, last - i, 8, bit(i));
  for (let i = 8; i < 15; i += 1) set(dots, 8, QR_SIZE - 15 + i, bit(i));
  set(dots, 8, QR_SIZE - 8, true);
};

const frame = (): Dots => {
  const dots: Dots = Array.from({ length: QR_SIZE }, () => Array<boolean | null>(QR_SIZE).fill(null));
  for (let i = 0; i < QR_SIZE; i += 1) {
    set(dots, TIMING, i, i % 2 === 0);
    set(dots, i, TIMING, i % 2 === 0);
  }
  const finder = (distance: number): boolean => distance !== 2 && distance !== 4;
  for (const [x, y] of [[3, 3], [QR_SIZE - 4, 3], [3, QR_SIZE - 4]] as const) ring(dots, x, y, 4, finder);
  ring(dots, ALIGNMENT, ALIGNMENT, 2, (distance) => distance !== 1);
  drawFormat(dots);
  return dots;
};

/** Columns in pairs from the right, up and down in turns; the timing column is passed over. */
function* path(): Generator<readonly [x: number, y: number]> {
  let isUp = true;
  for (let right = QR_SIZE - 1; right >= 1; right -= 2) {
    if (right === TIMING) right -= 1;
    for (let step = 0; step < QR_SIZE; step += 1) {
      const y = isUp ? QR_SIZE - 1 - step : step;
      yield [right, y];
      yield [right - 1, y];
    }
    isUp = !isUp;
  }
}

/** Rows of dots, true for dark. Throws for a text that is too long. */
export function qrCode(text: string): readonly (readonly boolean[])[] {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > QR_BYTES) throw new RangeError('too long for a code');
  const words = interleaved(dataOf(bytes));
  const dots = frame();
  let at = 0;
  for (const [x, y] of path()) {
    if (dots[y]?.[x] !== null) continue;
    const isSet = (((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
    set(dots, x, y, isSet !== ((x + y) % 2 === 0));
    at += 1;
  }
  return dots.map((row) => row.map((dot) => dot === true));
}

/** The dark dots as one path of an SVG, one unit a dot. */
export const qrPath = (text: string): string =>
  qrCode(text).map((row, y) => row.map((isDark, x) => (isDark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')).join('')).join('');
