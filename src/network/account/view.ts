/** Accounts, keys and the clock in answers. */
import type { Tables } from '../../store/schema.ts';
import { formatSeconds, type MovableClock } from '../../values/clock.ts';

export function listedAccount(account: Tables['account']) {
  return {
    AccountId: account.id,
    AccountName: account.name,
    Administrator: account.administrator,
    CreationTime: formatSeconds(account.created_at),
  };
}

/** A key without its secret: that is told once, when the key is made. */
export function listedKey(key: Tables['access_key']) {
  return { AccessKeyId: key.id, Status: key.status, CreationTime: formatSeconds(key.created_at) };
}

/** An account as the identity of a caller: requests are signed by accounts themselves, not by users of theirs. */
export function identity(accountId: string) {
  return {
    IdentityType: 'Account',
    AccountId: accountId,
    PrincipalId: accountId,
    UserId: accountId,
    Arn: `acs:ram::${accountId}:root`,
  };
}

export function clockState(clock: MovableClock) {
  return { Time: formatSeconds(clock.now()), OffsetMilliseconds: clock.offset };
}
