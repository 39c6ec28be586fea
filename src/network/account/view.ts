/** Accounts, keys and the clock in answers. */
import type { Caller } from '../../contract/call.ts';
import type { Tables } from '../../store/schema.ts';
import { formatSeconds, type MovableClock } from '../../values/clock.ts';
import { roleId, type Session } from './session.ts';

export function listedAccount(account: Tables['account']) {
  return {
    AccountId: account.id,
    AccountName: account.name,
    Administrator: account.administrator,
    Status: account.status,
    CreationTime: formatSeconds(account.created_at),
  };
}

/** A key without its secret: that is told once, when the key is made. */
export function listedKey(key: Tables['access_key']) {
  return { AccessKeyId: key.id, Status: key.status, CreationTime: formatSeconds(key.created_at) };
}

/** Whoever calls: an account itself (there are no users below it), or a role of it. */
export function identity({ accountId, session }: Caller) {
  if (!session) {
    return {
      IdentityType: 'Account',
      AccountId: accountId,
      PrincipalId: accountId,
      UserId: accountId,
      RoleId: '',
      Arn: `acs:ram::${accountId}:root`,
    };
  }
  const id = roleId(accountId, session.role);
  return {
    IdentityType: 'AssumedRoleUser',
    AccountId: accountId,
    PrincipalId: `${id}:${session.name}`,
    UserId: '',
    RoleId: id,
    Arn: `acs:ram::${accountId}:assumed-role/${session.role}/${session.name}`,
  };
}

/** New temporary credentials, told once. */
export function issuedCredentials({ session, token }: { readonly session: Session; readonly token: string }) {
  const { accountId, role, name } = session;
  return {
    AssumedRoleUser: {
      Arn: `acs:ram::${accountId}:role/${role}/${name}`,
      AssumedRoleId: `${roleId(accountId, role)}:${name}`,
    },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      AccessKeySecret: session.secret,
      Expiration: formatSeconds(session.expiresAt),
      SecurityToken: token,
    },
  };
}

/** A request on record. */
export function listedRequest(request: Tables['request']) {
  return {
    RequestId: request.request_id,
    Time: formatSeconds(request.at),
    AccountId: request.account_id,
    AccessKeyId: request.access_key_id,
    Action: request.action,
    RegionId: request.region_id,
    Outcome: request.code,
    Status: request.status,
    SourceAddress: request.remote,
    Milliseconds: request.milliseconds,
  };
}

export function clockState(clock: MovableClock) {
  return { Time: formatSeconds(clock.now()), OffsetMilliseconds: clock.offset };
}
