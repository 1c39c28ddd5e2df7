import { describe, expect, it } from 'vitest';
import { jointWords, parseJoint } from '@/data/joint';
import { dropJoint, setJoint } from './effects-joint';

const args = { id: 'j', inspection: 'i', name: 'Qian', agency: 'Fire brigade', certificate: '0457', shown: true };
const context = { id: 'm', by: 'me', at: 7 };

describe('people of other agencies', () => {
  it('are named at once, and keep their place when put right', () => {
    const [first] = setJoint.apply(args, () => undefined, context);
    expect(first?.data).toEqual({ id: 'j', inspection_id: 'i', name: 'Qian', agency: 'Fire brigade', title: '', certificate: '0457', shown: true, added_at: 7 });
    const [again] = setJoint.apply({ ...args, name: 'Qian Wei' }, () => first?.data ?? undefined, { ...context, at: 9 });
    expect(parseJoint(again?.data)).toMatchObject({ name: 'Qian Wei', added_at: 7 });
    expect(jointWords(parseJoint(again?.data))).toBe('Qian Wei · Fire brigade · 0457');
  });

  it('disappear when taken out, after the visit itself has been sent', () => {
    expect(dropJoint.apply({ id: 'j', inspection: 'i' }, () => undefined, context)).toEqual([{ key: ['joint', 'j'], data: null }]);
    expect(setJoint.needs?.(args)).toEqual([['inspection', 'i']]);
    expect(dropJoint.touches({ id: 'j', inspection: 'i' })).toEqual([['joint', 'j']]);
  });
});
