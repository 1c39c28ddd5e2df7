/** How the app looks on this device. Read before the first paint, hence localStorage; losing it loses nothing of worth. */
import { readonly, ref, watch } from 'vue';

export const TEXT_SCALES = [1, 1.15, 1.3, 1.5, 2] as const;
export type TextScale = (typeof TEXT_SCALES)[number];
export type Theme = 'system' | 'light' | 'dark';
export const LANGUAGES = ['zh-CN', 'zh-Hant', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Preferences {
  readonly language: Language;
  readonly theme: Theme;
  readonly textScale: TextScale;
  readonly isLeftHanded: boolean;
  /** First-use cards that were put away. */
  readonly hiddenCards: readonly string[];
}

const KEY = 'anxun.look';
const DEFAULTS: Preferences = { language: 'zh-CN', theme: 'system', textScale: 1, isLeftHanded: false, hiddenCards: [] };

const current = ref<Preferences>(read());

export const preferences = readonly(current);

export function setPreferences(changes: Partial<Preferences>): void {
  current.value = { ...current.value, ...changes };
  try {
    localStorage.setItem(KEY, JSON.stringify(current.value));
  } catch {
    // Storage may be blocked or full; the choice then lasts as long as the page.
  }
}

/** Puts the look on the page, and keeps it there while the person or the system changes it. */
export function applyLook(): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme, textScale, isLeftHanded } = current.value;
    const isDark = theme === 'dark' || (theme === 'system' && system.matches);
    const root = document.documentElement;
    root.dataset['theme'] = isDark ? 'dark' : 'light';
    root.dataset['hand'] = isLeftHanded ? 'left' : 'right';
    root.style.setProperty('--text-scale', String(textScale));
  };
  system.addEventListener('change', apply);
  watch(current, apply, { immediate: true });
}

function read(): Preferences {
  try {
    const raw: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return typeof raw === 'object' && raw !== null ? { ...DEFAULTS, ...valid(raw as Partial<Preferences>) } : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}

/** What an older or newer version stored may not be what this one understands. */
function valid(raw: Partial<Preferences>): Partial<Preferences> {
  return {
    ...(raw.language && LANGUAGES.includes(raw.language) ? { language: raw.language } : {}),
    ...(raw.theme === 'dark' || raw.theme === 'light' ? { theme: raw.theme } : {}),
    ...(raw.textScale && TEXT_SCALES.includes(raw.textScale) ? { textScale: raw.textScale } : {}),
    ...(raw.isLeftHanded === true ? { isLeftHanded: true } : {}),
    ...(Array.isArray(raw.hiddenCards) ? { hiddenCards: raw.hiddenCards.map(String) } : {}),
  };
}
