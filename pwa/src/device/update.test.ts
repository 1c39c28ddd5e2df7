import { afterEach, describe, expect, it, vi } from 'vitest';
import { effectScope, ref, type EffectScope } from 'vue';
import { answerOthers, applyUpdate, isBusyElsewhere, isUpdateHeld, reloadWhenDone } from './update';
import { useUnsaved } from './unsaved';

let scope: EffectScope | null = null;
const isDirty = ref(false);

function write(): void {
  scope = effectScope();
  isDirty.value = true;
  scope.run(() => { useUnsaved(() => isDirty.value); });
}

afterEach(() => {
  scope?.stop();
  scope = null;
  isDirty.value = false;
});

describe('a new version', () => {
  it('is not started while this window holds something unfinished [fault 85]', async () => {
    write();
    await applyUpdate();
    expect(isUpdateHeld.value).toBe(true);
    isDirty.value = false;
    await applyUpdate();
    expect(isUpdateHeld.value).toBe(false);
  });

  it('is not started while another window holds something unfinished [fault 85]', async () => {
    expect(await isBusyElsewhere()).toBe(false);
    answerOthers();
    write();
    expect(await isBusyElsewhere()).toBe(true);
    isDirty.value = false;
    expect(await isBusyElsewhere()).toBe(false);
  });

  it('started by another window, is followed only when nothing is unfinished here, and once [fault 85]', async () => {
    const reload = vi.fn();
    write();
    reloadWhenDone(reload);
    expect(reload).not.toHaveBeenCalled();
    isDirty.value = false;
    expect(reload).toHaveBeenCalledTimes(1);
    await Promise.resolve();
    isDirty.value = true;
    isDirty.value = false;
    expect(reload).toHaveBeenCalledTimes(1);
  });
});
