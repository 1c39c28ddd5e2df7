/** Answer type → its control. A type that this version does not know is shown as such, never skipped. */

import { defineAsyncComponent, type Component } from 'vue';
import type { AnswerType } from '@/engine/definition';
import ChoiceAnswer from './ChoiceAnswer.vue';
import DateAnswer from './DateAnswer.vue';
import NumberAnswer from './NumberAnswer.vue';
import PassFailAnswer from './PassFailAnswer.vue';
import PhotoAnswer from './PhotoAnswer.vue';
import SignatureAnswer from './SignatureAnswer.vue';
import TextAnswer from './TextAnswer.vue';
import UnknownAnswer from './UnknownAnswer.vue';

const CONTROLS: Readonly<Record<AnswerType, Component>> = {
  'pass-fail-na': PassFailAnswer,
  number: NumberAnswer,
  choice: ChoiceAnswer,
  choices: ChoiceAnswer,
  text: TextAnswer,
  date: DateAnswer,
  photo: PhotoAnswer,
  signature: SignatureAnswer,
  // Brings a decoder along; most walks never scan inside an item.
  scan: defineAsyncComponent(() => import('./ScanAnswer.vue')),
};

export const isKnownType = (type: string): type is AnswerType => Object.hasOwn(CONTROLS, type);

export const controlFor = (type: string): Component => (isKnownType(type) ? CONTROLS[type] : UnknownAnswer);
