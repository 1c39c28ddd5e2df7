// @vitest-environment happy-dom
import { mount } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { loadMessages, setLocale } from '@/i18n/i18n';
import RecusalCard from './parts/RecusalCard.vue';

describe('the two questions', () => {
  it('offer three short answers each; what an application means is said once it is chosen', async () => {
    await setLocale('zh-CN');
    await loadMessages(['papers']);
    const shown = mount(RecusalCard, { props: { asked: { certificates: 'yes', recusal: 'no' }, met: '', names: ['Li'] } });
    const labels = shown.get('[data-testid=ask-recusal]').findAll('label').map((label) => label.text());
    expect(labels).toHaveLength(3);
    for (const label of labels) expect(label.length).toBeLessThan(5);
    expect(shown.find('[role=status]').exists()).toBe(false);
    await shown.setProps({ asked: { certificates: 'yes', recusal: 'asked' } });
    expect(shown.get('[role=status]').text().length).toBeGreaterThan(10);
  });
});
