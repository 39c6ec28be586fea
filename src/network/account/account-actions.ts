/** Accounts: made, listed, switched off and on, deleted. The contract keeps these actions for the administrator. */
import { refuse } from '../../contract/errors.ts';
import type {
  createAccount,
  deleteAccount,
  disableAccount,
  enableAccount,
  listAccounts,
} from '../../contract/yunlan.ts';
import type { Tables } from '../../store/schema.ts';
import type { Refusal } from '../../values/refusal.ts';
import type { Call, HandlersOf } from '../call.ts';
import { record } from '../history.ts';
import { addKey, newAccount, withSecret } from './keys.ts';
import { mayDeleteAccount, mayDisableAccount } from './rules.ts';
import { listedAccount } from './view.ts';

export type AccountAction =
  | typeof createAccount
  | typeof deleteAccount
  | typeof disableAccount
  | typeof enableAccount
  | typeof listAccounts;

export const accountActionHandlers: HandlersOf<AccountAction> = {
  async 'Yunlan.CreateAccount'(call, input) {
    const made = await call.write(['accounts'], async (tx) => {
      if (await tx.get('account', { name: input.AccountName })) {
        return refuse('InvalidAccountName.Duplicate', { parameter: 'AccountName' });
      }
      const account = newAccount(input.AccountName, false, call.clock, call.random);
      await tx.insert('account', account);
      const AccessKeyId = await addKey(tx, account.id, call);
      await record(call, tx, 'Yunlan.CreateAccount', '', account.id);
      return { AccountId: account.id, AccountName: account.name, AccessKeyId };
    });
    return withSecret(call, made);
  },

  async 'Yunlan.ListAccounts'(call) {
    const accounts = await call.read((reader) => reader.find('account', {}, { orderBy: ['created_at'] }));
    return { Accounts: { Account: accounts.map(listedAccount) } };
  },

  async 'Yunlan.DisableAccount'(call, { AccountName }) {
    return setStatus(call, 'Yunlan.DisableAccount', AccountName, 'Inactive', mayDisableAccount);
  },

  async 'Yunlan.EnableAccount'(call, { AccountName }) {
    return setStatus(call, 'Yunlan.EnableAccount', AccountName, 'Active', () => undefined);
  },

  async 'Yunlan.DeleteAccount'(call, { AccountName }) {
    return call.write(['accounts'], async (tx) => {
      const account = await tx.get('account', { name: AccountName });
      if (!account) return refuse('InvalidAccountId.NotFound', { parameter: 'AccountName' });
      const denied = mayDeleteAccount(account, await tx.owned(account.id));
      if (denied) return denied;
      await tx.remove('access_key', { account_id: account.id });
      await tx.remove('once', { account_id: account.id });
      await tx.remove('account', { id: account.id });
      await record(call, tx, 'Yunlan.DeleteAccount', '', account.id);
      return {};
    });
  },
};

function setStatus(
  call: Call,
  action: 'Yunlan.DisableAccount' | 'Yunlan.EnableAccount',
  name: string,
  status: Tables['account']['status'],
  may: (account: Tables['account']) => Refusal | undefined,
) {
  return call.write(['accounts'], async (tx) => {
    const account = await tx.get('account', { name });
    if (!account) return refuse('InvalidAccountId.NotFound', { parameter: 'AccountName' });
    const denied = may(account);
    if (denied) return denied;
    await tx.update('account', { id: account.id }, { status });
    await record(call, tx, action, '', account.id);
    return {};
  });
}
