/** Which rows are asked: one pass in order, because conditions look only backwards. */
import { answerKey, valuesOf } from './definition';
import type { Answers, Condition, Context, Definition, Item, Line, Repeat, Section, Value, Values } from './definition';
import { holds } from './conditions';
import { activeReadings } from './judge';

const ONCE: readonly string[] = [''];

/** List the visible rows in walking order; answers to hidden items count for nothing. */
export function lines(definition: Definition, context: Context, answers: Answers): Line[] {
  const walk = new Walk(definition, context, answers);
  const rows: Line[] = [];
  for (const section of definition.sections) {
    if (isInPart(section, context) && walk.shows(section.when, '')) addRows(rows, section, walk);
  }
  return rows;
}

/** Tell whether the section belongs to the part that this visit takes on. */
export const isInPart = (section: Section, context: Context): boolean =>
  context.sections?.includes(section.key) ?? true;

/** Tell an item that takes turns with the others. */
export const isDeep = (item: Item): boolean => item.depth === 'deep';

/** What conditions see behind "unit." and a name. */
export function unitValue(name: string, { unit }: Context): Value {
  if (name === 'tier') return unit.tier;
  if (name === 'beds') return unit.beds;
  return unit.attributes.includes(name.slice(name.indexOf('.') + 1));
}

interface Index {
  readonly items: ReadonlyMap<string, Item>;
  /** Keys of the items that conditions ask about: only these need remembering on the way. */
  readonly asked: ReadonlySet<string>;
  /** Conditions on the unit alone: the same at every place. */
  readonly general: ReadonlySet<Condition>;
}

const indexes = new WeakMap<Definition, Index>();

/** Index the items; kept as long as the definition is. */
export const itemsByKey = (definition: Definition): ReadonlyMap<string, Item> => indexOf(definition).items;

function indexOf(definition: Definition): Index {
  const known = indexes.get(definition);
  if (known !== undefined) return known;
  const all = definition.sections.flatMap((section) => section.items);
  const items = new Map(all.map((item) => [item.key, item]));
  const whens = [...definition.sections, ...all].flatMap(({ when }) => (when === undefined ? [] : [when]));
  const refs = whens.flatMap(refsOf);
  const asked = new Set(refs.flatMap((ref) => [ref, ref.slice(0, ref.lastIndexOf('.'))]));
  const general = new Set(whens.filter(isGeneral));
  const index = { items, asked, general };
  indexes.set(definition, index);
  return index;
}

/** Tell a condition on the unit alone: nothing else decides it. */
export const isGeneral = (when: Condition): boolean => refsOf(when).every((ref) => ref.startsWith('unit.'));

/** List the references of a condition. */
export function refsOf(when: Condition): string[] {
  if ('all' in when) return when.all.flatMap(refsOf);
  if ('any' in when) return when.any.flatMap(refsOf);
  if ('not' in when) return refsOf(when.not);
  if ('equals' in when) return [when.equals[0]];
  return 'in' in when ? [when.in[0]] : [when.compare[0]];
}

function addRows(rows: Line[], section: Section, walk: Walk): void {
  for (const target of walk.targets(section.repeat)) {
    for (const item of section.items) addItem(rows, section.key, item, target, walk);
  }
}

function addItem(rows: Line[], section: string, item: Item, at: string, walk: Walk): void {
  for (const target of item.repeat === undefined ? [at] : walk.targets(item.repeat)) {
    if (walk.asks(item, target)) rows.push({ section, target, item: item.key });
  }
}

/** What has been shown so far, and the values that conditions may see. */
class Walk {
  private readonly items: ReadonlyMap<string, Item>;
  private readonly index: Index;
  private readonly decided = new Map<Condition, boolean>();
  private readonly context: Context;
  private readonly answers: Answers;
  private readonly drawn: ReadonlySet<string> | null;
  private readonly shown = new Map<string, Set<string>>();
  private readonly repeats = new Map<Repeat, readonly string[]>();

  constructor(definition: Definition, context: Context, answers: Answers) {
    this.index = indexOf(definition);
    this.items = this.index.items;
    this.context = context;
    this.answers = answers;
    this.drawn = context.deep_items ? new Set(context.deep_items) : null;
  }

  /** List the targets of a repeat; none of the right kind means once for the whole unit. */
  targets(repeat: Repeat | undefined): readonly string[] {
    if (repeat === undefined) return ONCE;
    const known = this.repeats.get(repeat);
    if (known !== undefined) return known;
    const ids = [...new Set(this.context.targets[repeat.over])];
    const found = ids.filter((id) => repeat.kinds?.includes(this.kind(id) ?? '') ?? true);
    const targets = found.length > 0 ? found : ONCE;
    this.repeats.set(repeat, targets);
    return targets;
  }

  /** Decide one row and remember it. */
  asks(item: Item, target: string): boolean {
    if (this.drawn !== null && isDeep(item) && !this.drawn.has(item.key)) return false;
    if (item.tiers !== undefined && !item.tiers.includes(this.context.unit.tier)) return false;
    if (!this.shows(item.when, target)) return false;
    if (this.index.asked.has(item.key)) this.remember(item, target);
    return true;
  }

  private remember(item: Item, target: string): void {
    const places = this.shown.get(item.key);
    if (places === undefined) this.shown.set(item.key, new Set([target]));
    else places.add(target);
  }

  /** Decide a condition at a target. */
  shows(when: Condition | undefined, target: string): boolean {
    if (when === undefined) return true;
    if (!this.index.general.has(when)) return holds(when, (ref) => this.look(ref, target));
    const known = this.decided.get(when) ?? holds(when, (ref) => this.look(ref, ''));
    this.decided.set(when, known);
    return known;
  }

  private place(target: string) {
    return Object.hasOwn(this.context.places, target) ? this.context.places[target] : undefined;
  }

  private kind(target: string): string | null {
    return this.place(target)?.kind ?? null;
  }

  private look(ref: string, target: string): Value {
    if (ref.startsWith('unit.')) return unitValue(ref.slice(5), this.context);
    if (ref.startsWith('place.')) return this.placeValue(ref.slice(6), target);
    const item = this.items.get(ref);
    if (item !== undefined) return this.answerValue(item, target);
    const dot = ref.lastIndexOf('.');
    const owner = this.items.get(ref.slice(0, dot));
    return owner === undefined ? null : this.readingValue(owner, ref.slice(dot + 1), target);
  }

  private placeValue(name: string, target: string): Value {
    if (name === 'kind') return this.kind(target);
    return this.place(target)?.attributes.includes(name.slice(name.indexOf('.') + 1)) ?? false;
  }

  private answerValue(item: Item, target: string): Value {
    const values = this.valuesAt(item, target);
    if (item.answer.type === 'pass-fail-na') return values.result ?? null;
    return isSetAside(values) ? null : (values.v ?? null);
  }

  private readingValue(item: Item, key: string, target: string): Value {
    const values = this.valuesAt(item, target);
    if (isSetAside(values)) return null;
    const isActive = activeReadings(item, values).some((reading) => reading.key === key);
    return isActive ? (values[`r.${key}`] ?? null) : null;
  }

  /** The same place first, else what was answered once for the whole unit. */
  private valuesAt(item: Item, target: string): Values {
    const places = this.shown.get(item.key);
    if (places?.has(target)) return valuesOf(this.answers, answerKey(target, item.key));
    return places?.has('') ? valuesOf(this.answers, answerKey('', item.key)) : {};
  }
}

const isSetAside = (values: Values): boolean => values.result === 'na' || values.result === 'unable';
