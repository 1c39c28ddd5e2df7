import { describe, expect, it } from 'vitest';
import vectors from '@contracts/vectors/papers.json';
import type { Strokes } from '@/answers/strokes';
import { codeShown, compose, fill } from './logic/compose';
import { fingerprint, newCode, textHash } from './logic/fingerprint';
import { bodyOf, inWords, lacksOf, marksLack, readBody, type Form } from './logic/form';
import { slim } from './logic/ink';
import { findLayout, newestLayout, newestLayouts, type Layout } from './logic/layouts';
import type { Body, Mark, Signing } from './logic/shapes';

const layoutOf = (body: Body): Layout => {
  const layout = findLayout(body.layout, body.version);
  if (!layout) throw new Error(body.layout);
  return layout;
};

describe('the words of a paper', () => {
  it.each(vectors.cases.map((one) => [one.name, one] as const))('are those of the server: %s', async (_name, one) => {
    const body = readBody(one.body);
    expect(compose(layoutOf(body), body, JSON.parse(one.signing) as Signing)).toEqual(one.paper);
    expect(await fingerprint(one.body, one.signing)).toBe(one.hash);
    expect(await textHash(one.body)).toBe(one.over);
  });

  it('never make a statutory order of supervision', () => {
    for (const layout of newestLayouts.filter(({ track }) => track === 'supervision')) {
      expect(JSON.stringify(layout)).not.toMatch(/指令书|责令|处罚/);
      expect(layout.needs.officers).toBeGreaterThanOrEqual(2);
    }
  });
});

const record = newestLayout('site-record');
if (!record) throw new Error('site-record');

const form: Form = {
  id: 'p', code: newCode(), layout: 'site-record', version: 1, office: '青禾县卫生健康局', officeId: null,
  fields: { unit: '县医院', begun: '2026年11月22日', met: '赵海燕' },
  officers: [{ name: '李建国', number: '1' }, { name: '周敏', number: '' }], shown: '2026年11月22日 09时00分',
  asked: { certificates: 'yes', recusal: 'no' }, findings: [{ title: '一' }, { title: '二' }], left: [0], replaces: null, edition: 1, date: '2026年11月22日',
  body: null, over: '', marks: [],
};

describe('a form', () => {
  it('becomes the text that is signed', () => {
    const body = readBody(bodyOf(record, form));
    expect(body.findings).toEqual([{ title: '二' }]);
    expect(body.officers.map((one) => one.shown)).toEqual([form.shown, form.shown]);
    expect(body.recusal).toEqual({ certificates: 'yes', recusal: 'no', by: '赵海燕' });
  });

  it.each([
    [{}, []],
    [{ office: ' ' }, ['office']],
    [{ officers: form.officers.slice(0, 1) }, ['officers']],
    [{ officers: [{ name: '李建国' }, { name: '李建国' }] }, ['officers']],
    [{ officers: [{ name: '李建国' }, { name: ' 李\u200b建国' }] }, ['officers']],
    [{ officers: [{ name: '李建国', number: 'NS-1' }, { name: '周敏', number: 'ＮＳ-1' }] }, ['officers']],
    [{ officers: [{ name: '李建国', person_id: 'p' }, { name: '周敏', person_id: 'p' }] }, ['officers']],
    [{ shown: '' }, ['certificates']],
    [{ asked: null }, ['recusal']],
    [{ fields: { ...form.fields, met: '' } }, ['met']],
    [{ asked: { certificates: 'yes', recusal: 'asked' } }, ['about']],
    [{ replaces: { id: 'a', number: '1', reason: '' } }, ['reason']],
  ] as [Partial<Form>, string[]][])('says what it lacks: %j', (part, lacks) => {
    expect(lacksOf(record, { ...form, ...part })).toEqual(lacks);
  });

  it('of an enforcement paper takes numbers of the register only', () => {
    const layout = newestLayout('enforcement-record');
    expect(layout && lacksOf(layout, form)).toEqual(['numbers']);
  });

  it('of a notice needs something to put right', () => {
    const layout = newestLayout('rectification-notice');
    expect(layout && lacksOf(layout, { ...form, left: [0, 1] })).toEqual(['findings']);
  });
});

describe('marks', () => {
  const body = readBody(bodyOf(record, form));
  const mark = (party: Mark['party'], name: string): Mark => ({ party, how: 'signed', name, at: 0, when: '' });

  it('are wanted of who answered, of two inspectors and of the unit', () => {
    expect(marksLack(record, body, [])).toEqual(['recusal', 'officers', 'unit']);
    const two = [mark('recusal', '赵海燕'), mark('officer', '李建国'), mark('officer', '李建国')];
    expect(marksLack(record, body, two)).toEqual(['officers', 'unit']);
    expect(marksLack(record, body, [...two, mark('officer', '周敏'), mark('unit', '赵海燕')])).toEqual([]);
  });

  it('of the unit are not those of a nameless inspector', () => {
    const strange = { ...body, officers: [...body.officers, { name: '赵海燕' }] };
    const all = [mark('recusal', '赵海燕'), mark('officer', '李建国'), mark('officer', '周敏'), mark('unit', '赵海燕')];
    expect(marksLack(record, strange, all)).toEqual(['sides']);
  });

  it('are made small without losing their shape', () => {
    const wave: Strokes = [Array.from({ length: 2000 }, (_x, n) => [n / 2, 500 + 300 * Math.sin(n / 40)] as const)];
    const small = slim(wave);
    expect(small[0]?.length).toBeLessThanOrEqual(420);
    expect(small[0]?.[0]).toEqual(wave[0]?.[0]);
    const heights = (small[0] ?? []).map(([, y]) => y);
    expect(Math.max(...heights)).toBeGreaterThan(790);
    expect(Math.min(...heights)).toBeLessThan(210);
  });
});

describe('small things', () => {
  it('codes are twelve signs nobody misreads', () => {
    expect(newCode()).toMatch(/^[0-9A-HJ-NP-RTUWXY]{12}$/);
    expect(codeShown('7K3M9QX5ABCD')).toBe('7K3M 9QX5 ABCD');
  });

  it('moments stand in words', () => {
    expect(inWords('{y}-{m}-{d} {h}:{i}', new Date(2026, 10, 2, 9, 5).getTime())).toBe('2026-11-2 09:05');
    expect(fill('{a}{b}', { a: 'x' })).toBe('x');
  });
});
