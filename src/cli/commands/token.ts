/** `key token`: temporary credentials of the caller's account, or of another one for the administrator. */
import { Failure } from '../../daemon/failure.ts';
import { call, type Target } from '../client.ts';
import { printAnswer } from '../output.ts';
import type { SharedOptions } from '../shared-options.ts';
import { findTarget } from '../target.ts';
import { parseDuration } from './own.ts';

export interface TokenOptions {
  readonly account?: string;
  readonly duration: string;
  readonly role: string;
  readonly session: string;
}

export async function token(options: TokenOptions, shared: SharedOptions): Promise<number> {
  const target = findTarget(shared);
  const seconds = parseDuration(options.duration);
  const accountId = await accountIdOf(target, options.account);
  const answer = await call(target, 'Sts', 'AssumeRole', {
    RoleArn: `acs:ram::${accountId}:role/${options.role}`,
    RoleSessionName: options.session,
    DurationSeconds: String(seconds),
  });
  printAnswer(answer, shared);
  return 0;
}

async function accountIdOf(target: Target, name: string | undefined): Promise<string> {
  if (name === undefined) return String((await call(target, 'Sts', 'GetCallerIdentity'))['AccountId']);
  const { Accounts } = (await call(target, 'Yunlan', 'ListAccounts')) as unknown as {
    readonly Accounts: { readonly Account: readonly { readonly AccountId: string; readonly AccountName: string }[] };
  };
  const account = Accounts.Account.find(({ AccountName }) => AccountName === name);
  if (!account) throw new Failure(`there is no account ${name}: 'yunlan account list' tells those there are`);
  return account.AccountId;
}
