/** Resource groups as answers show them. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds } from '../../values/clock.ts';
import { defaultResourceGroup } from './rules.ts';

/** The default group of an account, as old as the account itself. */
export function defaultGroupOf(account: Tables['account']) {
  return {
    Id: defaultResourceGroup(account.id),
    Name: 'default',
    DisplayName: 'default resource group',
    Status: 'OK',
    AccountId: account.id,
    CreateDate: formatSeconds(account.created_at),
    Tags: { Tag: [] },
  };
}
