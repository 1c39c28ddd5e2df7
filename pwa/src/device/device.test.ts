// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { startScanner, ScannerError } from './scanner';
import { askToKeep, storageState } from './storage';
import { hasUnsaved, useUnsaved } from './unsaved';

const give = (name: string, value: unknown): void => {
  Object.defineProperty(navigator, name, { value, configurable: true });
};

afterEach(() => {
  for (const name of ['storage', 'mediaDevices']) Reflect.deleteProperty(navigator, name);
});

describe('what is unsaved', () => {
  it('holds an update back only as long as it is there', () => {
    const scope = effectScope();
    const isDirty = ref(false);
    scope.run(() => { useUnsaved(() => isDirty.value); });
    expect(hasUnsaved.value).toBe(false);
    isDirty.value = true;
    expect(hasUnsaved.value).toBe(true);
    scope.stop();
    expect(hasUnsaved.value).toBe(false);
  });
});

describe('storage', () => {
  it('says so when the browser says nothing', async () => {
    give('storage', undefined);
    expect(await storageState()).toEqual({ used: 0, quota: 0, promise: 'unknown' });
    expect(await askToKeep()).toBe('unknown');
  });
  it('calls data at risk until the browser has promised', async () => {
    let kept = false;
    give('storage', {
      estimate: () => Promise.resolve({ usage: 5, quota: 10 }),
      persisted: () => Promise.resolve(kept),
      persist: () => Promise.resolve(kept),
    });
    expect(await storageState()).toEqual({ used: 5, quota: 10, promise: 'at-risk' });
    expect(await askToKeep()).toBe('at-risk');
    kept = true;
    expect(await askToKeep()).toBe('kept');
  });
});

describe('the scanner', () => {
  const trouble = async (): Promise<string> => {
    try {
      await startScanner(document.createElement('video'), () => undefined);
    } catch (error) {
      return error instanceof ScannerError ? error.trouble : 'other';
    }
    return 'started';
  };

  it('says when the address is not safe enough for a camera', async () => {
    give('mediaDevices', undefined);
    expect(await trouble()).toBe('insecure');
  });
  it.each([['NotAllowedError', 'denied'], ['NotFoundError', 'none'], ['NotReadableError', 'busy'], ['Unheard', 'busy']])('turns %s into %s', async (name, expected) => {
    give('mediaDevices', { getUserMedia: () => Promise.reject(Object.assign(new Error(name), { name })) });
    expect(await trouble()).toBe(expected);
  });
});

describe('the look', () => {
  beforeEach(() => {
    vi.resetModules();
    localStorage.clear();
  });

  it('is put on the page and kept', async () => {
    const { applyLook, setPreferences } = await import('./preferences');
    applyLook();
    setPreferences({ theme: 'dark', textScale: 1.5, isLeftHanded: true });
    await nextTick();
    const root = document.documentElement;
    expect([root.dataset['theme'], root.dataset['hand'], root.style.getPropertyValue('--text-scale')]).toEqual(['dark', 'left', '1.5']);
    vi.resetModules();
    const again = await import('./preferences');
    expect(again.preferences.value).toMatchObject({ theme: 'dark', textScale: 1.5, isLeftHanded: true });
  });
  it.each(['not json', '[]', '{"textScale": 9, "theme": "pink", "language": "xx", "hiddenCards": "a"}', 'null'])('survives %s in its place', async (stored) => {
    localStorage.setItem('anxun.look', stored);
    const { preferences } = await import('./preferences');
    expect(preferences.value).toMatchObject({ language: 'zh-CN', theme: 'system', textScale: 1, hiddenCards: [] });
  });
});
