/**
 * Options that every command takes, before or after its own words: which data directory, server and key. They are taken
 * out of the words first, so no command has to name them. Nothing after `--` is touched: it belongs to the program that
 * `exec` runs.
 */
import { isAbsolute, resolve } from 'node:path';
import { Failure } from '../daemon/failure.ts';

export interface SharedOptions {
  /** Absolute. */
  readonly data: string;
  readonly endpoint?: string;
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  readonly securityToken?: string;
  readonly region?: string;
  readonly output?: 'json' | 'table';
  /** JMESPath: what to print of an answer. */
  readonly query?: string;
}

interface SharedOption {
  readonly flag: string;
  readonly value: string;
  readonly variable?: string;
  readonly help: string;
}

export const SHARED_OPTIONS: { readonly [K in keyof SharedOptions]-?: SharedOption } = {
  data: { flag: '--data', value: 'DIR', variable: 'YUNLAN_DATA', help: 'directory of all that is kept (./.yunlan)' },
  endpoint: {
    flag: '--endpoint',
    value: 'URL',
    variable: 'YUNLAN_ENDPOINT',
    help: 'server to call, instead of the daemon of the data directory',
  },
  accessKeyId: {
    flag: '--access-key-id',
    value: 'ID',
    variable: 'YUNLAN_ACCESS_KEY_ID',
    help: "key to sign with, instead of the administrator's",
  },
  accessKeySecret: {
    flag: '--access-key-secret',
    value: 'SECRET',
    variable: 'YUNLAN_ACCESS_KEY_SECRET',
    help: 'its secret (rather as variable: other users see arguments)',
  },
  securityToken: {
    flag: '--security-token',
    value: 'TOKEN',
    variable: 'YUNLAN_SECURITY_TOKEN',
    help: 'its token, when the key is temporary',
  },
  region: { flag: '--region', value: 'ID', variable: 'YUNLAN_REGION', help: 'region of calls that name none' },
  output: { flag: '--output', value: 'json|table', help: 'form of answers (json)' },
  query: { flag: '--query', value: 'JMESPATH', help: 'what to print of an answer, e.g. VpcId or Vpcs.Vpc[].VpcName' },
};

type Name = keyof SharedOptions;
const BY_FLAG = new Map(Object.entries(SHARED_OPTIONS).map(([name, { flag }]) => [flag, name as Name]));

/** Takes the shared options out of the words; the rest keeps its order. The last of equal options counts. */
export function takeSharedOptions(
  words: readonly string[],
  environment: { readonly [name: string]: string | undefined },
  cwd: string,
): { options: SharedOptions; rest: string[] } {
  const taken: { [K in Name]?: string } = {};
  for (const [name, { variable }] of Object.entries(SHARED_OPTIONS)) {
    const value = variable === undefined ? undefined : environment[variable];
    if (value) taken[name as Name] = value;
  }
  const rest: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at]!;
    if (word === '--') {
      rest.push(...words.slice(at));
      break;
    }
    const equals = word.indexOf('=');
    const flag = equals < 0 ? word : word.slice(0, equals);
    const name = BY_FLAG.get(flag);
    if (name !== undefined) {
      if (equals < 0) at += 1;
      const value = equals < 0 ? words[at] : word.slice(equals + 1);
      if (!value || value === '--') throw new Failure(`${flag} needs a value: ${flag} ${SHARED_OPTIONS[name].value}`);
      taken[name] = value;
    } else {
      rest.push(word);
      // The value of an API parameter (`--Description --data`) is not ours, whatever it looks like.
      const next = words[at + 1];
      if (/^--[A-Z]/.test(word) && equals < 0 && next !== undefined && next !== '--') {
        rest.push(next);
        at += 1;
      }
    }
  }
  const { output, data = '.yunlan', ...others } = taken;
  if (output !== undefined && output !== 'json' && output !== 'table') {
    throw new Failure(`--output is json or table, not ${output}`);
  }
  return {
    options: { ...others, data: isAbsolute(data) ? resolve(data) : resolve(cwd, data), ...(output ? { output } : {}) },
    rest,
  };
}
