// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { h, nextTick } from 'vue';
import { createMemoryHistory, createRouter } from 'vue-router';
import AppSheet from './AppSheet.vue';
import AppShell from './AppShell.vue';
import BigButton from './BigButton.vue';
import ChoiceChips from './ChoiceChips.vue';
import ErrorCard from './ErrorCard.vue';
import { IconToday } from './icons';
import { pageTitle, usePageTitle } from './page';
import PickList from './PickList.vue';
import ProgressRing from './ProgressRing.vue';
import PullRefresh from './PullRefresh.vue';
import SkeletonCards from './SkeletonCards.vue';
import SnackBar from './SnackBar.vue';
import { hideSnack, showSnack, snack } from './snack';
import StatusStrip from './StatusStrip.vue';
import TextField from './TextField.vue';

const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: { render: () => h('i') } }] });
const global = { plugins: [router] };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  hideSnack();
  vi.useRealTimers();
  document.body.innerHTML = '';
});

describe('the frame', () => {
  const shell = (hasBar = true) =>
    mount(AppShell, {
      global,
      props: {
        title: 'T', backLabel: 'Back', skipLabel: 'Skip', barLabel: 'Main', hasBar, hasBack: true, tab: 'today',
        tabs: [{ key: 'today', to: '/today', label: 'Today', icon: IconToday, count: 120, countLabel: '120' }],
      },
      slots: { default: 'page' },
    });

  it('begins with a way past the head, names its parts, and says where one is', () => {
    const wrapper = shell();
    expect(wrapper.find('a').attributes('href')).toBe('#main');
    expect(wrapper.find('main').attributes('id')).toBe('main');
    expect(wrapper.find('nav').attributes('aria-label')).toBe('Main');
    expect(wrapper.find('[aria-current=page]').text()).toContain('Today');
    expect(wrapper.find('.count').text()).toBe('99+');
  });
  it('leaves the bar away for a task that fills the screen', () => {
    expect(shell(false).find('nav').exists()).toBe(false);
  });
  it('tells when the way back is wanted', async () => {
    const wrapper = shell();
    await wrapper.find('[data-testid=back]').trigger('click');
    expect(wrapper.emitted('back')).toHaveLength(1);
  });
});

it('the strip shows every part and announces only changes of state', () => {
  const wrapper = mount(StatusStrip, { global, props: { to: '/me/sync', state: 'offline', parts: ['Offline', '3 waiting'], announcement: 'Offline' } });
  expect(wrapper.text()).toContain('3 waiting');
  expect(wrapper.find('[role=status]').text()).toBe('Offline');
});

describe('the snackbar', () => {
  it('offers to undo for six seconds', () => {
    showSnack({ text: 'Done', action: { label: 'Undo', run: () => undefined } });
    vi.advanceTimersByTime(5900);
    expect(snack.value?.text).toBe('Done');
    vi.advanceTimersByTime(200);
    expect(snack.value).toBeNull();
  });
  it('undoes once and goes away', async () => {
    const run = vi.fn();
    const wrapper = mount(SnackBar);
    showSnack({ text: 'Done', action: { label: 'Undo', run } });
    await nextTick();
    await wrapper.find('[data-testid=snack-action]').trigger('click');
    expect(run).toHaveBeenCalledOnce();
    expect(snack.value).toBeNull();
  });
  it('gives a new line its full time', () => {
    showSnack({ text: 'One' });
    vi.advanceTimersByTime(5000);
    showSnack({ text: 'Two' });
    vi.advanceTimersByTime(5000);
    expect(snack.value?.text).toBe('Two');
  });
});

it('the ring speaks as a picture and stops at full', () => {
  const wrapper = mount(ProgressRing, { props: { done: 30, total: 24, label: '30 of 24' } });
  expect(wrapper.attributes('aria-label')).toBe('30 of 24');
  expect(wrapper.find('.arc').classes()).toContain('full');
});

it('a skeleton never flashes', async () => {
  const wrapper = mount(SkeletonCards, { props: { label: 'Reading' } });
  expect(wrapper.find('.skeleton').exists()).toBe(false);
  vi.advanceTimersByTime(120);
  await nextTick();
  expect(wrapper.findAll('.skeleton')).toHaveLength(3);
});

it('a busy button cannot be pressed twice', () => {
  const wrapper = mount(BigButton, { global, props: { busy: true }, slots: { default: 'Go' } });
  expect(wrapper.attributes('disabled')).toBeDefined();
  expect(wrapper.attributes('aria-busy')).toBe('true');
});

it('a button that leads somewhere is a link', () => {
  expect(mount(BigButton, { global, props: { to: '/x' } }).element.tagName).toBe('A');
});

describe('a field', () => {
  const field = (props: Record<string, unknown>) => mount(TextField, { props: { label: 'Name', name: 'n', modelValue: '', ...props } });

  it('is tied to its label, hint and error', () => {
    const wrapper = field({ hint: 'as printed', error: 'wrong' });
    const input = wrapper.find('input');
    expect(wrapper.find('label').attributes('for')).toBe(input.attributes('id'));
    expect(input.attributes('aria-invalid')).toBe('true');
    for (const id of (input.attributes('aria-describedby') ?? '').split(' ')) expect(wrapper.find(`[id="${id}"]`).exists()).toBe(true);
  });
  it('shows a password only on request', async () => {
    const wrapper = field({ type: 'password', showLabel: 'Show', hideLabel: 'Hide' });
    expect(wrapper.find('input').attributes('type')).toBe('password');
    await wrapper.find('[data-testid=show-password]').trigger('click');
    expect(wrapper.find('input').attributes('type')).toBe('text');
    expect(wrapper.find('[data-testid=show-password]').attributes('aria-label')).toBe('Hide');
  });
});

it('chips are one group of radios', async () => {
  const wrapper = mount(ChoiceChips, { props: { label: 'Size', modelValue: 1, options: [{ value: 1, label: 'A' }, { value: 2, label: 'B' }] } });
  await wrapper.findAll('input')[1]?.setValue();
  expect(wrapper.emitted('update:modelValue')).toEqual([[2]]);
  expect(new Set(wrapper.findAll('input').map((input) => input.attributes('name'))).size).toBe(1);
});

describe('a list to pick from', () => {
  const options = Array.from({ length: 60 }, (_, n) => ({ value: String(n), label: `Place ${String(n)}`, text: n === 33 ? 'cellar' : '' }));
  const list = (modelValue: string | null, own = options) => mount(PickList, { props: { label: 'Place', options: own, searchLabel: 'Search', empty: 'Nothing', modelValue } });

  it('is folded to the chosen one and opens again', async () => {
    const wrapper = list('3');
    expect(wrapper.findAll('input')).toHaveLength(0);
    await wrapper.find('button').trigger('click');
    expect(wrapper.findAll('input[type=radio]').length).toBe(50);
  });
  it('finds by any of its words', async () => {
    const wrapper = list(null);
    await wrapper.find('input[type=search]').setValue('CELLAR');
    expect(wrapper.findAll('input[type=radio]')).toHaveLength(1);
  });
  it('says when there is nothing', () => {
    expect(list(null, []).text()).toContain('Nothing');
  });
});

it('an error says what to quote', () => {
  const wrapper = mount(ErrorCard, { props: { title: 'Oops', code: 'X-1', codeLabel: 'Code' } });
  expect(wrapper.attributes('role')).toBe('alert');
  expect(wrapper.find('code').text()).toBe('X-1');
});

it('a sheet draws its content only while it is open', async () => {
  const wrapper = mount(AppSheet, { attachTo: document.body, props: { open: false, title: 'Sheet', closeLabel: 'Close' }, slots: { default: 'inside' } });
  expect(wrapper.text()).not.toContain('inside');
  await wrapper.setProps({ open: true });
  expect(wrapper.text()).toContain('inside');
  await wrapper.find('[data-testid=sheet-close]').trigger('click');
  expect(wrapper.emitted('update:open')).toEqual([[false]]);
});

describe('pulling down', () => {
  const pull = async (by: number) => {
    const refresh = vi.fn(() => Promise.resolve());
    const wrapper = mount(PullRefresh, { props: { refresh, pullLabel: 'Pull', releaseLabel: 'Release', busyLabel: 'Busy' } });
    const touch = (y: number) => ({ touches: [{ clientY: y }] });
    await wrapper.trigger('touchstart', touch(10));
    await wrapper.trigger('touchmove', touch(10 + by));
    await wrapper.trigger('touchend', { touches: [] });
    return refresh;
  };

  it('far enough refreshes', async () => {
    expect(await pull(200)).toHaveBeenCalledOnce();
  });
  it('a little does not', async () => {
    expect(await pull(40)).not.toHaveBeenCalled();
  });
});

it('a page gives its title back when it leaves', () => {
  const wrapper = mount({ setup: () => { usePageTitle(() => 'Pharmacy'); return () => h('i'); } });
  expect(pageTitle.value).toBe('Pharmacy');
  wrapper.unmount();
  expect(pageTitle.value).toBeNull();
});
