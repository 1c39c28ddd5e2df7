/** SHA-256 in plain code, because the browser's own answers one question at a time and slowly. */

export interface Task {
  readonly challenge: string;
  readonly bits: number;
}

const K = new Uint32Array(64);
const START = new Uint32Array(8);

/** The constants of SHA-256 are the beginnings of roots of primes; the roots are quicker told than listed. */
function prepare(): void {
  const fraction = (root: number): number => ((root - Math.floor(root)) * 2 ** 32) | 0;
  let count = 0;
  for (let candidate = 2; count < 64; candidate += 1) {
    let isPrime = true;
    for (let d = 2; d * d <= candidate; d += 1) if (candidate % d === 0) isPrime = false;
    if (!isPrime) continue;
    if (count < 8) START[count] = fraction(candidate ** (1 / 2));
    K[count] = fraction(candidate ** (1 / 3));
    count += 1;
  }
}
prepare();

type Eight = [number, number, number, number, number, number, number, number];
const w = new Uint32Array(64);
const turn = (x: number, n: number): number => (x >>> n) | (x << (32 - n));
const at = (list: Uint32Array, n: number): number => list[n] ?? 0;

/** One block; all texts here are shorter than two. */
function compress(state: Uint32Array, block: Uint8Array, from: number): void {
  const view = new DataView(block.buffer, from, 64);
  for (let n = 0; n < 16; n += 1) w[n] = view.getUint32(n * 4);
  for (let n = 16; n < 64; n += 1) {
    const [x, y] = [at(w, n - 15), at(w, n - 2)];
    w[n] = at(w, n - 16) + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + at(w, n - 7) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as Eight;
  for (let n = 0; n < 64; n += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + at(K, n) + at(w, n)) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  for (const [n, value] of [a, b, c, d, e, f, g, h].entries()) state[n] = at(state, n) + value;
}

export function sha256(text: string): Uint32Array {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, bytes.length * 8);
  const state = START.slice();
  for (let from = 0; from < padded.length; from += 64) compress(state, padded, from);
  return state;
}

export function leadingZeros(digest: Uint32Array): number {
  let zeros = 0;
  for (const word of digest) {
    zeros += Math.clz32(word);
    if (word !== 0) break;
  }
  return zeros;
}

export function solve({ challenge, bits }: Task): string {
  for (let n = 0; ; n += 1) {
    const nonce = n.toString(36);
    if (leadingZeros(sha256(`${challenge}:${nonce}`)) >= bits) return nonce;
  }
}
