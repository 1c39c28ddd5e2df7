/** UUIDv7: ids are made where the thing is made, and sort by the moment of making. */
let last = 0;
let count = 0;

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** A counter in the 12 bits after the time keeps ids of one millisecond in order. */
const tick = (now: number): void => {
  if (now > last) {
    last = now;
    count = (crypto.getRandomValues(new Uint16Array(1))[0] ?? 0) & 0x7ff;
    return;
  }
  count += 1;
  if (count > 0xfff) {
    last += 1;
    count = 0;
  }
};

export const newId = (now: number = Date.now()): string => {
  tick(now);
  const random = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => hex(byte, 2)).join('');
  const time = hex(last, 12);
  const variant = hex((Number.parseInt(random.slice(0, 2), 16) & 0x3f) | 0x80, 2);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(count, 3)}-${variant}${random.slice(2, 4)}-${random.slice(4)}`;
};
