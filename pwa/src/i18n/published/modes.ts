/**
 * Kinds of inspection as the server publishes them: names, which of the four ways each counts as, who must sign. A kind
 * that is newer than the app keeps its key.
 */
import contract from '@contracts/generated/inspection-rules.json';
import { shallowRef } from 'vue';
import { locale, pick } from '../i18n';

export interface ModeOption {
  readonly value: string;
  readonly label: string;
}
interface Named {
  readonly key: string;
  readonly name: { readonly zh: string; readonly en: string };
}

const known = new Map(contract.modes.map((mode) => [mode.key, mode]));
const traditional = shallowRef<ReadonlyMap<string, string> | null>(null);
let isAsked = false;

/** Traditional Chinese is made by the build and fetched when it is first shown. */
function askForTraditional(): void {
  if (isAsked) return;
  isAsked = true;
  void import('@contracts/generated/inspection-rules.json?hant').then(({ default: made }) => {
    traditional.value = new Map([...made.ways, ...made.modes].map((one) => [one.key, one.name.zh]));
  }).catch(() => { isAsked = false; });
}

function nameOf(one: Named): string {
  if (locale.value !== 'zh-Hant') return pick(one.name);
  askForTraditional();
  return traditional.value?.get(one.key) ?? one.name.zh;
}

export const modeName = (key: string): string => {
  const mode = known.get(key);
  return mode ? nameOf(mode) : key;
};

export const modeOptions = (): readonly ModeOption[] => contract.modes.map((mode) => ({ value: mode.key, label: nameOf(mode) }));

export const wayOf = (key: string): string => known.get(key)?.way ?? '';
export const wayOptions = (): readonly ModeOption[] => contract.ways.map((way) => ({ value: way.key, label: nameOf(way) }));
export const isUnannounced = (key: string): boolean => known.get(key)?.unannounced ?? false;
