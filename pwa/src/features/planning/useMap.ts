/** What the map shows: districts, units or crowds of them, names that have room; and the window onto it. */
import { computed, ref, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue';
import { crowdsOf, type Crowd } from './logic/crowd';
import { hullOf } from './logic/hull';
import { labelsFor, type Box, type Label } from './logic/labels';
import { barOf, groundOf, moved, netOf, onPaper, strays, wholeView, zoomed, type Bar, type Frame, type Ground, type Point, type View } from './logic/map';
import type { Stop } from './logic/route';
import type { Board, PlanUnit } from './plan';

/** About as many pixels as the map has beside the list of units, so that its words are as large as others. */
export const FRAME: Frame = { width: 640, height: 560, margin: 56 };
/** Above this number near units are shown as one mark. */
const CROWDED = 220;
const [APART, HARDLY_APART, EDGE] = [40, 9, 30] as const;

export interface Spot extends Stop {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly unit: PlanUnit;
}

export interface District {
  readonly name: string;
  readonly path: string;
}

export interface MapState {
  readonly view: ShallowRef<View>;
  readonly isWhole: ComputedRef<boolean>;
  readonly spots: ComputedRef<readonly Spot[]>;
  readonly marks: ComputedRef<readonly Crowd<Spot>[]>;
  readonly districts: ComputedRef<readonly District[]>;
  readonly labels: ComputedRef<readonly Label[]>;
  readonly districtLabels: ComputedRef<readonly Label[]>;
  readonly bar: ComputedRef<Bar>;
  readonly net: ComputedRef<{ readonly across: readonly number[]; readonly down: readonly number[] }>;
  readonly lost: ComputedRef<readonly PlanUnit[]>;
  readonly astray: ComputedRef<readonly PlanUnit[]>;
  readonly zoom: (factor: number, about?: Point) => void;
  readonly pan: (right: number, down: number) => void;
  readonly whole: () => void;
  readonly goTo: (members: readonly Spot[]) => void;
}

interface At {
  readonly unit: PlanUnit;
  readonly lat: number;
  readonly lon: number;
  readonly point: Point;
}

/** Units with coordinates that can be true, on the ground; and the others. */
function usePlaces(given: () => readonly PlanUnit[]): { readonly ground: ComputedRef<Ground>; readonly points: ComputedRef<readonly At[]>; readonly astray: ComputedRef<readonly PlanUnit[]> } {
  const known = computed(() => given().flatMap((unit) => (unit.lat === null || unit.lon === null ? [] : [{ unit, lat: unit.lat, lon: unit.lon }])));
  const far = computed(() => strays(known.value));
  const placed = computed(() => known.value.filter((one) => !far.value.has(one)));
  const ground = computed(() => groundOf(placed.value));
  return { ground, points: computed(() => placed.value.map((one) => ({ ...one, point: ground.value.project(one) }))), astray: computed(() => [...far.value].map(({ unit }) => unit)) };
}

const pathOf = (corners: readonly Point[]): string =>
  corners.length === 0 ? '' : `M${corners.map((one) => one.map((n) => n.toFixed(1)).join(' ')).join('L')}${corners.length > 2 ? 'Z' : corners.length === 1 ? 'h0.1' : ''}`;

/** What stands in the corners: the bar on the left below, the arrow on the right above. */
const FURNITURE: readonly Box[] = [{ x: 0, y: FRAME.height - 56, width: 250, height: 56 }, { x: FRAME.width - 60, y: 0, width: 60, height: 78 }];

export function useMap(given: () => Pick<Board, 'units' | 'regions'>, chosen: () => ReadonlySet<string>): MapState {
  const { ground, points, astray } = usePlaces(() => given().units);
  const all = computed(() => wholeView(points.value.map(({ point }) => point), FRAME));
  const view = shallowRef<View>(all.value);
  const isFree = ref(false);
  watch(all, (next) => { if (!isFree.value) view.value = next; });

  const spots = computed<readonly Spot[]>(() => points.value.map(({ unit, lat, lon, point }) => {
    const [x, y] = onPaper(point, view.value, FRAME);
    return { id: unit.id, lat, lon, priority: unit.priority, name: unit.short || unit.name, unit, x, y };
  }));
  const seen = computed(() => spots.value.filter(({ x, y }) => x > -EDGE && y > -EDGE && x < FRAME.width + EDGE && y < FRAME.height + EDGE));
  /** Chosen ones stand for themselves; the others keep the server's order, the most urgent first. */
  const marks = computed(() => {
    const [own, others] = [seen.value.filter(({ id }) => chosen().has(id)), seen.value.filter(({ id }) => !chosen().has(id))];
    return [...own.map((one): Crowd<Spot> => ({ id: one.id, x: one.x, y: one.y, members: [one] })), ...crowdsOf(others, others.length > CROWDED ? APART : HARDLY_APART)];
  });
  const named = computed(() => labelsFor(marks.value.map(({ id, x, y, members }) => ({ id, x, y, name: members.length === 1 ? (members[0]?.name ?? '') : '' })), FRAME, FURNITURE));
  const labels = computed(() => named.value.filter(({ name }) => name !== ''));

  const districts = computed(() => given().regions.flatMap(({ name }, n) => {
    const corners = hullOf(points.value.filter(({ unit }) => unit.region === n).map(({ point }) => point)).map((one) => onPaper(one, view.value, FRAME));
    return corners.length === 0 ? [] : [{ name, corners, path: pathOf(corners) }];
  }));
  const districtLabels = computed(() => labelsFor(
    districts.value.map(({ name, corners }, n) => ({ id: String(n), name, x: corners.reduce((sum, [x]) => sum + x, 0) / corners.length, y: Math.min(...corners.map(([, y]) => y)) })),
    FRAME, [...FURNITURE, ...labels.value.map(({ box }) => box), ...marks.value.map(({ x, y }) => ({ x: x - 12, y: y - 12, width: 24, height: 24 }))]));

  const look = (next: View): void => {
    isFree.value = next !== all.value;
    view.value = next;
  };
  return {
    view, spots, marks, districts, labels, districtLabels,
    isWhole: computed(() => view.value === all.value),
    bar: computed(() => barOf(view.value, FRAME)),
    net: computed(() => netOf(view.value, FRAME)),
    lost: computed(() => given().units.filter(({ lat, lon }) => lat === null || lon === null)),
    astray,
    /** What is under the pointer stays there. */
    zoom: (factor, about = [FRAME.width / 2, FRAME.height / 2]) => {
      const [right, down] = [about[0] - FRAME.width / 2, about[1] - FRAME.height / 2];
      const nearer = zoomed(moved(view.value, right, down), factor, all.value);
      look(nearer === all.value ? nearer : moved(nearer, -right, -down));
    },
    pan: (right, down) => { if (view.value !== all.value) look(moved(view.value, right, down)); },
    whole: () => { look(all.value); },
    goTo: (members) => {
      const wanted = wholeView(members.map((one) => ground.value.project(one)), { ...FRAME, margin: 140 });
      look(wanted.perKm <= all.value.perKm ? all.value : wanted);
    },
  };
}
