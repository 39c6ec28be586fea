/** Actions of our own product (version 2026-11-01): what has no official action. */
import { MOST_SIDE } from '../values/terminal.ts';
import { action } from './action.ts';
import { nextToken } from './paging.ts';
import { boolean, integer, list, struct, text } from './parameter.ts';

const INSTANCE = text({ fate: 'realised', help: 'Id or name of the instance.', required: true });

export const createAccount = action({
  product: 'Yunlan',
  name: 'CreateAccount',
  summary: 'Creates an account with its first access key.',
  effect: 'write',
  lasting: true,
  administrator: true,
  parameters: {
    AccountName: text({
      fate: 'realised',
      help: 'Name, unique in this deployment: 2 to 63 lower-case letters, digits and hyphens.',
      required: true,
      pattern: '[a-z][a-z0-9-]{1,62}',
      invalid: 'InvalidAccountName.Malformed',
    }),
  },
  answer: { AccountId: 'string', AccountName: 'string', AccessKeyId: 'string', AccessKeySecret: 'string' },
  errors: ['InvalidAccountName.Malformed', 'InvalidAccountName.Duplicate', 'Forbidden.RAM'],
});

export const listAccounts = action({
  product: 'Yunlan',
  name: 'ListAccounts',
  summary: 'Lists the accounts of this deployment.',
  effect: 'read',
  administrator: true,
  parameters: {},
  answer: {
    Accounts: {
      Account: [
        {
          AccountId: 'string',
          AccountName: 'string',
          Administrator: 'boolean',
          Status: 'string',
          CreationTime: 'string',
        },
      ],
    },
  },
  errors: ['Forbidden.RAM'],
});

const ACCOUNT_NAME = text({ fate: 'realised', help: 'Name of the account.', required: true });

export const disableAccount = action({
  product: 'Yunlan',
  name: 'DisableAccount',
  summary: 'Refuses all requests of an account from now on; what it has stays and runs on.',
  effect: 'write',
  administrator: true,
  lasting: true,
  parameters: { AccountName: ACCOUNT_NAME },
  answer: {},
  errors: ['InvalidAccountId.NotFound', 'OperationDenied', 'Forbidden.RAM'],
});

export const enableAccount = action({
  product: 'Yunlan',
  name: 'EnableAccount',
  summary: 'Lets an account that was disabled make requests again.',
  effect: 'write',
  administrator: true,
  lasting: true,
  parameters: { AccountName: ACCOUNT_NAME },
  answer: {},
  errors: ['InvalidAccountId.NotFound', 'Forbidden.RAM'],
});

export const deleteAccount = action({
  product: 'Yunlan',
  name: 'DeleteAccount',
  summary: 'Deletes an account that has nothing, with its access keys.',
  effect: 'write',
  administrator: true,
  lasting: true,
  parameters: { AccountName: ACCOUNT_NAME },
  answer: {},
  errors: ['InvalidAccountId.NotFound', 'DependencyViolation', 'OperationDenied', 'Forbidden.RAM'],
});

export const createAccessKey = action({
  product: 'Yunlan',
  name: 'CreateAccessKey',
  summary: 'Creates an access key; the administrator may name another account.',
  effect: 'write',
  lasting: true,
  parameters: {
    AccountName: text({ fate: 'realised', help: 'Account that gets the key; the caller’s own when absent.' }),
  },
  answer: { AccountId: 'string', AccessKeyId: 'string', AccessKeySecret: 'string' },
  errors: ['InvalidAccountId.NotFound', 'Forbidden.RAM'],
});

// Not AccessKeyId: signature 1.0 says by that whose key signs.
const USER_KEY_HELP = 'the account’s own, or any for the administrator.';

export const rotateAccessKey = action({
  product: 'Yunlan',
  name: 'RotateAccessKey',
  summary: 'Makes a new access key in place of another one, which is disabled for good in the same moment.',
  effect: 'write',
  lasting: true,
  parameters: {
    UserAccessKeyId: text({
      fate: 'realised',
      help: `Key to replace: ${USER_KEY_HELP} When absent the one that signs the request.`,
    }),
  },
  answer: { AccountId: 'string', AccessKeyId: 'string', AccessKeySecret: 'string', DisabledAccessKeyId: 'string' },
  errors: ['InvalidAccessKeyId.NotFound'],
});

export const disableAccessKey = action({
  product: 'Yunlan',
  name: 'DisableAccessKey',
  summary: 'Disables an access key for good; requests signed with it are refused from now on.',
  effect: 'write',
  lasting: true,
  parameters: {
    UserAccessKeyId: text({ fate: 'realised', help: `Key to disable: ${USER_KEY_HELP}`, required: true }),
  },
  answer: {},
  errors: ['InvalidAccessKeyId.NotFound', 'OperationDenied'],
});

export const deleteAccessKey = action({
  product: 'Yunlan',
  name: 'DeleteAccessKey',
  summary: 'Deletes an access key that is disabled.',
  effect: 'write',
  lasting: true,
  parameters: {
    UserAccessKeyId: text({ fate: 'realised', help: `Key to delete: ${USER_KEY_HELP}`, required: true }),
  },
  answer: {},
  errors: ['InvalidAccessKeyId.NotFound', 'OperationDenied'],
});

export const listAccessKeys = action({
  product: 'Yunlan',
  name: 'ListAccessKeys',
  summary: 'Lists the access keys of an account, without secrets.',
  effect: 'read',
  parameters: {
    AccountName: text({ fate: 'realised', help: 'Account; the caller’s own when absent.' }),
  },
  answer: { AccessKeys: { AccessKey: [{ AccessKeyId: 'string', Status: 'string', CreationTime: 'string' }] } },
  errors: ['InvalidAccountId.NotFound', 'Forbidden.RAM'],
});

export const listRequests = action({
  product: 'Yunlan',
  name: 'ListRequests',
  summary:
    'Lists requests to the API with their outcome, the latest first: the account’s own, or all for the administrator.',
  effect: 'read',
  parameters: {
    // Not Action: signature 1.0 says by that which action is called.
    ActionName: text({
      fate: 'realised',
      help: 'Only of this action: its name, or PRODUCT.NAME.',
      pattern: '[A-Za-z]{1,64}(?:\\.[A-Za-z]{1,64})?',
    }),
    Outcome: text({
      fate: 'realised',
      help: 'Only with this outcome: OK, Refused for everything else, or a code.',
      pattern: '[A-Za-z0-9._-]{1,128}',
    }),
    Since: text({
      fate: 'realised',
      help: 'Only those that came at this time or later: YYYY-MM-DDThh:mm:ssZ, real time.',
    }),
    Until: text({ fate: 'realised', help: 'Only those that came before this time: YYYY-MM-DDThh:mm:ssZ, real time.' }),
    RequestId: text({
      fate: 'realised',
      help: 'Only the request with this id, as its answer told it.',
      length: [1, 64],
    }),
    AccountName: text({ fate: 'realised', help: 'Only of this account; others’ for the administrator alone.' }),
    MaxResults: integer({ fate: 'realised', help: 'Entries in an answer, 1 to 100.', range: [1, 100], default: 50 }),
    NextToken: nextToken,
  },
  answer: {
    Requests: {
      Request: [
        {
          RequestId: 'string',
          Time: 'string',
          AccountId: 'string',
          AccessKeyId: 'string',
          Action: 'string',
          RegionId: 'string',
          Outcome: 'string',
          Status: 'integer',
          SourceAddress: 'string',
          Milliseconds: 'integer',
        },
      ],
    },
    MaxResults: 'integer',
    NextToken: 'string',
  },
  errors: ['InvalidTime.Malformed', 'InvalidAccountId.NotFound', 'Forbidden.RAM'],
});

export const getClock = action({
  product: 'Yunlan',
  name: 'GetClock',
  summary: 'Tells the time that rules see.',
  effect: 'read',
  parameters: {},
  answer: { Time: 'string', OffsetMilliseconds: 'long' },
  errors: [],
});

export const moveClock = action({
  product: 'Yunlan',
  name: 'MoveClock',
  summary: 'Moves the time that rules see; signatures keep the real time.',
  effect: 'write',
  administrator: true,
  parameters: {
    Time: text({
      fate: 'realised',
      help: 'New time, YYYY-MM-DDThh:mm:ssZ; absent with Reset.',
      invalid: 'InvalidClock.Malformed',
    }),
    Seconds: integer({
      fate: 'realised',
      help: 'Seconds to move forward (negative: back) instead of Time.',
      range: [-3_155_760_000, 3_155_760_000],
    }),
    Reset: boolean({ fate: 'realised', help: 'true: back to the real time.' }),
  },
  answer: { Time: 'string', OffsetMilliseconds: 'long' },
  errors: ['InvalidClock.Malformed', 'InvalidParameter.Conflict', 'MissingParameter', 'Forbidden.RAM'],
});

export const describeServer = action({
  product: 'Yunlan',
  name: 'DescribeServer',
  summary: 'Tells version, driver and state of the server that answers.',
  effect: 'read',
  parameters: {},
  answer: {
    Version: 'string',
    Driver: 'string',
    RealPackets: 'boolean',
    RegionId: 'string',
    StartTime: 'string',
    Pid: 'integer',
    NetworksBehind: ['string'],
  },
  errors: [],
});

export const getInstanceLog = action({
  product: 'Yunlan',
  name: 'GetInstanceLog',
  summary: 'Tells what an instance wrote to its console since its last start.',
  effect: 'read',
  parameters: {
    Instance: INSTANCE,
    Tail: integer({ fate: 'realised', help: 'Only the last so many bytes.', range: [1, 1_048_576], default: 65_536 }),
  },
  answer: { InstanceId: 'string', Log: 'string' },
  errors: ['InvalidInstanceId.NotFound'],
});

export const execInstance = action({
  product: 'Yunlan',
  name: 'ExecInstance',
  summary: 'Runs a command in a running instance; input and output are streamed over the upgraded connection.',
  effect: 'stream',
  parameters: {
    Instance: INSTANCE,
    Command: list({
      fate: 'realised',
      help: 'Program and its arguments.',
      required: true,
      most: 1000,
      of: text({ fate: 'realised', help: 'One argument, as it is.', keepEmpty: true }),
    }),
    Terminal: struct({
      fate: 'realised',
      help: 'Gives the command a terminal, of this size at first; without it the command has three streams.',
      fields: {
        Rows: integer({ fate: 'realised', help: 'Lines.', required: true, range: [1, MOST_SIDE] }),
        Columns: integer({ fate: 'realised', help: 'Characters on a line.', required: true, range: [1, MOST_SIDE] }),
        Type: text({
          fate: 'realised',
          help: 'Kind of terminal: the value of TERM.',
          pattern: '[A-Za-z0-9][A-Za-z0-9+._-]{0,62}',
          default: 'xterm-256color',
        }),
      },
    }),
  },
  answer: {},
  errors: ['InvalidInstanceId.NotFound', 'IncorrectInstanceStatus', 'InvalidCommand.Malformed'],
});
