/** The words of the page without an account: Chinese comes with the page, the others when somebody wants them. */
import chinese from '@/i18n/zh-CN/tips.json';
import published from '@contracts/generated/tip-words.json';

export const LANGUAGES = ['zh-CN', 'zh-Hant', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
type Words = Readonly<Record<string, string>>;
interface Both {
  readonly zh: string;
  readonly en: string;
}
interface Topic extends Both {
  readonly key: string;
}

const KEPT = 'anxun.tips.language';
export const limits = published.limits;
let language: Language = 'zh-CN';
let words: Words = chinese;
let listed: readonly Topic[] = published.topics;

export const present = (): Language => language;

function wanted(): Language {
  const kept = stored();
  if (kept) return kept;
  if (/^zh-(hant|tw|hk|mo)/i.test(navigator.language)) return 'zh-Hant';
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

function stored(): Language | undefined {
  try {
    const kept = localStorage.getItem(KEPT);
    return LANGUAGES.find((one) => one === kept);
  } catch {
    return undefined;
  }
}

/** Begin in the person's language; a line too bad to fetch it leaves the page in Chinese. */
export async function begin(): Promise<void> {
  await speak(wanted()).catch(() => undefined);
}

export async function speak(next: Language): Promise<void> {
  if (next === 'en') words = (await import('@/i18n/en/tips.json')).default;
  else if (next === 'zh-Hant') {
    const [own, theirs] = await Promise.all([import('@/i18n/zh-CN/tips.json?hant'), import('@contracts/generated/tip-words.json?hant')]);
    words = own.default;
    listed = theirs.default.topics;
  } else {
    words = chinese;
    listed = published.topics;
  }
  language = next;
  document.documentElement.lang = next;
}

/** Remember what the person chose. */
export function keep(next: Language): void {
  try {
    localStorage.setItem(KEPT, next);
  } catch {
    // Without storage the choice holds for this page.
  }
}

export function t(key: string, args: Readonly<Record<string, string | number>> = {}): string {
  const message = words[key.slice('tips.'.length)] ?? key;
  return message.replace(/\{(\w+)\}/g, (place, name: string) => String(args[name] ?? place));
}

/** A text that comes in both languages; the server's own words stay in Simplified Chinese. */
export const pick = (text: Both): string => (language === 'en' ? text.en : text.zh);

export const topics = (): readonly Topic[] => listed;
