/** Marks that would lie on each other become one, which says how many it stands for. Pure. */
export interface Mark {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface Crowd<M extends Mark> {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly members: readonly M[];
}

interface Heap<M> {
  readonly first: M;
  readonly members: M[];
}

/** The first of those given keep their place; whoever is nearer than `apart` joins the first such one. */
export function crowdsOf<M extends Mark>(marks: readonly M[], apart: number): readonly Crowd<M>[] {
  const heaps: Heap<M>[] = [];
  const squares = new Map<string, Heap<M>[]>();
  const at = (value: number): number => Math.floor(value / apart);
  const near = ({ x, y }: Mark): Heap<M> | undefined => {
    for (let across = -1; across <= 1; across += 1) {
      for (let down = -1; down <= 1; down += 1) {
        const found = squares.get(`${String(at(x) + across)},${String(at(y) + down)}`)?.find(({ first }) => Math.hypot(first.x - x, first.y - y) < apart);
        if (found) return found;
      }
    }
    return undefined;
  };
  for (const mark of marks) {
    const joined = near(mark);
    if (joined) { joined.members.push(mark); continue; }
    const heap = { first: mark, members: [mark] };
    heaps.push(heap);
    const square = `${String(at(mark.x))},${String(at(mark.y))}`;
    squares.set(square, [...(squares.get(square) ?? []), heap]);
  }
  return heaps.map(({ first, members }) => ({ id: first.id, x: first.x, y: first.y, members }));
}

const TURNS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Where an arrow key leads from a mark: the nearest one that lies rather there than aside; null where there is none. */
export function toward<M extends Mark>(marks: readonly M[], from: M, key: string): M | null {
  const step = TURNS[key];
  if (!step) return null;
  let [best, least]: [M | null, number] = [null, Infinity];
  for (const mark of marks) {
    const [x, y] = [mark.x - from.x, mark.y - from.y];
    const ahead = x * step[0] + y * step[1];
    const aside = Math.abs(x * step[1] + y * step[0]);
    if (mark === from || ahead <= 0 || aside > 2 * ahead) continue;
    const far = ahead + 2 * aside;
    if (far < least) [best, least] = [mark, far];
  }
  return best;
}
