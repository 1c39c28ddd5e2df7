import { expect, it } from 'vitest';
import type { Scanned } from '@/engine/tagcode';
import { chooseScan } from './choose';

const tag = (code: string): Scanned => ({ kind: 'tag', code });
const foreign = (text: string): Scanned => ({ kind: 'foreign', text });
const elsewhere = (code: string): Scanned => ({ kind: 'elsewhere', code, host: 'x' });

it('sees nothing in nothing', () => {
  expect(chooseScan([])).toBeNull();
});
it('takes our tag, whatever hangs beside it', () => {
  expect(chooseScan([foreign('pay here'), tag('A'), elsewhere('B')])).toEqual(tag('A'));
});
it('takes the same tag seen twice as one', () => {
  expect(chooseScan([tag('A'), tag('A')])).toEqual(tag('A'));
});
it('leaves two tags of ours to the person', () => {
  expect(chooseScan([tag('A'), tag('B')])).toEqual({ several: ['A', 'B'] });
});
it('names a misprinted tag before a foreign code', () => {
  expect(chooseScan([foreign('x'), elsewhere('B')])).toEqual(elsewhere('B'));
});
