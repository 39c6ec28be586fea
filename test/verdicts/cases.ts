/** All verdict cases. What plays them: test/model/verdicts.test.ts (the analyser), test/packets/verdicts.test.ts. */
import type { VerdictCase } from './case.ts';
import { ADDRESS_CASES } from './cases/addresses.ts';
import { CHANGE_CASES } from './cases/changes.ts';
import { GROUP_CASES } from './cases/groups.ts';
import { MATCH_CASES } from './cases/match.ts';
import { ORDER_CASES } from './cases/order.ts';
import { PUBLIC_CASES } from './cases/public.ts';

export const CASES: readonly VerdictCase[] = [
  ...ORDER_CASES,
  ...MATCH_CASES,
  ...GROUP_CASES,
  ...CHANGE_CASES,
  ...ADDRESS_CASES,
  ...PUBLIC_CASES,
];
