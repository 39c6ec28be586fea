/** Invalid calls on accounts, keys and temporary credentials. */
import type { InvalidCall } from './catalogue.ts';

const ROLE = { RoleArn: 'acs:ram::1000000000000001:role/admin', RoleSessionName: 'one' };

const on =
  (product: InvalidCall['product'], action: string) =>
  (why: string, request: { [name: string]: string }, code: InvalidCall['code'], status: number, parameter?: string) =>
    ({
      product,
      action,
      name: `${action}: ${why}`,
      request: () => request,
      code,
      status,
      ...(parameter ? { parameter } : {}),
    }) satisfies InvalidCall;

const assume = on('Sts', 'AssumeRole');
const requests = on('Yunlan', 'ListRequests');
const NOBODYS_KEY = { UserAccessKeyId: 'LTAInobodyskey0000000000' };

export const ACCOUNT_CALLS: readonly InvalidCall[] = [
  assume('no role', { RoleSessionName: 'one' }, 'MissingParameter', 400, 'RoleArn'),
  assume('no session name', { RoleArn: ROLE.RoleArn }, 'MissingParameter', 400, 'RoleSessionName'),
  assume('a role in words', { ...ROLE, RoleArn: 'admin' }, 'InvalidParameter.RoleArn', 400, 'RoleArn'),
  assume('a user for a role', { ...ROLE, RoleArn: 'acs:ram::1:user/a' }, 'InvalidParameter.RoleArn', 400, 'RoleArn'),
  assume(
    'a session name with a blank',
    { ...ROLE, RoleSessionName: 'a b' },
    'InvalidParameter.RoleSessionName',
    400,
    'RoleSessionName',
  ),
  assume(
    'a session name of 65 letters',
    { ...ROLE, RoleSessionName: 'a'.repeat(65) },
    'InvalidParameter.RoleSessionName',
    400,
    'RoleSessionName',
  ),
  assume(
    'ten minutes',
    { ...ROLE, DurationSeconds: '600' },
    'InvalidParameter.DurationSeconds',
    400,
    'DurationSeconds',
  ),
  assume('a day', { ...ROLE, DurationSeconds: '86400' }, 'InvalidParameter.DurationSeconds', 400, 'DurationSeconds'),
  assume(
    'an hour in words',
    { ...ROLE, DurationSeconds: '1h' },
    'InvalidParameter.DurationSeconds',
    400,
    'DurationSeconds',
  ),
  assume('a policy', { ...ROLE, Policy: '{}' }, 'UnsupportedParameter', 400, 'Policy'),
  assume('an account that does not exist', ROLE, 'EntityNotExist.Role', 404, 'RoleArn'),
  requests('since noon', { Since: 'noon' }, 'InvalidTime.Malformed', 400, 'Since'),
  requests('until a day that does not exist', { Until: '2026-02-30T00:00:00Z' }, 'InvalidTime.Malformed', 400, 'Until'),
  requests('an action with a blank', { ActionName: 'Create Vpc' }, 'InvalidParameter', 400, 'ActionName'),
  requests('an outcome with a star', { Outcome: '*' }, 'InvalidParameter', 400, 'Outcome'),
  requests('101 entries', { MaxResults: '101' }, 'InvalidParameter', 400, 'MaxResults'),
  requests('another list’s token', { NextToken: 'page 2' }, 'InvalidParameter', 400, 'NextToken'),
  requests(
    'an account that does not exist',
    { AccountName: 'nobody' },
    'InvalidAccountId.NotFound',
    404,
    'AccountName',
  ),
  ...(['DisableAccessKey', 'DeleteAccessKey'] as const).flatMap((action) => [
    on('Yunlan', action)('no key named', {}, 'MissingParameter', 400, 'UserAccessKeyId'),
    on('Yunlan', action)(
      'a key that does not exist',
      NOBODYS_KEY,
      'InvalidAccessKeyId.NotFound',
      404,
      'UserAccessKeyId',
    ),
  ]),
  on('Yunlan', 'RotateAccessKey')(
    'a key that does not exist',
    NOBODYS_KEY,
    'InvalidAccessKeyId.NotFound',
    404,
    'UserAccessKeyId',
  ),
  ...(['DisableAccount', 'EnableAccount', 'DeleteAccount'] as const).flatMap((action) => [
    on('Yunlan', action)('no account named', {}, 'MissingParameter', 400, 'AccountName'),
    on('Yunlan', action)(
      'an account that does not exist',
      { AccountName: 'nobody' },
      'InvalidAccountId.NotFound',
      404,
      'AccountName',
    ),
  ]),
  on('Yunlan', 'DisableAccount')('the administrator', { AccountName: 'admin' }, 'OperationDenied', 403, 'AccountName'),
  on('Yunlan', 'DeleteAccount')('the administrator', { AccountName: 'admin' }, 'OperationDenied', 403, 'AccountName'),
  on('Yunlan', 'DeleteAccount')(
    'one that has networks',
    { AccountName: 'other' },
    'DependencyViolation',
    400,
    'AccountName',
  ),
  on('Yunlan', 'CreateAccount')(
    'a name that is taken',
    { AccountName: 'other' },
    'InvalidAccountName.Duplicate',
    409,
    'AccountName',
  ),
  on('Yunlan', 'CreateAccount')(
    'a name in capitals',
    { AccountName: 'Alice' },
    'InvalidAccountName.Malformed',
    400,
    'AccountName',
  ),
  on('Yunlan', 'CreateAccessKey')(
    'for an account that does not exist',
    { AccountName: 'nobody' },
    'InvalidAccountId.NotFound',
    404,
    'AccountName',
  ),
];
