/** Names beside their marks, none upon another, none upon a mark. Pure. */
export interface Named {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the middle of the base line stands. */
export interface Label extends Named {
  readonly box: Box;
}

const [WIDE, NARROW, HEIGHT, GAP, MOST] = [15, 8.5, 18, 14, 260] as const;

/** Han characters are as wide as high, the others about half as wide. */
export const widthOf = (name: string): number => [...name].reduce((sum, letter) => sum + (letter > '\u2E7F' ? WIDE : NARROW), 4);

const meets = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Below first, as on paper; then right, left, above. */
function* spotsFor({ x, y, name }: Named, gap: number): Generator<Box> {
  const width = widthOf(name);
  const box = (left: number, top: number): Box => ({ x: left, y: top, width, height: HEIGHT });
  yield box(x - width / 2, y + gap);
  yield box(x + gap, y - HEIGHT / 2);
  yield box(x - gap - width, y - HEIGHT / 2);
  yield box(x - width / 2, y - gap - HEIGHT);
}

const markBox = ({ x, y }: Pick<Named, 'x' | 'y'>): Box => ({ x: x - GAP + 2, y: y - GAP + 2, width: 2 * GAP - 4, height: 2 * GAP - 4 });

/** Whose name has room, the first given first; `taken` is kept free besides the marks. */
export function labelsFor(wanted: readonly Named[], frame: { readonly width: number; readonly height: number }, taken: readonly Box[] = []): readonly Label[] {
  const full: Box[] = [...taken, ...wanted.map(markBox)];
  const inside = ({ x, y, width, height }: Box): boolean => x >= 0 && y >= 0 && x + width <= frame.width && y + height <= frame.height;
  return wanted.slice(0, MOST).flatMap((one) => {
    const own = markBox(one);
    for (const box of spotsFor(one, GAP)) {
      if (!inside(box) || full.some((other) => meets(box, other) && !(other.x === own.x && other.y === own.y))) continue;
      full.push(box);
      return [{ ...one, box }];
    }
    return [];
  });
}
